import {once} from 'node:events'

import {afterAll, beforeAll, expect, onTestFailed, test} from 'vitest'

import {inParallel} from '../../rig/storm/in-parallel.js'
import {settled, startStormServer, type StormServer} from '../../rig/storm/storm-server.js'
import {VISITS} from '../../rig/storm/visits.js'

const BASIC = 'key:token'
const VISITORS = 2000
const AT_ONCE = 100
/** A connection without an answer is found half-open after two of these. */
const PING_MS = 1000
const DEADLINE_MS = 45_000

let server: StormServer
beforeAll(async () => {
  server = await startStormServer({bots: ['echo'], basic: BASIC, pingMs: PING_MS})
}, 60_000)
afterAll(() => {
  server.remove()
})

test('two thousand that come and go in ten ways leave nothing open, and no memory taken', async () => {
  onTestFailed(() => {
    process.stderr.write(`${server.log().slice(-4000)}\n`)
  })
  const asStarted = await server.measure()
  await visitAll()
  const before = await settled(server, {asBefore: asStarted, withinMs: 30_000})

  const wrong = await visitAll()
  const after = await settled(server, {asBefore: asStarted, withinMs: 30_000})

  expect(server.thrown).toEqual([])
  expect(wrong).toEqual([])
  const {bytes, ...open} = after
  const {bytes: _, ...openAtStart} = asStarted
  expect(open).toEqual(openAtStart)
  expect(bytes).toBeLessThan(before.bytes * 1.1)
  await server.close()
  expect(server.thrown).toEqual([])
}, 240_000)

/** Returns those that were received otherwise than they should be. */
async function visitAll(): Promise<readonly object[]> {
  const door = {port: server.ports['echo'] ?? 0, basic: BASIC}
  const visitors = Array.from({length: VISITORS / VISITS.length}, () => VISITS).flat()
  const wrong = await inParallel(visitors, AT_ONCE, async ([name, visit, expected]) => {
    const seen = await Promise.race([visit(door), lateness()])
    return JSON.stringify(seen) === JSON.stringify(expected) ? [] : [{name, seen, expected}]
  })
  return wrong.flat()
}

/** Instead of what never comes, so that it is known whose it is. */
async function lateness(): Promise<string> {
  await once(AbortSignal.timeout(DEADLINE_MS), 'abort')
  return 'not over in time'
}
