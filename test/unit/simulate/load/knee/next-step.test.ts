import {describe, expect, test} from 'vitest'

import {
  endNow,
  hasHeldTwice,
  nextStep,
  type Tried,
} from '../../../../../src/simulate/load/knee/next-step.js'

const BOUNDS = {from: 5, most: 1000}

const tried = (
  phase: Tried['phase'],
  concurrency: number,
  verdict: Tried['verdict'],
  isDoubtful = false,
): Tried => ({phase, concurrency, verdict, isDoubtful})

/** All that a search tries when a bot holds so many calls, as one line. */
function walk(holds: (concurrency: number, phase: Tried['phase']) => boolean, bounds = BOUNDS) {
  const all: Tried[] = []
  for (;;) {
    const step = nextStep(all, bounds)
    const shown = all.map(({phase, concurrency}) => `${phase} ${String(concurrency)}`).join(', ')
    if (step.do === 'end') return {shown, end: step}
    const {phase, concurrency} = step
    all.push(tried(phase, concurrency, holds(concurrency, phase) ? 'held' : 'broken'))
  }
}

describe('a search', () => {
  test('doubles until a level breaks, halves the distance, and holds at the last good level', () => {
    expect(walk((calls) => calls <= 60)).toEqual({
      shown:
        'up 5, up 10, up 20, up 40, up 80, search 60, search 70, search 65, search 63, search 62, hold 60',
      end: {do: 'end', bound: 'exact', calls: 60},
    })
  })

  test('ends at the ceiling with what held there, when nothing broke', () => {
    expect(walk(() => true, {from: 5, most: 30})).toEqual({
      shown: 'up 5, up 10, up 20, up 30, hold 30',
      end: {do: 'end', bound: 'at-least', calls: 30},
    })
  })

  test('looks below the first level when that breaks', () => {
    expect(walk((calls) => calls <= 2)).toEqual({
      shown: 'up 5, search 3, search 2, hold 2',
      end: {do: 'end', bound: 'exact', calls: 2},
    })
  })

  test('finds nothing when one call does not hold', () => {
    expect(walk(() => false).end).toEqual({do: 'end', bound: 'none'})
  })

  test('steps back by at most 5 % when the last good level does not hold again', () => {
    const holdsOnce = walk((calls, phase) =>
      phase === 'hold' ? false : calls <= (phase === 'step-back' ? 96 : 100),
    )

    expect(holdsOnce.shown).toMatch(/hold 100, step-back 96$/)
    expect(holdsOnce.end).toEqual({do: 'end', bound: 'exact', calls: 96})
  })

  test('steps back three times, and then knows only what held below', () => {
    const neverAgain = walk(
      (calls, phase) => calls <= 100 && phase !== 'hold' && phase !== 'step-back',
    )

    expect(neverAgain.shown).toMatch(/hold 100, step-back 96, step-back 92, step-back 88$/)
    expect(neverAgain.end).toEqual({do: 'end', bound: 'at-least', calls: 80})
  })
})

describe('a level whose verdict may be chance', () => {
  test('is tried once more, and the second try counts', () => {
    const first = [tried('up', 5, 'broken', true)]
    const second = [...first, tried('up', 5, 'held', true)]

    expect(nextStep(first, BOUNDS)).toEqual({do: 'try', phase: 'up', concurrency: 5, isAgain: true})
    expect(nextStep(second, BOUNDS)).toMatchObject({phase: 'up', concurrency: 10, isAgain: false})
  })

  test('of the rig ends the search when the rig is late again, with what held before', () => {
    const before = [tried('up', 5, 'held'), tried('up', 10, 'void', true)]

    expect(nextStep(before, BOUNDS)).toMatchObject({concurrency: 10, isAgain: true})
    expect(nextStep([...before, tried('up', 10, 'void', true)], BOUNDS)).toEqual({
      do: 'end',
      bound: 'at-least',
      calls: 5,
    })
  })
})

describe('a hold in which the rig was late', () => {
  const before = [tried('up', 5, 'held'), tried('up', 10, 'broken'), tried('search', 8, 'held')]
  const doubted = [...before, tried('search', 9, 'broken'), tried('hold', 8, 'broken', true)]
  const late = tried('hold', 8, 'void', true)

  test('is made again, also where it was a second try itself', () => {
    expect(nextStep([...doubted, late], BOUNDS)).toEqual({
      ...{do: 'try', phase: 'hold', concurrency: 8},
      isAgain: true,
    })
  })

  test('ends the search when the rig is late again, with what held once', () => {
    const all = [...doubted, late, late]

    expect(nextStep(all, BOUNDS)).toEqual({do: 'end', bound: 'at-least', calls: 8})
    expect(hasHeldTwice(all, 8)).toBe(false)
    expect(hasHeldTwice([...all, tried('hold', 8, 'held')], 8)).toBe(true)
    expect(hasHeldTwice([...all, tried('step-back', 7, 'held')], 7)).toBe(true)
  })
})

test('a search that is interrupted knows at least what held', () => {
  expect(endNow([tried('up', 5, 'held'), tried('up', 10, 'held')])).toEqual({
    do: 'end',
    bound: 'at-least',
    calls: 10,
  })
  expect(endNow([])).toEqual({do: 'end', bound: 'none'})
})
