import fc from 'fast-check'
import {expect, test} from 'vitest'

import {virtualClock} from '../../src/clock.js'

test('10,000 sleepers wake in the order of their deadlines, each at its own', async () => {
  const deadlines = fc.array(fc.integer({min: 1, max: 5000}), {
    minLength: 10_000,
    maxLength: 10_000,
  })
  await fc.assert(
    fc.asyncProperty(deadlines, async (wanted) => {
      const clock = virtualClock()
      const woken: {deadline: number; order: number; at: number}[] = []

      await clock.run(async () => {
        const sleeping = wanted.map(async (deadline, order) => {
          await clock.sleepUntil(deadline)
          woken.push({deadline, order, at: clock.now()})
        })
        await Promise.all(sleeping)
      })

      const expected = wanted
        .map((deadline, order) => ({deadline, order, at: deadline}))
        .sort((one, other) => one.deadline - other.deadline || one.order - other.order)
      expect(woken).toEqual(expected)
    }),
    {numRuns: 5},
  )
})

test('whatever is aborted, the others wake at their deadlines', async () => {
  const sleeper = fc.record({
    deadline: fc.integer({min: 1, max: 300}),
    abortAt: fc.option(fc.integer({min: 0, max: 300}), {nil: undefined}),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(sleeper, {maxLength: 40}), async (sleepers) => {
      const clock = virtualClock()

      const ends = await clock.run(() =>
        Promise.all(
          sleepers.map(async ({deadline, abortAt}) => {
            const abort = new AbortController()
            if (abortAt !== undefined) {
              void clock.sleepUntil(abortAt).then(() => {
                abort.abort()
              })
            }
            await clock.sleepUntil(deadline, abort.signal).catch(() => undefined)
            return clock.now()
          }),
        ),
      )

      const expected = sleepers.map(({deadline, abortAt}) =>
        Math.min(deadline, abortAt ?? Infinity),
      )
      expect(ends).toEqual(expected)
    }),
  )
})
