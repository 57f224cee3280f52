import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {connect} from 'node:net'

import {describe, expect, test} from 'vitest'
import type {WebSocket} from 'ws'

import {systemClock} from '../../src/clock.js'
import {type Random, seededRandom} from '../../src/random.js'
import {opensRelay} from '../../src/serve/relay/relay.js'
import {
  callRelay,
  closeOf,
  CONNECTED,
  Inbox,
  media,
  type Message,
  relayTo,
  START,
} from './relay-rig.js'
import type {StreamSocket} from '../../src/stream/socket.js'
import {type Bot, listenBot, listenTcp} from './stream-rig.js'

const urlOf = ({port}: {readonly port: number}) => `ws://127.0.0.1:${String(port)}/bot`

/** A bot whose one socket the test holds in its hands. */
async function oneBot(): Promise<Bot & {readonly socket: Promise<WebSocket>}> {
  let connected: (ws: WebSocket) => void = () => undefined
  const socket = new Promise<WebSocket>((resolve) => {
    connected = resolve
  })
  return {...(await listenBot(connected)), socket}
}

/** Relay, caller and bot, all connected. */
async function connected(options: Parameters<typeof relayTo>[1] = {}) {
  const bot = await oneBot()
  const rig = await relayTo(urlOf(bot), options)
  const caller = await callRelay(rig)
  const socket = await bot.socket
  await rig.logged('the bot was reached')
  return {rig, caller, bot: socket}
}

function randomBytes(random: Random, most: number): Buffer {
  return Buffer.from(Array.from({length: random.below(most)}, () => random.below(256)))
}

/** Messages of every kind that a bad day brings. */
function randomMessage(random: Random): Message {
  const kind = random.below(8)
  if (kind === 0) return {data: randomBytes(random, 2000), isBinary: true}
  if (kind === 1) return {data: Buffer.from('{"event":"media","media":{"payl'), isBinary: false}
  if (kind === 2) return {data: Buffer.from('\ufeff स्वागत \u0000 ₹ \u{1f642} '), isBinary: false}
  if (kind === 3) return {data: Buffer.from(''), isBinary: random.below(2) === 0}
  if (kind === 4) return {data: Buffer.from(CONNECTED + '\n'), isBinary: true}
  if (kind === 5 && random.below(20) === 0) {
    return {data: Buffer.from(media(Buffer.alloc(90_001, 7))), isBinary: false}
  }
  if (kind === 6)
    return {data: Buffer.from('{"event":"mark","mark":{"name":"ä"}}'), isBinary: false}
  return {data: Buffer.from(media(randomBytes(random, 700))), isBinary: false}
}

function hashOf(messages: readonly Message[]): string {
  const hash = createHash('sha256')
  for (const {data, isBinary} of messages) {
    hash.update(`${isBinary ? 'binary' : 'text'} ${String(data.length)}\n`).update(data)
  }
  return hash.digest('hex')
}

const BATCH = 100

/** In batches, because what one end is too slow to take is dropped by design. */
async function sendAll(ws: WebSocket, messages: readonly Message[], inbox: Inbox): Promise<void> {
  for (let at = 0; at < messages.length; at += BATCH) {
    const batch = messages.slice(at, at + BATCH)
    for (const {data, isBinary} of batch) ws.send(data, {binary: isBinary})
    await inbox.received(at + batch.length)
  }
}

test('every message arrives as it was sent and in order, both ways at once', async () => {
  const random = seededRandom(4)
  const sent = {
    caller: Array.from({length: 3000}, () => randomMessage(random)),
    bot: Array.from({length: 3000}, () => randomMessage(random)),
  }
  const {caller, bot} = await connected()
  const heard = {caller: new Inbox(caller), bot: new Inbox(bot)}

  await Promise.all([sendAll(caller, sent.caller, heard.bot), sendAll(bot, sent.bot, heard.caller)])

  expect(hashOf(heard.bot.messages)).toBe(hashOf(sent.caller))
  expect(hashOf(heard.caller.messages)).toBe(hashOf(sent.bot))
})

test('what the caller sends while the bot is dialled reaches it first and in order', async () => {
  let open: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    open = resolve
  })
  const bot = await oneBot()
  const gate = await listenTcp((socket) => {
    socket.pause()
    void held.then(() => {
      const onwards = connect(bot.port, '127.0.0.1')
      onwards.on('error', () => undefined)
      socket.pipe(onwards).pipe(socket)
    })
  })
  const rig = await relayTo(urlOf(gate))
  const caller = await callRelay(rig)

  const early = [CONNECTED, START, ...Array.from({length: 50}, (_, index) => `{"n":${index}}`)]
  for (const text of early) caller.send(text)
  // Answered by the server, so that all before it has been handled there.
  caller.ping()
  await once(caller, 'pong')
  open()
  const inbox = new Inbox(await bot.socket)
  caller.send('the last')
  await inbox.received(early.length + 1)

  expect(inbox.texts).toEqual([...early, 'the last'])
})

