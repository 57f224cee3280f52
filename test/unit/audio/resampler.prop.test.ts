import fc from 'fast-check'
import {expect, test} from 'vitest'

import {concatPcm} from '../../../src/audio/pcm16.js'
import {resample, StreamResampler} from '../../../src/audio/resampler.js'

const rate = fc.constantFrom(8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000)
const rates = fc.record({fromHz: rate, toHz: rate})

test('resampling in pieces equals resampling whole, bit for bit', () => {
  const pieces = fc.array(fc.int16Array({maxLength: 500}), {maxLength: 10})

  fc.assert(
    fc.property(rates, pieces, (ratio, stream) => {
      const resampler = new StreamResampler(ratio)

      const sent = stream.map((piece) => resampler.push(piece))

      expect(concatPcm([...sent, resampler.flush()])).toEqual(resample(concatPcm(stream), ratio))
    }),
  )
})

test('the length is that of the input times the ratio, rounded', () => {
  const anyRate = fc.integer({min: 1, max: 100})

  fc.assert(
    fc.property(anyRate, anyRate, fc.nat(500), (fromHz, toHz, samples) => {
      const output = resample(new Int16Array(samples), {fromHz, toHz})

      expect(output).toHaveLength(Math.round((samples * toHz) / fromHz))
    }),
  )
})
