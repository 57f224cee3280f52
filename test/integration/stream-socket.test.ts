import {describe, expect, onTestFinished, test} from 'vitest'
import type {WebSocket} from 'ws'

import {systemClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import type {StreamEvent} from '../../src/protocol/events.js'
import {profiles} from '../../src/protocol/profiles.js'
import {seededRandom} from '../../src/random.js'
import {BotEnd} from '../../src/stream/bot/bot-end.js'
import type {Bot} from '../../src/stream/bot/bot.js'
import {ExotelEnd} from '../../src/stream/exotel/exotel-end.js'
import {makeIdentity} from '../../src/stream/exotel/identity.js'
import {MAX_MESSAGE_BYTES, overWebSocket, type StreamSocket} from '../../src/stream/socket.js'
import {dialUp, listenBot} from './stream-rig.js'

type Closed = {readonly code: number; readonly reason: string}
type Ear = {readonly heard: (string | Uint8Array)[]; readonly closed: Promise<Closed>}

function listenTo(socket: StreamSocket): Ear {
  const heard: (string | Uint8Array)[] = []
  const closed = new Promise<Closed>((resolve) => {
    socket.listen({
      message: (data) => heard.push(data),
      closed: (code, reason) => {
        resolve({code, reason})
      },
    })
  })
  return {heard, closed}
}

async function socketTo(serve: (ws: WebSocket) => unknown): Promise<StreamSocket> {
  const {port} = await listenBot(serve)
  const {socket} = await dialUp(`ws://127.0.0.1:${port}/`)
  onTestFinished(() => {
    socket.terminate()
  })
  return socket
}

describe('a socket', () => {
  test('hears text as a string and a binary message as bytes, then the close', async () => {
    const socket = await socketTo((ws) => {
      ws.send('text')
      ws.send(Buffer.from([0, 255]))
      ws.send(Buffer.from('text in bytes'), {binary: false})
      ws.close(4000, 'bye')
    })

    const {heard, closed} = listenTo(socket)

    expect(await closed).toEqual({code: 4000, reason: 'bye'})
    expect(heard).toEqual(['text', Buffer.from([0, 255]), 'text in bytes'])
  })

  test('says what it is told, and after its close nothing', async () => {
    const peers: Ear[] = []
    const socket = await socketTo((ws) => peers.push(listenTo(overWebSocket(ws))))
    const {closed} = listenTo(socket)

    socket.send('hello')
    socket.close(1000, 'done')
    socket.send('too late')

    expect(await closed).toEqual({code: 1000, reason: 'done'})
    socket.send('far too late')
    expect(peers.map(({heard}) => heard)).toEqual([['hello']])
    expect(socket.dropped()).toBe(0)
  })

  test('counts what a peer that reads nothing would have been sent, instead of keeping it', async () => {
    const socket = await socketTo((ws) => {
      ws.pause()
    })
    const before = process.memoryUsage().rss

    for (let sent = 0; sent < 64; sent += 1) socket.send('x'.repeat(1024 * 1024))

    expect(socket.dropped()).toBeGreaterThan(50)
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * 1024 * 1024)
    socket.terminate()
  })

  test.each<{what: string; act: (ws: WebSocket) => void; code: number}>([
    {
      what: 'drops the connection',
      act: (ws) => {
        ws.terminate()
      },
      code: 1006,
    },
    {
      what: 'closes without a code',
      act: (ws) => {
        ws.close()
      },
      code: 1005,
    },
    {
      what: 'sends a message of more than 16 MiB',
      act: (ws) => {
        ws.send('x'.repeat(MAX_MESSAGE_BYTES + 1))
      },
      code: 1009,
    },
    {
      what: 'sends text that is not UTF-8',
      act: (ws) => {
        ws.send(Buffer.from([0xff]), {binary: false})
      },
      code: 1007,
    },
  ])('closes with $code when its peer $what', async ({act, code}) => {
    const {closed, heard} = listenTo(await socketTo(act))

    expect(await closed).toEqual({code, reason: ''})
    expect(heard).toEqual([])
  })

  test('hears a message of 16 MiB', async () => {
    const socket = await socketTo((ws) => {
      ws.send('x'.repeat(MAX_MESSAGE_BYTES), () => {
        ws.close(1000)
      })
    })

    const {heard, closed} = listenTo(socket)

    expect(await closed).toMatchObject({code: 1000})
    expect(heard.map(({length}) => length)).toEqual([MAX_MESSAGE_BYTES])
  })

  test('tells the peer whose message was too large with 1009', async () => {
    const told = new Promise<number>((resolve) => {
      void socketTo((ws) => {
        ws.on('close', resolve)
        ws.send('x'.repeat(MAX_MESSAGE_BYTES + 1))
      }).then(listenTo)
    })

    expect(await told).toBe(1009)
  })
})

