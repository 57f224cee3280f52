import {rms} from '../../audio/level.js'
import type {Logger} from '../../log.js'
import type {Violation} from '../../protocol/events.js'
import type {InvalidMessage, UnknownMessage} from '../../protocol/messages.js'
import {rules} from '../../protocol/rules.js'
import type {Codec} from '../codec.js'
import type {StreamEnded, StreamIdentity} from './stream-watch.js'

/** Ten seconds of 20 ms messages. */
const MEDIA_A_LINE = 500
/** The level of a line is that of one message in fifty, once a second: to measure more costs too much. */
const MEDIA_A_LOOK = 50
const FULL_SCALE = 32_768
/** Of a message that nobody knows. */
const MOST_MEMBERS = 20
/** Of 16 bits there is nothing quieter but silence itself. */
const QUIETEST_DBFS = -96

/** The lines that a stream writes. A flood must not fill the log; the line of the end has the counts. */
export class StreamLog {
  #log: Logger
  #squares = 0
  #samples = 0
  #ownMarks = 0

  constructor(log: Logger) {
    this.#log = log
  }

  /** With the sids, once they are known. */
  get logger(): Logger {
    return this.#log
  }

  began(identity: StreamIdentity): void {
    this.#identify(identity)
    const {sampleRateHz, rateFrom, encoding} = identity
    const values = {category: 'WEBSOCKET', sampleRateHz, rateFrom, encoding}
    if (identity.isImplied) this.#log.info(values, 'stream started without a start')
    else this.#log.info({...values, ...parties(identity)}, 'stream started')
    this.#parameters(identity)
  }

  identified(identity: StreamIdentity): void {
    this.#identify(identity)
    const {encoding} = identity
    const values = {category: 'WEBSOCKET', encoding, ...parties(identity)}
    this.#log.info(values, 'start came after the stream had begun')
    this.#parameters(identity)
  }

  connected(count: number): void {
    this.#log[levelOf(count)]({category: 'WEBSOCKET'}, 'connected received')
  }

  clear(count: number): void {
    this.#log[levelOf(count)]({category: 'WEBSOCKET'}, 'clear received')
  }

  digit(digit: string, count: number): void {
    this.#log[levelOf(count)]({category: 'DTMF', digit}, 'digit received')
  }

  /** One of the bot's own, or one that the caller made up. */
  mark(name: string, isOwn: boolean): void {
    if (!isOwn) {
      this.#log.debug({category: 'WEBSOCKET', mark: name}, 'mark received')
      return
    }
    this.#ownMarks += 1
    const values = {category: 'BIDIRECTIONAL', mark: name}
    this.#log[levelOf(this.#ownMarks)](values, 'mark came back')
  }

  stopped(reason: string | undefined): void {
    this.#log.info({category: 'WEBSOCKET', reason}, 'stop received')
  }

  /** What it holds may be personal, and has no name by which it could be masked. */
  kept(message: UnknownMessage | InvalidMessage): void {
    const {event} = message
    const known =
      event === 'unknown'
        ? {name: message.name, members: Object.keys(message.raw).slice(0, MOST_MEMBERS)}
        : {reason: message.reason}
    this.#log.debug({category: 'WEBSOCKET', event, ...known}, 'message kept without an effect')
  }

  firstMedia(samples: number, codec: Codec): void {
    this.#log.info({category: 'MEDIA', samples, codec}, 'first media received')
  }

  /** Whether the media message of this number is to be told of by `media`. */
  looksAt(count: number): boolean {
    return count % MEDIA_A_LOOK === 0
  }

  media(pcm: Int16Array, count: number, heardMs: number): void {
    if (!this.looksAt(count)) return
    this.#squares += rms(pcm) ** 2 * pcm.length
    this.#samples += pcm.length
    if (count % MEDIA_A_LINE !== 0) return
    const seconds = Number((heardMs / 1000).toFixed(1))
    this.#log.info({category: 'MEDIA', count, seconds, dbfs: this.#level()}, 'media received')
  }

