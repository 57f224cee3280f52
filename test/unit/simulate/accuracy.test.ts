import {expect, test} from 'vitest'

import {seededRandom} from '../../../src/random.js'
import {errorsOf, type Measurement, randomDelays, TWO_TURNS} from '../../rig/accuracy.js'
import {mockBot} from '../../rig/mock-bot.js'
import {virtualRun} from '../../rig/virtual-call.js'

const CALLS = 1000
/** Of the socket pair: 1 ms each way. */
const WIRE_MS = 2

test(
  'over 1,000 calls what a bot does is measured to within 10 ms',
  {timeout: 120_000},
  async () => {
    const random = seededRandom(20)
    const measured: Measurement[] = []
    for (let seed = 0; seed < CALLS; seed += 1) {
      const delays = randomDelays(random)
      const {report} = await virtualRun({
        raw: (socket, _, clock) => {
          mockBot({...delays, wireMs: WIRE_MS}, clock)(socket)
        },
        steps: TWO_TURNS,
        seed,
      })
      measured.push(...report.calls.map((call) => ({delays, call})))
    }

    const errors = errorsOf(measured)

    expect(errors, JSON.stringify(errors)).toMatchObject({
      firstAudioMs: {n: CALLS, p95: expect.toSatisfy(isWithin10) as number},
      responseMs: {n: CALLS, p95: expect.toSatisfy(isWithin10) as number},
      bargeInStopMs: {n: CALLS, p95: expect.toSatisfy(isWithin10) as number},
    })
  },
)

function isWithin10(ms: number): boolean {
  return ms <= 10
}