describe('a socket whose reader is slow', () => {
  /** A socket, its peer that reads nothing, and what that hears once it reads again, up to `last`. */
  async function slowReader() {
    let opened: (peer: WebSocket) => void = () => undefined
    const peering = new Promise<WebSocket>((resolve) => {
      opened = resolve
    })
    const socket = await socketTo((ws) => {
      ws.pause()
      opened(ws)
    })
    const peer = await peering
    const readAll = async (): Promise<string[]> => {
      const heard: string[] = []
      const isOver = new Promise<void>((resolve) => {
        peer.on('message', (data: Buffer) => {
          heard.push(data.toString('utf8'))
          if (heard.at(-1) === 'last') resolve()
        })
        peer.on('close', () => {
          resolve()
        })
      })
      peer.resume()
      await isOver
      return heard
    }
    return {socket, peer, readAll}
  }

  const PAYLOAD = 'A'.repeat(8000)
  const media = (number: number) =>
    JSON.stringify({event: 'media', number, media: {payload: PAYLOAD}})
  const mark = (number: number) =>
    JSON.stringify({event: 'mark', number, mark: {name: '{"event":"media"}'}})
  const numbersOf = (messages: readonly string[], event: string) =>
    messages
      .filter((message) => message.startsWith(`{"event":"${event}"`))
      .map((message) => Number(/"number":(\d+)/.exec(message)?.[1]))

  test('loses its oldest audio that waits, counted, and nothing else; what is heard is in order', async () => {
    const {socket, readAll} = await slowReader()
    const sent = Array.from({length: 4000}, (_, number) => number)

    for (const number of sent) socket.send(number % 10 === 0 ? mark(number) : media(number))
    socket.send('last')
    const lost = socket.dropped()
    const heard = await readAll()

    const numbers = heard.slice(0, -1).map((text) => Number(/"number":(\d+)/.exec(text)?.[1]))
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other))
    expect(numbersOf(heard, 'mark')).toEqual(sent.filter((number) => number % 10 === 0))
    const missing = sent.filter((number) => number % 10 !== 0 && !numbers.includes(number))
    expect(missing).toHaveLength(lost)
    expect(lost).toBeGreaterThan(500)
    expect(socket.dropped()).toBe(lost)
    // One gap, behind what was on its way already and before what is newest.
    const [first = 0, last = 0] = [missing[0], missing.at(-1)]
    expect(missing).toEqual(
      sent.filter((number) => number >= first && number <= last && number % 10 !== 0),
    )
    expect(first).toBeGreaterThan(30)
    expect(last).toBeLessThan(3600)
  })

  test('loses its oldest marks only when no audio is left to lose', async () => {
    const {socket, readAll} = await slowReader()
    const text = (number: number) => JSON.stringify({event: 'clear', number, filler: PAYLOAD})

    for (let number = 0; number < 400; number += 1) socket.send(media(number))
    for (let number = 400; number < 4000; number += 1) socket.send(text(number))
    socket.send('last')
    const heard = await readAll()

    const clears = numbersOf(heard, 'clear')
    expect(clears.length).toBeLessThan(3600)
    expect(clears.at(-1)).toBe(3999)
    expect(numbersOf(heard, 'media').length + clears.length + socket.dropped()).toBe(4000)
  })

  test('sends at once again when all has been read', async () => {
    const {socket, readAll} = await slowReader()
    for (let number = 0; number < 4000; number += 1) socket.send(media(number))
    socket.send('last')
    const lost = socket.dropped()
    await readAll()

    socket.send(media(1))
    socket.send('binary', true)
    socket.send('last')

    expect(await readAll()).toEqual([media(1), 'binary', 'last'])
    expect(socket.dropped()).toBe(lost)
  })

  test('closes behind what waits, and sends nothing of what comes then', async () => {
    const {socket, readAll} = await slowReader()
    const {closed} = listenTo(socket)
    for (let number = 0; number < 4000; number += 1) socket.send(media(number))
    const lost = socket.dropped()

    socket.close(1000, 'done')
    socket.send('too late')
    const heard = await readAll()

    expect(lost).toBeGreaterThan(500)
    expect(heard).toHaveLength(4000 - lost)
    expect(heard.at(-1)).toBe(media(3999))
    expect(await closed).toEqual({code: 1000, reason: 'done'})
    expect(socket.dropped()).toBe(lost)
  })

  test('lets what waits go when its peer drops the connection, and counts it', async () => {
    const {socket, peer} = await slowReader()
    const {closed} = listenTo(socket)
    for (let number = 0; number < 4000; number += 1) socket.send(media(number))
    const lost = socket.dropped()

    peer.terminate()

    expect(await closed).toEqual({code: 1006, reason: ''})
    expect(socket.dropped()).toBeGreaterThan(lost + 400)
  })

  test('holds no more than a few MiB for it, however small the messages are', async () => {
    const {socket} = await slowReader()

    for (let number = 0; number < 4000; number += 1) socket.send(media(number))
    const before = socket.dropped()
    for (let sent = 0; sent < 200_000; sent += 1) socket.send('')

    // 64 bytes are counted for each, and 4 MiB may wait.
    expect(socket.dropped() - before).toBeGreaterThan(200_000 - (4 * 1024 * 1024) / 64)
    socket.terminate()
  })
})

