import {expect, test} from 'vitest'

import {systemClock} from '../../../src/clock.js'
import {seededRandom} from '../../../src/random.js'
import {errorsOf, type Measurement, randomDelays, TWO_TURNS} from '../../rig/accuracy.js'
import {mockBot} from '../../rig/mock-bot.js'
import {listenRaw, realRun} from '../../rig/real-call.js'

const CALLS = 50
/** They share one event loop; so their ticks do not all fall together. */
const APART_MS = 37
/** A time that the rig itself says may be off by more than is asked here is measured again. */
const MOST_UNCERTAIN_MS = 30
const MOST_ROUNDS = 4
/** On a machine that is busy with other things fewer calls can be measured; these are enough to tell. */
const LEAST_MEASURED = 20
/** No call ends, and is counted, while another is still measured: they share one event loop. */
const STEPS = [...TWO_TURNS.slice(0, -1), {wait: {ms: 6500}}, ...TWO_TURNS.slice(-1)]

test(
  'over up to 50 calls at once what a bot does is measured to within 30 ms',
  {timeout: 110_000},
  async () => {
    const random = seededRandom(50)
    const everyDelays = Array.from({length: CALLS}, () => randomDelays(random))
    const url = await listenRaw((socket, path) => {
      const delays = everyDelays[Number(path.slice(1))]
      if (delays) mockBot(delays, systemClock)(socket)
    })
    const measure = async (number: number): Promise<readonly [number, Measurement?]> => {
      await systemClock.sleepUntil(systemClock.now() + number * APART_MS)
      const {report} = await realRun({url: `${url}/${String(number)}`, steps: STEPS})
      const delays = everyDelays[number]
      const [call] = report.calls
      return delays && call ? [number, {delays, call}] : [number]
    }
    const measured = new Map<number, Measurement>()
    const missing = () => everyDelays.map((_, number) => number).filter((n) => !measured.has(n))
    let rounds = 0
    while (rounds === 0 || (measured.size < CALLS && rounds < MOST_ROUNDS)) {
      rounds += 1
      for (const [number, one] of await Promise.all(missing().map(measure))) {
        if (one && !isInexact(one)) measured.set(number, one)
      }
    }

    const errors = errorsOf([...measured.values()])
    const seen = JSON.stringify({errors, rounds, measured: measured.size})
    expect(measured.size, seen).toBeGreaterThanOrEqual(LEAST_MEASURED)
    expect(errors.firstAudioMs.p95, seen).toBeLessThanOrEqual(30)
    expect(errors.responseMs.p95, seen).toBeLessThanOrEqual(30)
    expect(errors.bargeInStopMs.p95, seen).toBeLessThanOrEqual(30)
  },
)

function isInexact({call}: Measurement): boolean {
  return call.turns.some(({uncertaintyMs}) => uncertaintyMs > MOST_UNCERTAIN_MS)
}
