import {isIP} from 'node:net'

import {hasBrokenUserinfo, readParts, UNSEEN, type UrlParts} from './url-parts.js'

/** What a URL is for: the stream itself, or a URL that Exotel asks before or after it. */
export type UrlRole = 'stream' | 'dynamic' | 'passthru'

type Written = {readonly text: string; readonly parts: UrlParts; readonly role: UrlRole}

/** What follows "the URL" in a sentence, when the rule is broken. */
type Rule = (written: Written) => string | undefined

export type GrammarMistake = {
  readonly rule: keyof typeof RULES
  /** What follows "the URL" in a sentence. */
  readonly words: string
}

/** Why a text is no URL that Exotel could dial; undefined when it is one. */
export function grammarMistake(text: string, role: UrlRole): GrammarMistake | undefined {
  const written = {text, parts: readParts(text), role}
  for (const name of RULE_NAMES) {
    const words = RULES[name](written)
    if (words !== undefined) return {rule: name, words}
  }
  return undefined
}

const rule =
  (pattern: RegExp, mistake: string): Rule =>
  ({text}) =>
    pattern.test(text) ? mistake : undefined

/** The first that is broken tells; what a person can see least comes first. */
const RULES = {
  empty: rule(/^\s*$/, 'is empty, as of a variable that is not set'),
  unseen,
  around: rule(/^\s|\s$/, 'has a space before or behind it'),
  quotes: rule(/[“”‘’«»]|^["'`]|["'`]$/, 'has quotation marks around or inside it'),
  inside: rule(/\s/, 'has a space inside it'),
  backslash: rule(/\\/, 'has a backslash where a slash belongs'),
  schemes: rule(/^[a-z][a-z\d+.-]*:\/\/[a-z][a-z\d+.-]*:?\/\//i, 'has two schemes'),
  colon: rule(/^(?:wss?|https?)\/\//i, 'lacks the colon behind its scheme'),
  slashes: rule(
    /^(?:wss?|https?):(?!\/\/(?!\/))/i,
    'has not exactly two slashes behind its scheme, or lacks its host',
  ),
  noScheme,
  scheme,
  userinfo: ({parts}) =>
    hasBrokenUserinfo(parts)
      ? 'has a "/", "?" or "#" in its key or token, which breaks it in two: write %2F, %3F, %23'
      : undefined,
  noHost: ({parts}) => (parts.host === '' ? 'has no host' : undefined),
  port,
  host,
  escape: rule(/^[^?#]*%(?![\da-f]{2})/i, 'has a "%" that begins no percent escape: write %25'),
  hostName,
  shorthand,
} as const satisfies Readonly<Record<string, Rule>>

// The cast is what `Object.keys` gives of such an object.
const RULE_NAMES = Object.keys(RULES) as readonly (keyof typeof RULES)[]

/** Copied along from a chat or a web page. */
function unseen({text}: Written): string | undefined {
  const [character] = text.match(UNSEEN) ?? []
  if (character === undefined) return undefined
  const code = character.codePointAt(0) ?? 0
  return `holds a character that nobody sees (U+${code.toString(16).toUpperCase().padStart(4, '0')})`
}

const SCHEME = /^([a-z][a-z\d+.-]*):\/\//i

const schemesOf = (role: UrlRole) => (role === 'stream' ? ['wss', 'ws'] : ['https', 'http'])

function noScheme({text, role}: Written): string | undefined {
  return SCHEME.test(text)
    ? undefined
    : `has no scheme: it has to begin with ${schemesOf(role).join(':// or ')}://`
}

function scheme({text, role}: Written): string | undefined {
  const wanted = schemesOf(role)
  const [, found = ''] = SCHEME.exec(text) ?? []
  return wanted.includes(found.toLowerCase())
    ? undefined
    : `has the scheme ${found.slice(0, 20)}, where ${wanted.join(' or ')} belongs`
}

function port({parts: {host: name, port: digits}}: Written): string | undefined {
  // What is in brackets has its colons there.
  if (!name.startsWith('[') && name.includes(':')) {
    return 'has too many colons in its host: an IPv6 address needs brackets, as in [2001:db8::1]'
  }
  if (digits === '') return undefined
  if (!/^\d+$/.test(digits)) return 'has a port that is no number'
  const number = Number(digits)
  return number >= 1 && number <= 65_535
    ? undefined
    : `names port ${digits.slice(0, 20)}; ports are 1 to 65535`
}

/** RFC 1035, section 2.3.4. */
const MOST_LABEL_CHARACTERS = 63
const MOST_NAME_CHARACTERS = 253

function host({parts: {host: name}}: Written): string | undefined {
  if (name.startsWith('[')) {
    return isIP(name.slice(1, -1)) === 6 ? undefined : 'has no IPv6 address between its brackets'
  }
  const labels = name.replace(/\.$/, '').split('.')
  if (labels.includes('')) return 'has two dots in a row in its host, or one before it'
  if (labels.some((label) => label.length > MOST_LABEL_CHARACTERS)) {
    return `has a part of its host name longer than ${String(MOST_LABEL_CHARACTERS)} characters`
  }
  return name.length > MOST_NAME_CHARACTERS + 1
    ? `has a host name longer than ${String(MOST_NAME_CHARACTERS)} characters`
    : undefined
}

/** RFC 952 and RFC 1123 of names, and the underscore that some have; whatever else would be a shell's. */
const OUTSIDE_OF_NAMES = /[^a-z\d._-]/i

/** Names in other letters are judged by their form in the DNS (RFC 5891). */
function hostName({text, parts}: Written): string | undefined {
  if (parts.host.startsWith('[')) return undefined
  if (parts.host.startsWith('-')) return 'has a hyphen at the beginning of its host'
  const name = URL.canParse(text) ? new URL(text).hostname : undefined
  const [odd] = OUTSIDE_OF_NAMES.exec(name ?? parts.host.replace(/[^\p{ASCII}]/gu, '')) ?? []
  if (odd !== undefined) return `has ${JSON.stringify(odd)} in its host, which is of no host name`
  if (parts.host.includes('%'))
    return 'has a percent escape in its host: write the character itself'
  return name === undefined ? 'has a host that is neither a name nor an address' : undefined
}

/** Browsers and Node take `127.1` and `0x7f000001` for addresses; Go looks them up as names. */
function shorthand({text, parts}: Written): string | undefined {
  const {hostname} = new URL(text)
  // The URL of another scheme than the web's keeps its host as it is.
  return isIP(hostname) === 4 && parts.host.replace(/\.$/, '') !== hostname
    ? `has a host that only browsers read as the address ${hostname}: write that`
    : undefined
}
