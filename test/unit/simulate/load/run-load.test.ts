import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import {ExostreamError} from '../../../../src/errors.js'
import type {CallReport} from '../../../../src/report/report.js'
import {SendLateness} from '../../../../src/report/send-lateness.js'
import {
  CALIBRATION,
  type CallOrder,
  type CrewAudience,
} from '../../../../src/simulate/load/crew/crew.js'
import type {LoadLive} from '../../../../src/simulate/load/live.js'
import type {LoadPlan} from '../../../../src/simulate/load/plan/load-plan.js'
import type {OpenStreams} from '../../../../src/simulate/load/crew/open-streams.js'
import {type LoadResult, runLoad} from '../../../../src/simulate/load/run-load.js'
import {endedCall, loadPlan, turnOf} from '../../../rig/load-call.js'

type Became = Partial<CallReport> & {readonly tookMs?: number}

type FakeRun = {
  /** What becomes of each call; a second, and nothing wrong, unless said. */
  readonly becomes?: (order: CallOrder) => Became
  readonly abortAfterMs?: number
  readonly dieAfterMs?: number
  readonly keepIn?: string
  readonly onLive?: (live: LoadLive) => void
}

type Ran = LoadResult & {readonly orders: readonly CallOrder[]; readonly hungUp: readonly number[]}

/** A load run in virtual time, whose crew only says what became of the calls. */
async function ran(plan: LoadPlan, fake: FakeRun = {}): Promise<Ran> {
  const clock = virtualClock()
  const {becomes = (): Became => ({}), abortAfterMs, dieAfterMs, keepIn, onLive} = fake
  const orders: CallOrder[] = []
  const hungUp: number[] = []
  const abort = new AbortController()
  const crew = async (
    _plan: LoadPlan,
    {onEnded, onFailed, onPulse}: CrewAudience,
    streams: OpenStreams,
  ) => {
    const open = new Set<CallOrder>()
    if (dieAfterMs !== undefined) {
      const death = new ExostreamError(
        'EXO_THREAD_DIED',
        'A thread that made calls died: no memory.',
      )
      void clock.sleepUntil(dieAfterMs).then(() => onFailed(death))
    }
    const end = (order: CallOrder, became: Became) => {
      if (!open.delete(order)) return
      if (becomes(order).outcome === undefined) streams.closed()
      const tookMs = clock.now() - order.startAt
      const ended = endedCall(order, {...became, tookMs})
      const opened = became.closing !== undefined || became.outcome === undefined
      // What was never opened has sent no frame.
      const {sendLatenessP99Ms: _, ...unopened} = ended.report
      onEnded({...ended, report: opened ? ended.report : unopened, opened})
    }
    return {
      begin(order: CallOrder) {
        orders.push(order)
        open.add(order)
        const became = becomes(order)
        if (became.outcome === undefined) streams.opened()
        onPulse({open: open.size, lateness: new SendLateness(), lagP99Ms: 1})
        void clock.sleepUntil(clock.now() + (became.tookMs ?? 1000)).then(() => end(order, became))
      },
      hangUp() {
        hungUp.push(clock.now())
        for (const order of [...open]) end(order, {outcome: 'failed', closing: {by: 'caller'}})
      },
      keep: async (wanted: readonly {readonly index: number}[]) => ({
        kept: wanted.map(({index}) => index).filter((index) => index !== 1),
        problems: [],
      }),
      close: async () => {},
    }
  }
  const result = await clock.run(() => {
    if (abortAfterMs === 0) abort.abort()
    else if (abortAfterMs !== undefined)
      void clock.sleepUntil(abortAfterMs).then(() => abort.abort())
    return runLoad(plan, {
      clock,
      crew,
      signal: abort.signal,
      version: '1.2.3',
      ...(keepIn === undefined ? {} : {keepIn}),
      ...(onLive ? {onLive} : {}),
    })
  })
  return {...result, orders, hungUp}
}