  /** The first of its kind that the bot sent. */
  spoke(audioMs: number): void {
    const values = {category: 'BIDIRECTIONAL', audioMs: Math.round(audioMs)}
    this.#log.info(values, 'the bot sent its first audio')
  }

  /** Once a rule. */
  violated({rule, detail}: Violation): void {
    const {severity, what} = rules[rule]
    const values = {category: 'WEBSOCKET', rule, summary: what, detail}
    this.#log[severity === 'info' ? 'info' : 'warn'](values, 'the caller sent something unusual')
  }

  threw(error: unknown): void {
    const values = {category: 'ERROR', err: error}
    this.#log.error(values, 'the bot threw; its stream is closed with 1011')
  }

  failed(error: unknown): void {
    const values = {category: 'ERROR', err: error}
    this.#log.error(values, 'exostream failed; the stream is closed with 1011')
  }

  /** The end of its call is what a bot may throw then; anything else is a mistake in it. */
  threwLate(error: unknown): void {
    const values = {category: 'ERROR', err: error}
    this.#log.error(values, 'the bot threw after its call had ended')
  }

  /** Once a stream. */
  metricDropped(problem: string): void {
    const values = {category: 'BIDIRECTIONAL', problem}
    this.#log.warn(values, 'a metric of the bot is not kept')
  }

  /** Whoever watches has thrown, and hears no more. */
  notKept(error: unknown): void {
    const values = {category: 'ERROR', err: error}
    this.#log.error(values, 'what keeps this stream failed; the rest of it is not kept')
  }

  returned(): void {
    const values = {category: 'BIDIRECTIONAL'}
    this.#log.info(values, 'the bot returned before the end of the call, and answers no more')
  }

  leftBehind(): void {
    const values = {category: 'ERROR'}
    this.#log.warn(values, 'the bot has not returned long after its call; it is left to itself')
  }

  closed(ended: StreamEnded): void {
    const {code, reason, closedBy, durationMs, audioDropped, unsent, findings} = ended
    const counts = findings.map(({rule, count}) => [rule, count] as const)
    const values = {
      category: 'CONNECTION',
      code,
      ...(reason === '' ? {} : {reason}),
      closedBy,
      seconds: Number((durationMs / 1000).toFixed(1)),
      ...counted(ended.received, 'Received'),
      ...counted(ended.sent, 'Sent'),
      audioDropped,
      unsent,
      ...(counts.length === 0 ? {} : {findings: Object.fromEntries(counts)}),
    }
    this.#log.info(values, 'stream closed')
  }

  #identify({streamSid, callSid}: StreamIdentity): void {
    this.#log = this.#log.child({streamSid, callSid})
  }

  /** What the customer's own systems said is personal: names for everyone, values to who debugs. */
  #parameters({customParameters}: StreamIdentity): void {
    const names = Object.keys(customParameters)
    if (names.length === 0) return
    this.#log.info({category: 'WEBSOCKET', names}, 'custom parameters came')
    this.#log.debug({category: 'WEBSOCKET', customParameters}, 'custom parameters')
  }

  #level(): number {
    const meanSquare = this.#samples > 0 ? this.#squares / this.#samples : 0
    this.#squares = 0
    this.#samples = 0
    const dbfs = 10 * Math.log10(meanSquare / FULL_SCALE ** 2)
    return Math.max(QUIETEST_DBFS, Math.round(dbfs))
  }
}

function levelOf(count: number): 'info' | 'debug' {
  return count === 1 ? 'info' : 'debug'
}

function parties({from, to}: StreamIdentity): object {
  return {from, to}
}

/** As `mediaReceived` and so on. */
function counted(counts: Readonly<Record<string, number>>, suffix: string): object {
  return Object.fromEntries(
    Object.entries(counts).map(([event, count]) => [`${event}${suffix}`, count]),
  )
}
