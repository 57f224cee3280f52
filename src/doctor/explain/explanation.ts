import type {AddressClass} from '../../stream/written-url/address-class.js'

/** What one thing in a text means, and what to do about it. */
export type Explanation = Words & {
  /** Kebab-case and stable: `no-such-host`, `close-1006`, `http-404`. */
  readonly id: string
  readonly kind: Kind
  /** What was recognised, safe to print. */
  readonly text: string
  /** The check of doctor that would prove it, and how to run it. */
  readonly check?: {readonly id: string; readonly command: string}
  readonly source: string
  /** Nothing public shows it in Exotel's own words: it follows from the sources that are cited. */
  readonly isInferred: boolean
}

export type Kind =
  'exotel-error' | 'close-code' | 'passthru' | 'http-status' | 'rule' | 'error-code' | 'symptom'

export type Words = {
  /** The first sentence stands alone. */
  readonly meaning: string
  /** The most likely first; none where the meaning says it all. */
  readonly causes: readonly string[]
  /** One line of prose, then commands on lines of their own. */
  readonly fix: string
}

/** What an error text says of the place that it is about. */
export type Seen = {
  /** The host name that was looked up, or asked of the certificate. */
  readonly host?: string
  /** What was dialled, as `HOST:PORT` or an address alone. */
  readonly address?: string
  readonly addressClass?: AddressClass
}

/** One way in which Exotel fails to open a stream, as Go's dialer tells it. */
export type ErrorRow = {
  /** Followed by the status where the pattern names one: `handshake-404`. */
  readonly id: string
  /** Linear: it meets any text of 64 kB. */
  readonly pattern: RegExp
  readonly when?: (seen: Seen) => boolean
  readonly words: (seen: Seen) => Words
  readonly check: string
  readonly source: string
  readonly isInferred: boolean
}

/** The check of doctor that shows it, and the command that runs it. */
export function proof(id: string): {readonly id: string; readonly command: string} {
  return {id, command: `exostream doctor ${TARGETS[id] ?? 'URL'}`}
}

/** Of the checks that are only made when asked for. */
const TARGETS: Readonly<Record<string, string>> = {
  'passthru-answer': '--passthru URL',
  idle: 'URL --idle 120',
}
