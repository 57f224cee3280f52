import type {Headers} from './headers.js'
import {masked} from './stream-url.js'

/** What a caller proves who it is with, kept out of whatever the other end says back. */

export type Scrub = (text: string) => string

/** Shorter, it would be found in words that say nothing of it. */
const FEWEST_CHARACTERS = 4
/** So much of a longer one is masked where the rest was cut off. */
const TELLING_CHARACTERS = 12

/** The values of the headers in every form in which an answer may hold them, the longest first. */
export function secretsIn(headers: Headers): readonly string[] {
  const values = Object.entries(headers).flatMap(([name, value]) => [
    value.trim(),
    ...(/cookie$/i.test(name) ? cookiesIn(value) : credentialsIn(value)),
  ])
  return [...new Set(values.flatMap(formsOf))]
    .filter((value) => value.length >= FEWEST_CHARACTERS)
    .toSorted((one, other) => other.length - one.length)
}

/** Those that no word of the protocol happens to be. */
export function unmistakable(secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => secret.length >= TELLING_CHARACTERS)
}

/** Masks the secrets, and what is in a query under a name that sounds like one. */
export function scrubber(secrets: readonly string[]): Scrub {
  return (text) => hide(masked(text), secrets)
}

/** The text with `***` for each secret, whole or cut off. */
export function hide(text: string, secrets: readonly string[]): string {
  const tellings = new Set(secrets.map((secret) => secret.slice(0, TELLING_CHARACTERS)))
  return [...tellings].reduce((shown, telling) => {
    const alike = secrets.filter((secret) => secret.startsWith(telling))
    return withoutThese(shown, telling, alike)
  }, text)
}

/** One secret may begin like another: of those alike goes what the text has most of. */
function withoutThese(text: string, telling: string, alike: readonly string[]): string {
  let shown = ''
  let from = 0
  for (let at = text.indexOf(telling); at !== -1; at = text.indexOf(telling, from)) {
    const lengths = alike.map((secret) => sharedLength(secret, text.slice(at, at + secret.length)))
    shown += `${text.slice(from, at)}***`
    from = at + Math.max(...lengths)
  }
  return from === 0 ? text : shown + text.slice(from)
}

function sharedLength(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return length
}

function cookiesIn(value: string): readonly string[] {
  return value.split(';').map((pair) => pair.slice(pair.indexOf('=') + 1).trim())
}

/** Of `Bearer token` the token, of `Basic base64` also the user and the password. */
function credentialsIn(value: string): readonly string[] {
  const [, scheme = '', token] = /^([\w-]+)\s+(\S+)$/.exec(value.trim()) ?? []
  if (token === undefined) return []
  if (scheme.toLowerCase() !== 'basic') return [token]
  const pair = Buffer.from(token, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  const parts = colon === -1 ? [] : [pair.slice(0, colon), pair.slice(colon + 1)]
  return [token, token.replace(/=+$/, ''), pair, ...parts]
}

/** As it is, in a URL, and in a JSON text. */
function formsOf(value: string): readonly string[] {
  const encoded = encodedForm(value)
  const quoted = JSON.stringify(value).slice(1, -1)
  return [
    value,
    encoded,
    encoded.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase()),
    quoted,
    // PHP escapes the slash, too.
    quoted.replaceAll('/', '\\/'),
  ]
}

function encodedForm(value: string): string {
  try {
    return encodeURIComponent(value)
  } catch {
    // Half a surrogate pair has no such form.
    return value
  }
}
