import {describe, expect, test} from 'vitest'

import type {Bot, BotCall} from '../../../../src/stream/bot/bot.js'
import type {BotStreamEvent} from '../../../../src/stream/bot/stream-watch.js'
import {identity} from '../exotel/exotel-rig.js'
import {actingBot, type BotRig, callerSays, keepingBot, keepingLogger, withBot} from './bot-rig.js'

const {start, media, mark, stop} = callerSays
const connected = {event: 'connected'}
const pcm = (...samples: number[]) => Int16Array.from(samples)

type Of<T extends BotStreamEvent['type']> = Extract<BotStreamEvent, {type: T}>

/** What a watcher hears of a call. */
async function watched(bot: Bot, work: (rig: BotRig) => Promise<void>): Promise<BotStreamEvent[]> {
  const events: BotStreamEvent[] = []
  const watch = (event: BotStreamEvent) => {
    events.push(event)
  }
  await withBot({bot, watch}, async (rig) => {
    await work(rig)
    await rig.end.done
  })
  return events
}

function ofType<T extends BotStreamEvent['type']>(events: BotStreamEvent[], type: T): Of<T>[] {
  return events.filter((event): event is Of<T> => event.type === type)
}

const hangUp = async ({sleep, caller}: BotRig) => {
  await sleep(5)
  caller.close(1000)
}

describe('a watcher', () => {
  test('hears all of a stream in its order', async () => {
    const bot = actingBot((call) => {
      call.mark('m')
    })
    const events = await watched(bot, async (rig) => {
      rig.say(connected, start(), media(pcm(1, 2)), 'x', stop())
      await hangUp(rig)
    })

    expect(events.map(({type}) => type)).toEqual([
      ...['received', 'received', 'started', 'sent', 'received', 'audio'],
      ...['received', 'violation', 'received', 'closed'],
    ])
  })

  test('is given what came verbatim, and what it was understood as', async () => {
    const text = ' {"event":"media","media":{"payload":"AQA="}}\n'
    const events = await watched(keepingBot().bot, async (rig) => {
      rig.say(start(), text)
      await hangUp(rig)
    })

    expect(ofType(events, 'received')[1]).toEqual({
      ...{type: 'received', atMs: 1, raw: text},
      message: {event: 'media', payload: 'AQA='},
    })
    expect(ofType(events, 'audio')).toEqual([
      {
        ...{type: 'audio', atMs: 1, message: {event: 'media', payload: 'AQA='}},
        ...{bytes: Buffer.from([1, 0]), pcm: pcm(1), codec: 'pcm16'},
      },
    ])
  })

  test('is told who calls', async () => {
    const events = await watched(keepingBot().bot, async (rig) => {
      rig.say(start({custom_parameters: {plan: 'gold'}}))
      await hangUp(rig)
    })

    expect(ofType(events, 'started').map((event) => event.identity)).toEqual([
      {
        ...identity,
        ...{customParameters: {plan: 'gold'}, sampleRateHz: 8000, rateFrom: 'start'},
        ...{encoding: 'audio/x-raw', casing: 'snake', isImplied: false},
      },
    ])
  })

  test('hears everything that the bot sends, as it was sent', async () => {
    const bot = actingBot((call) => {
      call.playPayload('AQA=')
      call.play(new Int16Array(160))
      call.mark('m')
      call.clear()
      call.send({event: 'dtmf', dtmf: {digit: '1'}})
    })
    const events = await watched(bot, async (rig) => {
      rig.say(start())
      await rig.sleep(5)
      const sent = rig.heard.map(({json}) => json)
      await hangUp(rig)
      expect(sent).toHaveLength(5)
    })

    const raws = ofType(events, 'sent').map(({raw}) => JSON.parse(String(raw)) as {event: string})
    expect(raws.map(({event}) => event)).toEqual(['media', 'media', 'mark', 'clear', 'dtmf'])
    expect(ofType(events, 'closed')[0]?.ended).toMatchObject({
      sent: {media: 2, mark: 1, clear: 1, dtmf: 1},
      saidMs: 20.125,
    })
  })

  test('is told each violation, and which is the first of its rule', async () => {
    const events = await watched(keepingBot().bot, async (rig) => {
      rig.say(connected, start(), 'x', 'y')
      await hangUp(rig)
    })

    expect(
      ofType(events, 'violation').map(({violation, isFirst, by}) => [by, violation.rule, isFirst]),
    ).toEqual([
      ['caller', 'message-not-an-event', true],
      ['caller', 'message-not-an-event', false],
    ])
  })

  test('that throws is logged once, hears no more, and harms nothing', async () => {
    const {bot, events} = keepingBot()
    const {log, lines} = keepingLogger()
    let heard = 0
    const watch = () => {
      heard += 1
      throw new Error('a full disk')
    }
    await withBot({bot, log, watch}, async (rig) => {
      rig.say(start(), media(pcm(1)), media(pcm(2)))
      await hangUp(rig)
      await rig.end.done
    })

    expect(heard).toBe(1)
    expect(lines.filter(({level}) => level === 'error')).toMatchObject([
      {values: {category: 'ERROR', err: {message: 'a full disk'}}},
    ])
    expect(events).toHaveLength(2)
  })
})

