import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

import {type Slot, Slots} from '../../../../src/simulate/pace/slots.js'

function phaseOf(slot: Slot, frameMs: number): number {
  return slot.nextAt(1000 * frameMs) % frameMs
}

/** The longest time in a frame in which nobody sends. */
function longestBreak(phases: readonly number[], frameMs: number): number {
  const sorted = phases.toSorted((one, other) => one - other)
  const ends = [...sorted.slice(1), (sorted[0] ?? 0) + frameMs]
  return Math.max(...sorted.map((phase, at) => (ends[at] ?? 0) - phase))
}

describe('a slot', () => {
  test('lies within one frame from now on, and always at the same place of it', () => {
    fc.assert(
      fc.property(fc.constantFrom(20, 100), fc.nat({max: 1e9}), (frameMs, quarters) => {
        const now = quarters / 4
        const slot = new Slots(frameMs).take()
        const next = slot.nextAt(now)

        expect(next).toBeGreaterThanOrEqual(now)
        expect(next - now).toBeLessThan(frameMs + 1e-6)
        expect(slot.nextAt(next + frameMs / 2) - next).toBe(frameMs)
      }),
    )
  })
})

describe.each([20, 100])('slots of frames of %i ms', (frameMs) => {
  test('are spread over the frame, however many calls there are', () => {
    for (const calls of [1, 2, 3, 10, 37, 60]) {
      const slots = new Slots(frameMs)
      const phases = Array.from({length: calls}, () => phaseOf(slots.take(), frameMs))

      expect(new Set(phases).size).toBe(calls)
      expect(longestBreak(phases, frameMs)).toBeLessThanOrEqual((3 * frameMs) / calls)
    }
  })

  test('are taken evenly when there are more calls than slots', () => {
    const slots = new Slots(frameMs)
    const taken = new Map<number, number>()
    for (let call = 0; call < frameMs * 4 * 3; call += 1) {
      const phase = phaseOf(slots.take(), frameMs)
      taken.set(phase, (taken.get(phase) ?? 0) + 1)
    }

    expect([...taken.values()]).toEqual(Array.from({length: frameMs * 4}, () => 3))
  })

  test('that were given back are taken again before any other is shared', () => {
    const slots = new Slots(frameMs)
    const all = Array.from({length: frameMs * 4}, () => slots.take())
    const [first] = all
    first?.free()
    first?.free()

    const next = slots.take()

    expect(phaseOf(next, frameMs)).toBe(first && phaseOf(first, frameMs))
  })
})
