import {isUnfilled} from '../../stream/written-url/placeholders.js'

/** Narrower than what is masked in an output: what is told as a fault has to be one. */
const SECRET =
  /(?:token|secret|passw(?:or)?d|passphrase|pwd|authori[sz]ation|credentials?|jwt|signature|(?:^|_)(?:api|access|auth|private|client|secret)_?key)(?:_?\d+)?$/

/** Bounds of a language model, which end like a token. */
const COUNTED = /^(?:max|min|num|n)_/

export function isSecret(name: string, value: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '_')
  const isNamed = SECRET.test(words) && !COUNTED.test(words)
  if (!isNamed && !/^(?:bearer|basic) \S{4}/i.test(value)) return false
  return !/^(?:|true|false|none|null)$/i.test(value) && !isUnfilled(`${name}=${value}`)
}
