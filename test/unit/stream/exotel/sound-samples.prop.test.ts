import fc from 'fast-check'
import {expect, test} from 'vitest'

import {decodePayload, isPlainBase64} from '../../../../src/protocol/payload.js'
import {bytesToPcm} from '../../../../src/stream/codec.js'
import {soundSamples} from '../../../../src/stream/exotel/sound-samples.js'

const payloads = fc.uint8Array({minLength: 1, maxLength: 2000}).map((bytes) => {
  return Buffer.from(bytes).toString('base64')
})

test('samples of a sound payload are those that the long way makes', () => {
  fc.assert(
    fc.property(payloads, (payload) => {
      fc.pre(isPlainBase64(payload))
      const {bytes, violations} = decodePayload(payload)
      const samples = soundSamples(payload)

      if (violations.length > 0) expect(samples).toBeUndefined()
      else expect(samples ?? bytesToPcm(bytes, 'pcm16')).toEqual(bytesToPcm(bytes, 'pcm16'))
    }),
  )
})

test.each(['RIFF', 'OggS', 'fLaC', 'ID3'])('what begins with %s is left to it', (head) => {
  const payload = Buffer.from(head.padEnd(60, '\0')).toString('base64')

  expect(decodePayload(payload).violations).not.toEqual([])
  expect(soundSamples(payload)).toBeUndefined()
})

test('samples outlive those of the next payload', () => {
  const first = soundSamples(Buffer.from([1, 0, 2, 0]).toString('base64'))
  soundSamples(Buffer.from([9, 9, 9, 9]).toString('base64'))

  expect(first).toEqual(Int16Array.of(1, 2))
})
