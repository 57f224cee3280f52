import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

import {type Clock, virtualClock} from '../../../../src/clock.js'
import {pacerOver} from '../../../../src/simulate/pace/pacer.js'

/** The pacer over a clock that counts how often it is slept on. */
function paced() {
  const clock = virtualClock()
  const asked: number[] = []
  const counting: Clock = {
    ...clock,
    sleepUntil(deadline, signal) {
      asked.push(deadline)
      return clock.sleepUntil(deadline, signal)
    },
  }
  return {clock, asked, pacer: pacerOver(counting)}
}

describe('whoever sleeps on a pacer', () => {
  test('wakes at the deadline, in the order of the deadlines, as on the clock itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({max: 200}), {maxLength: 60}), async (deadlines) => {
        const {clock, pacer} = paced()
        const woken: (readonly [deadline: number, atMs: number])[] = []

        await clock.run(() =>
          Promise.all(
            deadlines.map(async (deadline) => {
              await pacer.sleepUntil(deadline)
              woken.push([deadline, clock.now()])
            }),
          ),
        )

        const sorted = deadlines.toSorted((one, other) => one - other)
        expect(woken).toEqual(sorted.map((deadline) => [deadline, deadline]))
      }),
    )
  })

  test('shares one timer with all who sleep until the same moment', async () => {
    const {clock, asked, pacer} = paced()

    await clock.run(() => Promise.all(Array.from({length: 1000}, () => pacer.sleepUntil(20))))

    expect(asked).toEqual([20])
  })

  test('keeps its absolute deadlines, tick by tick, with thousands beside it', async () => {
    const {clock, asked, pacer} = paced()
    const late = new Set<number>()
    const call = async (phaseMs: number) => {
      for (let tick = 0; tick < 50; tick += 1) {
        await pacer.sleepUntil(phaseMs + tick * 20)
        late.add(clock.now() - phaseMs - tick * 20)
      }
    }

    await clock.run(() => Promise.all(Array.from({length: 200}, (_, at) => call(1 + (at % 20)))))

    expect([...late]).toEqual([0])
    expect(asked.length).toBeLessThan(1100)
  })

  test('and is late is woken by a turn of the clock of its own, once for all of them', async () => {
    const {clock, asked, pacer} = paced()

    await clock.run(async () => {
      await pacer.sleepUntil(100)
      await Promise.all([pacer.sleepUntil(40), pacer.sleepUntil(90), pacer.sleepUntil(100)])
    })

    expect(clock.now()).toBe(100)
    expect(asked).toEqual([100, 40])
  })

  test('is told when its signal aborts, before or while it sleeps, and nobody else is', async () => {
    const {clock, pacer} = paced()
    const abort = new AbortController()
    const gone = AbortSignal.abort(new Error('gone already'))

    await clock.run(async () => {
      const other = pacer.sleepUntil(50)
      const sleeping = pacer.sleepUntil(50, abort.signal)
      abort.abort(new Error('enough'))

      await expect(sleeping).rejects.toThrow('enough')
      await expect(pacer.sleepUntil(50, gone)).rejects.toThrow('gone already')
      expect(clock.now()).toBe(0)
      await other
      expect(clock.now()).toBe(50)
    })
  })
})

test('a pacer shows the time of its clock', async () => {
  const {clock, pacer} = paced()
  await clock.run(() => pacer.sleepUntil(30))

  expect(pacer.now()).toBe(30)
  expect(pacer.wallNow()).toEqual(clock.wallNow())
})

test('calls of one length of frame are given slots apart, those of another have their own', () => {
  const {pacer} = paced()
  const [one, other] = [pacer.slot(20), pacer.slot(20)]

  expect(one.nextAt(1000)).not.toBe(other.nextAt(1000))
  expect(pacer.slot(100).nextAt(1000)).toBe(one.nextAt(1000))
})