describe('a load run', () => {
  test('makes one call alone, then those of the plan, and reports them in the order of the plan', async () => {
    const {orders, report, opened} = await ran(
      loadPlan({arrivals: {model: 'concurrency', concurrency: 2, rampMs: 0, calls: 4}}),
      {becomes: ({index}) => ({tookMs: 1000 - 100 * index})},
    )

    expect(orders.map(({index, startAt}) => [index, startAt])).toEqual([
      [CALIBRATION, 0],
      [0, 1100],
      [1, 1100],
      [2, 2000],
      [3, 2100],
    ])
    expect(opened).toBe(true)
    expect(report.calls.map(({index}) => index)).toEqual([0, 1, 2, 3])
    expect(report).toMatchObject({
      interrupted: false,
      verdict: 'pass',
      load: {
        planned: 4,
        opened: 4,
        atPace: 4,
        peak: 2,
        durationMs: 1700,
        worst: [],
        mix: [{weight: 1}],
      },
    })
  })

  test('says so while it makes the one call alone', async () => {
    const lives: LoadLive[] = []

    await ran(loadPlan(), {onLive: (live) => lives.push(live)})

    expect(lives[0]?.doing).toBe('one call alone first')
    expect(lives.at(-1)).not.toHaveProperty('doing')
  })

  test('ends what it began when its threads cannot be had', async () => {
    const clock = virtualClock()
    const interruption = new AbortController()
    const crew = () => Promise.reject(new Error('no memory'))
    const lives: LoadLive[] = []
    const world = {clock, crew, version: '1', signal: interruption.signal}

    await clock.run(async () => {
      const onLive = (live: LoadLive) => lives.push(live)
      await expect(runLoad(loadPlan(), {...world, onLive})).rejects.toThrow('no memory')
      await clock.sleepUntil(2000)
    })

    expect(lives).toEqual([])
  })

  test('whose folder cannot be made ends before its first call', async () => {
    const path = join(tmpdir(), `exostream-no-folder-${String(process.pid)}`)
    await writeFile(path, '')

    await expect(ran(loadPlan(), {keepIn: join(path, 'out')})).rejects.toMatchObject({
      code: 'EXO_DATA_DIR',
    })
    await rm(path)
  })

  test('ends with the call alone when that cannot be opened', async () => {
    const failure = {code: 'EXO_DIAL_FAILED', message: 'Nothing is there.', hint: ''}

    const {orders, report, opened, problems} = await ran(loadPlan(), {
      becomes: () => ({outcome: 'failed', failure}),
    })

    expect(orders).toHaveLength(1)
    expect(opened).toBe(false)
    expect(problems).toEqual([
      'A call alone, of test, was not opened, so the run itself was not begun: Nothing is there.',
    ])
    expect(report).toMatchObject({
      verdict: 'fail',
      calls: [],
      load: {calibration: {outcome: 'failed', problem: 'Nothing is there.'}},
    })
  })

  test('says what one call alone showed', async () => {
    const turns = [turnOf({greetingMs: 300}), turnOf({responseMs: 700}), turnOf({responseMs: 900})]

    const {report} = await ran(loadPlan(), {
      becomes: ({index}) => (index === CALIBRATION ? {turns, metrics: {handshakeMs: 5}} : {}),
    })

    expect(report.load?.calibration).toEqual({
      outcome: 'completed',
      durationMs: 1000,
      handshakeMs: 5,
      greetingMs: 300,
      responseMs: 900,
      sendLatenessP99Ms: 0,
    })
  })

  test('counts at once what was open at once, not what was refused meanwhile', async () => {
    const arrivals = {model: 'concurrency', concurrency: 20, rampMs: 0, calls: 20} as const

    const {report} = await ran(loadPlan({arrivals}), {
      becomes: ({index}) => (index < 6 ? {} : {outcome: 'failed'}),
    })

    expect(report.load).toMatchObject({peak: 6})
  })

  test('counts a call that was dropped, and does not pass', async () => {
    const {report} = await ran(loadPlan(), {
      becomes: ({index}) => (index === 1 ? {outcome: 'dropped'} : {}),
    })

    expect(report).toMatchObject({
      verdict: 'fail',
      summary: {dropped: 1, passed: 1},
      load: {opened: 1},
    })
  })

  test('ends with its time, and with the calls that it has begun', async () => {
    const arrivals = {model: 'concurrency', concurrency: 3, rampMs: 0, durationMs: 2500} as const

    const {report} = await ran(loadPlan({arrivals}))

    expect(report.calls).toHaveLength(9)
    expect(report).toMatchObject({verdict: 'pass', load: {durationMs: 3000}})
    expect(report.load).not.toHaveProperty('planned')
  })

  test('counts as at real pace what was late by 10 ms at most', async () => {
    const {report} = await ran(loadPlan(), {
      becomes: ({index}) => ({sendLatenessP99Ms: index === 0 ? 10 : 10.01}),
    })

    expect(report.load).toMatchObject({opened: 2, atPace: 1})
  })

  test('shows twice a second how it gets on', async () => {
    const lives: LoadLive[] = []

    await ran(loadPlan(), {
      becomes: () => ({turns: [turnOf({responseMs: 400})]}),
      onLive: (live) => lives.push(live),
    })

    expect(lives.map(({elapsedMs}) => elapsedMs).slice(0, 3)).toEqual([500, 1000, 1500])
    expect(lives.at(-1)).toMatchObject({finished: 0, failed: 0, dropped: 0, planned: 2, running: 2})
  })
})

