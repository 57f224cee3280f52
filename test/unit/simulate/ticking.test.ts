import {describe, expect, test} from 'vitest'

import {type Clock, virtualClock} from '../../../src/clock.js'
import {Ticking} from '../../../src/simulate/ticking.js'

describe('ticks of many calls', () => {
  test('come at absolute deadlines, each call in its phase, until it says that it is over', async () => {
    const clock = virtualClock()
    const ticking = new Ticking(clock)
    const seen: string[] = []
    const call = (name: string, startAt: number, ticks: number) => {
      let left = ticks
      return ticking.every(startAt, () => {
        seen.push(`${name} at ${String(clock.now())}`)
        left -= 1
        return left > 0
      })
    }

    await clock.run(() => Promise.all([call('b', 7, 3), call('a', 5, 2), call('c', 30, 1)]))

    expect(seen).toEqual(['a at 5', 'b at 7', 'a at 25', 'b at 27', 'c at 30', 'b at 47'])
  })

  test('a call that begins while others tick has its own beginning', async () => {
    const clock = virtualClock()
    const ticking = new Ticking(clock)
    const at: number[] = []
    const once = (startAt: number) =>
      ticking.every(startAt, () => {
        at.push(clock.now())
        return false
      })

    await clock.run(async () => {
      const late = once(500)
      await clock.sleepUntil(100)
      await Promise.all([once(110), late])
    })

    expect(at).toEqual([110, 500])
  })

  test('one that throws ends by itself, and the others go on', async () => {
    const clock = virtualClock()
    const ticking = new Ticking(clock)
    let ticks = 0

    await clock.run(async () => {
      const broken = ticking.every(0, () => {
        throw new Error('broken')
      })
      const sound = ticking.every(0, () => {
        ticks += 1
        return ticks < 3
      })
      await expect(broken).rejects.toThrow('broken')
      await sound
    })

    expect(ticks).toBe(3)
  })

  test('after a stall nobody ticks twice before what has arrived was handled', async () => {
    let now = 0
    const order: string[] = []
    const clock: Clock = {
      now: () => now,
      wallNow: () => new Date(0),
      sleepUntil: async (deadline) => {
        if (deadline > now) now = deadline === 0 ? 0 : deadline + 70
        else order.push('what has arrived')
        await Promise.resolve()
      },
    }
    const ticking = new Ticking(clock)
    const call = (name: string) => {
      let left = 3
      return ticking.every(10, () => {
        order.push(name)
        left -= 1
        return left > 0
      })
    }

    await Promise.all([call('one'), call('other')])

    const round = ['what has arrived', 'one', 'other']
    expect(order).toEqual([...round, ...round, ...round])
  })
})
