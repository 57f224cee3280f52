import {describe, expect, test} from 'vitest'

import {seededRandom} from '../../../../../src/random.js'
import type {KneeReport} from '../../../../../src/report/load-report.js'
import {findKnee} from '../../../../../src/simulate/load/knee/find-knee.js'
import {type FakeBot, FakeWorld, type Manner} from '../../../../rig/capacity-bot/fake-world.js'

const PLAN = {
  from: 5,
  most: 1000,
  thresholds: ['p95(responseMs) < 2000', 'failed < 1 %', 'mean(underrunRate) < 1'],
}
/** One answer in fifty takes 3 s and one call in a thousand is closed, however many there are. */
const NOISE = {outlierEach: 50, failEach: 1000}
const MANNERS: readonly Manner[] = ['refuses', 'late', 'drops', 'collapses']

async function searched(bot: FakeBot, plan = PLAN): Promise<{knee: KneeReport; world: FakeWorld}> {
  const world = new FakeWorld(bot)
  const knee = await findKnee(plan, world, {clock: world.clock, alone: world.alone()})
  return {knee, world}
}

describe('the knee of a bot with a hidden capacity', () => {
  test.each([60, 120, 300].flatMap((capacity) => MANNERS.map((manner) => ({capacity, manner}))))(
    'of $capacity that $manner is found within 5 % in under five minutes',
    async ({capacity, manner}) => {
      const {knee} = await searched({capacity, manner})

      expect(knee).toMatchObject({bound: 'exact', broken: {fault: 'bot'}})
      expect(Math.abs((knee.calls ?? 0) - capacity)).toBeLessThanOrEqual(0.05 * capacity)
      expect(knee.searchMs).toBeLessThan(300_000)
    },
  )

  test('is found whatever chance does to single calls: of 200 bots at least 190, and none too high', async () => {
    const offBy: number[] = []
    for (let seed = 0; seed < 200; seed += 1) {
      const capacity = Math.round(40 * (700 / 40) ** seededRandom(seed).next())
      const manner = MANNERS[seed % MANNERS.length] ?? 'refuses'
      const {knee} = await searched({...{capacity, manner, seed}, ...NOISE})
      offBy.push((knee.calls ?? 0) / capacity - 1)
    }

    expect(offBy.filter((share) => Math.abs(share) <= 0.05).length).toBeGreaterThanOrEqual(190)
    expect(Math.max(...offBy)).toBeLessThanOrEqual(0.05)
  }, 120_000)

  test('of two calls is found below the first step', async () => {
    const {knee} = await searched({capacity: 2, manner: 'late'})

    expect(knee).toMatchObject({bound: 'exact', calls: 2})
  })

  test('is at least the ceiling when nothing broke up to there', async () => {
    const {knee} = await searched({capacity: 300, manner: 'refuses'}, {...PLAN, most: 50})

    expect(knee).toMatchObject({
      bound: 'at-least',
      calls: 50,
      overload: {verdict: 'not-measured', why: '75 calls are over the ceiling of 50.'},
    })
    expect(knee.broken).toBeUndefined()
  })
})

test('a rig that gives out first is blamed, and the knee is at least what held before', async () => {
  const {knee} = await searched({capacity: 300, manner: 'refuses', rigHolds: 100})

  expect(knee).toMatchObject({
    bound: 'at-least',
    calls: 80,
    broken: {concurrency: 160, fault: 'rig'},
    overload: {verdict: 'not-measured', why: 'The rig was the limit, not the bot.'},
  })
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
      /^Resident size: 60 MB before, 150 MB after \d+ calls, 150/,
    )
  })

  test('a bot whose process is not known is judged by a few calls alone', async () => {
    const {knee} = await searched({capacity: 60, manner: 'refuses'})

    expect(knee.leak).toMatchObject({verdict: 'clean'})
    expect(knee.leak?.evidence[0]).toMatch(/calls alone were completed after the search/)
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
