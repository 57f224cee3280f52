import {describe, expect, test} from 'vitest'

import {type VirtualClock, virtualClock} from '../../../../../src/clock.js'
import type {CallOrder} from '../../../../../src/simulate/load/crew/crew.js'
import {
  dueTimes,
  type Openings,
  placesOf,
} from '../../../../../src/simulate/load/traffic/openings.js'
import {Traffic} from '../../../../../src/simulate/load/traffic/traffic.js'
import {endedCall} from '../../../../rig/load-call.js'

const TEN_A_SECOND = {model: 'rate', ratePerS: 10, rampMs: 0} as const

type World = {readonly traffic: Traffic; readonly clock: VirtualClock; readonly orders: CallOrder[]}

/** A crew whose calls take so long, by index; one of undefined never ends. */
function worldOf(calls: number, tookMs: (index: number) => number | undefined): World {
  const clock = virtualClock()
  const orders: CallOrder[] = []
  let made = 0
  const traffic = new Traffic({
    clock,
    next: () => (made < calls ? {index: made++, scenario: 'test'} : undefined),
    crew: {
      begin(order) {
        orders.push(order)
        const ms = tookMs(order.index)
        if (ms === undefined) return
        void clock.sleepUntil(order.startAt + ms).then(() => {
          traffic.ended(endedCall(order, {tookMs: ms}))
        })
      },
    },
  })
  return {traffic, clock, orders}
}

async function begun({traffic, clock, orders}: World, openings: Openings, until?: number) {
  await clock.run(async () => {
    traffic.follow(openings)
    await traffic.begin(() => false, until)
  })
  return orders.map(({startAt}) => startAt)
}

describe('at a fixed concurrency', () => {
  const arrivals = {model: 'concurrency', concurrency: 2, rampMs: 100} as const

  test('a call that ends makes room for the next, from that moment', async () => {
    const world = worldOf(5, (index) => [300, 50, 50, 50, 50][index])

    expect(await begun(world, placesOf(arrivals, {startedAt: 0}))).toEqual([0, 100, 150, 200, 250])
  })

  test('no call begins after the time is over', async () => {
    const world = worldOf(100, () => 50)

    const starts = await begun(world, placesOf({...arrivals, rampMs: 0}, {startedAt: 0}), 120)

    expect(starts).toEqual([0, 0, 50, 50, 100, 100])
  })
})

describe('at a fixed rate', () => {
  test('calls begin when they are due, though none ever ends', async () => {
    const world = worldOf(4, () => undefined)

    expect(await begun(world, dueTimes(TEN_A_SECOND, {startedAt: 0}))).toEqual([0, 100, 200, 300])
  })

  test('what was due while this machine stood still is begun with the time it was meant for', async () => {
    const world = worldOf(3, () => 10)
    const {clock} = world
    const standing = dueTimes(TEN_A_SECOND, {startedAt: -5000})

    expect(await begun(world, standing)).toEqual([-5000, -4900, -4800])
    expect(clock.now()).toBe(0)
  })
})

test('a run that is stopped begins nothing more, and waits for what is under way', async () => {
  const world = worldOf(100, () => 500)
  const {traffic, clock, orders} = world
  let isStopped = false

  await clock.run(async () => {
    traffic.follow(dueTimes(TEN_A_SECOND, {startedAt: 0}))
    void clock.sleepUntil(250).then(() => {
      isStopped = true
      traffic.stir()
    })
    await traffic.begin(() => isStopped)
    await traffic.idle()
  })

  expect(orders).toHaveLength(3)
  expect(traffic.running).toBe(0)
  expect(clock.now()).toBe(700)
})

test('calls carry the step of the search that they were made in', async () => {
  const world = worldOf(2, () => 10)
  const {traffic, clock, orders} = world

  await clock.run(async () => {
    traffic.follow(dueTimes(TEN_A_SECOND, {startedAt: 0}), {
      level: 7,
      isOverload: true,
    })
    await traffic.begin(() => false)
  })

  expect(orders[1]).toEqual({index: 1, scenario: 'test', startAt: 100, level: 7, isOverload: true})
})
