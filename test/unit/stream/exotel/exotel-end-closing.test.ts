import {describe, expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import type {StreamSocket} from '../../../../src/stream/socket.js'
import {botMessage, createRig, eventsOf, identity, rulesOf, withExotel} from './exotel-rig.js'

describe('the caller hangs up', () => {
  test('with stop: the message, then close 1000', async () => {
    await withExotel({}, async ({exotel, heard, botClosed, sleep}) => {
      exotel.hangUp('stop')
      await sleep(5)

      expect(heard.at(-1)?.json).toEqual({
        event: 'stop',
        sequence_number: '2',
        stream_sid: identity.streamSid,
        stop: {call_sid: identity.callSid, account_sid: 'exostream1', reason: 'callended'},
      })
      expect(botClosed).toEqual([{atMs: 1, code: 1000, reason: ''}])
    })
  })

  test.each([
    {how: 'stop', reason: 'callended', closing: {by: 'caller', code: 1000, reason: 'callended'}},
    {how: 'stop', reason: 'stopped', closing: {by: 'caller', code: 1000, reason: 'stopped'}},
    {how: 'close', reason: 'callended', closing: {by: 'caller', code: 1000}},
    {how: 'abort', reason: 'callended', closing: {by: 'caller', code: 1006}},
  ] as const)(
    '$how ($reason) is recorded as what the caller did',
    async ({how, reason, closing}) => {
      await withExotel({}, async ({exotel, events, botClosed, sleep}) => {
        exotel.hangUp(how, reason)
        await sleep(5)

        expect(await exotel.closed).toEqual(closing)
        expect(eventsOf(events, 'closed').map((event) => event.closing)).toEqual([closing])
        expect(exotel.isOpen()).toBe(false)
        expect(botClosed.map(({code}) => code)).toEqual([closing.code])
      })
    },
  )

  test.each(['close', 'abort'] as const)('with %s: no stop is sent', async (how) => {
    await withExotel({}, async ({exotel, heard, sleep}) => {
      exotel.hangUp(how)
      await sleep(5)

      expect(heard.map(({json}) => json['event'])).toEqual(['connected', 'start'])
    })
  })

  test('only once', async () => {
    await withExotel({}, async ({exotel, heard, sleep}) => {
      exotel.hangUp('stop')
      exotel.hangUp('stop', 'stopped')
      exotel.hangUp('abort')
      await sleep(5)

      expect(heard.filter(({json}) => json['event'] === 'stop')).toHaveLength(1)
      expect(await exotel.closed).toMatchObject({code: 1000, reason: 'callended'})
    })
  })

  test('and says nothing more: no audio, no digits, no marks', async () => {
    await withExotel({}, async ({exotel, bot, heard, events, ticks}) => {
      bot.send(botMessage.mark('m'))
      await ticks(1)
      exotel.hangUp('stop')
      exotel.sendAudio(new Int16Array(160), 20)
      exotel.sendDigit('1')
      exotel.tick(20)
      await exotel.closed

      expect(heard.at(-1)?.json['event']).toBe('stop')
      expect(eventsOf(events, 'mark-echoed')).toEqual([])
      expect(eventsOf(events, 'sent').map(({text}) => text)).toHaveLength(3)
    })
  })
})

describe('a bot that is told to close', () => {
  /** What is done to the socket once the caller has hung up at 100 ms, with the time. */
  const afterHangUp = async (answersAfterMs: number | undefined) => {
    const clock = virtualClock()
    const done: string[] = []
    let closed: (code: number) => void = () => undefined
    const note = (what: string) => done.push(`${what} at ${String(clock.now())} ms`)
    const socket: StreamSocket = {
      send: () => undefined,
      pause: () => undefined,
      close() {
        note('close')
        if (answersAfterMs === undefined) return
        void clock.sleepUntil(clock.now() + answersAfterMs).then(() => {
          closed(1000)
        })
      },
      terminate() {
        note('terminate')
        closed(1006)
      },
      dropped: () => 0,
      listen(listener) {
        closed = (code) => {
          listener.closed(code, '')
        }
      },
    }
    const closing = await clock.run(async () => {
      const {exotel} = createRig(clock, {socket})
      exotel.start()
      await clock.sleepUntil(100)
      exotel.hangUp('stop')
      await clock.sleepUntil(10_000)
      return exotel.closed
    })
    return {done, closing}
  }

  test('and never answers is dropped after 2 s', async () => {
    expect(await afterHangUp(undefined)).toEqual({
      done: ['close at 100 ms', 'terminate at 2100 ms'],
      closing: {by: 'caller', code: 1006, reason: 'callended'},
    })
  })

  test('and answers in time is left alone', async () => {
    expect(await afterHangUp(1999)).toEqual({
      done: ['close at 100 ms'],
      closing: {by: 'caller', code: 1000, reason: 'callended'},
    })
  })
})

describe('the bot closes', () => {
  test.each([
    {code: 1000, reason: '', closing: {by: 'bot', code: 1000}, rules: []},
    {
      code: 4000,
      reason: 'bye',
      closing: {by: 'bot', code: 4000, reason: 'bye'},
      rules: ['close-not-1000'],
    },
    {code: 1005, reason: '', closing: {by: 'bot', code: 1005}, rules: ['close-not-1000']},
    {
      code: 1011,
      reason: 'oops',
      closing: {by: 'bot', code: 1011, reason: 'oops'},
      rules: ['close-not-1000'],
    },
  ])('with $code', async ({code, reason, closing, rules}) => {
    await withExotel({}, async ({exotel, bot, events}) => {
      bot.close(code, reason)

      expect(await exotel.closed).toEqual(closing)
      expect(rulesOf(events)).toEqual(rules)
    })
  })

  test('without a close frame, and the network is named', async () => {
    await withExotel({}, async ({exotel, bot}) => {
      bot.terminate()

      expect(await exotel.closed).toEqual({by: 'network', code: 1006})
    })
  })

  test('and what it had sent and nobody heard is counted', async () => {
    await withExotel({}, async ({exotel, bot, events, ticks}) => {
      bot.send(botMessage.media(3200))
      await ticks(4)
      bot.close(1000)
      await exotel.closed

      expect(eventsOf(events, 'closed')).toMatchObject([{atMs: 61, unheardMs: 140}])
    })
  })

  test('and nothing of what the caller says later goes out or is recorded', async () => {
    await withExotel({}, async ({exotel, bot, events}) => {
      bot.send(botMessage.mark('m'))
      bot.close(1000)
      await exotel.closed
      const recorded = events.length

      exotel.tick(0)
      exotel.sendAudio(new Int16Array(160), 0)
      exotel.sendDigit('1')
      exotel.hangUp('stop')

      expect(events).toHaveLength(recorded)
    })
  })
})