describe('a close', () => {
  const CODES = [
    [1000, ''],
    [1001, 'going away'],
    [1008, 'refused credentials'],
    [1011, 'handler failed: ₹'],
    [4400, 'of its own'],
  ] as const

  test.each(CODES)('of the bot with %i reaches the caller as it is', async (code, reason) => {
    const {caller, bot, rig} = await connected()

    bot.close(code, reason)

    expect(await closeOf(caller)).toEqual([code, reason])
    expect(await rig.ended()).toMatchObject({code, reason, closedBy: 'bot'})
  })

  test.each(CODES)('of the caller with %i reaches the bot as it is', async (code, reason) => {
    const {caller, bot, rig} = await connected()

    caller.close(code, reason)

    expect(await closeOf(bot)).toEqual([code, reason])
    expect(await rig.ended()).toMatchObject({code, reason, closedBy: 'caller'})
  })

  test('without a code is passed on without a code', async () => {
    const {caller, bot} = await connected()

    bot.close()

    expect(await closeOf(caller)).toEqual([1005, ''])
  })

  test('comes after the last words before it', async () => {
    const {caller, bot} = await connected()
    const inbox = new Inbox(caller)

    bot.send('goodbye')
    bot.close(1000)
    await closeOf(caller)

    expect(inbox.texts).toEqual(['goodbye'])
  })

  test('right after the upgrade, before any start, reaches the caller', async () => {
    const bot = await listenBot((ws) => {
      ws.close(1008, 'no credentials')
    })
    const rig = await relayTo(urlOf(bot))

    const caller = await callRelay(rig)

    expect(await closeOf(caller)).toEqual([1008, 'no credentials'])
  })
})

test('a bot that resets drops the caller, too', async () => {
  const {caller, bot, rig} = await connected()
  caller.send(START)
  await once(bot, 'message')

  bot.terminate()

  expect(await closeOf(caller)).toEqual([1006, ''])
  expect(await rig.ended()).toMatchObject({code: 1006, closedBy: 'network'})
  expect((await rig.logged('the bot behind the relay was judged')).values).toMatchObject({
    firstClosed: 'bot',
  })
})

test('a caller that resets drops the bot, too', async () => {
  const {caller, bot, rig} = await connected()

  caller.terminate()

  expect(await closeOf(bot)).toEqual([1006, ''])
  expect((await rig.logged('the bot behind the relay was judged')).values).toMatchObject({
    firstClosed: 'caller',
  })
})

test('a caller that leaves while the bot is dialled ends the dialling', async () => {
  let left: () => void = () => undefined
  const hungUp = new Promise<void>((resolve) => {
    left = resolve
  })
  let asked: () => void = () => undefined
  const dialled = new Promise<void>((resolve) => {
    asked = resolve
  })
  const silent = await listenTcp((socket) => {
    socket.once('data', asked)
    socket.on('close', left)
  })
  const rig = await relayTo(urlOf(silent))
  const caller = await callRelay(rig)
  await dialled

  caller.close(1000)
  await hungUp

  expect(await rig.ended()).toMatchObject({code: 1000, closedBy: 'caller', sent: {}})
  expect(silent.connections()).toBe(1)
  expect(rig.lines.filter(({level}) => level === 'error')).toEqual([])
})

test('what was held for a bot that never came is counted, and the bot is not said to be judged', async () => {
  let asked: () => void = () => undefined
  const dialled = new Promise<void>((resolve) => {
    asked = resolve
  })
  const silent = await listenTcp((socket) => {
    socket.once('data', asked)
  })
  const rig = await relayTo(urlOf(silent))
  const caller = await callRelay(rig)
  await dialled

  caller.send(START)
  for (let count = 0; count < 50; count += 1) caller.send(media(new Uint8Array(320)))
  caller.send('{"event":"stop","stop":{"reason":"callended"}}')
  caller.close(1000)

  // All of it: start, 50 media and stop.
  expect(await rig.ended()).toMatchObject({audioDropped: 52, received: {media: 50}, sent: {}})
  const {values} = await rig.logged('the bot behind the relay was never reached')
  expect(values).toMatchObject({firstClosed: 'caller', heldDropped: 52})
  expect(rig.lines.map(({message}) => message)).not.toContain('the bot behind the relay was judged')
})

