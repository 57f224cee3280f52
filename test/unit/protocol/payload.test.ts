import {describe, expect, test} from 'vitest'

import {
  checkChunk,
  decodePayload,
  encodePayload,
  isPlainBase64,
} from '../../../src/protocol/payload.js'

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64')

test('a frame of PCM is decoded without a violation', () => {
  const {bytes, violations} = decodePayload(base64(Uint8Array.of(1, 0, 255, 255)))

  expect([...bytes]).toEqual([1, 0, 255, 255])
  expect(violations).toEqual([])
})

test.each([
  {payload: '', bytes: [], detail: 'the payload is empty or missing'},
  {payload: 'AQI', bytes: [1, 2], detail: 'no padding'},
  {payload: 'AQI==', bytes: [1, 2], detail: 'wrong padding'},
  {payload: 'AQIDB', bytes: [1, 2, 3], detail: '5 characters: one too many'},
  {payload: '-_8=', bytes: [251, 255], detail: 'the url-safe alphabet (- and _)'},
  {payload: 'AQ\nI=', bytes: [1, 2], detail: 'white space or line breaks in it'},
  {payload: 'data:audio/wav;base64,AQI=', bytes: [1, 2], detail: 'a data: URI'},
  {payload: 'AQ!I=', bytes: [1, 2], detail: '"!" at character 3'},
  {payload: 'AQ==AQ==', bytes: [1], detail: '"=" at character 3'},
])('a payload that is not standard base64 says why: $detail', ({payload, bytes, detail}) => {
  const decoded = decodePayload(payload)

  expect(decoded.violations).toEqual([{rule: 'payload-not-base64', detail}])
  expect([...decoded.bytes]).toEqual(bytes)
})

test('JSON text in the place of base64 is named', () => {
  expect(decodePayload('{"event":"media"}').violations).toEqual([
    {rule: 'payload-not-base64', detail: 'JSON text'},
  ])
})

test('a wide character is not taken for the letter in its low byte', () => {
  expect(decodePayload('\u0141AAA').violations).toEqual([
    {rule: 'payload-not-base64', detail: '"\u0141" at character 1'},
  ])
})

test('half a sample at the end is noted in PCM, and is whole in mu-law', () => {
  const payload = base64(new Uint8Array(21))

  expect(decodePayload(payload).violations).toEqual([
    {rule: 'payload-odd-length', detail: '21 bytes'},
  ])
  expect(decodePayload(payload, 'ulaw').violations).toEqual([])
})

/** Two frames of MPEG-1 Layer III at 128 kbit/s and 44.1 kHz: 417 bytes each. */
function mp3(): Uint8Array {
  const bytes = new Uint8Array(834)
  for (const at of [0, 417]) bytes.set([0xff, 0xfb, 0x90, 0x00], at)
  return bytes
}

/** Two frames of MPEG-2 Layer III at 32 kbit/s and 16 kHz: 144 bytes each. */
function mp3AtALowRate(): Uint8Array {
  const bytes = new Uint8Array(288)
  for (const at of [0, 144]) bytes.set([0xff, 0xf3, 0x48, 0x00], at)
  return bytes
}

/** Two frames of MPEG-2.5 Layer III at 8 kbit/s and 8 kHz: 72 bytes each. */
function mp3AtTheLowestRate(): Uint8Array {
  const bytes = new Uint8Array(144)
  for (const at of [0, 72]) bytes.set([0xff, 0xe3, 0x18, 0x00], at)
  return bytes
}