describe('the end', () => {
  const endOf = async (bot: Bot, work: (rig: BotRig) => Promise<void>) =>
    ofType(await watched(bot, work), 'closed').map(({ended}) => ended)

  test('says what came, went, and was odd', async () => {
    const ended = await endOf(keepingBot().bot, async (rig) => {
      rig.say(connected, start(), media(new Int16Array(160)), {event: 'clear'}, stop())
      await hangUp(rig)
    })

    expect(ended).toEqual([
      {
        ...{code: 1000, reason: '', closedBy: 'caller', durationMs: 6, stopReason: 'callended'},
        received: {connected: 1, start: 1, media: 1, clear: 1, stop: 1},
        ...{sent: {}, heardMs: 20, saidMs: 0, audioDropped: 0, unsent: 0},
        findings: [expect.objectContaining({rule: 'caller-sent-clear', count: 1})],
        metrics: {},
      },
    ])
  })

  const ways: readonly [string, string, (rig: BotRig, call: BotCall | undefined) => void][] = [
    [
      'the caller closes',
      'caller',
      ({caller}) => {
        caller.close(1000)
      },
    ],
    [
      'the network breaks',
      'network',
      ({caller}) => {
        caller.terminate()
      },
    ],
    [
      'the server drains',
      'server',
      ({end}) => {
        end.close(1001, 'bye')
      },
    ],
    [
      'the server drops it',
      'server',
      ({end}) => {
        end.terminate()
      },
    ],
    ['the bot hangs up', 'bot', (_, call) => call?.close()],
    [
      'the caller stops, and leaves the close to us',
      'caller',
      ({say}) => {
        say(stop())
      },
    ],
  ]
  test.each(ways)('when %s is by the %s', async (_, closedBy, act) => {
    const {bot, calls} = keepingBot()
    const ended = await endOf(bot, async (rig) => {
      rig.say(start())
      await rig.sleep(5)
      act(rig, calls[0])
    })

    expect(ended.map((one) => one.closedBy)).toEqual([closedBy])
  })

  test('when the bot throws is by the bot', async () => {
    const bot = actingBot(() => {
      throw new Error('out of ideas')
    })
    const ended = await endOf(bot, ({say}) => {
      say(start())
      return Promise.resolve()
    })

    expect(ended).toMatchObject([{closedBy: 'bot', code: 1011}])
  })

  test('is the last that is heard, also when the bot goes on', async () => {
    const bot = actingBot(async (call) => {
      await call.sleep(60_000).catch(() => undefined)
      call.mark('too late')
      call.metric('late', 1)
    })
    const events = await watched(bot, async (rig) => {
      rig.say(start())
      await hangUp(rig)
    })

    expect(events.at(-1)?.type).toBe('closed')
    expect(ofType(events, 'sent')).toEqual([])
  })
})

describe('call.metric', () => {
  test('is kept by name, in order, and told', async () => {
    const bot = actingBot((call) => {
      call.metric('model-ms', 120)
      call.metric('model-ms', 80.5)
      call.metric('__proto__', 1)
    })
    const events = await watched(bot, async (rig) => {
      rig.say(start())
      await hangUp(rig)
    })

    expect(ofType(events, 'metric').map(({name, value}) => [name, value])).toEqual([
      ['model-ms', 120],
      ['model-ms', 80.5],
      ['__proto__', 1],
    ])
    const {metrics = {}} = ofType(events, 'closed')[0]?.ended ?? {}
    expect(Object.entries(metrics)).toEqual([
      ['model-ms', [120, 80.5]],
      ['__proto__', [1]],
    ])
  })

  test('is bounded in names and in values a name', async () => {
    const bot = actingBot((call) => {
      for (let count = 0; count < 1500; count += 1) call.metric('one', count)
      for (let count = 0; count < 100; count += 1) call.metric(`name-${String(count)}`, 1)
    })
    const events = await watched(bot, async (rig) => {
      rig.say(start())
      await hangUp(rig)
    })

    const {metrics = {}} = ofType(events, 'closed')[0]?.ended ?? {}
    expect(Object.keys(metrics)).toHaveLength(50)
    expect(metrics['one']).toHaveLength(1000)
    expect(ofType(events, 'metric')).toHaveLength(1049)
  })
})

