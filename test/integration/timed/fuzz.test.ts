import {join} from 'node:path'

import {afterAll, beforeAll, expect, onTestFailed, test} from 'vitest'

import {type Random, seededRandom} from '../../../src/random.js'
import {callCalmly, recordedFrames} from '../../rig/storm/calm-call.js'
import {callWithHostility} from '../../rig/storm/hostile-caller.js'
import {closeCodeAfter, hostileFrames} from '../../rig/storm/hostile-frames.js'
import {pick} from '../../rig/storm/hostile-messages.js'
import {ANSWERED, breakOff, request, trickle} from '../../rig/storm/hostile-upgrades.js'
import {inParallel} from '../../rig/storm/in-parallel.js'
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
  const {messages, wrong} = await storm(seededRandom(SEED))
  const {sent, returned} = await calm.end()
  const after = await settled(server, {asBefore: asStarted, withinMs: 30_000})
  await server.close()

  expect(server.thrown).toEqual([])
  expect(wrong).toEqual([])
  expect(messages).toBe(CALLS * MESSAGES_A_CALL)
  expect(sent.length).toBeGreaterThan(100)
  expect(returned).toEqual(sent)
  const frames = sent.map((_, index) => index + 1)
  const recorded = await recordedFrames(join(server.dir, 'echo', 'recordings'), 'calmCaller')
  expect(recorded).toEqual({caller: frames, heard: frames})
  const {bytes, ...open} = after
  const {bytes: _, ...openAtStart} = asStarted
  expect(open).toEqual(openAtStart)
  expect(bytes).toBeLessThan(before.bytes * 1.1)
}, 240_000)

const urlOf = (bot: string) => `ws://127.0.0.1:${String(server.ports[bot])}/media`

/** The same chance makes the same storm. Returns how many messages were read, and what was answered wrongly. */
async function storm(random: Random): Promise<{messages: number; wrong: readonly object[]}> {
  const slow = Promise.all(Array.from({length: TRICKLES}, (_, index) => trickle(portOf(index))))
  const upgrades = await stormOfUpgrades(random.fork('upgrades'))
  const frames = await stormOfFrames(random.fork('frames'))
  const chances = Array.from({length: CALLS}, (_, index) => random.fork(`call ${String(index)}`))
  const read = await inParallel(chances, CALLS_AT_ONCE, (chance, index) =>
    callWithHostility(urlOf(BOTS[index % BOTS.length] ?? ''), {
      random: chance,
      messages: MESSAGES_A_CALL,
    }),
  )
  // A reset may come before what was said; that there was an end is what the trickles waited for.
  const notTimedOut = (await slow).filter((status) => status !== 408 && status !== undefined)
  return {
    messages: read.reduce((sum, count) => sum + count, 0),
    wrong: [
      ...upgrades,
      ...frames,
      ...notTimedOut.map((status) => ({name: 'slow headers', status})),
    ],
  }
}

function portOf(index: number): number {
  return server.ports[BOTS[index % BOTS.length] ?? ''] ?? 0
}

/** One half is answered, each with its status; the other breaks off. Returns what was answered otherwise. */
async function stormOfUpgrades(random: Random): Promise<readonly object[]> {
  const tries = Array.from({length: UPGRADES}, (_, index) => random.fork(String(index)))
  const wrong = await inParallel(tries, 20, async (chance, index) => {
    if (index % 2 === 0) return askWrongly(index >> 1, chance)
    await breakOff(portOf(index), chance)
    return []
  })
  return wrong.flat()
}

async function askWrongly(index: number, random: Random): Promise<readonly object[]> {
  const [name, expected, make] = pick(random, ANSWERED)
  const status = await request(portOf(index), make(random))
  // Who is refused before all was read may be reset before it has heard so.
  const isFine = expected === undefined || status === undefined || status === expected
  return isFine ? [] : [{name, status, expected}]
}

/** Each is closed with the code that RFC 6455 wants; those that wait for more are reset. */
async function stormOfFrames(random: Random): Promise<readonly object[]> {
  const all = Array.from({length: 10}, () => hostileFrames(random)).flat()
  const wrong = await inParallel(all, 10, async ([name, bytes, expected], index) => {
    const code = await closeCodeAfter(portOf(index), {bytes, isClosed: expected !== undefined})
    return code === expected ? [] : [{name, code, expected}]
  })
  return wrong.flat()
}
