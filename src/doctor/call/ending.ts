import type {Closing} from '../../protocol/events.js'
import type {CallReport} from '../../report/report.js'
import {printable} from '../../report/text/plain.js'
import {inSeconds} from '../../report/text/units.js'
import {endOfStream} from '../../stream/exotel-http/passthru.js'
import {exotelError, goWords} from '../../stream/exotel/go-words.js'
import type {Hop} from '../check.js'
import {portOf, withPort} from '../endpoint.js'
import {meaningOf} from './close-codes.js'

/** A stream that ended before the caller hung up, or that never began. */
export type Fault = {
  readonly kind: 'not-opened' | 'closed' | 'broken' | 'refused'
  /** What happened and when: "the bot closes the stream after 2.0 s with 1011 (an error in the bot)". */
  readonly what: string
  /** The machine's own words. */
  readonly detail: string
  readonly fix: string
  readonly exotelError?: string
}

/** Undefined when the caller was the first to hang up, and when the bot ended the call in good order. */
export function faultOf(call: CallReport, hop: Hop): Fault | undefined {
  const {closing} = call
  if (!closing) return notOpened(call, hop)
  if (isWhole(closing) || isOwnEnd(call)) return undefined
  return {...CUTS[kindOf(closing)](call, closing), exotelError: streamMembers(closing)}
}

/** The bot hung up by itself, in order and after it had been heard: some calls are that short. */
export function isOwnEnd({closing, speech}: CallReport): boolean {
  const isInOrder = closing?.by === 'bot' && [1000, 1005].includes(closing.code ?? 1005)
  return isInOrder && speech.bot.length > 0
}

/**
 * What Exotel would tell the Passthru applet of a stream that ended so. For one that was never opened
 * `failed` by `NA` is public (support.exotel.com 3000132269); that one which broke is told alike is inferred.
 */
export function streamMembers(closing: Closing): string {
  const ended: Closing = isRefusal(closing) ? {by: 'network'} : closing
  const {status, disconnectedBy} = endOfStream(ended)
  return `Stream[Status]=${status}&Stream[DisconnectedBy]=${disconnectedBy}`
}

function whenOf({durationMs}: CallReport, bot: string): string {
  return durationMs < AT_ONCE_MS
    ? `as soon as ${bot} gets start or the first audio`
    : `after ${inSeconds(durationMs)}`
}

/** The first audio follows start within 20 ms: over a network nobody can tell which one it was. */
const AT_ONCE_MS = 500

/** The words of the caller's own hang-up; whatever else this end closes for is a refusal. */
function isWhole({by, reason}: Closing): boolean {
  return by === 'caller' && (reason === 'callended' || reason === 'stopped')
}

function isRefusal(closing: Closing): boolean {
  return closing.by === 'caller' && !isWhole(closing)
}

function kindOf({by}: Closing): Cut['kind'] {
  if (by === 'bot') return 'closed'
  return by === 'network' ? 'broken' : 'refused'
}

type Cut = Omit<Fault, 'kind' | 'exotelError'> & {readonly kind: 'closed' | 'broken' | 'refused'}

const CUTS: Readonly<Record<Cut['kind'], (call: CallReport, closing: Closing) => Cut>> = {
  closed: (call, closing) => {
    const {means, fix} = meaningOf(closing.code)
    return {
      kind: 'closed',
      what: `the bot closes the stream ${whenOf(call, 'it')} with ${String(closing.code)} (${means})`,
      detail: endingWords(call, closing),
      fix: withNote(fix, call),
    }
  },
  broken: (call, closing) => ({
    kind: 'broken',
    what: `the connection breaks ${whenOf(call, 'the bot')}, without a close frame (1006)`,
    detail: endingWords(call, closing),
    fix: withNote(
      'Look in the log of the bot for a crash at that moment, and at the proxy or tunnel in between for a time limit or a restart.',
      call,
    ),
  }),
  refused: (call, closing) => ({
    kind: 'refused',
    what: `what the bot sends cannot be read, and the stream ends ${whenOf(call, 'the bot')} (${String(closing.code)})`,
    detail: endingWords(call, closing),
    fix: 'Send text messages with one JSON object each, and no more than 100,000 bytes of audio in one.',
  }),
}

/** Exotel's own note on a call that ends after about 4 s (github.com/exotel/Agent-Stream). */
export function withNote(fix: string, {durationMs}: CallReport): string {
  if (durationMs < 3000 || durationMs > 5500) return fix
  return `${fix} Of hang-ups after about 4 s Exotel says: a wrong path, a bot that does not accept, a blocked receive loop, or audio sent in a flood.`
}

function notOpened(call: CallReport, hop: Hop): Fault {
  const {message = 'no reason was given'} = call.failure ?? {}
  const shown = dialText(call, hop)
  return {
    kind: 'not-opened',
    what: 'the stream is not opened',
    detail: printable(message),
    fix: 'The upgrade went well a moment before: look in the logs of the bot and of what stands before it for why this one did not. Exotel dials anew for each call.',
    ...(shown === undefined ? {} : {exotelError: shown}),
  }
}

/** Exotel names the address that it dialled, which only the checks before know. */
function dialText({failure}: CallReport, {url, addresses = []}: Hop): string | undefined {
  const [address] = addresses
  if (failure?.code !== 'EXO_DIAL_REFUSED' || address === undefined || !url) {
    return failure?.exotelError
  }
  return exotelError(goWords.refused(withPort(address, portOf(url))))
}

function endingWords({durationMs}: CallReport, {code, reason}: Closing): string {
  const said = reason === undefined ? '' : `, reason ${JSON.stringify(printable(reason))}`
  return `close code ${String(code)}${said}, ${(durationMs / 1000).toFixed(3)} s after start`
}
