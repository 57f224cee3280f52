import {describe, expect, test} from 'vitest'

import {type VirtualClock, virtualClock} from '../../../../../src/clock.js'
import {SendLateness} from '../../../../../src/report/send-lateness.js'
import type {CallOrder} from '../../../../../src/simulate/load/crew/crew.js'
import {Ledger} from '../../../../../src/simulate/load/ledger.js'
import type {BotUsage, LevelWorld} from '../../../../../src/simulate/load/traffic/level.js'
import {levelsOf} from '../../../../../src/simulate/load/traffic/levels.js'
import {Traffic} from '../../../../../src/simulate/load/traffic/traffic.js'
import {endedCall} from '../../../../rig/load-call.js'

const CALL_MS = 1000

type Search = {
  readonly world: LevelWorld
  readonly clock: VirtualClock
  readonly orders: CallOrder[]
  readonly traffic: Traffic
  readonly abort: AbortController
  readonly tellLateness: (ms: number) => void
}

/** A search in virtual time, whose calls last a second each. */
async function searching<T>(
  work: (search: Search) => Promise<T>,
  bot: (now: number) => BotUsage | undefined = () => undefined,
): Promise<T> {
  const clock = virtualClock()
  const abort = new AbortController()
  const ledger = new Ledger()
  const orders: CallOrder[] = []
  const listeners = new Set<(lateness: SendLateness) => void>()
  let made = 0
  const traffic = new Traffic({
    clock,
    next: () => ({index: made++, scenario: 'test'}),
    crew: {
      begin(order) {
        orders.push(order)
        void clock.sleepUntil(clock.now() + CALL_MS).then(() => {
          const tookMs = clock.now() - order.startAt
          const ended = endedCall(order, {tookMs})
          ledger.ended(ended)
          traffic.ended(ended)
        })
      },
    },
  })
  abort.signal.addEventListener('abort', () => {
    traffic.stir()
  })
  const world = levelsOf({
    clock,
    signal: abort.signal,
    traffic,
    ledger,
    cores: 2,
    botNow: async () => bot(clock.now()),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  })
  const tellLateness = (ms: number) => {
    const lateness = new SendLateness()
    lateness.add(ms)
    for (const listener of listeners) listener(lateness)
  }
  return clock.run(() => work({world, clock, orders, traffic, abort, tellLateness}))
}

describe('a level', () => {
  test('starts the calls that are missing to it evenly over the ramp', async () => {
    const starts = await searching(async ({world, orders}) => {
      await world.hold({index: 0, concurrency: 4, rampMs: 400, holdMs: 100})
      return orders.map(({startAt}) => startAt)
    })

    expect(starts).toEqual([0, 100, 200, 300])
  })

  test('judges the calls that began when it was reached, and were over before it ended', async () => {
    const result = await searching(({world}) =>
      world.hold({index: 3, concurrency: 2, rampMs: 500, holdMs: 2500}),
    )

    // Reached at 250 and over at 2750: the call of 0 is too early, those of 2000 and 2250 end too late.
    expect(result.calls.map(({index}) => index)).toEqual([1, 2, 3])
    expect(result).toMatchObject({durationMs: 2500, notOpened: 0, cores: 2})
  })

  test('goes down as calls end, and is reached when enough have', async () => {
    const {running, starts} = await searching(async ({world, traffic, orders}) => {
      await world.hold({index: 0, concurrency: 5, rampMs: 0, holdMs: 100})
      await world.hold({index: 1, concurrency: 2, rampMs: 0, holdMs: 100})
      return {running: traffic.running, starts: orders.filter(({level}) => level === 1)}
    })

    expect(running).toBe(2)
    expect(starts).toHaveLength(2)
  })

  test('hears how late frames were while it was kept, and not before', async () => {
    const result = await searching(async ({world, clock, tellLateness}) => {
      void clock.sleepUntil(300).then(() => {
        tellLateness(99)
      })
      void clock.sleepUntil(700).then(() => {
        tellLateness(7)
      })
      return world.hold({index: 0, concurrency: 2, rampMs: 1000, holdMs: 1000})
    })

    expect(result.lateness.frames).toBe(1)
    expect(result.lateness.percentile(100)).toBe(7)
  })

  test('says what the bot took in it', async () => {
    const result = await searching(
      ({world}) => world.hold({index: 0, concurrency: 1, rampMs: 0, holdMs: 2000}),
      (now) => ({cpuMs: now / 2, rssBytes: 1000 + now}),
    )

    expect(result).toMatchObject({botCpu: 0.5, botRssBytes: 3000})
  })

  test('ends at once when the run is interrupted', async () => {
    const durationMs = await searching(async ({world, clock, abort}) => {
      void clock.sleepUntil(700).then(() => {
        abort.abort()
      })
      return (await world.hold({index: 0, concurrency: 1, rampMs: 0, holdMs: 60_000})).durationMs
    })

    expect(durationMs).toBe(700)
  })

  test('that is over with its third call judges each of them, also the first', async () => {
    const {result, made} = await searching(async ({world, orders}) => {
      const order = {index: 0, concurrency: 1, rampMs: 0, holdMs: 60_000, untilCalls: 3}
      return {result: await world.hold(order), made: orders.length}
    })

    expect(result.calls.map(({index}) => index)).toEqual([0, 1, 2])
    expect(result.durationMs).toBe(3 * CALL_MS)
    expect(made).toBe(3)
  })

  test('whose calls do not end in time is over without them', async () => {
    const result = await searching(({world}) =>
      world.hold({index: 0, concurrency: 1, rampMs: 0, holdMs: 1500, untilCalls: 3}),
    )

    expect(result).toMatchObject({calls: [{index: 0}], durationMs: 1500})
  })

  test('tells the calls of an overload apart', async () => {
    const orders = await searching(async (search) => {
      await search.world.hold({index: 9, concurrency: 1, rampMs: 0, holdMs: 10, isOverload: true})
      return search.orders
    })

    expect(orders[0]).toMatchObject({level: 9, isOverload: true})
  })
})

test('draining starts no more calls, and waits for those that are open', async () => {
  const {now, running, made} = await searching(async ({world, clock, traffic, orders}) => {
    await world.hold({index: 0, concurrency: 3, rampMs: 0, holdMs: 1500})
    await world.drain()
    return {now: clock.now(), running: traffic.running, made: orders.length}
  })

  expect({now, running, made}).toEqual({now: 2000, running: 0, made: 6})
})
