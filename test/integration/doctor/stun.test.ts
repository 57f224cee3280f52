import {createSocket} from 'node:dgram'
import {once} from 'node:events'

import {expect, test} from 'vitest'

import {systemClock} from '../../../src/clock.js'
import {askStun} from '../../../src/doctor/outside/asking/stun.js'
import {
  errorCode,
  mapped,
  openSocket,
  seesYouAt,
  startFakeStun,
  stunAnswer,
  type StunAnswers,
  xorMapped,
} from '../../rig/doctor/fake-stun.js'
import {lookupTo, quickClock} from '../../rig/doctor/reached-bot.js'

const SEEN = '203.0.113.7'
const {signal} = new AbortController()
const world = {clock: systemClock, lookup: lookupTo('127.0.0.1'), signal}
/** For servers that are waited for to the end. */
const hurried = {...world, clock: quickClock(3)}

test('a server tells the address that it sees, and this end is told too', async () => {
  const {server} = await startFakeStun(seesYouAt(SEEN))

  expect(await askStun(server, world)).toEqual({address: SEEN, localAddress: '127.0.0.1'})
})

test('a server is found by its name, and over IPv6', async () => {
  const {server} = await startFakeStun(seesYouAt(SEEN), {host: '::1'})
  const port = server.split(':').at(-1) ?? ''

  const result = await askStun(`stun.lab:${port}`, {...world, lookup: lookupTo('::1')})

  expect(result).toEqual({address: SEEN, localAddress: '::1'})
})

test('a request that got lost is sent again, under the same id', async () => {
  const stun = await startFakeStun((request, number) =>
    number < 3 ? [] : seesYouAt(SEEN)(request, number),
  )

  const result = await askStun(stun.server, hurried)

  expect(result.address).toBe(SEEN)
  expect(new Set(stun.requests.map((request) => request.toString('hex'))).size).toBe(1)
})

const foreign = (request: Buffer) => {
  const other = Buffer.from(request)
  other.writeUInt32BE(~request.readUInt32BE(16) >>> 0, 16)
  return other
}

const hostile: readonly {readonly name: string; readonly answers: StunAnswers}[] = [
  {name: 'no bytes', answers: () => [Buffer.alloc(0)]},
  {name: 'noise', answers: () => [Buffer.alloc(1400, 0xff)]},
  {name: 'the request itself', answers: (request) => [request]},
  {
    name: 'an answer to another request',
    answers: (request) => [stunAnswer(foreign(request), [mapped('198.51.100.9')])],
  },
  {
    name: 'an answer that is cut',
    answers: (request) => [stunAnswer(request, [mapped(SEEN)]).subarray(0, 30)],
  },
  {name: 'an answer without an address', answers: (request) => [stunAnswer(request, [])]},
]

test.each(hostile)('$name is passed over, and the answer behind it counts', async ({answers}) => {
  const {server} = await startFakeStun((request, number) => [
    ...answers(request, number),
    stunAnswer(request, [xorMapped(request, SEEN)]),
  ])

  expect((await askStun(server, world)).address).toBe(SEEN)
})

test('an answer from somebody else is not taken, even with the right id', async () => {
  const answersFrom = await openSocket()
  const {server} = await startFakeStun(seesYouAt(SEEN), {answersFrom})

  expect(await askStun(server, hurried)).toEqual({words: 'did not answer within 3 s'})
})

test('an error is told with its code', async () => {
  const {server} = await startFakeStun((request) => [
    stunAnswer(request, [errorCode(420, 'Unknown Attribute')], 0x0111),
  ])

  expect(await askStun(server, world)).toEqual({words: 'answered with error 420'})
})

test('a silent server is given up after 3 s and three requests', async () => {
  const stun = await startFakeStun(() => [])

  expect(await askStun(stun.server, hurried)).toEqual({words: 'did not answer within 3 s'})
  expect(stun.requests).toHaveLength(3)
})

test('a port that nobody listens on is told at once', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const {port} = socket.address()
  socket.close()
  await once(socket, 'close')

  const {words} = await askStun(`127.0.0.1:${String(port)}`, world)

  expect(words).toContain('ECONNREFUSED')
})

test('a name that is not found, and one that is never answered for, are told', async () => {
  const unknown = () => Promise.reject(new Error('getaddrinfo ENOTFOUND stun.lab'))
  const silent = () => new Promise<never>(() => undefined)

  expect(await askStun('stun.lab:3478', {...world, lookup: unknown})).toEqual({
    words: 'getaddrinfo ENOTFOUND stun.lab',
  })
  expect(await askStun('stun.lab:3478', {...hurried, lookup: silent})).toEqual({
    words: 'did not answer within 3 s',
  })
  expect(await askStun('stun.lab:0', world)).toEqual({words: 'is no HOST:PORT'})
})

test('who is interrupted waits for nobody', async () => {
  const ending = new AbortController()
  const {server} = await startFakeStun(() => {
    ending.abort()
    return []
  })

  expect(await askStun(server, {...world, signal: ending.signal})).toEqual({
    words: 'was not waited for',
  })
  expect(await askStun(server, {...world, signal: AbortSignal.abort()})).toEqual({
    words: 'was not waited for',
  })
})
