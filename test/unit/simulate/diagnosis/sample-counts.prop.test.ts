import fc from 'fast-check'
import {expect, test} from 'vitest'

import {dbfs} from '../../../../src/audio/level.js'
import {pcm16ToBytes} from '../../../../src/audio/pcm16.js'
import {SampleCounts} from '../../../../src/simulate/diagnosis/sample-counts.js'

const sample = fc.oneof(
  fc.integer({min: -32_768, max: 32_767}),
  fc.constantFrom(-32_768, 32_767, 0),
)
const cuts = fc.array(fc.integer({min: 1, max: 9}), {minLength: 1, maxLength: 20})

test('the counts are those of the samples, wherever the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(sample, {maxLength: 200}), cuts, (samples, sizes) => {
      const pcm = Int16Array.from(samples)
      const bytes = pcm16ToBytes(pcm)
      const counts = new SampleCounts()
      for (let at = 0, cut = 0; at < bytes.length; cut += 1) {
        const size = sizes[cut % sizes.length] ?? 1
        counts.add(bytes.subarray(at, at + size))
        at += size
      }

      const isAtRail = (at: number) => Math.abs(samples[at] ?? 0) >= 32_600
      const audible = samples.filter((one) => Math.abs(one) > 300).length
      const clipped = samples.filter((_, at) => isAtRail(at) && isAtRail(at - 1)).length
      expect(counts.levelDbfs()).toBe(dbfs(pcm))
      expect(counts.clipped()).toBe(audible > 0 ? clipped / audible : 0)
    }),
  )
})

test('half a sample at the end of an utterance is none', () => {
  const counts = new SampleCounts()
  counts.add(Uint8Array.of(0xff, 0x7f, 0x12))
  counts.cut()
  counts.add(Uint8Array.of(0xff, 0x7f))

  expect(counts.levelDbfs()).toBe(dbfs(Int16Array.of(32_767, 32_767)))
  expect(counts.clipped()).toBe(0.5)
})
