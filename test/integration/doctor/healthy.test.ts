import {describe, expect, test} from 'vitest'

import {startServer} from '../../../src/index.js'
import {plainPaint} from '../../../src/report/text/look.js'
import {renderDoctorReport} from '../../../src/doctor/text/doctor-text.js'
import type {DoctorWorld} from '../../../src/doctor/world.js'
import {examine, labWorld} from '../../rig/doctor/examine.js'
import {inTurns} from '../../rig/doctor/in-turns.js'

const BOTS = ['echo', 'playback', 'sink'] as const
const RATES = ['?sample-rate=8000', '?sample-rate=16000', '?sample-rate=24000', ''] as const
const PATHS = ['/media', '/stream', '/ws/voicebot/a1b2', '/v1/ingest', '/'] as const
const AT_ONCE = 12

type SetUp = {readonly bot: 'converse' | (typeof BOTS)[number]; readonly rest: string}

/** A hundred of them, all different in bot, path and query, on whatever ports are free. */
const setUps: readonly SetUp[] = Array.from({length: 100}, (_, at) => {
  // A few with the bot that hears the caller out: their calls have to be long.
  const bot = at % 12 === 0 ? 'converse' : BOTS[at % 3]
  const [rate, path] = [RATES[Math.floor(at / 4) % 4], PATHS[at % 5]]
  const query = at % 3 === 0 ? `${rate ?? ''}${rate === '' ? '?' : '&'}lead=${String(at)}` : rate
  return {bot: bot ?? 'echo', rest: `${path ?? ''}${query ?? ''}`}
})

describe('a healthy bot on this machine', () => {
  test('gives silence and nothing else, a hundred times', {timeout: 120_000}, async () => {
    const heard = await inTurns(setUps, AT_ONCE, async ({bot, rest}) => {
      const server = await startServer({bot})
      try {
        const report = await examine(`ws://127.0.0.1:${String(server.port)}${rest}`, {
          target: {isLocal: true, applet: bot === 'sink' ? 'stream' : 'voicebot'},
          world: {placeCall: shorter(bot)},
          deadlineMs: 30_000,
        })
        const {verdict, rootCause} = report
        const look = {width: 200, paint: plainPaint, ascii: false}
        const text = renderDoctorReport(report, look, {isVerbose: false})
        return {set: `${bot} ${rest}`, verdict, rootCause, lines: text.split('\n').length, text}
      } finally {
        await server.close()
      }
    })

    const loud = heard.filter(({verdict, lines}) => verdict !== 'reachable' || lines > 1)
    expect(loud).toEqual([])
    expect(heard).toHaveLength(100)
  })
})

/** The same calls, only shorter; not for a bot that hears the caller out before it speaks. */
function shorter(bot: SetUp['bot']): DoctorWorld['placeCall'] {
  const {placeCall} = labWorld()
  const longestMs = bot === 'converse' ? 6000 : 2500
  return (request) => placeCall({...request, durationMs: Math.min(request.durationMs, longestMs)})
}
