import {describe, expect, test} from 'vitest'

import type {SampleRateHz} from '../../../../src/protocol/messages.js'
import type {BotCall} from '../../../../src/stream/bot/bot.js'
import {actingBot, type BotRig, callerSays, withBot} from './bot-rig.js'
import {identity, type Json} from '../exotel/exotel-rig.js'

const START_MS = 1

/** Lets the bot act from time 1 on, when start has come; what it sends arrives 1 ms later. */
async function heardFrom(
  act: (call: BotCall) => void | Promise<void>,
  {format = {sample_rate: '8000'}, forMs = 5000}: {format?: object; forMs?: number} = {},
): Promise<BotRig['heard']> {
  return withBot({bot: actingBot(act)}, async ({say, sleep, heard}) => {
    say(callerSays.start({media_format: format}))
    await sleep(forMs)
    return heard
  })
}

const bytesOf = (json: Json) =>
  Buffer.from((json['media'] as {payload?: string} | undefined)?.payload ?? '', 'base64')
const samples = (ms: number, rate: SampleRateHz = 8000) =>
  Int16Array.from({length: (ms * rate) / 1000}, (_, index) => (index % 1000) + 1)
const times = (heard: BotRig['heard']) => heard.map(({atMs}) => atMs - START_MS - 1)

describe('play', () => {
  test('sends everything at once, in chunks of 200 ms', async () => {
    const heard = await heardFrom((call) => {
      call.play(samples(1000))
    })

    expect(heard.map(({json}) => bytesOf(json).length)).toEqual(new Array(5).fill(3200))
    expect(times(heard)).toEqual([0, 0, 0, 0, 0])
    expect(heard[0]?.json).toMatchObject({event: 'media', stream_sid: identity.streamSid})
  })

  test.each([
    {rate: 8000, ms: 221, sizes: [3200, 640]},
    {rate: 16_000, ms: 221, sizes: [6400, 1280]},
    {rate: 24_000, ms: 221, sizes: [9600, 1920]},
    {rate: 8000, ms: 1, sizes: [320]},
    {rate: 8000, ms: 0, sizes: []},
  ] as const)(
    'pads $ms ms at $rate Hz with silence to whole packets',
    async ({rate, ms, sizes}) => {
      const given = samples(ms, rate)
      const heard = await heardFrom(
        (call) => {
          call.play(given)
        },
        {format: {sample_rate: String(rate)}},
      )

      expect(heard.map(({json}) => bytesOf(json).length)).toEqual(sizes)
      const sent = Buffer.concat(heard.map(({json}) => bytesOf(json)))
      expect(sent.subarray(0, given.byteLength)).toEqual(Buffer.from(given.buffer))
      expect(sent.subarray(given.byteLength).filter((byte) => byte !== 0)).toHaveLength(0)
    },
  )

  test('speaks mu-law to a caller who announced it', async () => {
    const heard = await heardFrom(
      (call) => {
        call.play(new Int16Array(160).fill(-32_124))
      },
      {format: {encoding: 'audio/x-mulaw', sample_rate: '8000'}},
    )

    expect(heard.map(({json}) => bytesOf(json))).toEqual([Buffer.alloc(160, 0x00)])
  })
})

describe('samples that are none', () => {
  test.each<[string, (call: BotCall, pcm: Int16Array) => unknown]>([
    [
      'play',
      (call, pcm) => {
        call.play(pcm)
      },
    ],
    ['speak', (call, pcm) => call.speak(pcm)],
  ])('are refused by %s with where to get some, and nothing is sent', async (_, act) => {
    const thrown: unknown[] = []
    const heard = await heardFrom((call) => {
      for (const pcm of [Buffer.alloc(320), [1, 2], 'AAAA', undefined]) {
        try {
          // A bot in JavaScript may give anything.
          act(call, pcm as unknown as Int16Array)
        } catch (error) {
          thrown.push(error)
        }
      }
    })

    expect(heard).toEqual([])
    expect(thrown).toEqual(
      new Array(4).fill(
        new TypeError(
          'call.play and call.speak take 16-bit samples as an Int16Array; readWav(path, {sampleRateHz}) of exostream gives one',
        ),
      ),
    )
  })
})

