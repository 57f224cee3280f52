import {EventEmitter} from 'node:events'

import {describe, expect, test} from 'vitest'

import {virtualClock, type VirtualClock} from '../../../src/clock.js'
import type {Logger} from '../../../src/log.js'
import {silentLogger} from '../../../src/log.js'
import {type LifeOptions, watchLife} from '../../../src/serve/life.js'

type Peer = {
  /** Says this every so often, from then on and until then. */
  says(what: 'message' | 'ping', every: {everyMs: number; untilMs: number}): void
  answersPings(untilMs: number): void
  closes(): void
}

/** A stream that is watched for so long, and what was done to it: a line each. */
async function watched(
  lastsMs: number,
  act: (peer: Peer, clock: VirtualClock) => void,
  options: Partial<LifeOptions> = {},
): Promise<readonly string[]> {
  const clock = virtualClock()
  const lines: string[] = []
  const note = (line: string) => lines.push(`${String(clock.now() / 1000)} s: ${line}`)
  const socket = new EventEmitter()
  let answersUntilMs = 0
  const ws = Object.assign(socket, {
    ping() {
      note('ping')
      if (clock.now() < answersUntilMs) socket.emit('pong')
    },
  })
  const log: Logger = {
    ...silentLogger,
    info: (values, message) => note(`${message} ${JSON.stringify(values)}`),
    warn: (values, message) => note(`${message} ${JSON.stringify(values)}`),
  }
  const end = {
    close(code: number, reason?: string) {
      note(`close ${String(code)}, ${String(reason)}`)
      socket.emit('close')
    },
    terminate() {
      note('terminate')
      socket.emit('close')
    },
  }
  const peer: Peer = {
    says(what, {everyMs, untilMs}) {
      const say = async () => {
        while (clock.now() + everyMs <= untilMs) {
          await clock.sleepUntil(clock.now() + everyMs)
          socket.emit(what)
        }
      }
      void say()
    },
    answersPings(untilMs) {
      answersUntilMs = untilMs
    },
    closes() {
      note('closed')
      socket.emit('close')
    },
  }

  await clock.run(async () => {
    watchLife(ws, end, {clock, log, ...options})
    act(peer, clock)
    await clock.sleepUntil(lastsMs)
  })
  return lines
}

const SECOND = 1000
const MINUTE = 60 * SECOND

describe('a stream is pinged', () => {
  test('every 30 s, and lives on when it answers', async () => {
    const lines = await watched(100 * SECOND, (peer) => {
      peer.answersPings(Infinity)
    })

    expect(lines).toEqual(['30 s: ping', '60 s: ping', '90 s: ping'])
  })

  test('until it has closed', async () => {
    const lines = await watched(10 * MINUTE, (peer, clock) => {
      peer.answersPings(Infinity)
      void clock.sleepUntil(70 * SECOND).then(() => {
        peer.closes()
      })
    })

    expect(lines).toEqual(['30 s: ping', '60 s: ping', '70 s: closed'])
  })
})

describe('a stream that answers no ping', () => {
  test('lives as long as media flows', async () => {
    const lines = await watched(5 * MINUTE - 1, (peer) => {
      peer.says('message', {everyMs: 20, untilMs: 5 * MINUTE})
    })

    expect(lines).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270].map((at) => `${at} s: ping`))
  })

  test('lives when it pings itself', async () => {
    const lines = await watched(
      150 * SECOND,
      (peer) => {
        peer.says('ping', {everyMs: 50 * SECOND, untilMs: 5 * MINUTE})
      },
      {pingMs: 40 * SECOND},
    )

    expect(lines).toEqual(['40 s: ping', '80 s: ping', '120 s: ping'])
  })

  test('and never says anything is half-open once its one ping has had as long again', async () => {
    const lines = await watched(10 * MINUTE, () => undefined)

    expect(lines).toEqual([
      '30 s: ping',
      '60 s: the connection is half-open; it is dropped {"category":"CONNECTION","silentMs":60000}',
      '60 s: terminate',
    ])
  })

  test('is half-open two ping intervals after its last message, not before', async () => {
    const lines = await watched(10 * MINUTE, (peer) => {
      peer.says('message', {everyMs: 20, untilMs: 45 * SECOND})
    })

    expect(lines.slice(-2)).toEqual([
      '105 s: the connection is half-open; it is dropped {"category":"CONNECTION","silentMs":60000}',
      '105 s: terminate',
    ])
  })

  test('any more is half-open two ping intervals after its last pong', async () => {
    const lines = await watched(10 * MINUTE, (peer) => {
      peer.answersPings(100 * SECOND)
    })

    expect(lines.at(-1)).toBe('150 s: terminate')
  })
})

