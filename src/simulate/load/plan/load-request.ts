import type {MixPart, Shard} from '../../../report/load-report.js'
import type {PlanRequest} from '../../plan.js'

type OfTheCall = 'target' | 'url' | 'profiles' | 'headers' | 'seed' | 'maxSessionMs'

/** What was asked for. The mistakes in it are told in the words of the flags. */
export type LoadRequest = Pick<PlanRequest, OfTheCall> & {
  readonly calls?: number | undefined
  readonly concurrency?: number | undefined
  readonly ratePerS?: number | undefined
  readonly rampMs?: number | undefined
  readonly durationMs?: number | undefined
  /** Built-in names or paths, of equal weight; `basic` when neither this nor `mix` is given. */
  readonly scenarios?: readonly string[] | undefined
  /** Built-in names or paths by weight. */
  readonly mix?: readonly MixPart[] | undefined
  /** A CSV file of callers. */
  readonly data?: string | undefined
  /** Threads; as many as this machine has cores unless said. */
  readonly workers?: number | undefined
  readonly botPid?: number | undefined
  readonly findKnee?: boolean | undefined
  /** The first step of a search for the knee. */
  readonly from?: number | undefined
  readonly thresholds?: readonly string[] | undefined
  readonly shard?: Shard | undefined
}
