import fc from 'fast-check'
import {expect, test} from 'vitest'

import {concatPcm} from '../../../src/audio/pcm16.js'
import {EnergyVad, type VadEdge} from '../../../src/audio/vad.js'

/** Stretches of one level each, of any length, so that steps and runs begin anywhere. */
const stretch = fc
  .record({level: fc.constantFrom(0, 20, 150, 400, 8000), samples: fc.integer({min: 1, max: 3000})})
  .map(({level, samples}) => new Int16Array(samples).fill(level))
const stream = fc.array(stretch, {maxLength: 12})
const adaptive = fc.boolean()

function edgesOf(pieces: readonly Int16Array[], isAdaptive: boolean): VadEdge[] {
  const vad = new EnergyVad({sampleRateHz: 8000, adaptive: isAdaptive})
  return [...pieces.flatMap((piece) => vad.push(piece)), ...vad.finish()]
}

test('the edges are the same whatever pieces the stream comes in', () => {
  fc.assert(
    fc.property(stream, fc.integer({min: 1, max: 500}), adaptive, (parts, size, isAdaptive) => {
      const whole = concatPcm(parts)
      const pieces = Array.from({length: Math.ceil(whole.length / size)}, (_, index) =>
        whole.subarray(index * size, (index + 1) * size),
      )

      expect(edgesOf(pieces, isAdaptive)).toEqual(edgesOf([whole], isAdaptive))
    }),
  )
})

test('starts and ends take turns, in order, inside the stream, with startMs and stopMs kept', () => {
  fc.assert(
    fc.property(stream, adaptive, (parts, isAdaptive) => {
      const edges = edgesOf(parts, isAdaptive)
      const types = edges.map((edge) => edge.type)
      const gaps = edges.slice(1).map((edge, index) => edge.atMs - (edges[index]?.atMs ?? NaN))

      expect(types).toEqual(types.map((_, index) => (index % 2 === 0 ? 'start' : 'end')))
      expect(edges.length % 2).toBe(0)
      expect(gaps.every((gap, index) => gap >= (index % 2 === 0 ? 30 : 200))).toBe(true)
      expect(edges.at(-1)?.atMs ?? 0).toBeLessThanOrEqual(concatPcm(parts).length / 8)
    }),
  )
})

test('no edge is noticed while it is said to be calm, whatever is heard', () => {
  fc.assert(
    fc.property(stream, adaptive, (parts, isAdaptive) => {
      const vad = new EnergyVad({sampleRateHz: 8000, adaptive: isAdaptive})
      let calmMs = vad.calmMs
      const whole = concatPcm(parts)
      for (let from = 0; from + 80 <= whole.length; from += 80) {
        const edges = vad.push(whole.subarray(from, from + 80))
        if (calmMs >= 10) expect(edges).toEqual([])
        calmMs = Math.max(calmMs - 10, vad.calmMs)
      }
    }),
  )
})
