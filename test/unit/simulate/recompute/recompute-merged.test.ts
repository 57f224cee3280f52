import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import {silentLogger} from '../../../../src/log.js'
import {seededRandom} from '../../../../src/random.js'
import type {RunReport} from '../../../../src/report/report.js'
import {keepIn} from '../../../../src/simulate/keep.js'
import {mergeRuns} from '../../../../src/simulate/merge-runs.js'
import {recompute} from '../../../../src/simulate/recompute/recompute.js'
import {runPlan} from '../../../../src/simulate/run.js'
import {BotEnd} from '../../../../src/stream/bot/bot-end.js'
import {politeBot} from '../../../rig/bots.js'
import {socketPair} from '../../../rig/socket-pair.js'
import {clip, planOf} from '../../../rig/virtual-call.js'

const CALLS = 32
const SHARDS = 4
const SEED = 20_261_121

let folder = ''
let live: RunReport

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-merged-'))
  live = await makeJournals()
})
afterAll(() => rm(folder, {recursive: true}))

const folderOf = (index: number) => join(folder, String(index).padStart(3, '0'))

/** Calls on the virtual clock whose rig wakes too late by chance, some of it by more than it may. */
async function makeJournals(): Promise<RunReport> {
  const clock = virtualClock()
  const random = seededRandom(SEED)
  const lateMs = () => (random.next() < 0.02 ? random.next() * 30 : random.next() * 3)
  const {plan} = planOf({
    steps: [
      {greet: {withinMs: 2000}},
      {say: clip(900), expect: 'respond', withinMs: 2000},
      {say: clip(400), expect: 'respond', withinMs: 2000},
      {hangUp: 'stop', now: true},
    ],
    thresholds: ['p95(responseMs) < 700', 'p50(greetingMs) < 900', 'mean(leadMs) < 5000'],
    seed: SEED,
  })
  const late = {
    ...clock,
    sleepUntil: (deadline: number, signal?: AbortSignal) =>
      clock.sleepUntil(deadline + lateMs(), signal),
  }
  const {report} = await clock.run(() =>
    runPlan(
      {...plan, clock: 'virtual', repeat: CALLS},
      {
        clock: late,
        signal: new AbortController().signal,
        version: '1.2.3',
        dial: () => {
          const [socket, other] = socketPair(clock)
          new BotEnd(other, {bot: politeBot(), clock, log: silentLogger})
          return Promise.resolve({socket, handshakeMs: 5 + random.next() * 20, attempts: 1})
        },
        keep: ({index}) => keepIn(folderOf(index), 8000),
      },
    ),
  )
  return report
}

/** The journals of the calls whose index leaves this rest. */
const ofShard = (rest: number) =>
  Array.from({length: CALLS / SHARDS}, (_, at) => folderOf(at * SHARDS + rest))

test('four parts of the same journals, merged, equal the whole: percentiles, thresholds and frames', async () => {
  const whole = await recompute([folder])
  const parts = await Promise.all([2, 0, 3, 1].map((rest) => recompute(ofShard(rest))))

  const {report} = mergeRuns(parts.map((part, at) => ({name: `part ${String(at)}`, report: part})))

  expect(report.summary).toEqual(whole.summary)
  expect(report.thresholds).toEqual(whole.thresholds)
  expect(report.rig).toEqual(whole.rig)
  expect(report.rig.sendLatenessMs).toEqual(live.rig.sendLatenessMs)
  expect(report.calls).toEqual(whole.calls)
  expect(report.verdict).toBe(whole.verdict)
})

test('the values are spread enough for that to mean something', async () => {
  const parts = await Promise.all([0, 1, 2, 3].map((rest) => recompute(ofShard(rest))))

  const p50s = parts.map(({summary}) => summary.metrics['handshakeMs']?.p50)
  const p99s = parts.map(({rig}) => rig.sendLatenessMs.p99)

  expect(live.summary.metrics['responseMs']?.n).toBe(2 * CALLS)
  expect(new Set(p50s).size).toBe(SHARDS)
  expect(new Set(p99s).size).toBeGreaterThan(1)
})
