import {describe, expect, test} from 'vitest'

import {systemClock} from '../../src/clock.js'
import {seededRandom} from '../../src/random.js'
import {runCall} from '../../src/simulate/call.js'
import {parseStreamUrl} from '../../src/stream/exotel/stream-url.js'
import {type CorpusBot, givenOf, KEEPS_NOTHING, plain, stepsAt} from '../rig/faulty-bots/corpus.js'
import {faults} from '../rig/faulty-bots/faults.js'
import {healthyBots} from '../rig/faulty-bots/healthy-bots.js'
import {serveRawBot} from '../rig/faulty-bots/over-websocket.js'
import {planOf} from '../rig/virtual-call.js'

const NAMES = [
  'bare samples in binary messages',
  'mu-law in 20 ms',
  'chunks of 500 bytes',
  'deaf while it speaks',
]
const chosen = NAMES.flatMap((name) => faults.filter((fault) => fault.name === name))
const REAL_CALL_MS = 60_000

/** One real call of some twenty seconds. */
async function realCall(bot: CorpusBot) {
  const given = givenOf({voice: 'susan', rateHz: 8000, seed: 6})
  const served = await serveRawBot({...plain(given), chunkBytes: 1600, ...bot.options(given)})
  try {
    const {plan, scenario} = planOf({steps: stepsAt(8000), seed: 6})
    return await runCall(
      scenario,
      {...plan, url: parseStreamUrl(served.url)},
      {
        clock: systemClock,
        random: seededRandom(6),
        signal: new AbortController().signal,
        keeper: KEEPS_NOTHING,
        on: () => undefined,
      },
    )
  } finally {
    await served.close()
  }
}

describe.concurrent('a bot behind a real WebSocket', () => {
  test.each(chosen)('has its fault named: $name', {timeout: REAL_CALL_MS}, async (fault) => {
    const {report} = await realCall(fault)

    expect(report.diagnosis?.cause).toBe(fault.cause)
  })

  test.each(healthyBots.slice(2, 3))(
    'has no diagnosis when it is healthy: $name',
    {timeout: REAL_CALL_MS},
    async (bot) => {
      const {report} = await realCall(bot)

      expect(report.diagnosis).toBeUndefined()
    },
  )
})
