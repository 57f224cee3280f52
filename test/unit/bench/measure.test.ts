import {describe, expect, test} from 'vitest'

import {inPairs, rowOf, spreadOf, totalOf} from '../../bench/measure.mjs'

type Side = () => Promise<{values: {us: number}; unreliable?: string}>

describe('runs in pairs', () => {
  test('the baseline and ours take turns in being first', async () => {
    const order: string[] = []
    const side =
      (name: string): Side =>
      () => {
        order.push(name)
        return Promise.resolve({values: {us: 1}})
      }

    await inPairs(2, {baseline: side('baseline'), ours: side('ours')})

    expect(order).toEqual(['baseline', 'ours', 'ours', 'baseline'])
  })

  test('a pair of which one run cannot be relied on is discarded and made again', async () => {
    const ours = inTurn([{us: 9, unreliable: 'late'}, {us: 4}, {us: 6}])

    const made = await inPairs(2, {baseline: always(2), ours})

    expect(made.discarded).toEqual(['late'])
    expect(rowOf(made, {what: 'w', unit: 'µs', key: 'us'}).ratio).toEqual({
      median: 2.5,
      min: 2,
      max: 3,
    })
  })

  test('runs are repeated at most as often as they were asked for, and then there is no number', async () => {
    let tries = 0
    const ours: Side = () => {
      tries += 1
      return Promise.resolve({values: {us: 1}, unreliable: 'late'})
    }

    const row = rowOf(await inPairs(3, {baseline: always(1), ours}), {
      what: 'w',
      unit: 'µs',
      key: 'us',
    })

    expect(tries).toBe(6)
    expect(row).toEqual({
      ...{what: 'w', unit: 'µs', runs: 0, discarded: 6},
      note: '0 of 3 runs could be relied on: late',
    })
  })
})

describe('a row', () => {
  test.each([
    ['most', 2, true],
    ['most', 1.9, false],
    ['least', 2, true],
    ['least', 2.1, false],
  ] as const)('a median ratio of 2 against at %s %d', async (at, value, met) => {
    const made = await inPairs(1, {baseline: always(3), ours: always(6)})

    const row = rowOf(made, {what: 'w', unit: 'µs', key: 'us', bar: {at, value, of: 'ratio'}})

    expect(row.bar?.met).toBe(met)
  })

  test('what was not measured is no zero', async () => {
    const made = await inPairs(1, {baseline: always(3), ours: always(6)})

    const row = rowOf(made, {what: 'w', unit: 'µs', key: 'cpu'})

    expect(row.ours).toBeUndefined()
    expect(row.note).toBe('not measured here')
  })

  test('a bar of what was not measured is not judged', async () => {
    const made = await inPairs(1, {
      baseline: always(3),
      ours: () => run({us: 6}, {unreliable: 'late'}),
    })

    const row = rowOf(made, {what: 'w', unit: 'µs', key: 'us', bar})

    expect(row.bar).toEqual(bar)
  })

  test('what may be more is told, and passes as it is', async () => {
    const made = await inPairs(1, {baseline: always(3), ours: () => run({us: 6}, {atLeast: true})})

    const row = rowOf(made, {what: 'w', unit: 'µs', key: 'us', bar})

    expect(row).toMatchObject({bar: {met: true}, note: 'ours: at least, in 1 of 1 runs'})
  })

  test('a baseline that may be more judges no bar', async () => {
    const made = await inPairs(1, {baseline: () => run({us: 3}, {atLeast: true}), ours: always(6)})

    const row = rowOf(made, {what: 'w', unit: 'µs', key: 'us', bar})

    expect(row).toMatchObject({note: 'baseline: at least, in 1 of 1 runs'})
    expect(row.bar).toEqual(bar)
  })

  test('against the baseline by its difference there is no ratio', async () => {
    const made = await inPairs(1, {baseline: always(3), ours: always(5)})

    const row = rowOf(made, {what: 'w', unit: 'ms', key: 'us', against: 'difference'})

    expect(row.ratio).toBeUndefined()
    expect(row.difference?.median).toBe(2)
  })

  test('one loss in all runs of all sizes is one too many', async () => {
    const sizes = [
      await inPairs(2, {baseline: always(0), ours: always(0)}),
      await inPairs(1, {baseline: always(0), ours: always(1)}),
    ]
    const none = {at: 'most', value: 0, of: 'ours'} as const

    const row = totalOf(sizes, {what: 'w', unit: 'frames', key: 'us', bar: none})

    expect(row).toMatchObject({
      ours: {median: 1},
      baseline: {median: 0},
      runs: 3,
      bar: {met: false},
    })
  })

  test('a loss is one too many in too few runs as well, and none in them shows nothing', async () => {
    const late = await inPairs(1, {
      baseline: always(0),
      ours: () => run({us: 0}, {unreliable: 'late'}),
    })
    const lost = await inPairs(1, {baseline: always(0), ours: always(1)})
    const none = await inPairs(1, {baseline: always(0), ours: always(0)})
    const asked = {
      what: 'w',
      unit: 'frames',
      key: 'us',
      bar: {at: 'most', value: 0, of: 'ours'},
    } as const

    expect(totalOf([late, lost], asked).bar?.met).toBe(false)
    expect(totalOf([late, none], asked).bar).toEqual(asked.bar)
  })

  test('nothing has a ratio to nothing', async () => {
    const made = await inPairs(1, {baseline: always(0), ours: always(0)})

    expect(rowOf(made, {what: 'w', unit: 'µs', key: 'us'}).ratio).toBeUndefined()
  })
})

test.each([
  [[3, 1, 2], {median: 2, min: 1, max: 3}],
  [[4, 1, 2, 3], {median: 2.5, min: 1, max: 4}],
])('the spread of %j', (values, spread) => {
  expect(spreadOf(values)).toEqual(spread)
})

const bar = {at: 'least', value: 1, of: 'ratio'} as const

function run(values: {us: number}, more: {unreliable?: string; atLeast?: boolean}) {
  return Promise.resolve({values, ...more})
}

function always(us: number): Side {
  return () => Promise.resolve({values: {us}})
}

function inTurn(runs: {us: number; unreliable?: string}[]): Side {
  let at = 0
  return () => {
    const {us, ...rest} = runs[at] ?? {us: Number.NaN}
    at += 1
    return Promise.resolve({values: {us}, ...rest})
  }
}
