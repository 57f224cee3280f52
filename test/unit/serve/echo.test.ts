import {describe, expect, test} from 'vitest'

import {type Clock, virtualClock} from '../../../src/clock.js'
import {type Logger, silentLogger} from '../../../src/log.js'
import {type AckMode, echo} from '../../../src/serve/bots/echo.js'
import {BotEnd} from '../../../src/stream/bot/bot-end.js'
import type {PairedSocket} from '../../../src/stream/socket-pair.js'
import {socketPair} from '../../rig/socket-pair.js'
import {callerSays, keepingLogger} from '../stream/bot/bot-rig.js'
import {callBot} from './caller.js'

type Message = {
  readonly event: string
  readonly mark?: {readonly name: string}
  readonly dtmf?: object
}

type Line = {
  readonly heard: readonly Message[]
  say(message: object): void
  sleep(ms: number): Promise<void>
}

type Client = {
  readonly answers?: (message: Message) => readonly object[]
  readonly log?: Logger
}

/** A raw client of the echo, which says `answers` to each message. */
async function withEcho(
  ack: AckMode | undefined,
  script: (line: Line) => Promise<void>,
  {answers = () => [], log = silentLogger}: Client = {},
): Promise<readonly Message[]> {
  const clock = virtualClock()
  const heard: Message[] = []
  await clock.run(async () => {
    const [caller, socket] = socketPair(clock)
    new BotEnd(socket, {bot: echo({ack}), clock, log})
    const say = (message: object) => {
      caller.send(JSON.stringify(message))
    }
    caller.listen({
      message: (data) => {
        // What the echo sends are such messages; the tests say so.
        const message = JSON.parse(String(data)) as Message
        heard.push(message)
        answers(message).forEach(say)
      },
      closed: () => undefined,
    })
    say(callerSays.start())
    await script({heard, say, sleep: (ms) => clock.sleepUntil(clock.now() + ms)})
  })
  return heard
}

const clear = {event: 'clear', stream_sid: 's1'}
const eventsOf = (heard: readonly Message[]) => heard.map(({event}) => event)

/** Says all of these, and then waits a minute. */
const saying =
  (...messages: readonly object[]) =>
  async ({say, sleep}: Line) => {
    messages.forEach(say)
    await sleep(60_000)
  }

/** Says this again and again. */
const repeating =
  (message: object, {times, everyMs}: {times: number; everyMs: number}) =>
  async ({say, sleep}: Line) => {
    for (let time = 0; time < times; time += 1) {
      say(message)
      await sleep(everyMs)
    }
  }

const digit = {event: 'dtmf', stream_sid: 's1', dtmf: {digit: '5', duration: '120'}}

describe('what is acknowledged', () => {
  test.each([
    [undefined, ['mark', 'clear']],
    ['auto', ['mark', 'clear']],
    ['always', ['mark', 'clear', 'dtmf']],
    ['never', []],
  ] as const)('ack %s: of a mark, a clear and a digit, %j', async (ack, acknowledged) => {
    const heard = await withEcho(ack, saying(callerSays.mark('mine'), clear, digit))

    expect(eventsOf(heard)).toEqual(acknowledged)
  })

  test('a mark comes back under the same name', async () => {
    const heard = await withEcho('auto', saying(callerSays.mark('a name of mine')))

    expect(heard).toMatchObject([{event: 'mark', mark: {name: 'a name of mine'}}])
  })

  test('a digit comes back with its duration, and without one when it had none', async () => {
    const heard = await withEcho('always', saying(digit, callerSays.dtmf('#')))

    expect(heard.map(({dtmf}) => dtmf)).toEqual([{digit: '5', duration: '120'}, {digit: '#'}])
  })

  test('one key pressed again and again comes back each time', async () => {
    const heard = await withEcho('always', repeating(digit, {times: 300, everyMs: 200}))

    expect(heard).toHaveLength(300)
  })

  test('a clear each second comes back each time', async () => {
    const heard = await withEcho('auto', repeating(clear, {times: 10, everyMs: 1000}))

    expect(heard).toHaveLength(10)
  })

  test('one name again and again comes back each time to a client that returns no mark', async () => {
    const heard = await withEcho(
      'auto',
      repeating(callerSays.mark('mine'), {times: 40, everyMs: 5000}),
    )

    expect(heard).toHaveLength(40)
  })

  test('where more comes than is acknowledged, the log says so once', async () => {
    const {log, lines} = keepingLogger()

    const heard = await withEcho('auto', saying(...Array<object>(20).fill(clear)), {log})

    expect(heard).toHaveLength(1)
    expect(lines.filter(({message}) => message.includes('not all of it is answered'))).toHaveLength(
      1,
    )
  })

  test.each([
    ['without a name', ''],
    ['whose name nobody would remember', 'x'.repeat(300)],
  ])('a mark %s is not acknowledged, and the echo goes on', async (_, name) => {
    const heard = await withEcho('auto', saying(callerSays.mark(name), callerSays.mark('next')))

    expect(heard).toMatchObject([{mark: {name: 'next'}}])
  })
})