describe('both ends over a real socket', () => {
  const echo: Bot = async (call) => {
    for await (const event of call.events) {
      if (event.type === 'audio') call.playPayload(event.payload)
      if (event.type === 'dtmf') call.mark(`digit ${event.digit}`)
    }
  }

  test('hold a call: audio there and back, a digit, a mark, and the end', async () => {
    const ends: Promise<void>[] = []
    const socket = await socketTo((ws) => {
      const end = new BotEnd(overWebSocket(ws), {bot: echo, clock: systemClock, log: silentLogger})
      ends.push(end.done)
    })
    const events: StreamEvent[] = []
    const exotel = new ExotelEnd(socket, {
      identity: makeIdentity(seededRandom(1), systemClock.wallNow()),
      profile: profiles['docs-strings'],
      sampleRateHz: 8000,
      customParameters: {},
      clear: 'packet',
      marksOnClear: 'drop',
      handshakeMs: 1,
      clock: systemClock,
      record(event) {
        events.push(event)
        if (event.type === 'mark-echoed') exotel.hangUp('stop')
      },
    })

    exotel.start()
    await speakUntilClosed(exotel)
    await Promise.all(ends)

    const audio = events.filter(({type}) => type === 'bot-audio')
    expect(audio.length).toBeGreaterThan(0)
    expect(audio).toEqual(audio.map((event) => ({...event, audioMs: 20, audible: true})))
    expect(events.find(({type}) => type === 'mark-echoed')).toMatchObject({name: 'digit 7'})
    expect(events.at(-1)).toMatchObject({
      type: 'closed',
      closing: {by: 'caller', code: 1000, reason: 'callended'},
    })
  })
})

/** Speaks on time, and presses 7 after 100 ms. */
async function speakUntilClosed(exotel: ExotelEnd): Promise<void> {
  const startedAt = systemClock.now()
  const caller = new Int16Array(160).fill(5000)
  for (let tick = 0; exotel.isOpen(); tick += 1) {
    exotel.tick(tick * 20)
    exotel.sendAudio(caller, tick * 20)
    if (tick === 5) exotel.sendDigit('7')
    await systemClock.sleepUntil(startedAt + (tick + 1) * 20)
  }
}
