import type {Finding, Violation} from '../protocol/events.js'
import {rules, type RuleId} from '../protocol/rules.js'

type Counted = {count: number; readonly firstAtMs: number; readonly detail?: string}

/** Turns violations, one by one, into one finding a rule. */
export class FindingCounter {
  readonly #counted: Map<RuleId, Counted>

  constructor(counted: ReadonlyMap<RuleId, Counted> = new Map()) {
    this.#counted = new Map([...counted].map(([rule, one]) => [rule, {...one}]))
  }

  /** The same so far, to go on with; this one stays as it is. */
  copy(): FindingCounter {
    return new FindingCounter(this.#counted)
  }

  /** Returns true for the first violation of its rule. */
  add(violation: Violation, atMs: number): boolean {
    const known = this.#counted.get(violation.rule)
    if (known) {
      known.count += 1
      return false
    }
    const {detail} = violation
    this.#counted.set(violation.rule, {
      count: 1,
      firstAtMs: atMs,
      ...(detail === undefined ? {} : {detail}),
    })
    return true
  }

  /** Takes a rule back, once it turns out that it was not broken. */
  drop(rule: RuleId): void {
    this.#counted.delete(rule)
  }

  /** The findings so far: errors first, then by the time of the first. */
  findings(): readonly Finding[] {
    const order = {error: 0, warning: 1, info: 2}
    return [...this.#counted]
      .map(([id, {count, firstAtMs, detail}]): Finding => {
        const {ref, severity, what, fix} = rules[id]
        const summary = detail === undefined ? what : `${what} ${asSentence(detail)}`
        return {rule: id, ref, severity, count, summary, fix, firstAtMs}
      })
      .sort(
        (one, other) =>
          order[one.severity] - order[other.severity] || one.firstAtMs - other.firstAtMs,
      )
  }
}

/** A sentence stands by itself; the values of `protocol/` need a word before them. */
function asSentence(detail: string): string {
  return detail.endsWith('.') ? detail : `First seen: ${detail}.`
}