describe('no loop can start', () => {
  test('with Exotel, which returns every mark of the bot', async () => {
    const clock = virtualClock()

    const caller = await clock.run(async () => {
      const caller = callBot(echo({ack: 'always'}), {clock})
      await caller.listen(200)
      caller.exotel.sendMark('mine')
      caller.exotel.sendClear()
      caller.exotel.sendDigit('5')
      await caller.listen(5000)
      return caller
    })

    const sent = caller.events.flatMap((event) =>
      event.type === 'received' && !event.text.includes('"media"') ? [event.text] : [],
    )
    expect(sent).toHaveLength(3)
    expect(caller.marks()).toEqual(['mine'])
  })

  test('a mark that has come back may be used by the caller once more', async () => {
    const heard = await withEcho('auto', saying(...Array<object>(3).fill(callerSays.mark('mine'))))

    expect(heard).toHaveLength(2)
  })

  test.each([2, 5])('with a caller that returns every mark %i times', async (times) => {
    const heard = await withEcho('auto', saying(callerSays.mark('mine')), {
      answers: ({mark}) => (mark ? Array<object>(times).fill(callerSays.mark(mark.name)) : []),
    })

    expect(heard.length).toBeLessThanOrEqual(8)
  })

  test('with ten thousand marks under way, no more are sent than could be recognised again', async () => {
    const marks = Array.from({length: 10_050}, (_, index) => callerSays.mark(`m-${index}`))

    const heard = await withEcho('auto', async ({say, sleep}) => {
      for (const mark of marks) {
        say(mark)
        await sleep(0.2)
      }
    })

    expect(heard).toHaveLength(10_000)
  })

  /** Two echoes that are each other's caller, of which one is sent this first: how much both then say. */
  async function saidBetween(message: object, {delayMs = 40, forMs = 60_000} = {}) {
    const clock = virtualClock()
    let sent = 0
    const counted = (socket: PairedSocket) => {
      const {send} = socket
      socket.send = (...given) => {
        sent += 1
        send.apply(socket, given)
      }
      return socket
    }
    const echoing = (socket: PairedSocket, on: Clock) =>
      new BotEnd(counted(socket), {bot: echo({ack: 'always'}), clock: on, log: silentLogger})
    await clock.run(async () => {
      const [one, other] = socketPair(clock, delayMs)
      one.send(JSON.stringify(callerSays.start()))
      other.send(JSON.stringify(callerSays.start()))
      one.send(JSON.stringify(message))
      echoing(one, clock)
      echoing(other, clock)
      await clock.sleepUntil(forMs)
    })
    return sent
  }

  // The other answers; the one never sent any, takes that for the caller's own, and answers once.
  test.each([
    ['a clear', clear, 40],
    ['a clear', clear, 240],
    ['a mark', callerSays.mark('mine'), 40],
    ['a mark', callerSays.mark('mine'), 1900],
    ['a digit', digit, 40],
    ['a digit', digit, 70],
  ])(
    'between two echoes: %s is answered, and the answer is not (%#)',
    async (_, message, delayMs) => {
      expect(await saidBetween(message, {delayMs})).toBe(2)
    },
  )

  test.each([
    ['a clear', clear],
    ['a mark', callerSays.mark('mine')],
    ['a digit', digit],
  ])('for ever between two echoes whose answers all look new: %s', async (_, message) => {
    const day = 24 * 3_600_000

    expect(await saidBetween(message, {delayMs: 3000, forMs: day})).toBeLessThanOrEqual(2000)
  })
})