describe('a metric that cannot be kept', () => {
  const many = (call: BotCall) => {
    for (let count = 0; count < 1002; count += 1) call.metric('x', count)
  }
  const named = (call: BotCall) => {
    for (let count = 0; count < 52; count += 1) call.metric(`name-${String(count)}`, 1)
  }
  const giving =
    (name: unknown, value: unknown) =>
    (call: BotCall): void => {
      // What JavaScript may give.
      call.metric(name as string, value as number)
    }

  test.each([
    ['because it is not finite', giving('x', Number.NaN), /finite number for x.*NaN/],
    ['because it is no number', giving('x', '7'), /finite number for x.*a string/],
    ['because it has no name', giving('', 1), /1 to 64 characters/],
    ['because its name is long', giving('x'.repeat(65), 1), /1 to 64 characters/],
    ['because its name is no text', giving(7, 1), /1 to 64 characters/],
    ['because there are as many values', many, /1000 values/],
    ['because there are as many names', named, /50 are kept/],
  ])('%s is dropped, told once, and the call goes on', async (_, act, problem) => {
    const {log, lines} = keepingLogger()
    const bot = actingBot((call) => {
      act(call)
      act(call)
      call.mark('going on')
    })
    await withBot({bot, log}, async ({say, sleep, heard, closed}) => {
      say(start())
      await sleep(5)

      expect(heard).toMatchObject([{json: {mark: {name: 'going on'}}}])
      expect(closed).toEqual([])
    })

    const told = lines.filter(({message}) => message === 'a metric of the bot is not kept')
    expect(told).toMatchObject([
      {level: 'warn', values: {problem: expect.stringMatching(problem) as string}},
    ])
  })
})

describe('what a bot may not give', () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular

  const mistakes: readonly [string, (call: BotCall) => void, RegExp][] = [
    [
      'a message that is no object',
      (call) => {
        call.send('text' as never)
      },
      /takes an object/,
    ],
    [
      'a message that is a list',
      (call) => {
        call.send([] as never)
      },
      /takes an object/,
    ],
    [
      'a message in a circle',
      (call) => {
        call.send(circular)
      },
      /JSON cannot write/,
    ],
    [
      'a message with a bigint',
      (call) => {
        call.send({n: 1n})
      },
      /JSON cannot write/,
    ],
    [
      'a message that is nothing',
      (call) => {
        call.send({toJSON: () => undefined})
      },
      /JSON cannot/,
    ],
  ]
  test.each(mistakes)('is %s: it is told in a TypeError, and nothing is sent', async (...given) => {
    const [, act, sentence] = given
    let thrown: unknown
    const bot = actingBot((call) => {
      try {
        act(call)
      } catch (error) {
        thrown = error
      }
    })
    const events = await watched(bot, async (rig) => {
      rig.say(start())
      await hangUp(rig)
    })

    expect(thrown).toBeInstanceOf(TypeError)
    expect(String(thrown)).toMatch(sentence)
    expect(ofType(events, 'sent')).toEqual([])
  })
})

describe('what is known of a customer', () => {
  test('is asked for by the CallSid, once there is one', async () => {
    const asked: string[] = []
    const {bot, calls} = keepingBot()
    const customerOf = (callSid: string) => {
      asked.push(callSid)
      return {name: 'Asha'}
    }
    await withBot({bot, customerOf}, async ({say, sleep}) => {
      say(mark('first'))
      await sleep(205)
      expect(calls[0]?.customer).toEqual({})

      say(start())
      await sleep(5)
      expect(calls[0]?.customer).toEqual({name: 'Asha'})
    })

    expect(new Set(asked)).toEqual(new Set([identity.callSid]))
  })
})
