import {describe, expect, test} from 'vitest'

import {seededRandom} from '../../../../../src/random.js'
import type {KneeReport} from '../../../../../src/report/load-report.js'
import type {CallReport} from '../../../../../src/report/report.js'
import type {KneePlan} from '../../../../../src/simulate/load/plan/load-plan.js'
import {findKnee} from '../../../../../src/simulate/load/knee/find-knee.js'
import {answeredCall, closedCall} from '../../../../rig/capacity-bot/fake-calls.js'
import {type FakeBot, FakeWorld, type Manner} from '../../../../rig/capacity-bot/fake-world.js'

const PLAN = {
  from: 5,
  most: 1000,
  thresholds: ['p95(responseMs) < 2000', 'failed < 1 %', 'mean(underrunRate) < 1'],
}
/** One answer in fifty takes 3 s and one call in a thousand is closed, however many there are. */
const NOISE = {outlierEach: 50, failEach: 1000}
/** With its answer some 6 s, begun at the first step that there is without a flag. */
const CALL_MS = 5600
const FROM = 10
const MANNERS: readonly Manner[] = ['refuses', 'late', 'drops', 'collapses']

const factsOf = (world: FakeWorld) => ({
  clock: world.clock,
  alone: [world.alone()],
  mix: [{scenario: 'basic', weight: 1}],
})

async function searched(bot: FakeBot, plan = PLAN): Promise<{knee: KneeReport; world: FakeWorld}> {
  const world = new FakeWorld(bot)
  const knee = await findKnee(plan, world, factsOf(world))
  return {knee, world}
}

describe('the knee of a bot with a hidden capacity', () => {
  test.each([60, 120, 300].flatMap((capacity) => MANNERS.map((manner) => ({capacity, manner}))))(
    'of $capacity that $manner is found within 5 % in under five minutes',
    async ({capacity, manner}) => {
      const bot = {capacity, manner, callMs: CALL_MS}
      const {knee} = await searched(bot, {...PLAN, from: FROM})

      expect(knee.callMs).toBeGreaterThan(6000)
      expect(knee).toMatchObject({bound: 'exact', heldTwice: true, broken: {fault: 'bot'}})
      expect(Math.abs((knee.calls ?? 0) - capacity)).toBeLessThanOrEqual(0.05 * capacity)
      expect(knee.searchMs).toBeLessThan(300_000)
    },
  )

  test('is found whatever chance does to single calls: of 200 bots at least 190, and none too high', async () => {
    const offBy: number[] = []
    const bounds: string[] = []
    for (let seed = 0; seed < 200; seed += 1) {
      const capacity = Math.round(40 * (700 / 40) ** seededRandom(seed).next())
      const manner = MANNERS[seed % MANNERS.length] ?? 'refuses'
      const {knee} = await searched({...{capacity, manner, seed}, ...NOISE})
      offBy.push((knee.calls ?? 0) / capacity - 1)
      bounds.push(knee.bound)
    }

    expect(offBy.filter((share) => Math.abs(share) <= 0.05).length).toBeGreaterThanOrEqual(190)
    expect(Math.max(...offBy)).toBeLessThanOrEqual(0.05)
    expect(bounds.filter((bound) => bound === 'exact').length).toBeGreaterThanOrEqual(190)
  }, 120_000)

  test('is exact, too, where answers grow little by little: of 50 bots at least 45, within 15 %', async () => {
    const knees: KneeReport[] = []
    for (let seed = 0; seed < 50; seed += 1) {
      knees.push((await searched({capacity: 100, manner: 'tires', seed})).knee)
    }

    expect(knees.filter(({bound}) => bound === 'exact').length).toBeGreaterThanOrEqual(45)
    expect(knees.filter(({calls = 0}) => Math.abs(calls - 100) > 15)).toEqual([])
  }, 60_000)

  test('of two calls is found below the first step', async () => {
    const {knee} = await searched({capacity: 2, manner: 'late'})

    expect(knee).toMatchObject({bound: 'exact', calls: 2})
  })

  test('is at least the ceiling when nothing broke up to there', async () => {
    const {knee} = await searched({capacity: 300, manner: 'refuses'}, {...PLAN, most: 50})

    expect(knee).toMatchObject({
      bound: 'at-least',
      calls: 50,
      heldTwice: true,
    })
    expect(knee.overload).toEqual({
      verdict: 'not-measured',
      why: '75 calls are over the ceiling of 50.',
    })
    expect(knee.broken).toBeUndefined()
  })
})

