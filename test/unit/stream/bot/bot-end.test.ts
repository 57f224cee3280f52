import {describe, expect, test} from 'vitest'

import type {Bot, BotCall} from '../../../../src/stream/bot/bot.js'
import {actingBot, callerSays, keepingBot, keepingLogger, withBot} from './bot-rig.js'
import {identity} from '../exotel/exotel-rig.js'

const {start, media, dtmf, mark, stop} = callerSays
const pcm = (...samples: number[]) => Int16Array.from(samples)

describe('start', () => {
  test('runs the bot, once, with who calls whom', async () => {
    const {bot, calls} = keepingBot()
    await withBot({bot}, async ({say, sleep}) => {
      say({event: 'connected'})
      await sleep(50)
      expect(calls).toEqual([])

      say(start({custom_parameters: {plan: 'gold', note: 'a b'}}))
      await sleep(5)

      expect(calls).toHaveLength(1)
      expect(calls[0]).toMatchObject({
        ...identity,
        customParameters: {plan: 'gold', note: 'a b'},
        sampleRateHz: 8000,
      })
    })
  })

  test('comes once: a second one is ignored', async () => {
    const {bot, calls} = keepingBot()
    await withBot({bot}, async ({say, sleep}) => {
      say(start(), start({call_sid: 'another'}), {...start(), stream_sid: 'another'})
      await sleep(5)

      expect(calls.map(({callSid}) => callSid)).toEqual([identity.callSid])
      expect(calls[0]?.streamSid).toBe(identity.streamSid)
    })
  })

  test('begins the clock of the call', async () => {
    const {bot, calls} = keepingBot()
    await withBot({bot}, async ({say, sleep}) => {
      expect(calls).toEqual([])
      await sleep(500)
      say(start())
      await sleep(101)

      expect(calls[0]?.now()).toBe(100)
    })
  })

  test.each([
    {announced: '16000', url: 24_000, rate: 16_000},
    {announced: '16kHz', url: 24_000, rate: 16_000},
    {announced: undefined, url: 24_000, rate: 24_000},
    {announced: '44100', url: 24_000, rate: 24_000},
    {announced: undefined, url: undefined, rate: 8000},
  ] as const)(
    'says $announced, the URL $url: the call is at $rate Hz',
    async ({announced, url, rate}) => {
      const {bot, calls} = keepingBot()
      const rates = url === undefined ? {} : {urlSampleRateHz: url}
      await withBot({bot, ...rates}, async ({say, sleep}) => {
        say(start({media_format: {encoding: 'raw', sample_rate: announced}}))
        await sleep(5)

        expect(calls[0]?.sampleRateHz).toBe(rate)
      })
    },
  )

  test('without anything in it still makes a call', async () => {
    const calls: BotCall[] = []
    await withBot(
      {
        bot: actingBot((call) => {
          calls.push(call)
          call.mark('m')
        }),
      },
      async ({say, heard, sleep}) => {
        say('{"event":"start"}')
        await sleep(5)

        expect(calls[0]).toMatchObject({streamSid: '', callSid: '', sampleRateHz: 8000})
        expect(heard.map(({json}) => json)).toEqual([{event: 'mark', mark: {name: 'm'}}])
      },
    )
  })
})

