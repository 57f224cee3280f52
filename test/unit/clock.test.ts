import {getEventListeners} from 'node:events'
import {readFile} from 'node:fs/promises'
import {setImmediate as nextTurn} from 'node:timers/promises'

import {describe, expect, test} from 'vitest'

import {systemClock, virtualClock} from '../../src/clock.js'

describe('the system clock', () => {
  test('never wakes before its deadline', async () => {
    const waits = Array.from({length: 200}, (_, index) => (index % 20) + (index % 7) / 7)

    const earliness = await Promise.all(
      waits.map(async (waitMs) => {
        const deadline = systemClock.now() + waitMs
        await systemClock.sleepUntil(deadline)
        return deadline - systemClock.now()
      }),
    )

    expect(Math.max(...earliness)).toBeLessThanOrEqual(0)
  })

  test('a deadline in the past is over before any timer could fire', async () => {
    const order: string[] = []
    const timer = systemClock.sleepUntil(systemClock.now() + 1).then(() => order.push('timer'))

    await systemClock.sleepUntil(systemClock.now() - 1000)
    order.push('past')
    await timer

    expect(order).toEqual(['past', 'timer'])
  })

  test('a deadline further away than a timer can be set is still to come', async () => {
    const abort = new AbortController()
    const twoMonths = systemClock.sleepUntil(systemClock.now() + 5e9, abort.signal)
    const soon = systemClock.sleepUntil(systemClock.now() + 20).then(() => 'soon')

    await expect(Promise.race([twoMonths, soon])).resolves.toBe('soon')

    abort.abort(new Error('enough'))
    await expect(twoMonths).rejects.toThrow('enough')
  })

  test.each([
    {name: 'before it sleeps', abortNow: true},
    {name: 'while it sleeps', abortNow: false},
  ])('a signal that aborts $name ends the sleep with its own reason', async ({abortNow}) => {
    const abort = new AbortController()
    const reason = new Error('the caller hung up')
    if (abortNow) abort.abort(reason)

    const sleep = systemClock.sleepUntil(systemClock.now() + 60_000, abort.signal)
    abort.abort(reason)

    await expect(sleep).rejects.toBe(reason)
  })

  test('shows the time of day', () => {
    const before = Date.now()

    const shown = systemClock.wallNow().getTime()

    expect(shown).toBeGreaterThanOrEqual(before)
    expect(shown).toBeLessThanOrEqual(Date.now())
  })
})

describe('the virtual clock', () => {
  test('sleeping code sees exact times, however odd', async () => {
    const clock = virtualClock()

    const seen = await clock.run(async () => {
      const times = [clock.now()]
      for (const deadline of [20, 20.25, 1e9 + 1 / 3]) {
        await clock.sleepUntil(deadline)
        times.push(clock.now())
      }
      return times
    })

    expect(seen).toEqual([0, 20, 20.25, 1e9 + 1 / 3])
  })

  test('two months pass while nothing happens, at once', async () => {
    const clock = virtualClock(new Date('2026-01-31T00:00:00Z'))
    const startedAt = performance.now()

    await clock.run(() => clock.sleepUntil(60 * 24 * 3600 * 1000))

    expect(performance.now() - startedAt).toBeLessThan(1000)
    expect(clock.wallNow().toISOString()).toBe('2026-04-01T00:00:00.000Z')
  })

  test('those who sleep until the same moment wake in the order they went to sleep', async () => {
    const clock = virtualClock()
    const names = Array.from({length: 100}, (_, index) => index)

    const order = await clock.run(async () => {
      const woken: number[] = []
      await Promise.all(
        names.map(async (name) => {
          await clock.sleepUntil(50)
          woken.push(name)
        }),
      )
      return woken
    })

    expect(order).toEqual(names)
  })

  test('a deadline that has passed lets no time go by', async () => {
    const clock = virtualClock()

    const now = await clock.run(async () => {
      await clock.sleepUntil(100)
      await clock.sleepUntil(40)
      return clock.now()
    })

    expect(now).toBe(100)
  })

  test('an abort wakes a sleeper at the moment it comes, with its reason', async () => {
    const clock = virtualClock()
    const abort = new AbortController()
    const reason = new Error('enough')

    const outcome = await clock.run(async () => {
      const sleep = clock.sleepUntil(1000, abort.signal).then(
        () => 'slept',
        (error: unknown) => ({error, at: clock.now()}),
      )
      await clock.sleepUntil(30)
      abort.abort(reason)
      return sleep
    })

    expect(outcome).toEqual({error: reason, at: 30})
  })

  test('nobody waits for the deadline of a sleeper that was woken by an abort', async () => {
    const clock = virtualClock()
    const abort = new AbortController()

    const now = await clock.run(async () => {
      const sleep = clock.sleepUntil(5000, abort.signal).catch(() => undefined)
      abort.abort()
      await sleep
      await nextTurn()
      await nextTurn()
      return clock.now()
    })

    expect(now).toBe(0)
  })

  test('a sleeper leaves nothing on its signal', async () => {
    const clock = virtualClock()
    const {signal} = new AbortController()

    const whileAsleep = await clock.run(async () => {
      const sleep = clock.sleepUntil(10, signal)
      const count = getEventListeners(signal, 'abort').length
      await sleep
      return count
    })

    expect(whileAsleep).toBe(1)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('a signal that has aborted lets nobody sleep, and its reason is always an error', async () => {
    const clock = virtualClock()

    const sleep = clock.run(() => clock.sleepUntil(10, AbortSignal.abort('a text')))

    await expect(sleep).rejects.toMatchObject({message: 'aborted', cause: 'a text'})
    expect(clock.now()).toBe(0)
  })

  test('no time goes by while a file is read, whoever sleeps meanwhile', async () => {
    const clock = virtualClock()

    const times = await clock.run(async () => {
      const ticking = Array.from({length: 1000}, (_, tick) => clock.sleepUntil(tick * 20))
      const read = [0, 1, 2].map(async () => {
        await readFile(import.meta.filename)
        return clock.now()
      })
      const readAt = await Promise.all(read)
      await Promise.all(ticking)
      return [...readAt, clock.now()]
    })

    expect(times).toEqual([0, 0, 0, 999 * 20])
  })

  test('a run rejects with the error of its work', async () => {
    const clock = virtualClock()
    const error = new Error('the work failed')

    const run = clock.run(async () => {
      await clock.sleepUntil(10)
      throw error
    })

    await expect(run).rejects.toBe(error)
  })

  test('a run takes up the time where the last one left it', async () => {
    const clock = virtualClock()

    await clock.run(() => clock.sleepUntil(70))
    const before = clock.now()
    await clock.run(() => clock.sleepUntil(before + 5))

    expect(clock.now()).toBe(75)
  })
})