describe('what is sent by mistake for bare samples', () => {
  test.each([
    ['a WAV file (RIFF)', Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVEfmt '), Buffer.alloc(304)])],
    ['an Ogg file (OggS)', Buffer.from('OggS\0\x02')],
    ['a FLAC file (fLaC)', Buffer.from('fLaC\0\0')],
    ['a WebM file', Buffer.of(0x1a, 0x45, 0xdf, 0xa3)],
    ['an MP3 file (ID3)', Buffer.from('ID3\x04\0\0')],
    ['MP3 audio', mp3()],
    ['MP3 audio', mp3AtALowRate()],
    ['MP3 audio', mp3AtTheLowestRate()],
    ['JSON text', Buffer.from('{"event":"media"}\n')],
    ['JSON text', Buffer.from('[1,2]\n')],
  ])('is named: %s', (detail, bytes) => {
    expect(decodePayload(base64(bytes)).violations).toEqual([{rule: 'payload-has-header', detail}])
  })

  test.each([
    ['samples that look like one MP3 header', mp3().with(417, 0)],
    ['samples that look like two headers of different rates', mp3().with(419, 0x98)],
    ['a sync word with a reserved version', Buffer.alloc(834, Buffer.of(0xff, 0xeb, 0x90, 0))],
    ['a sync word with a free bitrate', Buffer.alloc(834, Buffer.of(0xff, 0xfb, 0x00, 0))],
    ['a sync word with a reserved rate', Buffer.alloc(834, Buffer.of(0xff, 0xfb, 0x9c, 0))],
    ['one short MP3 frame, too little to be sure', mp3().subarray(0, 320)],
    ['mu-law silence', Buffer.alloc(320, 0xff)],
    ['samples that start like JSON and do not end so', Buffer.from('{"event":"media"  ')],
    ['samples that start and end like JSON', Buffer.of(0x7b, 0x22, 0x00, 0x01, 0x20, 0x7d)],
    ['no bytes after a brace', Buffer.from('{}')],
  ])('is not seen in %s', (_name, bytes) => {
    expect(decodePayload(base64(bytes)).violations).toEqual([])
  })
})

describe('the size of a chunk', () => {
  test.each([
    {bytes: 0, rate: 8000},
    {bytes: 320, rate: 8000},
    {bytes: 99_840, rate: 8000},
    {bytes: 640, rate: 16_000},
    {bytes: 960, rate: 24_000},
  ])('$bytes bytes at $rate Hz are fine', ({bytes, rate}) => {
    expect(checkChunk(bytes, rate)).toEqual([])
  })

  test.each([
    {bytes: 4096, rate: 8000, rest: 256, gapMs: 4, sizes: '4160 or 3840'},
    {bytes: 100, rate: 8000, rest: 100, gapMs: 13.75, sizes: '320'},
    {bytes: 321, rate: 8000, rest: 1, gapMs: 19.94, sizes: '640 or 320'},
    {bytes: 99_999, rate: 8000, rest: 159, gapMs: 10.06, sizes: '99840'},
    {bytes: 800, rate: 16_000, rest: 160, gapMs: 15, sizes: '1280 or 640'},
  ])('$bytes bytes at $rate Hz leave a hole of $gapMs ms', ({bytes, rate, rest, gapMs, sizes}) => {
    expect(checkChunk(bytes, rate)).toEqual([
      {
        rule: 'chunk-not-multiple-of-320',
        detail: `${bytes} bytes: the last packet is ${rest} bytes, a hole of ${gapMs} ms; send ${sizes}`,
      },
    ])
  })

  test.each([
    {bytes: 320, rate: 16_000, rest: 320, gapMs: 10, sizes: '640'},
    {bytes: 3200, rate: 24_000, rest: 320, gapMs: 13.33, sizes: '3840 or 2880'},
  ])(
    '$bytes bytes at $rate Hz are a multiple of 320 and no whole frames',
    ({bytes, rate, rest, gapMs, sizes}) => {
      expect(checkChunk(bytes, rate)).toEqual([
        {
          rule: 'chunk-not-whole-frames',
          detail: `${bytes} bytes: the last packet is ${rest} bytes, a hole of ${gapMs} ms; send ${sizes}`,
        },
      ])
    },
  )

  test('a chunk over 100,000 bytes is too large', () => {
    expect(checkChunk(128_000, 8000)).toEqual([
      {rule: 'chunk-too-large', detail: '128000 bytes; send 99840 at most'},
    ])
  })

  test('a chunk that is too large and uneven is told one size', () => {
    expect(checkChunk(200_001, 8000).map(({detail}) => detail)).toEqual([
      '200001 bytes: the last packet is 1 bytes, a hole of 19.94 ms; send 99840',
      '200001 bytes; send 99840 at most',
    ])
  })

  test.each([0, -8000, Number.NaN])('a rate of %d Hz is a RangeError', (rate) => {
    expect(() => checkChunk(320, rate)).toThrow(RangeError)
  })
})

test('bytes in the middle of a larger buffer are encoded alone', () => {
  expect(encodePayload(Uint8Array.of(9, 1, 2, 9).subarray(1, 3))).toBe('AQI=')
})

test('plain base64 is known without a look at each character', () => {
  const found = ['AAAA', 'AAA=', 'AA==', 'A+/=', '', 'AAA', 'AA-_', 'AA A', 'A===', '===='].filter(
    (text) => isPlainBase64(text),
  )

  expect(found).toEqual(['AAAA', 'AAA=', 'AA==', 'A+/='])
})
