import {readFileSync} from 'node:fs'

import {describe, expect, test} from 'vitest'

import {pcm16ToUlaw} from '../../../../src/audio/g711.js'
import {concatPcm, pcm16ToBytes} from '../../../../src/audio/pcm16.js'
import {noise, silence, tone} from '../../../../src/audio/tone.js'
import {seededRandom} from '../../../../src/random.js'
import {decodeWav} from '../../../../src/record/wav-reader.js'
import {CodecDecision} from '../../../../src/stream/bot/codec-decision.js'

const RATE_HZ = 8000
const random = seededRandom(5)

function speech(line: string): Int16Array {
  const file = new URL(`../../../../fixtures/${line}.wav`, import.meta.url)
  return decodeWav(readFileSync(file), {sampleRateHz: RATE_HZ, name: line})
}

function noiseAt(dbfs: number): Int16Array {
  return noise({samples: RATE_HZ, dbfs, random: () => random.next()})
}

const quietLine = noiseAt(-69)

const sounds: readonly (readonly [string, Int16Array])[] = [
  ['speech', speech('audio/cannot-pay')],
  ['Hindi speech', speech('audio/rate-hindi')],
  ['a street', speech('audio/street')],
  ['speech after a quiet line', concatPcm([quietLine, speech('audio/hello')])],
  ['a quiet line', quietLine],
  ['noise at -40 dBFS', noiseAt(-40)],
  ['noise at -20 dBFS', noiseAt(-20)],
  ['a tone', tone({hz: 440, ms: 1000, sampleRateHz: RATE_HZ})],
]

const codecs = [
  ['pcm16', pcm16ToBytes],
  ['ulaw', pcm16ToUlaw],
] as const

/** What has been decided after the last payload. */
function decide(bytes: Uint8Array, payloadBytes: number): CodecDecision {
  const decision = new CodecDecision(RATE_HZ)
  for (let at = 0; at < bytes.length; at += payloadBytes)
    decision.hear(bytes.subarray(at, at + payloadBytes))
  return decision
}

describe.each(codecs)('%s', (codec, encode) => {
  describe.each(sounds)('with %s', (_, pcm) => {
    test.each([15, 23, 160, 320, 800, 1600, 16_000, 32_000])(
      'is found in payloads of %i bytes',
      (payloadBytes) => {
        const decision = decide(encode(pcm), payloadBytes)

        expect([decision.codec, decision.isDecided]).toEqual([codec, true])
      },
    )

    test('is the guess after 20 ms', () => {
      const bytes = encode(pcm.subarray(0, 160))

      expect(decide(bytes, bytes.length).codec).toBe(codec)
    })
  })
})

describe('silence', () => {
  test('of PCM is told from mu-law at once', () => {
    const bytes = pcm16ToBytes(silence({ms: 20, sampleRateHz: RATE_HZ}))

    const decision = decide(bytes, bytes.length)

    expect([decision.codec, decision.isDecided]).toEqual(['pcm16', true])
  })

  test.each([
    ['0xff', [0xff]],
    ['0x7f', [0x7f]],
    ['both zeros of mu-law', [0xff, 0x7f]],
  ])('of mu-law as %s is taken for mu-law', (_, pattern) => {
    const bytes = Uint8Array.from({length: 1600}, (__, at) => pattern[at % pattern.length] ?? 0)

    expect(decide(bytes, 160).codec).toBe('ulaw')
  })

  test('of mu-law for a minute does not keep speech from being heard', () => {
    const decision = decide(new Uint8Array(480_000).fill(0xff), 160)
    expect(decision.isDecided).toBe(false)

    decision.hear(pcm16ToBytes(speech('audio/hello').subarray(0, 800)))

    expect([decision.codec, decision.isDecided]).toEqual(['pcm16', true])
  })
})

describe('what is so loud that both readings are alike', () => {
  const loud = noiseAt(-8)
  const pcmBytes = pcm16ToBytes(loud)
  const ulawBytes = pcm16ToUlaw(loud)

  test.each([
    {bytes: ulawBytes, payloadBytes: 160, codec: 'ulaw'},
    {bytes: ulawBytes, payloadBytes: 800, codec: 'ulaw'},
    {bytes: pcmBytes, payloadBytes: 320, codec: 'pcm16'},
    {bytes: pcmBytes, payloadBytes: 3200, codec: 'pcm16'},
    {bytes: ulawBytes, payloadBytes: 33, codec: 'pcm16'},
  ] as const)(
    'is $codec by its size, or where that says nothing, in payloads of $payloadBytes bytes',
    ({bytes, ...sent}) => {
      const decision = decide(bytes, sent.payloadBytes)

      expect([decision.codec, decision.isDecided]).toEqual([sent.codec, true])
    },
  )

  test.each([
    {bytes: ulawBytes, stepMs: 40, codec: 'ulaw'},
    {bytes: pcmBytes, stepMs: 20, codec: 'pcm16'},
  ] as const)('is $codec when 320 bytes last $stepMs ms', ({bytes, stepMs, codec}) => {
    const decision = new CodecDecision(RATE_HZ)
    for (let at = 0; at * 320 < bytes.length; at += 1)
      decision.hear(bytes.subarray(at * 320, (at + 1) * 320), at * stepMs)

    expect([decision.codec, decision.isDecided]).toEqual([codec, true])
  })
})

test('nothing heard is mu-law, as it was announced', () => {
  expect(new CodecDecision(RATE_HZ).codec).toBe('ulaw')
})

test('a decision stays, whatever comes later', () => {
  const decision = decide(pcm16ToUlaw(speech('audio/hello')), 160)

  decision.hear(pcm16ToBytes(speech('audio/cannot-pay')))

  expect(decision.codec).toBe('ulaw')
})
