import {existsSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'

import {afterAll, beforeAll, describe, expect, test} from 'vitest'

import {systemClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import {readRecording} from '../../src/record/recording-reader.js'
import type {RunReport} from '../../src/report/report.js'
import {resolveBot} from '../../src/serve/bots/index.js'
import {opensBot} from '../../src/serve/open-stream.js'
import {startServer} from '../../src/serve/server.js'
import type {LoadPlan} from '../../src/simulate/load/plan/load-plan.js'
import {type LoadResult, type LoadWorld, runLoad} from '../../src/simulate/load/run-load.js'
import {parseStreamUrl} from '../../src/stream/exotel/stream-url.js'
import {loadPlan} from '../rig/load-call.js'
import {compileInto} from '../rig/storm/compiled.js'
import {clip} from '../rig/virtual-call.js'

let dir: string
let threadFile: URL
let server: Awaited<ReturnType<typeof startServer>>

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'exostream-load-'))
  // A thread has no loader for TypeScript.
  await compileInto(dir, ['src'])
  threadFile = pathToFileURL(join(dir, 'src/simulate/load/crew/thread.js'))
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    open: opensBot(await resolveBot('echo', {template: undefined, beforeModule: () => {}}), {
      clock: systemClock,
    }),
    botName: 'echo',
    clock: systemClock,
    log: silentLogger,
    version: '0',
  })
}, 60_000)

afterAll(async () => {
  await server.close()
  await rm(dir, {recursive: true, force: true})
})

const QUESTION = {say: clip(300), expect: 'respond', withinMs: 5000, talkOver: 'allow'} as const

/** A plan of short calls to the echo. */
function planOf(changes: Parameters<typeof loadPlan>[0] & {readonly url?: string}): LoadPlan {
  const {url = server.url('/media'), ...rest} = changes
  const plan = loadPlan({steps: [QUESTION, {hangUp: 'stop'}], seed: 7, workers: 2, ...rest})
  return {...plan, run: {...plan.run, url: parseStreamUrl(url)}}
}

function run(plan: LoadPlan, world: Partial<LoadWorld> = {}): Promise<LoadResult> {
  const {signal} = new AbortController()
  return runLoad(plan, {clock: systemClock, signal, version: '0', threadFile, ...world})
}

function atOnce(calls: number): LoadPlan['arrivals'] {
  return {model: 'concurrency', concurrency: calls, rampMs: 10 * calls, calls}
}

/** What does not hang on the moment at which they were made. */
function namesOf({calls}: RunReport) {
  return calls.map(({index, scenario, callSid, streamSid, from, to}) => {
    return {index, scenario, callSid, streamSid, from, to}
  })
}

describe('sixty calls at once on two threads', () => {
  let result: LoadResult
  let keepIn: string

  beforeAll(async () => {
    keepIn = join(dir, 'kept')
    result = await run(planOf({arrivals: atOnce(60), botPid: process.pid}), {keepIn})
  }, 60_000)

  test('are all opened, ended and reported', () => {
    const {report, opened, problems} = result

    expect({opened, problems}).toEqual({opened: true, problems: []})
    expect(report.calls.map(({outcome}) => outcome)).toEqual(Array(60).fill('completed'))
    expect(new Set(report.calls.map(({callSid}) => callSid)).size).toBe(60)
    expect(report.load).toMatchObject({
      planned: 60,
      opened: 60,
      workers: 2,
      calibration: {outcome: 'completed'},
    })
    expect(report.load?.peak).toBeGreaterThan(10)
  })

  test('tell of every frame how late it was', () => {
    const {rig, calls} = result.report
    const frames = (rig.sendLateness?.counts ?? '')
      .split(' ')
      .reduce((sum, part) => sum + Number(part.split(':')[1]), 0)

    expect(frames).toBeGreaterThan(60 * 15)
    expect(calls.every(({sendLatenessP99Ms}) => sendLatenessP99Ms !== undefined)).toBe(true)
  })

  test('keep the recordings of the ten worst', async () => {
    const {calls, load} = result.report
    const recorded = calls.filter(({artifacts}) => artifacts.recording !== undefined)

    expect(load?.worst).toHaveLength(10)
    expect(recorded.map(({callSid}) => callSid).sort()).toEqual([...(load?.worst ?? [])].sort())
    const worst = calls.find(({callSid}) => callSid === load?.worst[0])
    const {caller, heard} = await readRecording(worst?.artifacts.recording ?? '')
    expect(caller.some((sample) => Math.abs(sample) > 1000)).toBe(true)
    expect(heard.some((sample) => Math.abs(sample) > 1000)).toBe(true)
    expect(existsSync(join(keepIn, 'worst-01-test', 'call.wav'))).toBe(true)
  })

  test.runIf(process.platform === 'linux')('say what the bot took', () => {
    expect(result.report.load?.bot).toMatchObject({pid: process.pid})
    expect(result.report.load?.bot?.cpu).toBeGreaterThan(0)
    expect(result.report.load?.bot?.rssPeakBytes).toBeGreaterThan(10_000_000)
  })
})