describe('before a search', () => {
  const mix = ['sales', 'dtmf', 'long'].map((scenario) => ({scenario, weight: 1}))
  const knee = {from: 1, most: 1, thresholds: ['failed < 1 %']}
  const arrivals = {model: 'concurrency', concurrency: 1, rampMs: 0} as const
  const alone = ({orders}: Ran) =>
    orders.filter(({index}) => index === CALIBRATION).map(({scenario}) => scenario)

  test('one call of each scenario of the mix is made alone, one after another', async () => {
    const search = await ran(loadPlan({mix, knee, arrivals}), {
      becomes: ({scenario}) => ({tookMs: scenario === 'long' ? 4000 : 1000}),
    })
    const {report, orders} = search

    expect(alone(search)).toEqual(['sales', 'dtmf', 'long'])
    expect(orders.slice(0, 3).map(({startAt}) => startAt)).toEqual([0, 1000, 2000])
    expect(report.load).toMatchObject({calibration: {durationMs: 1000}, knee: {bound: 'at-least'}})
  })

  test('each of them is named while it is made', async () => {
    const lives: LoadLive[] = []
    await ran(loadPlan({mix, knee, arrivals}), {onLive: (live) => lives.push(live)})

    expect([...new Set(lives.map(({doing}) => doing))].slice(0, 3)).toEqual([
      'one call of sales alone first',
      'one call of dtmf alone first',
      'one call of long alone first',
    ])
  })

  test('one that is not opened ends it', async () => {
    const failure = {code: 'EXO_DIAL_FAILED', message: 'Nothing is there.', hint: ''}
    const search = await ran(loadPlan({mix, knee, arrivals}), {
      becomes: ({scenario}) => (scenario === 'dtmf' ? {outcome: 'failed', failure} : {}),
    })

    expect(search.orders).toHaveLength(2)
    expect(search.opened).toBe(false)
    expect(search.problems[0]).toMatch(/^A call alone, of dtmf, was not opened, so the run itself/)
  })

  test('any other run makes one call alone', async () => {
    expect(alone(await ran(loadPlan({mix})))).toEqual(['sales'])
  })
})

test('after a search a bot that only became slow is not gone', async () => {
  const knee = {from: 1, most: 1, thresholds: ['failed < 1 %']}
  const arrivals = {model: 'concurrency', concurrency: 1, rampMs: 0} as const
  const answer = (responseMs: number) => ({
    ...{durationMs: 2400 + responseMs, tookMs: 2400 + responseMs},
    turns: [turnOf({responseMs, withinMs: 5000})],
  })
  const {report} = await ran(loadPlan({knee, arrivals}), {
    // The two levels of the search, and the calls alone behind them.
    becomes: ({level = 0}) => answer(level < 2 ? 600 : 2900),
  })

  expect(report.load?.knee?.levels.map(({phase}) => phase)).toEqual(['up', 'hold', 'after'])
  expect(report.load?.knee?.leak).toMatchObject({
    verdict: 'leaks',
    evidence: [
      '3 of 3 calls alone were completed after the search.',
      'Response alone: 600 ms before, 2900 ms after.',
      expect.anything(),
    ],
  })
})

