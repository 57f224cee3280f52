import {describe, expect, test} from 'vitest'

import {overloadRows, searchOf} from '../../bench/items/find-knee.mjs'
import {climb} from '../../bench/items/knee.mjs'
import {mostThatHolds, runOf} from '../../bench/items/load.mjs'
import {notAllThere} from '../../bench/items/memory.mjs'
import {items, minutesOf} from '../../bench/items.mjs'

const quiet = {
  frames: 1,
  missing: 0,
  closed: 0,
  p50Ms: 1,
  latenessP50Ms: 1,
  latenessP99Ms: 2,
  driverCpu: 0.1,
}

test('everything that needs no peer takes less than 40 minutes', () => {
  const terms = items.filter(({needsPeer}) => !needsPeer).flatMap(({takes}) => takes({runs: 5}))

  expect(minutesOf(terms)).toBeLessThan(40)
})

describe('memory', () => {
  test.each([
    [{}, undefined],
    [{closed: 2}, '2 of 500 streams were closed'],
    [{missing: 3}, '3 frames did not come back'],
    [{latenessP99Ms: 11}, 'the driver sent late, p99 11.0 ms'],
  ])('of calls with %j: %s', (what, why) => {
    expect(notAllThere({...quiet, calls: 500, p99Ms: 5, ...what})).toBe(why)
  })
})

describe('a climb to the knee', () => {
  /** A server that holds so many calls, driven step by step until one breaks. */
  const server = (most: number, late: (calls: number) => boolean = () => false) => ({
    frameMs: 20,
    steps: 22,
    drive: (sizes: readonly number[]) => {
      const steps = sizes.map((calls) => ({
        ...{...quiet, calls, p99Ms: calls > most ? 30 : 5},
        latenessP99Ms: late(calls) ? 12 : 2,
      }))
      const end = steps.findIndex(({p99Ms, latenessP99Ms}) => p99Ms > 20 || latenessP99Ms > 10)
      return Promise.resolve(steps.slice(0, end === -1 ? undefined : end + 1))
    },
  })

  test('ends at the last step that held', async () => {
    expect(await climb(100, server(112))).toEqual({values: {calls: 110}})
  })

  test('that does not hold where it begins goes down, and counts', async () => {
    const {values, unreliable} = await climb(100, server(40))

    expect(unreliable).toBeUndefined()
    expect(values['calls']).toBeGreaterThan(36)
    expect(values['calls']).toBeLessThanOrEqual(40)
  })

  test('of a server that holds not even one call is 0', async () => {
    expect(await climb(100, server(0))).toEqual({values: {calls: 0}})
  })

  test('whose steps are used up is at least that', async () => {
    expect(await climb(100, server(1000))).toEqual({values: {calls: 279}, atLeast: true})
  })

  test('that ends because the driver was late is discarded', async () => {
    const run = await climb(
      100,
      server(1000, (calls) => calls > 120),
    )

    expect(run.unreliable).toBe('the driver sent late, p99 12.0 ms, at the knee')
  })
})

describe('load', () => {
  const report = {
    rig: {verdict: 'reliable', sendLatenessMs: {p50: 1, p99: 9, max: 20}},
    load: {peak: 500, opened: 500, atPace: 497},
    calls: [{closing: {by: 'caller'}}],
  } as const
  const asked = {calls: 500, stolen: 0}

  test('holds when nearly all calls were at real pace and the rig is reliable', () => {
    expect(runOf(report, asked)).toMatchObject({
      values: {atPace: 497, holds: 1, reliablePercent: 100},
    })
  })

  test.each([
    ['sent late', {rig: {...report.rig, sendLatenessMs: {p50: 1, p99: 11, max: 20}}}],
    ['is the limit', {rig: {...report.rig, verdict: 'void'}}],
    ['had few at real pace', {load: {...report.load, atPace: 400}}],
    ['had few open at once', {load: {...report.load, peak: 400}}],
  ] as const)('that %s misses the bar, and is not discarded', (_, what) => {
    const run = runOf({...report, ...what}, asked)

    expect(run.values['holds']).toBe(0)
    expect(run.unreliable).toBeUndefined()
  })

  test.each([
    ['streams that the baseline closed', {...report, calls: [{closing: {by: 'bot'}}]} as const, 0],
    ['a machine that was taken away', report, 0.1],
  ])('is discarded for %s', (_, told, stolen) => {
    expect(runOf(told, {calls: 500, stolen}).unreliable).toBeDefined()
  })

  test.each([
    [true, 600, {calls: 575}],
    [true, 2000, {calls: 1000, more: {atLeast: ['ours']}}],
    [false, 300, {calls: 250}],
    [false, 10, {calls: undefined}],
  ])('carries, where the bar was passed (%s) and %d hold: %j', async (atAsked, most, found) => {
    const holds = (calls: number) => Promise.resolve(calls <= most)

    expect(await mostThatHolds(500, {atAsked, holds})).toEqual(found)
  })

  test('carries what is not known, where a run could not be relied on', async () => {
    const holds = () => Promise.resolve(undefined)

    expect(await mostThatHolds(500, {atAsked: true, holds})).toEqual({
      calls: 500,
      more: {atLeast: ['ours']},
    })
    expect(await mostThatHolds(500, {atAsked: false, holds})).toMatchObject({isUnknown: true})
  })
})

describe('a search for the knee', () => {
  const knee = {calls: 57, bound: 'exact', callMs: 2500, searchMs: 90_000} as const
  const asked = {capacity: 60, stolen: undefined}

  test('is off by a share of the capacity', () => {
    const {run} = searchOf(knee, asked)

    expect(run.values['offPercent']).toBeCloseTo(5)
    expect(run.unreliable).toBeUndefined()
  })

  test('that found none through the bot counts, and through this machine is discarded', () => {
    const broken = {concurrency: 20, threshold: 'failed < 1 %', why: 'w'}
    const {calls: _, ...none} = knee

    const byBot = searchOf({...none, bound: 'none', broken: {...broken, fault: 'bot'}}, asked)
    const byRig = searchOf({...none, bound: 'none', broken: {...broken, fault: 'rig'}}, asked)

    expect(byBot.run).toMatchObject({values: {calls: 0, offPercent: 100}, unreliable: undefined})
    expect(byRig.run.unreliable).toBeDefined()
  })

  test('tells bots that shed from bots that collapse', () => {
    const {run} = searchOf(knee, asked)

    const rows = overloadRows({
      refuses: [{run, told: 'sheds'}],
      collapses: [
        {run, told: 'collapses'},
        {run, told: 'degrades'},
      ],
    })

    expect(rows.map(({note, bar}) => [note, bar?.met])).toEqual([
      ['told as: sheds', true],
      ['told as: collapses, degrades', false],
    ])
  })
})