test('a rig that gives out first is blamed, and the knee is at least what held before', async () => {
  const {knee} = await searched({capacity: 300, manner: 'refuses', rigHolds: 100})

  expect(knee).toMatchObject({
    bound: 'at-least',
    calls: 80,
    heldTwice: false,
    broken: {concurrency: 160, fault: 'rig'},
    overload: {verdict: 'not-measured', why: 'The rig was the limit, not the bot.'},
  })
})

test('a rig that gives out where the bot refuses does not hide it', async () => {
  const {knee} = await searched({capacity: 60, manner: 'refuses', rigHolds: 60})

  expect(knee).toMatchObject({
    ...{bound: 'exact', calls: 60, broken: {concurrency: 62, fault: 'bot'}},
    overload: {verdict: 'sheds'},
  })
})

test('a rig that is late only in the hold makes it again, and is blamed when it is late again', async () => {
  const bot = {capacity: 60, manner: 'late'} as const
  const {knee: never} = await searched(bot)
  const at = never.levels.findIndex(({phase}) => phase === 'hold')
  const {knee: once} = await searched({...bot, rigLateIn: [at]})
  const {knee: twice} = await searched({...bot, rigLateIn: [at, at + 1]})

  expect(once.levels.slice(at, at + 2)).toMatchObject([
    {phase: 'hold', concurrency: 60, verdict: 'void'},
    {phase: 'hold', concurrency: 60, verdict: 'held'},
  ])
  expect(once).toMatchObject({bound: 'exact', calls: 60, heldTwice: true})
  expect(twice).toMatchObject({
    ...{bound: 'at-least', calls: 60, heldTwice: false},
    broken: {concurrency: 60, fault: 'rig'},
  })
})

test('what it does now is told with its time, and what that follows from', async () => {
  const doing: string[] = []
  const world = new FakeWorld({capacity: 11, manner: 'refuses', process: {}})
  const facts = {...factsOf(world), onDoing: (it: string) => doing.push(it)}
  await findKnee({...PLAN, from: 10}, world, facts)

  expect(doing).toEqual([
    'up: 10 calls, about 21 s',
    'up: 20 calls, about 17 s',
    'search: 15 calls, about 22 s, with 20 failed < 1 % broke',
    'search: 13 calls, about 22 s, with 15 failed < 1 % broke',
    'search: 12 calls, about 22 s, with 13 failed < 1 % broke',
    'search: 11 calls, about 22 s, with 12 failed < 1 % broke',
    'hold: 11 calls, about 27 s',
    'overload: 17 calls, about 20 s',
    'leak check: waiting for the last calls to end',
    'leak check: waiting for the bot to settle',
    'leak check: 1 call, about 16 s',
    'leak check: waiting for the last calls to end',
    'leak check: done',
  ])
})

describe('beyond the knee', () => {
  test.each([
    {manner: 'refuses', verdict: 'sheds'},
    {manner: 'late', verdict: 'collapses'},
    {manner: 'collapses', verdict: 'collapses'},
    {manner: 'drops', verdict: 'degrades'},
  ] as const)('a bot that $manner $verdict', async ({manner, verdict}) => {
    const {knee} = await searched({capacity: 60, manner})

    expect(knee.overload?.verdict).toBe(verdict)
    expect(knee.levels.filter(({phase}) => phase === 'overload')).toHaveLength(1)
  })

  test('the calls are ordered as ones that nobody wants to hear', async () => {
    const {world} = await searched({capacity: 60, manner: 'refuses'})

    const [over, ...others] = world.orders.filter(({isOverload}) => isOverload)
    expect(others).toEqual([])
    expect(over?.concurrency).toBeGreaterThan(80)
  })
})

