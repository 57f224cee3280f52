import {describe, expect, test} from 'vitest'

import {
  dueTimes,
  type Openings,
  Places,
  placesOf,
} from '../../../../../src/simulate/load/traffic/openings.js'

function takeAll(openings: Openings, most = 10): readonly number[] {
  const taken: number[] = []
  for (let due = openings.due(); due !== undefined && taken.length < most; due = openings.due()) {
    taken.push(due)
    openings.take()
  }
  return taken
}

describe('the places of a run at a fixed concurrency', () => {
  const arrivals = {model: 'concurrency', concurrency: 5, rampMs: 400} as const

  test('open evenly over the ramp', () => {
    expect(takeAll(placesOf(arrivals, {startedAt: 1000}))).toEqual([1000, 1100, 1200, 1300, 1400])
  })

  test('are shared out between machines, and open at the same times as in the whole', () => {
    const parts = [1, 2].map((part) =>
      takeAll(placesOf(arrivals, {startedAt: 0, shard: {part, of: 2}})),
    )

    expect(parts).toEqual([
      [0, 200, 400],
      [100, 300],
    ])
  })

  test('are free again from when their call ended, the earliest first', () => {
    const places = placesOf({...arrivals, concurrency: 2, rampMs: 0}, {startedAt: 0})
    takeAll(places)

    places.freed(70)
    places.freed(60)

    expect(takeAll(places)).toEqual([60, 70])
  })
})

describe('places whose number changes', () => {
  function taken(count: number): Places {
    const places = new Places()
    places.resize(count, () => 0)
    takeAll(places)
    return places
  }

  test('are missing one by one when there are to be more', () => {
    const places = taken(2)

    places.resize(4, (place) => place * 10)

    expect(places.isReached).toBe(false)
    expect(takeAll(places)).toEqual([20, 30])
    expect(places.isReached).toBe(true)
  })

  test('go as their calls end when there are to be fewer', () => {
    const places = taken(3)

    places.resize(1, () => 0)
    places.freed(5)

    expect(places.due()).toBeUndefined()
    expect(places.isReached).toBe(false)

    places.freed(6)

    expect(places.isReached).toBe(true)
  })

  test('that nobody has taken yet go first', () => {
    const places = new Places()
    places.resize(3, (place) => place)

    places.resize(1, () => 0)

    expect(takeAll(places)).toEqual([0])
  })
})

describe('the times of a run at a fixed rate', () => {
  const arrivals = {model: 'rate', ratePerS: 10, rampMs: 0} as const

  test('come whatever became of the calls before', () => {
    expect(takeAll(dueTimes(arrivals, {startedAt: 500}), 3)).toEqual([500, 600, 700])
  })

  test('are shared out between machines', () => {
    expect(takeAll(dueTimes(arrivals, {startedAt: 0, shard: {part: 2, of: 3}}), 3)).toEqual([
      100, 400, 700,
    ])
  })
})
