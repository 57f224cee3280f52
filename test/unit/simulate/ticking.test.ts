import {describe, expect, test} from 'vitest'

import {type Clock, virtualClock} from '../../../src/clock.js'
import {Ticking} from '../../../src/simulate/ticking.js'

/** Ticks every 20 ms, until a tick says that it was the last. */
function everyTick(ticking: Ticking, startAt: number, tick: () => boolean): Promise<void> {
  let at = startAt
  return ticking.every(startAt, ({until}) => {
    for (; at <= until; at += 20) if (!tick()) return undefined
    return at
  }).over
}

describe('ticks of many calls', () => {
  test('come at absolute deadlines, each call in its phase, until it says that it is over', async () => {
    const clock = virtualClock()
    const ticking = new Ticking(clock)
    const seen: string[] = []
    const call = (name: string, startAt: number, ticks: number) => {
      let left = ticks
      return everyTick(ticking, startAt, () => {
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
      everyTick(ticking, startAt, () => {
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
      const broken = everyTick(ticking, 0, () => {
        throw new Error('broken')
      })
      const sound = everyTick(ticking, 0, () => {
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
      return everyTick(ticking, 10, () => {
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

describe('a call that puts ticks off', () => {
  /** Asks for every fifth tick only; tells of each when it is made, and of when it was meant. */
  function everyFifth(ticking: Ticking, clock: Clock, made: (tick: number, atMs: number) => void) {
    let tick = 0
    return ticking.every(0, ({until}) => {
      for (; tick * 20 <= until; tick += 1) made(tick, clock.now())
      return tick > 9 ? undefined : (Math.floor(tick / 5) * 5 + 4) * 20
    })
  }

  test('makes them with the one that may not wait', async () => {
    const clock = virtualClock()
    const made: string[] = []

    await clock.run(() => {
      const tell = (tick: number, atMs: number) => made.push(`${String(tick)} at ${String(atMs)}`)
      return everyFifth(new Ticking(clock), clock, tell).over
    })

    expect(made.slice(0, 6)).toEqual([
      '0 at 0',
      '1 at 80',
      '2 at 80',
      '3 at 80',
      '4 at 80',
      '5 at 180',
    ])
    expect(made).toHaveLength(10)
  })

  test('catches up with what was put off before something else, and not with what is still to come', async () => {
    const clock = virtualClock()
    const made: string[] = []

    await clock.run(async () => {
      const tell = (tick: number, atMs: number) => made.push(`${String(tick)} at ${String(atMs)}`)
      const beat = everyFifth(new Ticking(clock), clock, tell)
      await clock.sleepUntil(50)
      beat.catchUp()
      made.push('a message')
      await beat.over
    })

    expect(made.slice(0, 6)).toEqual([
      '0 at 0',
      '1 at 50',
      '2 at 50',
      'a message',
      '3 at 80',
      '4 at 80',
    ])
  })

  test('is advanced earlier when that is asked for, and never later', async () => {
    const clock = virtualClock()
    const at: number[] = []

    await clock.run(async () => {
      const beats = [300, 100, 200].map((startAt) =>
        new Ticking(clock).every(startAt, () => {
          at.push(clock.now())
          return undefined
        }),
      )
      const [first, second] = beats
      first?.hasten(50)
      second?.hasten(150)
      await Promise.all(beats.map(({over}) => over))
      first?.hasten(400)
      first?.catchUp()
    })

    expect(at).toEqual([50, 100, 200])
  })

  test('lets happen what a tick gave rise to before the next, although that is due', async () => {
    const clock = virtualClock()
    const order: string[] = []
    let asked = 100

    await clock.run(() => {
      const beat = new Ticking(clock).every(asked, () => {
        order.push('tick')
        void Promise.resolve().then(() => order.push('what it gave rise to'))
        asked -= 20
        return asked < 60 ? undefined : asked
      })
      return beat.over
    })

    const once = ['tick', 'what it gave rise to']
    expect(order).toEqual([...once, ...once, ...once])
  })

  test('is told from which moment on the thread was away; what is overdue stays behind what comes', async () => {
    let now = 0
    const clock: Clock = {
      now: () => now,
      wallNow: () => new Date(0),
      sleepUntil: async (deadline) => {
        if (deadline > now) now = deadline + 70
        await Promise.resolve()
      },
    }
    const told: unknown[] = []
    const beat = new Ticking(clock).every(20, ({until, lateFrom}) => {
      told.push({isDue: until >= 20, lateFrom})
      return until >= 20 ? undefined : 20
    })
    now = 60
    beat.catchUp()
    await beat.over

    expect(told).toEqual([
      {isDue: false, lateFrom: Infinity},
      {isDue: true, lateFrom: 20},
    ])
  })
})