describe('after all have hung up', () => {
  test.each([
    {what: 'memory', process: {keptBytesACall: 200_000}},
    {what: 'open files', process: {keptFilesACall: 1}},
  ])('a bot that keeps $what of each call leaks', async ({process}) => {
    const {knee} = await searched({capacity: 60, manner: 'refuses', process})

    expect(knee.leak?.verdict).toBe('leaks')
  })

  test('a bot that keeps its pools for the next time is clean', async () => {
    const {knee} = await searched({
      ...{capacity: 60, manner: 'refuses', process: {}},
      pooledBytesACall: 1_000_000,
    })

    expect(knee.leak?.verdict).toBe('clean')
    expect(knee.leak?.evidence[0]).toMatch(
      /^Resident size: 60 MB before, 150 MB after \d+ judged calls, 150/,
    )
  })

  test('a bot whose process is not known is judged by a few calls alone', async () => {
    const {knee} = await searched({capacity: 60, manner: 'refuses'})

    expect(knee.leak).toMatchObject({verdict: 'clean'})
    expect(knee.leak?.evidence[0]).toMatch(/calls alone were completed after the search/)
  })
})

type Overloaded = NonNullable<FakeBot['overloaded']>

describe('a bot that does not outlive the overload', () => {
  const found = async (overloaded: Overloaded, process: FakeBot['process']) => {
    const bot = {capacity: 60, manner: 'refuses', overloaded} as const
    const {knee} = await searched(process ? {...bot, process} : bot)
    return knee.leak
  }

  test('is gone, and its process with it', async () => {
    expect(await found('dies', {})).toEqual({
      verdict: 'gone',
      evidence: [
        expect.stringMatching(
          /^The bot no longer answers: 0 of \d+ calls alone were completed after the search\.$/,
        ) as string,
        'Its process is gone.',
      ],
    })
    expect((await found('dies-unburied', {}))?.evidence[1]).toBe('Its process is gone.')
  })

  test('is gone where its process is not known', async () => {
    expect((await found('dies', undefined))?.verdict).toBe('gone')
  })

  test('is gone though another answers in its place', async () => {
    const leak = await found('is-replaced', {})

    expect(leak?.verdict).toBe('gone')
    expect(leak?.evidence[0]).toBe("The bot's process is gone; whatever answers now is another.")
  })

  test.each([
    {
      overloaded: 'falls-silent',
      told: /3 of 3 calls alone were completed after the search, and none/,
    },
    {overloaded: 'hangs', told: /^The bot no longer answers: 0 of 2 calls alone were completed/},
  ] as const)('is gone when it lives on and $overloaded', async ({overloaded, told}) => {
    for (const process of [{}, undefined]) {
      const leak = await found(overloaded, process)

      expect(leak?.verdict).toBe('gone')
      expect(leak?.evidence[0]).toMatch(told)
    }
  })
})

test('a bot that is only slow after the overload leaks, and is not gone', async () => {
  const bot = {capacity: 60, manner: 'refuses', overloaded: 'slows', callMs: 2400} as const
  for (const process of [{}, undefined]) {
    const {knee} = await searched(process ? {...bot, process} : bot)

    expect(knee.leak?.verdict).toBe('leaks')
    expect(knee.leak?.evidence).toContain('3 of 3 calls alone were completed after the search.')
  }
})

