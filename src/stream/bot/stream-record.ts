import type {Finding, Violation} from '../../protocol/events.js'
import type {BotMessage, ExotelMessage} from '../../protocol/messages.js'
import type {Codec} from '../codec.js'
import {FindingCounter} from '../findings.js'
import {NO_CLOSE_FRAME} from '../socket.js'
import {CallMetrics} from './call-metrics.js'
import {EventCounts} from './event-counts.js'
import type {StreamLog} from './stream-log.js'
import type {BotStreamEvent, StreamEnded, StreamWatch} from './stream-watch.js'

/** An event without its time, which the record knows. */
type Untimed<E> = E extends unknown ? Omit<E, 'atMs'> : never

type Ending = Pick<StreamEnded, 'code' | 'reason' | 'closedBy' | 'audioDropped' | 'unsent'> & {
  readonly botFindings?: readonly Finding[]
}

type RecordOptions = {
  /** Milliseconds since the caller's socket was accepted. */
  readonly now: () => number
  readonly log: StreamLog
  readonly watch: StreamWatch | undefined
}

/** What a bot may send by `call.send` under the name of another event. */
const NAMED: ReadonlySet<string> = new Set(['connected', 'start', 'dtmf', 'stop'])

/** What came and went on one stream, counted, and told to whoever watches. */
export class StreamRecord {
  stopReason: string | undefined

  readonly #options: RecordOptions
  /** How often each event came. */
  readonly #received = new EventCounts(['media'])
  readonly #sent = new EventCounts()
  readonly #findings = new FindingCounter()
  readonly #metrics = new CallMetrics()
  #watch: StreamWatch | undefined
  #tellsMessages: boolean
  #codec: Codec | undefined
  #heardMs = 0
  #saidMs = 0
  #hasLostMetrics = false
  #isOver = false

  constructor(options: RecordOptions) {
    this.#options = options
    const {watch} = options
    this.#watch = watch
    this.#tellsMessages = watch !== undefined && watch.ignoresMessages !== true
  }

  /** Whether anyone is to be told of each message: `received`, `audio` and `sent`. */
  get tellsMessages(): boolean {
    return this.#tellsMessages
  }

  get heardMs(): number {
    return this.#heardMs
  }

  /** Returns how often this event has come. */
  received(raw: string | Uint8Array, message: ExotelMessage): number {
    const count = this.#received.add(message.event)
    if (this.#tellsMessages) this.tell({type: 'received', raw, message})
    return count
  }

  has(event: ExotelMessage['event']): boolean {
    return this.#received.has(event)
  }

  heard(audioMs: number, codec: Codec): void {
    this.#heardMs += audioMs
    this.#codec = codec
  }

  said(audioMs: number): void {
    this.#saidMs += audioMs
  }

  /** Returns how often this event was sent; 0 after the end, when nothing is. */
  sent(message: BotMessage): number {
    return this.sentEvent(nameOf(message))
  }

  /** The same by the name of the event alone. */
  sentEvent(name: string): number {
    return this.#isOver ? 0 : this.#sent.add(name)
  }

  /** A rule that the caller broke; logged the first time. */
  violated(violation: Violation): void {
    const isFirst = this.#findings.add(violation, this.#options.now())
    if (this.#watch) this.tell({type: 'violation', by: 'caller', violation, isFirst})
    if (isFirst) this.#options.log.violated(violation)
  }

  /** What cannot be kept is dropped, and said once: a number must not end a call. */
  metric(name: string, value: number): void {
    if (this.#isOver) return
    const problem = this.#metrics.add(name, value)
    if (problem === undefined) {
      if (this.#watch) this.tell({type: 'metric', name, value})
      return
    }
    if (this.#hasLostMetrics) return
    this.#hasLostMetrics = true
    this.#options.log.metricDropped(problem)
  }

  /** A watcher that throws is heard of once, and hears no more. */
  tell(event: Untimed<BotStreamEvent>): void {
    if (!this.#watch || this.#isOver) return
    try {
      this.#watch({...event, atMs: this.#options.now()})
    } catch (error) {
      this.#watch = undefined
      this.#tellsMessages = false
      this.#options.log.notKept(error)
    }
  }

  close(ending: Ending): StreamEnded {
    const ended: StreamEnded = {
      ...ending,
      durationMs: this.#options.now(),
      ...(this.stopReason === undefined ? {} : {stopReason: this.stopReason}),
      received: this.#received.all(),
      sent: this.#sent.all(),
      heardMs: this.#heardMs,
      saidMs: this.#saidMs,
      findings: this.#findings.findings(),
      metrics: this.#metrics.values(),
    }
    this.tell({type: 'closed', ended, ...(this.#codec ? {codec: this.#codec} : {})})
    this.#isOver = true
    return ended
  }
}

function nameOf(message: BotMessage): string {
  if (message.event !== 'unknown' || message.name === undefined) return message.event
  return NAMED.has(message.name) ? message.name : message.event
}

/** Of a close that nobody at this end has asked for. */
export function whoClosed(code: number, isRefusal: boolean): StreamEnded['closedBy'] {
  if (isRefusal) return 'server'
  return code === NO_CLOSE_FRAME ? 'network' : 'caller'
}