describe('what the bot hears', () => {
  test('is what the caller sent, in its order', async () => {
    const {bot, events} = keepingBot()
    await withBot({bot}, async ({say, sleep}) => {
      const clear = {event: 'clear', stream_sid: identity.streamSid}
      say(start(), media(pcm(1, -2)), dtmf('5'), media(pcm(3)), mark('m'), clear, stop())
      await sleep(5)

      expect(events).toEqual([
        {type: 'audio', pcm: pcm(1, -2), payload: 'AQD+/w=='},
        {type: 'dtmf', digit: '5'},
        {type: 'audio', pcm: pcm(3), payload: 'AwA='},
        {type: 'mark', name: 'm'},
        {type: 'clear'},
        {type: 'stop', reason: 'callended'},
      ])
    })
  })

  test('has the length of a digit when it was told', async () => {
    const {bot, events} = keepingBot()
    await withBot({bot}, async ({say, sleep}) => {
      say(start(), {event: 'dtmf', dtmf: {digit: '#', duration: '250'}})
      await sleep(5)

      expect(events).toEqual([{type: 'dtmf', digit: '#', durationMs: 250}])
    })
  })

  test('includes the audio that came before start', async () => {
    const {bot, events} = keepingBot()
    await withBot({bot}, async ({say, sleep}) => {
      say(media(pcm(7)), dtmf('1'), start())
      await sleep(5)

      expect(events.map(({type}) => type)).toEqual(['audio', 'dtmf'])
    })
  })

  test.each(['audio/x-mulaw', 'mulaw', 'MU-LAW', 'ulaw', 'PCMU'])(
    'is decoded from mu-law when start says %s',
    async (encoding) => {
      const {bot, events} = keepingBot()
      await withBot({bot}, async ({say, sleep}) => {
        say(start({media_format: {encoding, sample_rate: '8000'}}))
        say({event: 'media', media: {payload: Buffer.from([0x00, 0x80, 0xff]).toString('base64')}})
        await sleep(5)

        expect(events).toMatchObject([{type: 'audio', pcm: pcm(-32_124, 32_124, 0)}])
      })
    },
  )

  test('goes on after messages that nobody understands', async () => {
    const {bot, events} = keepingBot()
    await withBot({bot}, async ({say, sleep}) => {
      say('', 'hello', '[]', '{"event":"silence"}', '{"type":"x"}', start())
      say('{', {event: 'media'}, media(pcm(1)))
      await sleep(5)

      expect(events).toHaveLength(2)
    })
  })

  test('ends with stop, and nothing that comes after it is heard', async () => {
    const {bot, events} = keepingBot()
    await withBot({bot}, async ({say, sleep}) => {
      say(start(), stop(), media(pcm(1)), dtmf('1'), stop())
      await sleep(5)

      expect(events).toEqual([{type: 'stop', reason: 'callended'}])
    })
  })

  test('ends with the socket, when no stop was sent', async () => {
    const {bot, events, calls} = keepingBot()
    await withBot({bot}, async ({end, caller, say, sleep}) => {
      say(start(), media(pcm(1)))
      await sleep(5)
      caller.terminate()
      await end.done

      expect(events.map(({type}) => type)).toEqual(['audio'])
      expect(calls[0]?.signal.aborted).toBe(true)
    })
  })
})

describe('a bot that is behind', () => {
  const slowBot = (): {bot: Bot; heard: string[]} => {
    const heard: string[] = []
    return {
      heard,
      async bot(call) {
        await call.sleep(60_000)
        for await (const event of call.events)
          heard.push(event.type === 'audio' ? String(event.pcm[0]) : event.type)
      },
    }
  }

  test('does not hear the oldest audio beyond 30 s, but every other event', async () => {
    const {bot, heard} = slowBot()
    const {log, lines} = keepingLogger()
    await withBot({bot, log}, async ({end, caller, say, sleep}) => {
      say(start(), dtmf('1'))
      for (let frame = 1; frame <= 1600; frame += 1) say(media(new Int16Array(160).fill(frame)))
      say(mark('m'))
      await sleep(60_010)
      caller.close(1000)
      await end.done

      // 1,500 places of 20 ms: the digit and the mark hold two of them.
      expect(heard).toEqual(['dtmf', ...numbers(103, 1600), 'mark'])
      expect(lines.at(-1)?.values).toMatchObject({audioDropped: 102, mediaReceived: 1600})
    })
  })

  test('does not hear what is older than it may be behind, where less than 30 s is allowed', async () => {
    const {bot, heard} = slowBot()
    await withBot({bot, maxQueueMs: 1000}, async ({say, sleep}) => {
      say(start())
      for (let frame = 1; frame <= 60; frame += 1) say(media(new Int16Array(160).fill(frame)))
      await sleep(60_010)

      expect(heard).toEqual(numbers(11, 60))
    })
  })

  test('is not sent more at once than one message beyond 30 s, however large the messages', async () => {
    const {bot, heard} = slowBot()
    await withBot({bot}, async ({end, caller, say, sleep}) => {
      say(start())
      for (let tens = 1; tens <= 20; tens += 1) say(media(new Int16Array(80_000).fill(tens)))
      await sleep(60_010)
      caller.close(1000)
      await end.done

      expect(heard).toEqual(numbers(18, 20))
    })
  })
})

const numbers = (first: number, last: number) =>
  Array.from({length: last - first + 1}, (_, index) => String(first + index))
