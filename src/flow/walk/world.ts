import type {Clock} from '../../clock.js'
import type {FlowStep} from '../../report/flow-walk.js'
import type {Failure} from '../../report/failure.js'
import type {HttpAnswer} from '../../report/report.js'
import type {PassthruFacts, StreamFacts} from '../../stream/exotel-http/passthru.js'
import type {StreamingApplet} from '../flow.js'

/** What a walk is given: it opens no stream and asks no URL by itself. */
export type WalkWorld = {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** What the caller presses at a Gather applet. */
  readonly digits: string
  /** Where the call is meant to end: the id of an applet, or `end`. */
  readonly endsAt?: string
  /** The Passthru applets without a URL of their own, which are asked at the `serve` that is called. */
  readonly lent?: ReadonlySet<string>
  readonly askPassthru: (url: string, told: PassthruTold) => Promise<AnsweredPassthru>
  /** Makes the stream of an applet, and resolves when it is over, or was never opened. */
  readonly openStream: (applet: StreamingApplet, watch: StreamWatch) => Promise<EndedStream>
  readonly postStatusCallback: (url: string, durationMs: number) => Promise<HttpAnswer>
  /** Hears of each step when it is over. */
  readonly onStep?: (step: FlowStep) => void
}

/** What a Passthru is told beside the call itself. */
export type PassthruTold = Pick<PassthruFacts, 'digits' | 'stream'>

export type AnsweredPassthru = HttpAnswer & {readonly branch?: 'A' | 'B'}

export type StreamWatch = {
  readonly onDynamicUrl: (answer: HttpAnswer) => void
  readonly onOpen: () => void
  /** The flow ends the stream. */
  readonly stop: AbortSignal
}

export type EndedStream = {
  /** What the applet behind it is told of it. */
  readonly facts: StreamFacts
  /** Safe to print. */
  readonly shownUrl: string
  readonly failure?: Failure
  /** Why it was not dialled, where it was meant to fail. */
  readonly notDialled?: string
}