describe('playPayload', () => {
  test('sends the text as it is, whatever it holds', async () => {
    const heard = await heardFrom((call) => {
      call.playPayload('AAA')
      call.playPayload('not "base64"')
    })

    expect(heard.map(({json}) => json['media'])).toEqual([
      {payload: 'AAA'},
      {payload: 'not "base64"'},
    ])
  })
})

describe('speak', () => {
  test('sends the first chunk at once and each later one 100 ms before it is needed', async () => {
    const results: unknown[] = []
    const heard = await heardFrom(async (call) => {
      results.push(await call.speak(samples(900)), call.now())
    })

    expect(times(heard)).toEqual([0, 100, 300, 500, 700])
    expect(heard.map(({json}) => bytesOf(json).length)).toEqual([3200, 3200, 3200, 3200, 1600])
    expect(results).toEqual([true, 700])
  })

  test('sends the first chunk before it returns', async () => {
    const heard = await heardFrom((call) => {
      void call.speak(samples(400))
      call.mark('behind the first chunk')
    })

    expect(heard.map(({json}) => json['event'])).toEqual(['media', 'mark', 'media'])
  })

  test('does not run ahead of what was said before', async () => {
    const heard = await heardFrom(async (call) => {
      await call.speak(samples(200))
      await call.speak(samples(200))
      call.play(samples(400))
      await call.speak(samples(200))
    })

    expect(times(heard)).toEqual([0, 100, 100, 100, 700])
  })

  test('begins anew after a clear and after silence', async () => {
    const heard = await heardFrom(async (call) => {
      call.play(samples(2000))
      call.clear()
      await call.speak(samples(200))
      await call.sleep(1000)
      await call.speak(samples(200))
    })

    expect(times(heard).slice(-2)).toEqual([0, 1000])
  })

  test('is cut short by its signal, and says so', async () => {
    const results: unknown[] = []
    const heard = await heardFrom(async (call) => {
      const stop = new AbortController()
      void call.sleep(350).then(() => {
        stop.abort()
      })
      results.push(await call.speak(samples(5000), stop.signal), call.now())
      results.push(await call.speak(samples(200), stop.signal))
      results.push(await call.speak(new Int16Array(0)))
    })

    expect(times(heard)).toEqual([0, 100, 300])
    expect(results).toEqual([false, 350, false, true])
  })

  test('is cut short by the end of the call', async () => {
    const results: unknown[] = []
    const bot = actingBot(async (call) => {
      results.push(await call.speak(samples(5000)))
    })
    await withBot({bot}, async ({say, caller, end, sleep}) => {
      say(callerSays.start())
      await sleep(250)
      caller.close(1000)
      await end.done
    })

    expect(results).toEqual([false])
  })
})

describe('the other things a bot does', () => {
  test('mark and clear name the stream', async () => {
    const heard = await heardFrom((call) => {
      call.mark('turn-1-end')
      call.clear()
    })

    expect(heard.map(({json}) => json)).toEqual([
      {event: 'mark', stream_sid: identity.streamSid, mark: {name: 'turn-1-end'}},
      {event: 'clear', stream_sid: identity.streamSid},
    ])
  })

  test('close ends the bot leg with 1000, or as it is told', async () => {
    const codes = await Promise.all(
      [
        actingBot((call) => {
          call.close()
        }),
        actingBot((call) => {
          call.close(4000, 'bye')
        }),
      ].map((bot) =>
        withBot({bot}, async ({say, end, closed}) => {
          say(callerSays.start())
          await end.done
          return closed.map(({code, reason}) => [code, reason])
        }),
      ),
    )

    expect(codes).toEqual([[[1000, '']], [[4000, 'bye']]])
  })

  test('sleep is in the time of the call, and ends with its signal or with the call', async () => {
    const seen: unknown[] = []
    const bot = actingBot(async (call) => {
      const stop = new AbortController()
      await call.sleep(500)
      seen.push(call.now())
      const sleep = call.sleep(500, stop.signal)
      stop.abort(new Error('stopped'))
      await sleep.catch((error: unknown) => seen.push(error))
      await call.sleep(60_000).catch((error: unknown) => seen.push(error))
    })
    await withBot({bot}, async ({say, sleep, caller, end}) => {
      say(callerSays.start())
      await sleep(1000)
      caller.close(1000)
      await end.done
    })

    expect(seen).toEqual([
      500,
      new Error('stopped'),
      new DOMException('the call has ended', 'AbortError'),
    ])
  })
})