describe('a load run that is interrupted', () => {
  const plan = loadPlan({arrivals: {model: 'rate', ratePerS: 10, rampMs: 0, calls: 100}})

  test('begins no more calls, hangs up, and reports those that there were', async () => {
    const {report, orders, hungUp} = await ran(plan, {
      abortAfterMs: 1450,
      becomes: () => ({tookMs: 1000}),
    })

    expect(hungUp).toEqual([1450])
    expect(orders).toHaveLength(1 + 5)
    expect(report).toMatchObject({interrupted: true, verdict: 'fail', load: {planned: 100}})
    expect(report.calls).toHaveLength(5)
  })

  test('before its crew was there hangs up the one call', async () => {
    const {orders, hungUp, report} = await ran(plan, {abortAfterMs: 0})

    expect(orders).toHaveLength(1)
    expect(hungUp[0]).toBe(0)
    expect(report).toMatchObject({interrupted: true, calls: []})
  })

  test('during the call alone makes no other', async () => {
    const {orders, report} = await ran(plan, {abortAfterMs: 300})

    expect(orders).toHaveLength(1)
    expect(report).toMatchObject({interrupted: true, calls: []})
  })

  test('by a thread that died keeps the calls of the others, and blames itself', async () => {
    const {report, hungUp} = await ran(plan, {dieAfterMs: 1450})

    expect(hungUp).toEqual([1450])
    expect(report.calls).toHaveLength(5)
    expect(report).toMatchObject({
      interrupted: false,
      verdict: 'fail',
      rig: {verdict: 'void', reason: 'A thread that made calls died: no memory'},
    })
  })
})

describe('the calls of a plan', () => {
  const mix = [
    {scenario: 'sales', weight: 3},
    {scenario: 'dtmf', weight: 1},
  ]
  const arrivals = {model: 'rate', ratePerS: 10, rampMs: 0, calls: 13} as const
  const made = async (changes: Partial<LoadPlan>) => {
    const {orders} = await ran({...loadPlan(), mix, arrivals, ...changes})
    return orders
      .filter(({index}) => index !== CALIBRATION)
      .map(({index, scenario, startAt}) => ({index, scenario, startAt}))
  }

  test('are the same on two machines as on one', async () => {
    const whole = await made({})
    const parts = [
      ...(await made({shard: {part: 1, of: 2}})),
      ...(await made({shard: {part: 2, of: 2}})),
    ]

    expect(whole).toHaveLength(13)
    expect(parts.sort((one, other) => one.index - other.index)).toEqual(whole)
  })
})

describe('the worst calls', () => {
  let dir: string

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'exostream-worst-'))
  })
  afterEach(() => rm(dir, {recursive: true}))

  test('keep their recordings, the slowest first, as far as anybody still has them', async () => {
    const arrivals = {model: 'concurrency', concurrency: 12, rampMs: 0, calls: 12} as const

    const {report} = await ran(loadPlan({arrivals}), {
      keepIn: dir,
      becomes: ({index}) => ({turns: [turnOf({responseMs: 1000 - 10 * index})]}),
    })

    expect(report.load?.worst).toEqual(
      [0, 2, 3, 4, 5, 6, 7, 8, 9].map((at) => `call-${String(at)}`),
    )
    expect(report.calls[0]?.artifacts).toEqual({recording: join(dir, 'worst-01-test', 'call.wav')})
    expect(report.calls[1]?.artifacts).toEqual({})
    expect(report.calls[11]?.artifacts).toEqual({})
    expect(await readdir(dir)).toContain('worst-10-test')
  })
})
