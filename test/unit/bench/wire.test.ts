import fc from 'fast-check'
import {expect, test} from 'vitest'

import {frameScanner, leastMediaBytes, mediaFrames} from '../../bench/rig/wire.mjs'

const streamSid = 's'.repeat(32)

test.each([20, 100])('frames of %d ms are numbered as Exotel numbers them', (frameMs) => {
  const frames = mediaFrames({streamSid, frameMs})
  // The eighth round has a digit more; the ones after it write into the frame that is there.
  const texts = [0, 1, 7, 8, 9, 10, 11].map((round) => textOf(frames.at(round, true)))

  expect(texts.map(numbersOf)).toEqual(
    [0, 1, 7, 8, 9, 10, 11].map((round) => ({
      sequence: String(round + 2),
      chunk: String(round + 1),
      timestamp: String(round * frameMs),
      payloadLength: leastMediaBytes(frameMs),
    })),
  )
})

test('a frame that still waits in the socket is not written into', () => {
  const frames = mediaFrames({streamSid, frameMs: 20})
  const first = frames.at(1, true)
  const text = textOf(first)

  frames.at(2, false)

  expect(textOf(first)).toBe(text)
})

test('messages of audio are counted however the stream is cut, and nothing else is', () => {
  const stream = Buffer.concat([
    frame(0x81, 20),
    frame(0x81, 500),
    frame(0x89, 4),
    frame(0x81, 70_000),
    frame(0x81, 499),
    frame(0x81, 500),
    frame(0x88, 2),
  ])

  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), {maxLength: 30}), (cuts) => {
      let heard = 0
      let pinged = 0
      const scan = frameScanner({
        leastBytes: 500,
        onMedia: () => (heard += 1),
        onPing: () => (pinged += 1),
      })
      const places = [0, ...cuts.toSorted((one, other) => one - other), stream.length]
      places.slice(1).forEach((end, at) => scan(stream.subarray(places[at], end)))

      expect({heard, pinged}).toEqual({heard: 3, pinged: 1})
    }),
  )
})

/** As a server sends it: without a mask. */
function frame(first: number, bytes: number): Buffer {
  const length =
    bytes < 126
      ? Buffer.from([bytes])
      : bytes < 65_536
        ? Buffer.from([126, bytes >> 8, bytes & 255])
        : Buffer.from([127, 0, 0, 0, 0, 0, bytes >> 16, (bytes >> 8) & 255, bytes & 255])
  return Buffer.concat([Buffer.from([first]), length, Buffer.alloc(bytes, 0x81)])
}

/** The text of a masked frame of up to 64 kB. */
function textOf(masked: Buffer): string {
  const length = masked.readUInt16BE(2)
  const mask = masked.subarray(4, 8)
  const payload = masked.subarray(8)
  expect(payload.length).toBe(length)
  return Buffer.from(payload.map((byte, at) => byte ^ (mask[at & 3] ?? 0))).toString()
}

function numbersOf(text: string) {
  const message = JSON.parse(text) as {
    sequence_number: string
    media: {chunk: string; timestamp: string; payload: string}
  }
  const {chunk, timestamp, payload} = message.media
  return {
    sequence: message.sequence_number,
    chunk,
    timestamp,
    payloadLength: payload.length,
  }
}
