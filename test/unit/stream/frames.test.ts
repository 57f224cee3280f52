import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

import {Frames} from '../../../src/stream/frames.js'
import {socketInMemory} from '../../rig/socket-in-memory.js'

const frames = new Frames()
const SERVER = {isBinary: false, isMasked: false}
const CLIENT = {isBinary: false, isMasked: true}

/** The same message as `ws` frames it for a server. */
function asServer(data: string | Uint8Array, isBinary: boolean): Buffer {
  const {ws, written} = socketInMemory()
  ws.send(data, {binary: isBinary})
  return written()
}

/** What a server makes of a frame of a client's. */
async function heard(frame: Buffer): Promise<[string, boolean][]> {
  const {ws, readToEnd} = socketInMemory()
  const messages: [string, boolean][] = []
  ws.on('message', (data: Buffer, isBinary) => messages.push([data.toString('latin1'), isBinary]))
  await readToEnd([frame])
  return messages
}

const LENGTHS = [0, 1, 3, 4, 5, 124, 125, 126, 127, 65_535, 65_536, 131_072]

describe.each(LENGTHS)('a message of %i bytes', (bytes) => {
  const data = Buffer.alloc(bytes, 'abcdefg')

  test('is framed as `ws` would, for a server', () => {
    expect(frames.of(data, SERVER).equals(asServer(data, false))).toBe(true)
    expect(frames.of(data.toString(), SERVER).equals(asServer(data, false))).toBe(true)
    expect(frames.of(data, {...SERVER, isBinary: true}).equals(asServer(data, true))).toBe(true)
  })

  test('is masked so that a server reads it, for a client', async () => {
    expect(await heard(frames.of(data, CLIENT))).toEqual([[data.toString(), false]])
    const binary = frames.of(data, {...CLIENT, isBinary: true})
    expect(await heard(binary)).toEqual([[data.toString(), true]])
  })

  test('is the same in parts', () => {
    const [head, tail] = [Buffer.from('{"a":"'), Buffer.from('"}}')]
    const payload = data.toString().slice(head.length + tail.length)
    const whole = Buffer.concat([head, Buffer.from(payload), tail])

    expect(
      frames.ofAscii({head, payload, tail}, {isMasked: false}).equals(asServer(whole, false)),
    ).toBe(true)
  })
})

test('any text is framed as `ws` would', () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary', maxLength: 400}), (text) => {
      expect(frames.of(text, SERVER)).toEqual(asServer(text, false))
    }),
  )
})

test('any bytes are masked so that a server reads them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({maxLength: 400}), async (bytes) => {
      const frame = frames.of(bytes, {isBinary: true, isMasked: true})

      expect(await heard(frame)).toEqual([[Buffer.from(bytes).toString('latin1'), true]])
    }),
  )
})

test('masks differ', () => {
  const masks = Array.from({length: 5000}, () => frames.of('', CLIENT).readUInt32BE(2))

  expect(new Set(masks).size).toBeGreaterThan(4990)
})

describe('the memory of a frame', () => {
  test('is its own as long as it was not given back', () => {
    const texts = Array.from({length: 2000}, (_, index) => `message ${String(index)} `.repeat(40))

    const made = texts.map((text) => frames.of(text, SERVER))

    expect(made.map((frame) => frame.subarray(4).toString())).toEqual(texts)
  })

  test('is used again once it was', () => {
    const first = frames.of('one', SERVER)
    frames.giveBack()
    const second = frames.of('two', SERVER)

    expect(second.buffer).toBe(first.buffer)
    expect(second.byteOffset).toBe(first.byteOffset)
  })

  test.each([0, 5, 126, 65_536])(
    'is no more than it needs where %i bytes have to wait',
    (bytes) => {
      const kept = frames.of('kept', CLIENT)
      const data = Buffer.alloc(bytes, 'abcdefg')
      const waiting = frames.of(data, {...SERVER, waits: true})
      frames.giveBack()
      frames.of('next', CLIENT)

      expect(waiting.equals(asServer(data, false))).toBe(true)
      expect(waiting.buffer.byteLength).toBeLessThanOrEqual(waiting.length + 12)
      expect(waiting.buffer).not.toBe(kept.buffer)
    },
  )

  test('is its own where it has to wait, for a client too', async () => {
    const waiting = frames.of('waits', {...CLIENT, waits: true})

    expect(await heard(waiting)).toEqual([['waits', false]])
  })

  test('is given back without touching a frame before it', () => {
    const kept = frames.of('kept', CLIENT)
    const copy = Buffer.from(kept)
    for (let count = 0; count < 100; count += 1) {
      frames.of('x'.repeat(count), CLIENT)
      frames.giveBack()
    }

    expect(kept).toEqual(copy)
  })
})
