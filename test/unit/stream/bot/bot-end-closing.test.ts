import {describe, expect, test} from 'vitest'

import type {Bot} from '../../../../src/stream/bot/bot.js'
import {actingBot, callerSays, keepingBot, keepingLogger, withBot} from './bot-rig.js'
import {identity} from '../exotel/exotel-rig.js'

const {start, media, mark, stop} = callerSays
const pcm = (...samples: number[]) => Int16Array.from(samples)

describe('the end', () => {
  test('a bot that throws ends its stream with 1011', async () => {
    const {log, lines} = keepingLogger()
    const bot = actingBot(() => {
      throw new Error('out of ideas')
    })
    await withBot({bot, log}, async ({end, closed, say}) => {
      say(start())
      await end.done

      expect(closed).toMatchObject([{code: 1011, reason: 'the bot failed'}])
      expect(lines.filter(({level}) => level === 'error')).toMatchObject([
        {values: {callSid: identity.callSid, err: {message: 'out of ideas'}}},
      ])
    })
  })

  test('so does one that is no async function', async () => {
    const bot: Bot = () => {
      throw new Error('at once')
    }
    await withBot({bot}, async ({end, closed, say}) => {
      say(start())
      await end.done

      expect(closed).toMatchObject([{code: 1011}])
    })
  })

  test('a bot that throws because the call has ended is no failure', async () => {
    const {log, lines} = keepingLogger()
    await withBot(
      {bot: actingBot((call) => call.sleep(60_000)), log},
      async ({end, caller, say, sleep}) => {
        say(start())
        await sleep(5)
        caller.close(1000)
        await end.done

        expect(lines.filter(({level}) => level !== 'info')).toEqual([])
      },
    )
  })

  test.each([
    ['another end than its own', () => new DOMException('the fetch ended', 'AbortError'), 0],
    ['a mistake in its clean-up', () => new TypeError('db is not open'), 1],
  ])('of what a bot throws after it, %s is told: %#', async (_, makeError, count) => {
    const {log, lines} = keepingLogger()
    const bot = actingBot(async (call) => {
      await call.sleep(60_000).catch(() => undefined)
      throw makeError()
    })
    await withBot({bot, log}, async ({end, caller, say, sleep}) => {
      say(start())
      await sleep(5)
      caller.close(1000)
      await end.done
    })

    const told = lines.filter(({message}) => message === 'the bot threw after its call had ended')
    expect(told).toHaveLength(count)
    expect(told.map(({values}) => values['category'])).toEqual(Array(count).fill('ERROR'))
  })

  test('a bot that returns early leaves the stream open until the caller closes', async () => {
    await withBot(
      {
        bot: actingBot((call) => {
          call.mark('bye')
        }),
      },
      async ({end, caller, heard, closed, say, sleep}) => {
        say(start())
        await sleep(10_000)
        for (let count = 0; count < 5; count += 1) say(media(pcm(1)), mark('bye'))
        await sleep(5)
        expect(closed).toEqual([])
        expect(heard).toHaveLength(1)

        caller.close(1000)
        await expect(end.done).resolves.toBeUndefined()
      },
    )
  })

  test('is not over while the bot still runs', async () => {
    const order: string[] = []
    const bot = actingBot(async (call) => {
      await call.sleep(60_000).catch(() => undefined)
      order.push('the bot returned')
    })
    await withBot({bot}, async ({end, caller, say, sleep}) => {
      say(start())
      await sleep(5)
      caller.close(1000)
      await end.done.then(() => order.push('done'))

      expect(order).toEqual(['the bot returned', 'done'])
    })
  })

  test('comes without a start too', async () => {
    await withBot({bot: keepingBot().bot}, async ({end, caller}) => {
      caller.close(1000)

      await expect(end.done).resolves.toBeUndefined()
    })
  })

  test('a caller that does not close after stop is closed 2 s later', async () => {
    await withBot({bot: keepingBot().bot}, async ({closed, say, sleep}) => {
      say(start(), stop())
      await sleep(5000)

      expect(closed).toEqual([{atMs: 2002, code: 1000, reason: ''}])
    })
  })

  test('comes once, however often stop is said', async () => {
    const {log, lines} = keepingLogger()
    await withBot({bot: keepingBot().bot, log}, async ({say, sleep}) => {
      say(start(), stop(), stop(), stop())
      await sleep(5)

      expect(lines.filter(({message}) => message === 'stop received')).toHaveLength(1)
    })
  })

  test('is decided by whoever runs the server, with a close or with none', async () => {
    const ends = await Promise.all(
      (['close', 'terminate'] as const).map((how) =>
        withBot({bot: keepingBot().bot}, async ({end, closed, say, sleep}) => {
          say(start())
          if (how === 'close') end.close(1001, 'bye')
          else end.terminate()
          await end.done
          await sleep(5)
          return closed.map(({code, reason}) => [code, reason])
        }),
      ),
    )

    expect(ends).toEqual([[[1001, 'bye']], [[1006, '']]])
  })
})