describe('a stream that is too long', () => {
  test('without a message is closed with 1000, although its pings are answered', async () => {
    const lines = await watched(20 * MINUTE, (peer) => {
      peer.answersPings(Infinity)
      peer.says('message', {everyMs: SECOND, untilMs: 40 * SECOND})
    })

    expect(lines.slice(-2)).toEqual([
      '340 s: the stream is idle; it is closed {"category":"CONNECTION","idleMs":300000}',
      '340 s: close 1000, no message came for 5 minutes',
    ])
  })

  test('open is closed with 1000 after 60 minutes, whatever it says', async () => {
    const lines = await watched(2 * 60 * MINUTE, (peer) => {
      peer.says('message', {everyMs: SECOND, untilMs: 2 * 60 * MINUTE})
    })

    expect(lines.slice(-2)).toEqual([
      '3600 s: the stream has lasted as long as one may {"category":"CONNECTION","maxMs":3600000}',
      '3600 s: close 1000, a stream lasts 60 minutes at most',
    ])
    expect(lines).toHaveLength(119 + 2)
  })

  test('has the limits that it is given', async () => {
    const alive = (peer: Peer) => {
      peer.answersPings(Infinity)
    }

    const idle = await watched(MINUTE, alive, {idleMs: 10 * SECOND})
    const long = await watched(MINUTE, alive, {maxMs: 15 * SECOND, pingMs: 5 * SECOND})

    expect(idle.at(-1)).toBe('10 s: close 1000, no message came for 10 s')
    expect(long.at(-1)).toBe('15 s: close 1000, a stream lasts 15 s at most')
  })
})

describe('a server that was kept from looking for minutes', () => {
  /** A clock on which nobody was woken in time, and what had arrived meanwhile is heard a turn later. */
  function stalledClock(heard: () => void) {
    const clock = virtualClock()
    let lateMs = 0
    let sleeps = 0
    return {
      ...clock,
      now: () => clock.now() + lateMs,
      async sleepUntil(deadline: number, signal?: AbortSignal) {
        sleeps += 1
        if (sleeps === 2) heard()
        if (sleeps > 2)
          await new Promise((_resolve, reject) => signal?.addEventListener('abort', reject))
        lateMs = sleeps === 1 ? 200 * SECOND : lateMs
        await Promise.resolve(deadline)
      },
    }
  }

  test('hears first what has arrived meanwhile, and drops no one for its own absence', async () => {
    const socket = new EventEmitter()
    const pinged = new Promise<void>((resolve) => {
      const ws = Object.assign(socket, {ping: resolve})
      const end = {
        close: () => socket.emit('dropped'),
        terminate: () => socket.emit('dropped'),
      }
      const clock = stalledClock(() => socket.emit('message'))
      watchLife(ws, end, {clock, log: silentLogger})
    })
    let isDropped = false
    socket.on('dropped', () => (isDropped = true))

    await pinged

    expect(isDropped).toBe(false)
    socket.emit('close')
  })
})

describe('a watch that breaks', () => {
  test('drops its stream, and nothing else', async () => {
    const clock = virtualClock()
    const errors: object[] = []
    const log: Logger = {...silentLogger, error: (values) => errors.push(values)}
    const ws = Object.assign(new EventEmitter(), {
      ping() {
        throw new Error('no ping')
      },
    })

    const dropped = await clock.run(async () => {
      return new Promise<string>((resolve) => {
        const close = () => undefined
        const terminate = () => {
          resolve(`dropped at ${String(clock.now())} ms`)
        }
        watchLife(ws, {close, terminate}, {clock, log})
      })
    })

    expect(dropped).toBe('dropped at 30000 ms')
    expect(errors).toEqual([{category: 'ERROR', err: new Error('no ping')}])
  })
})
