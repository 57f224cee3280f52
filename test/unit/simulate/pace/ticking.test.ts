import {describe, expect, test} from 'vitest'

import {type Clock, virtualClock} from '../../../../src/clock.js'
import {Ticking} from '../../../../src/simulate/pace/ticking.js'

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

    const ticking = new Ticking(clock)

    await clock.run(async () => {
      const beats = [300, 100, 200].map((startAt) =>
        ticking.every(startAt, () => {
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

    const ticking = new Ticking(clock)
    await clock.run(() => {
      // Another, which asks for a time long after, does not hold it up.
      void ticking.every(90, () => {
        order.push(`another at ${String(clock.now())}`)
        return clock.now() > 200 ? undefined : 400
      })
      const beat = ticking.every(asked, () => {
        order.push('tick')
        void Promise.resolve().then(() => order.push('what it gave rise to'))
        asked -= 20
        return asked < 60 ? undefined : asked
      })
      return beat.over
    })

    const once = ['tick', 'what it gave rise to']
    expect(order).toEqual(['another at 90', ...once, ...once, ...once])
    expect(clock.now()).toBe(100)
  })

  test('is told when each would have been made at its time; what is overdue stays behind what comes', async () => {
    let now = 0
    const clock: Clock = {
      now: () => now,
      wallNow: () => new Date(0),
      // The thread is away from 15 to 70.
      sleepUntil: async (deadline) => {
        now = Math.max(now, deadline >= 15 && deadline < 70 ? 70 : deadline)
        await Promise.resolve()
      },
    }
    const told: unknown[] = []
    await new Ticking(clock).every(0, ({until, madeAt}) => {
      told.push({until: Math.round(until), madeAt: [0, 20, 40, 60, 80].map(madeAt)})
      return until >= 80 ? undefined : 80
    }).over

    expect(told).toEqual([
      {until: 0, madeAt: [0, 20, 40, 60, 80]},
      {until: 80, madeAt: [0, 70, 70, 70, 80]},
    ])
  })

  test('keeps what is overdue behind what has come', async () => {
    const clock = virtualClock()
    const made: number[] = []
    const away: Clock = {
      ...clock,
      sleepUntil: (deadline, signal) =>
        clock.sleepUntil(deadline >= 30 && deadline < 95 ? 95 : deadline, signal),
    }

    await clock.run(async () => {
      const beat = everyFifth(new Ticking(away), clock, (tick) => made.push(tick))
      await clock.sleepUntil(90)
      beat.catchUp()
      made.push(-1)
      await beat.over
    })

    // Due by 30 are two; the rest came late, behind the message.
    expect(made.slice(0, 6)).toEqual([0, 1, -1, 2, 3, 4])
  })
})