test('calls at a fixed rate begin when they are due', async () => {
  const arrivals = {model: 'rate', ratePerS: 20, rampMs: 0, calls: 20} as const

  const {report} = await run(planOf({arrivals}))

  const starts = report.calls.map(({startedAt = ''}) => Date.parse(startedAt))
  expect(report.load).toMatchObject({opened: 20, planned: 20})
  // The last is due 950 ms after the first, however long the calls take.
  expect((starts.at(-1) ?? 0) - (starts[0] ?? 0)).toBeGreaterThanOrEqual(900)
})

test('the same plan makes the same calls on one thread, on two, and on two machines', async () => {
  const plan = planOf({
    arrivals: atOnce(8),
    mix: [
      {scenario: 'test', weight: 1},
      {scenario: 'other', weight: 1},
    ],
  })
  const [first] = plan.run.scenarios
  if (!first) throw new Error('a plan has scenarios')
  const mixed = {...plan, run: {...plan.run, scenarios: [first, {...first, name: 'other'}]}}

  const [one, two, ...parts] = await Promise.all([
    run({...mixed, workers: 1}),
    run({...mixed, workers: 2}),
    run({...mixed, workers: 1, shard: {part: 1, of: 2}}),
    run({...mixed, workers: 1, shard: {part: 2, of: 2}}),
  ])

  const whole = namesOf(one.report)
  expect(new Set(whole.map(({scenario}) => scenario))).toEqual(new Set(['test', 'other']))
  expect(namesOf(two.report)).toEqual(whole)
  const ofParts = parts.flatMap(({report}) => namesOf(report))
  expect(ofParts.sort((a, b) => (a.index ?? 0) - (b.index ?? 0))).toEqual(whole)
})

test('an interrupted run hangs up, and reports every call that it had begun', async () => {
  const abort = new AbortController()
  const plan = planOf({steps: [{wait: {ms: 1000}}, {wait: {ms: 60_000}}], arrivals: atOnce(10)})
  const alone = {...plan, run: {...plan.run, maxSessionMs: 1500}}

  const {report} = await run(alone, {
    signal: abort.signal,
    onLive: ({running}) => {
      if (running >= 10) abort.abort()
    },
  })

  expect(report).toMatchObject({interrupted: true, verdict: 'fail'})
  expect(report.calls.map(({failure}) => failure?.code)).toEqual(Array(10).fill('EXO_INTERRUPTED'))
  expect(report.calls.every(({closing}) => closing?.by === 'caller')).toBe(true)
})

test('a bot that takes no call ends the run with the first', async () => {
  const {report, opened, problems} = await run(planOf({url: server.url('/nowhere')}))

  expect(opened).toBe(false)
  expect(problems[0]).toMatch(
    /^A call alone, of \S+, was not opened, so the run itself was not begun/,
  )
  expect(report.calls).toEqual([])
})
