import {join} from 'node:path'

import {afterAll, beforeAll, expect, onTestFailed, test} from 'vitest'

import {type Random, seededRandom} from '../../../src/random.js'
import {callCalmly, recordedFrames} from '../../rig/storm/calm-call.js'
import {callWithHostility} from '../../rig/storm/hostile-caller.js'
import {closeCodeIn, frame, hostileFrames} from '../../rig/storm/hostile-frames.js'
import {ANSWERED, breakOff, request, trickle} from '../../rig/storm/hostile-upgrades.js'
import {inParallel} from '../../rig/storm/in-parallel.js'
import {dialRaw, handshake, untilClosed} from '../../rig/storm/raw-socket.js'
import {settled, startStormServer, type StormServer} from '../../rig/storm/storm-server.js'

const BOTS = ['echo', 'converse', 'playback', 'sink'] as const
const SEED = Number(process.env['EXOSTREAM_TEST_SEED'] ?? 20_260_731)

const CALLS = 400
const MESSAGES_A_CALL = 250
const CALLS_AT_ONCE = 12
const UPGRADES = 1000
const TRICKLES = 20

let server: StormServer
beforeAll(async () => {
  server = await startStormServer({bots: BOTS})
}, 60_000)
afterAll(() => {
  server.remove()
})

test('a storm of hostile messages and upgrades ends nothing, costs no memory and touches no other call', async () => {
  onTestFailed(() => {
    process.stderr.write(`EXOSTREAM_TEST_SEED=${String(SEED)}\n${server.log().slice(-4000)}\n`)
  })
  const asStarted = await server.measure()
  await storm(seededRandom(SEED))
  const before = await settled(server, {asBefore: asStarted, withinMs: 30_000})

  const calm = await callCalmly(urlOf('echo'), 'calmCaller')
  const {messages, statuses, upgrades} = await storm(seededRandom(SEED))
  const {sent, returned} = await calm.end()
  const after = await settled(server, {asBefore: asStarted, withinMs: 30_000})
  await server.close()

  process.stderr.write(`${JSON.stringify({asStarted, before, after, messages, upgrades, calm: sent.length, log: server.log().length, lines: server.log().split('\n').length})}\n`)
  expect(server.thrown).toEqual([])
  expect(messages).toBeGreaterThanOrEqual(100_000)
  expect(upgrades).toBeGreaterThanOrEqual(1000)
  expect(statuses.filter((status) => status !== undefined && status >= 500)).toEqual([])
  expect(sent.length).toBeGreaterThan(0)
  expect(returned).toEqual(sent)
  const frames = sent.map((_, index) => index + 1)
  const recorded = await recordedFrames(join(server.dir, 'echo', 'recordings'), 'calmCaller')
  expect(recorded).toEqual({caller: frames, heard: frames})
  const {bytes, ...open} = after
  const {bytes: _, ...openAtStart} = asStarted
  expect(open).toEqual(openAtStart)
  expect(bytes).toBeLessThan(before.bytes * 1.1)
}, 180_000)

const urlOf = (bot: string) => `ws://127.0.0.1:${String(server.ports[bot])}/media`

/** The same chance makes the same storm. */
async function storm(random: Random): Promise<{
  messages: number
  upgrades: number
  statuses: readonly (number | undefined)[]
}> {
  const slow = Promise.all(Array.from({length: TRICKLES}, () => trickle(portOf(0))))
  const upgrades = await stormOfUpgrades(random.fork('upgrades'))
  await stormOfFrames(random.fork('frames'))
  const calls = Array.from({length: CALLS}, (_, index) => random.fork(`call ${String(index)}`))
  const read = await inParallel(calls, CALLS_AT_ONCE, (chance, index) =>
    callWithHostility(urlOf(BOTS[index % BOTS.length] ?? ''), {
      random: chance,
      messages: MESSAGES_A_CALL,
    }),
  )
  return {
    messages: read.reduce((sum, count) => sum + count, 0),
    upgrades: upgrades.length + TRICKLES,
    statuses: [...upgrades, ...(await slow)],
  }
}

const portOf = (index: number) => server.ports[BOTS[index % BOTS.length] ?? ''] ?? 0

function stormOfUpgrades(random: Random): Promise<readonly (number | undefined)[]> {
  const answered = Object.values(ANSWERED)
  const tries = Array.from({length: UPGRADES}, (_, index) => random.fork(String(index)))
  return inParallel(tries, 20, async (chance, index) => {
    const make = answered[(index >> 1) % answered.length]
    if (make && index % 2 === 0) return request(portOf(index >> 1), make(chance))
    await breakOff(portOf(index), chance)
    return undefined
  })
}

/** Each is closed with the code that RFC 6455 wants; those that wait for more are reset. */
async function stormOfFrames(random: Random): Promise<void> {
  const all = Array.from({length: 10}, () => hostileFrames(random)).flat()
  const wrong = await inParallel(all, 10, async ([name, bytes, code], index) => {
    const socket = await dialRaw(portOf(index))
    const received: Buffer[] = []
    socket.on('data', (part: Buffer) => received.push(part))
    socket.write(handshake('/media'))
    socket.write(frame(0x81, [...Buffer.from('{"event":"start","start":{}}')]))
    socket.write(bytes)
    if (code === undefined) {
      await new Promise((resolve) => socket.write('', resolve))
      socket.resetAndDestroy()
    }
    await untilClosed(socket)
    const closedWith = closeCodeIn(Buffer.concat(received))
    return code === undefined || closedWith === code ? [] : [{name, code, closedWith}]
  })
  expect(wrong.flat()).toEqual([])
}
