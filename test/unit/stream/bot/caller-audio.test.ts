import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

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

describe('audio that is heard without its samples', () => {
  const payloads = fc.oneof(
    fc.uint8Array({minLength: 1, maxLength: 700}).map((bytes) => Buffer.from(bytes)),
    // What begins as a header does, and may be none.
    fc
      .tuple(
        fc.constantFrom(
          'RIFF',
          'OggS',
          'fLaC',
          'ID3',
          '{"a":',
          '[1',
          '\u00ff\u00fb\u0090',
          '\u00ff\u00ff',
        ),
        fc.uint8Array({maxLength: 500}),
      )
      .map(([start, bytes]) => Buffer.concat([Buffer.from(start, 'latin1'), bytes])),
  )

  test.each(['audio/x-raw', 'audio/x-mulaw'])(
    'is that of %s decoded, once asked for',
    (encoding) => {
      fc.assert(
        fc.property(fc.array(payloads, {minLength: 1, maxLength: 8}), (all) => {
          const [lazy, eager] = [new CallerAudio(8000), new CallerAudio(8000)]
          for (const audio of [lazy, eager]) {
            audio.announce(encoding)
            for (let count = 0; count < 30; count += 1)
              audio.decode(message(Buffer.alloc(160, 0x55)))
          }
          for (const bytes of all) {
            const decoded = eager.decode(message(bytes))
            const heard = lazy.hear(message(bytes))
            // What it does not take is for the other way, which keeps its place.
            if (!heard) lazy.decode(message(bytes))
            else {
              expect(decoded.violations).toEqual([])
              expect(heard.samples).toBe(decoded.pcm.length)
              expect(lazy.weightMs(heard)).toBe(
                eager.weightMs({...decoded, payload: heard.payload}),
              )
              expect(heard.pcm).toEqual(decoded.pcm)
            }
          }
        }),
      )
    },
  )

  test('is most of all audio', () => {
    const audio = new CallerAudio(8000)
    const frames = fc.sample(fc.uint8Array({minLength: 320, maxLength: 320}), {
      numRuns: 500,
      seed: 1,
    })

    const heard = frames.filter((bytes) => audio.hear(message(bytes)))

    expect(heard.length).toBeGreaterThan(490)
  })

  test.each([
    ['half a sample at its end', Uint8Array.of(1, 2, 3), {}],
    ['a WAV header', Buffer.from('RIFF1234WAVE'), {}],
    ['a time since 1970', Uint8Array.of(1, 2), {timestampMs: 1_700_000_000_000}],
  ])('is not what has %s', (_, bytes, more) => {
    const audio = new CallerAudio(8000)

    expect(audio.hear({...message(bytes), ...more})).toBeUndefined()
  })

  test('is not what follows half a sample', () => {
    const audio = new CallerAudio(8000)
    audio.decode(message(Uint8Array.of(1, 2, 3)))

    expect(audio.hear(message(Uint8Array.of(4, 5)))).toBeUndefined()
  })

  test('is not what may tell whether it is mu-law', () => {
    const audio = new CallerAudio(8000)
    audio.announce('audio/x-mulaw')

    expect(audio.hear(message(Uint8Array.of(4, 5)))).toBeUndefined()
  })

  test('gives the same samples each time', () => {
    const heard = new CallerAudio(8000).hear(message(Uint8Array.of(1, 0, 2, 0)))

    expect(heard?.pcm).toEqual(Int16Array.of(1, 2))
    expect(heard?.pcm).toBe(heard?.pcm)
  })
})
