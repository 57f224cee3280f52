import fc from 'fast-check'
import {expect, test} from 'vitest'

import {bytesToPcm16} from '../../../../src/audio/pcm16.js'
import {CallerAudio} from '../../../../src/stream/bot/caller-audio.js'

const message = (bytes: Uint8Array) =>
  ({event: 'media', payload: Buffer.from(bytes).toString('base64')}) as const

test('however PCM is cut into payloads, its samples are the same', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({minLength: 1, maxLength: 2000}),
      fc.array(fc.integer({min: 1, max: 400}), {minLength: 1}),
      (bytes, sizes) => {
        const audio = new CallerAudio(8000)
        const heard: number[] = []
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1
          heard.push(...audio.decode(message(bytes.subarray(at, at + size))).pcm)
          at += size
        }

        expect(heard).toEqual([...bytesToPcm16(bytes)])
      },
    ),
  )
})

test('mu-law has a sample in each byte, whatever the size', () => {
  const audio = new CallerAudio(8000)
  audio.announce('audio/x-mulaw')

  expect(audio.decode(message(Uint8Array.of(0x00, 0x80, 0xff))).pcm).toEqual(
    Int16Array.of(-32_124, 32_124, 0),
  )
})

test('an encoding of another name is PCM from the first byte on', () => {
  const audio = new CallerAudio(8000)
  audio.announce('base64')

  expect(audio.codec).toBe('pcm16')
})