test.each(['caller', 'bot'] as const)(
  'a failure of our own at the %s’s message ends that stream with 1011, and goes no further',
  async (from) => {
    const failing = (socket: StreamSocket): StreamSocket => ({
      ...socket,
      send() {
        throw new Error('out of luck')
      },
      listen: ({message, closed}) => {
        socket.listen({
          closed,
          // No message at all: it cannot be sent on.
          message: (data) => {
            message(from === 'caller' ? ({} as never) : data)
          },
        })
      },
    })
    const {rig, caller, bot} = await connected({wrap: failing})
    const closes = Promise.all([closeOf(caller), closeOf(bot)])

    if (from === 'caller') caller.send('{"event":"connected"}')
    else bot.send('hello')

    expect(await closes).toEqual([
      [1011, 'exostream failed'],
      [1011, 'exostream failed'],
    ])
    expect(await rig.logged('exostream failed; the stream is closed with 1011')).toMatchObject({
      level: 'error',
      values: {category: 'ERROR'},
    })
  },
)

test('a bot that cannot be reached closes the caller with 1011, and the log says what Exotel would', async () => {
  const refusing = await listenTcp((socket) => {
    socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')
  })
  const rig = await relayTo(urlOf(refusing))

  const caller = await callRelay(rig)

  expect(await closeOf(caller)).toEqual([1011, 'the bot could not be reached'])
  const {level, values} = await rig.logged('the bot could not be reached')
  expect(level).toBe('error')
  expect(values).toMatchObject({
    category: 'ERROR',
    code: 'EXO_UPGRADE_REFUSED',
    reason: expect.stringMatching(/answered 404 instead of opening a WebSocket/) as string,
    hint: expect.stringMatching(/^Check the path/) as string,
    exotelError:
      '3009 failed to establish ws conn expected handshake response status code 101 but got 404',
  })
  expect(refusing.connections()).toBe(2)
  expect(await rig.ended()).toMatchObject({code: 1011, closedBy: 'server'})
})

test('a bot that does not read loses audio, which is counted, and what it gets is in order', async () => {
  const {caller, bot, rig} = await connected()
  caller.send(START)
  await once(bot, 'message')
  bot.pause()
  const count = 400
  const sound = Buffer.alloc(75_000).toString('base64')

  for (let index = 0; index < count; index += 1) {
    const message = {event: 'media', media: {chunk: String(index), payload: sound}}
    await new Promise((sent) => {
      caller.send(JSON.stringify(message), sent)
    })
  }
  caller.ping()
  await once(caller, 'pong')
  const chunks: number[] = []
  bot.on('message', (data: Buffer) => {
    const {media: one} = JSON.parse(data.toString('utf8')) as {media: {chunk: string}}
    chunks.push(Number(one.chunk))
  })
  bot.resume()
  caller.close(1000)
  const ended = await rig.ended()

  expect(ended.audioDropped).toBeGreaterThan(0)
  expect(ended.received).toMatchObject({media: count})
  expect(ended.botFindings?.map(({rule}) => rule)).toContain('receive-loop-blocked')
  await closeOf(bot)
  expect(chunks).toEqual(chunks.toSorted((one, other) => one - other))
  expect(chunks.length).toBeLessThan(count)
})

test('a server that shuts down closes both ends with its code', async () => {
  const {caller, bot, rig} = await connected()
  const closes = Promise.all([closeOf(caller), closeOf(bot)])

  rig.server.ends[0]?.close(1001, 'over')

  expect(await closes).toEqual([
    [1001, 'over'],
    [1001, 'over'],
  ])
  expect(await rig.ended()).toMatchObject({code: 1001, reason: 'over', closedBy: 'server'})
})

describe('the bot is dialled', () => {
  test('with what the incoming URL says, where its own URL is silent', async () => {
    const bot = await oneBot()
    const rig = await relayTo(`${urlOf(bot)}?mode=a%20b`)

    await callRelay(rig, '/media?sample-rate=16000&mode=other&name=A%26B')
    await bot.socket

    expect(bot.requests[0]?.url).toBe('/bot?mode=a%20b&sample-rate=16000&name=A%26B')
  })

  test("with the caller's Authorization", async () => {
    const bot = await oneBot()
    const rig = await relayTo(urlOf(bot))

    await callRelay(rig, '/media', {Authorization: 'Basic a2V5OnRva2Vu'})
    await bot.socket

    expect(bot.requests[0]?.headers.authorization).toBe('Basic a2V5OnRva2Vu')
    expect(JSON.stringify(rig.lines)).not.toContain('a2V5OnRva2Vu')
  })

  test("with the credentials of its own URL instead of the caller's", async () => {
    const bot = await oneBot()
    const rig = await relayTo(urlOf(bot).replace('://', '://me:secret@'))

    await callRelay(rig, '/media', {Authorization: 'Basic a2V5OnRva2Vu'})
    await bot.socket

    const own = Buffer.from('me:secret').toString('base64')
    expect(bot.requests[0]?.headers.authorization).toBe(`Basic ${own}`)
  })

  test('only by a URL that names a WebSocket', () => {
    expect(() => opensRelay({to: 'bot.example/media', clock: systemClock})).toThrow(
      expect.objectContaining({code: 'EXO_URL_INVALID'}),
    )
  })
})
