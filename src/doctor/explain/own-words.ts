import {type ErrorCode, errorCatalogue} from '../../errors.js'
import {type RuleId, rules} from '../../protocol/rules.js'
import {type Explanation, proof} from './explanation.js'

/** Error codes of exostream, and the ids of its findings. */
export function explainOwnWords(text: string): readonly Explanation[] {
  const codes = new Set(text.match(/\bEXO_[A-Z_]{2,40}\b/g) ?? [])
  const ids = new Set(text.match(/\b[a-z\d]+(?:-[a-z\d]+)+\b/g) ?? [])
  return [
    ...[...codes].filter(isErrorCode).map(explainCode),
    ...[...ids].filter(isRuleId).map(explainRule),
  ]
}

function explainCode(code: ErrorCode): Explanation {
  const {kind, hint} = errorCatalogue[code]
  const isUsage = kind === 'usage'
  return {
    id: code,
    kind: 'error-code',
    text: code,
    meaning: isUsage
      ? `${code} is an error of exostream: what it was given cannot be used, and it ends with exit code 2. The sentence before the code says what was found.`
      : `${code} is an error of exostream: something outside it is not as it has to be, and it ends with exit code 3. The sentence before the code says what was found.`,
    causes: [],
    fix: hint,
    source: 'the README of exostream, error codes',
    isInferred: false,
  }
}

function explainRule(id: RuleId): Explanation {
  const {what, why, fix, source} = rules[id]
  return {
    id,
    kind: 'rule',
    text: id,
    meaning: `${what} ${why}`,
    causes: [],
    fix,
    check: proof('conformance'),
    source,
    isInferred: false,
  }
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCatalogue, text)
}

function isRuleId(text: string): text is RuleId {
  return Object.hasOwn(rules, text)
}