describe('what is unusual', () => {
  test('is warned of once a rule', async () => {
    const {log, lines} = keepingLogger()
    await withBot({bot: keepingBot().bot, log}, async ({say, sleep}) => {
      say(start(), 'x', 'y', '{"event":"silence"}', {event: 'media', media: {payload: '***'}})
      await sleep(5)

      expect(lines.filter(({level}) => level === 'warn').map(({values}) => values['rule'])).toEqual(
        ['message-not-an-event', 'unknown-event', 'payload-not-base64'],
      )
    })
  })

  test('is only noted where it is harmless, and either way with what was seen', async () => {
    const {log, lines} = keepingLogger()
    const format = {encoding: 'audio/x-raw', sample_rate: '8kHz'}
    await withBot({bot: keepingBot().bot, log}, async ({say, sleep}) => {
      say({event: 'connected'}, start({media_format: format}), '{"event":"silence"}')
      await sleep(5)

      expect(
        lines
          .filter(({values}) => 'rule' in values)
          .map(({level, values: {rule, detail}}) => ({level, rule, detail})),
      ).toEqual([
        {
          level: 'info',
          rule: 'number-with-unit',
          detail: expect.stringContaining('8kHz') as string,
        },
        {
          level: 'warn',
          rule: 'unknown-event',
          detail: expect.stringContaining('silence') as string,
        },
      ])
    })
  })

  test('is counted by rule in the line of the end', async () => {
    const {log, lines} = keepingLogger()
    await withBot({bot: keepingBot().bot, log}, async ({caller, end, say, sleep}) => {
      say({event: 'connected'}, start(), 'x', 'y', {event: 'media', media: {payload: '***'}})
      await sleep(5)
      caller.close(1000)
      await end.done

      expect(lines.at(-1)).toMatchObject({
        message: 'stream closed',
        values: {findings: {'message-not-an-event': 2, 'payload-not-base64': 1}},
      })
    })
  })

  test('a start without connected is noted', async () => {
    const {log, lines} = keepingLogger()
    await withBot({bot: keepingBot().bot, log}, async ({say, sleep}) => {
      say(start())
      await sleep(5)

      expect(lines.map(({values}) => values['rule'])).toContain('connected-missing')
    })
  })

  test('a failure of our own ends the stream with 1011, and goes no further', async () => {
    const {log, lines} = keepingLogger()
    const failing = {
      ...log,
      child: () => failing,
      info: (_: object, message: string) => {
        if (message === 'digit received') throw new Error('a bug')
      },
    }
    await withBot({bot: keepingBot().bot, log: failing}, async ({closed, end, say}) => {
      say(start(), {event: 'dtmf', dtmf: {digit: '1'}})
      await end.done

      expect(closed).toMatchObject([{code: 1011}])
      expect(lines).toMatchObject([{level: 'error', values: {err: {message: 'a bug'}}}])
    })
  })

  test('a counter that jumps is noted once and counted, and harms nothing', async () => {
    const {bot, events} = keepingBot()
    const {log, lines} = keepingLogger()
    await withBot({bot, log}, async ({caller, end, say, sleep}) => {
      say(
        {event: 'connected'},
        start(),
        {...media(pcm(1)), sequence_number: '5'},
        {...media(pcm(2)), sequence_number: '5'},
      )
      await sleep(5)
      caller.close(1000)
      await end.done

      expect(
        lines.filter(({values}) => 'rule' in values).map(({values}) => values['detail']),
      ).toEqual(['sequence_number 5 where 2 was expected'])
      expect(lines.at(-1)?.values['findings']).toEqual({'counter-not-ascending': 2})
      expect(events).toHaveLength(2)
    })
  })
})
