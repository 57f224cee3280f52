import {virtualClock} from '../../src/clock.js'
import {combineProfiles, type ProfileId} from '../../src/protocol/profiles.js'
import {
  type ConformanceResult,
  runConformance,
} from '../../src/simulate/conformance/run-conformance.js'
import type {ConformanceWorld} from '../../src/simulate/conformance/calls.js'
import type {RunPlan} from '../../src/simulate/plan.js'
import {parseStreamUrl} from '../../src/stream/exotel/stream-url.js'
import {socketPair} from '../../src/stream/socket-pair.js'
import type {BotProcess} from './bot-process.js'

export type VirtualConformance = {
  readonly bot: BotProcess
  readonly seed?: number
  readonly profiles?: readonly ProfileId[]
  readonly abortAfterMs?: number
  readonly world?: Pick<ConformanceWorld, 'firstIndex' | 'onCall' | 'keep' | 'on' | 'run'>
}

export function conformancePlan(
  url: string,
  {seed = 1, profiles = []}: Partial<VirtualConformance> = {},
): RunPlan {
  const profile = combineProfiles(profiles)
  return {
    target: {kind: 'url', url},
    url: parseStreamUrl(url),
    scenarios: [],
    profile,
    sampleRateHz: profile.sampleRateHz,
    clear: 'packet',
    marksOnClear: 'drop',
    seed,
    isConformance: true,
  }
}

/** A conformance run against a bot process on socket pairs, in virtual time. */
export async function virtualConformance(
  run: VirtualConformance,
): Promise<ConformanceResult & {readonly tookMs: number}> {
  const clock = virtualClock()
  const abort = new AbortController()
  const {abortAfterMs} = run
  if (abortAfterMs !== undefined) {
    void clock.sleepUntil(abortAfterMs).then(() => {
      abort.abort()
    })
  }
  const result = await clock.run(() =>
    runConformance(conformancePlan('ws://127.0.0.1/media', run), {
      ...run.world,
      clock,
      signal: abort.signal,
      dial: () => {
        const [exotel, other] = socketPair(clock)
        run.bot(other, clock)
        return Promise.resolve({socket: exotel, handshakeMs: 5, attempts: 1})
      },
    }),
  )
  return {...result, tookMs: clock.now()}
}