describe('what breaks whatever the number of calls', () => {
  const SEEDS = 100
  const boundsOf = async (bot: Pick<FakeBot, 'failEach' | 'outlierEach'>) => {
    const bounds: KneeReport[] = []
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const {knee} = await searched(
        {capacity: 2000, manner: 'refuses', seed, ...bot},
        {...PLAN, from: FROM, most: 200},
      )
      bounds.push(knee)
    }
    return bounds
  }
  const exactOf = (knees: readonly KneeReport[]) =>
    knees.filter(({bound}) => bound === 'exact').length

  test.each([2, 4, 8])(
    'is no knee: with %i in 100 calls that fail, 5 of 100 searches are exact at most',
    async (percent) => {
      const knees = await boundsOf({failEach: 100 / percent})

      expect(exactOf(knees)).toBeLessThanOrEqual(0.05 * SEEDS)
      expect(knees.every(({broken}) => broken?.fault === 'bot')).toBe(true)
      const anyway = knees.filter(({broken}) => broken?.atAnyLoad)
      expect(new Set(anyway.map(({overload}) => overload?.why))).toEqual(
        new Set(['No number of calls is a knee.']),
      )
    },
    60_000,
  )

  test.each([5, 7, 10])(
    'is no knee: with %i in 100 answers that take 3 s, 5 of 100 searches are exact at most',
    async (percent) => {
      const knees = await boundsOf({outlierEach: 100 / percent})

      expect(exactOf(knees)).toBeLessThanOrEqual(0.05 * SEEDS)
    },
    60_000,
  )
})

describe('a mix', () => {
  test('is kept as long as its longest scenario needs', async () => {
    const world = new FakeWorld({capacity: 60, manner: 'refuses'})
    const short = world.alone()
    const long = {...short, scenario: 'long', durationMs: 20_000}
    const mix = [
      {scenario: 'basic', weight: 3},
      {scenario: 'long', weight: 1},
    ]
    const knee = await findKnee(PLAN, world, {clock: world.clock, alone: [short, long], mix})

    expect(knee.callMs).toBe(20_004)
    expect(Math.min(...world.orders.map(({holdMs}) => holdMs))).toBeGreaterThan(2 * 20_000)
  })
})

describe('what no call alone gave a value for', () => {
  const listening = {...answeredCall({}), turns: [], metrics: {handshakeMs: 4}}
  const usual = {...PLAN, most: 10, from: FROM}
  const foundBy = (plan: KneePlan, alone: CallReport) => {
    const world = new FakeWorld({capacity: 60, manner: 'refuses'})
    return findKnee(plan, world, {...factsOf(world), alone: [alone]})
  }

  test('is left out of the usual thresholds, and named', async () => {
    const knee = await foundBy(usual, listening)

    expect(knee.thresholds).toEqual(['failed < 1 %'])
    expect(knee.unmeasured).toEqual(['p95(responseMs) < 2000', 'mean(underrunRate) < 1'])
    expect(knee.levels[0]?.thresholds).toHaveLength(1)
  })

  test('stays where the call alone did not pass', async () => {
    const knee = await foundBy(usual, closedCall())

    expect(knee.thresholds).toEqual(PLAN.thresholds)
    expect(knee).not.toHaveProperty('unmeasured')
  })

  test('is refused where it was asked for', async () => {
    await expect(foundBy({...usual, isAsked: true}, listening)).rejects.toMatchObject({
      code: 'EXO_USAGE',
      message: expect.stringContaining('"p95(responseMs) < 2000"') as string,
    })
  })
})

describe('a search that is interrupted', () => {
  test('knows at least what held, and says what it did not try', async () => {
    const {knee, world} = await searched({capacity: 60, manner: 'refuses', interruptIn: 3})

    expect(knee).toMatchObject({
      bound: 'at-least',
      calls: 20,
      overload: {verdict: 'not-measured'},
      leak: {verdict: 'not-measured'},
    })
    expect(knee.levels.at(-1)).toMatchObject({
      concurrency: 40,
      verdict: 'void',
      reason: 'The run was interrupted in it.',
    })
    expect(world.orders).toHaveLength(4)
  })

  test('in its first level knows nothing', async () => {
    const {knee} = await searched({capacity: 60, manner: 'refuses', interruptIn: 0})

    expect(knee).toMatchObject({bound: 'none'})
    expect(knee.calls).toBeUndefined()
  })
})

test('each level is where its place in the report says', async () => {
  const {knee, world} = await searched({capacity: 60, manner: 'refuses'})

  expect(world.orders.map(({index, concurrency}) => [index, concurrency])).toEqual(
    knee.levels.map(({concurrency}, place) => [place, concurrency]),
  )
})
