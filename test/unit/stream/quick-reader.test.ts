import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

import {Frames} from '../../../src/stream/frames.js'
import {QuickReader} from '../../../src/stream/quick-reader.js'
import {socketInMemory} from '../../rig/socket-in-memory.js'

const frames = new Frames()
const MOST_BYTES = 3000

/** A frame of any kind, masked as those of a client are. */
function frameOf(first: number, payload: Uint8Array): Buffer {
  const frame = Buffer.from(frames.of(payload, {isBinary: false, isMasked: true}))
  frame[0] = first
  return frame
}

type Heard = readonly (readonly [what: string, data: string])[]

type Reading = {
  readonly isQuick: boolean
  /** As a bot that hangs up over what it hears. */
  readonly closesAt?: number
}

/** All that comes of the pieces, and how many messages were read past `ws`. */
async function read(pieces: readonly Uint8Array[], {isQuick, closesAt}: Reading) {
  const {ws, under, written, readToEnd} = socketInMemory(MOST_BYTES)
  const heard: [string, string][] = []
  let quick = 0
  let reader: QuickReader | undefined
  const hear = (data: Buffer, isBinary: boolean) => {
    heard.push([isBinary ? 'binary' : 'text', data.toString('latin1')])
    if (heard.length !== closesAt) return
    reader?.giveUp()
    ws.close(1000)
  }
  ws.on('message', hear)
  ws.on('ping', (data) => heard.push(['ping', data.toString('latin1')]))
  ws.on('error', (error) => heard.push(['error', error.message]))
  ws.on('close', (code, reason) => heard.push(['close', `${String(code)} ${reason.toString()}`]))
  if (isQuick) {
    reader = new QuickReader({
      ...{ws, socket: under, isMasked: true, maxMessageBytes: MOST_BYTES},
      hear(text) {
        quick += 1
        hear(text, false)
      },
    })
  }
  await readToEnd(pieces)
  return {heard: heard as Heard, quick, written: written().toString('latin1')}
}

/** Wherever the bytes are cut. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? bytes.length
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}

const text = fc.string({unit: 'grapheme', maxLength: 60}).map((one) => Buffer.from(one))
const long = fc
  .integer({min: 100, max: MOST_BYTES + 10})
  .map((bytes) => Buffer.alloc(bytes, 'media'))
const frame = fc.oneof(
  {weight: 8, arbitrary: fc.oneof(text, long).map((payload) => frameOf(0x81, payload))},
  {weight: 2, arbitrary: text.map((payload) => frameOf(0x82, payload))},
  // The first frame of a message, its middle, its last; a ping; a pong; a close; and what is none of these.
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(0x01, 0x02, 0x00, 0x80, 0x89, 0x8a), text)
      .map(([first, payload]) => frameOf(first, payload.subarray(0, 125))),
  },
  {weight: 1, arbitrary: fc.constant(frameOf(0x88, Buffer.from([0x03, 0xe8])))},
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(0x81, 0xc1, 0x83, 0x88), fc.uint8Array({maxLength: 9}))
      .map(([first, payload]) => frameOf(first, payload)),
  },
)
/** A text frame that is not masked, as no client may send one. */
const unmasked = text.map((payload) =>
  Buffer.from(frames.of(payload, {isBinary: false, isMasked: false})),
)
/** A text of bytes that are mostly not UTF-8, whole or as a part of one. */
const anyBytes = fc
  .tuple(fc.constantFrom(0x81, 0x01, 0x00, 0x80), fc.uint8Array({maxLength: 40}))
  .map(([first, payload]) => frameOf(first, payload))
/** A header with any of the reserved bits, any opcode, and any length in any of its forms, and what follows. */
const anyHeader = fc
  .tuple(
    fc.integer({min: 0, max: 255}),
    fc.integer({min: 0, max: 255}),
    fc.uint8Array({maxLength: 40}),
  )
  .map(([first, second, rest]) => Buffer.from([first, second, ...rest]))
/** A text frame that says it is as long as that: more than may come, more than is exact, more than there is. */
const anyLength = fc
  .oneof(fc.bigInt({min: 0n, max: 2n ** 64n - 1n}), fc.bigInt({min: 2990n, max: 3010n}))
  .map((bytes) => {
    const header = Buffer.from([0x81, 0xff, ...new Uint8Array(12)])
    header.writeBigUInt64BE(bytes, 2)
    return Buffer.concat([header, Buffer.alloc(Number(bytes < 4000n ? bytes : 100n), 'x')])
  })
const broken = fc.oneof(unmasked, anyBytes, anyHeader, anyLength)
const brokenStream = fc
  .tuple(fc.array(frame, {maxLength: 6}), broken, fc.array(fc.oneof(frame, broken), {maxLength: 4}))
  .map(([before, one, behind]) => [...before, one, ...behind])
const stream = fc.array(frame, {minLength: 1, maxLength: 12})
const sizes = fc.array(fc.integer({min: 1, max: 400}), {minLength: 1, maxLength: 6})

describe('whatever comes, however it is cut', () => {
  test('is heard and answered as `ws` alone would', async () => {
    await fc.assert(
      fc.asyncProperty(stream, sizes, async (all, cuts) => {
        const pieces = cut(Buffer.concat(all), cuts)
        const alone = await read(pieces, {isQuick: false})
        const quick = await read(pieces, {isQuick: true})

        expect({...quick, quick: 0}).toEqual(alone)
      }),
      {numRuns: 1500},
    )
  })

  test('is so frame by frame, too', async () => {
    await fc.assert(
      fc.asyncProperty(stream, async (all) => {
        const alone = await read(all, {isQuick: false})
        const quick = await read(all, {isQuick: true})

        expect({...quick, quick: 0}).toEqual(alone)
      }),
      {numRuns: 1500},
    )
  })

  test('is so when this end closes amid it', async () => {
    await fc.assert(
      fc.asyncProperty(stream, sizes, fc.integer({min: 1, max: 5}), async (all, cuts, closesAt) => {
        const pieces = cut(Buffer.concat(all), cuts)
        const alone = await read(pieces, {isQuick: false, closesAt})
        const quick = await read(pieces, {isQuick: true, closesAt})

        expect({...quick, quick: 0}).toEqual(alone)
      }),
      {numRuns: 1500},
    )
  })
})

describe('what no WebSocket may send, however it is cut', () => {
  test('is refused as `ws` alone would', async () => {
    await fc.assert(
      fc.asyncProperty(brokenStream, sizes, async (all, cuts) => {
        const pieces = cut(Buffer.concat(all), cuts)
        const alone = await read(pieces, {isQuick: false})
        const quick = await read(pieces, {isQuick: true})

        expect({...quick, quick: 0}).toEqual(alone)
      }),
      {numRuns: 1500},
    )
  })

  test('is so when this end closes amid it', async () => {
    const closing = fc.integer({min: 1, max: 4})
    await fc.assert(
      fc.asyncProperty(brokenStream, sizes, closing, async (all, cuts, closesAt) => {
        const pieces = cut(Buffer.concat(all), cuts)
        const alone = await read(pieces, {isQuick: false, closesAt})
        const quick = await read(pieces, {isQuick: true, closesAt})

        expect({...quick, quick: 0}).toEqual(alone)
      }),
      {numRuns: 1500},
    )
  })
})

describe('what is read past `ws`', () => {
  const say = (words: string) => frameOf(0x81, Buffer.from(words))

  test('is each whole text message, several in one piece as well', async () => {
    const {quick} = await read([say('a'), Buffer.concat([say('b'), say('c'.repeat(500))])], {
      isQuick: true,
    })

    expect(quick).toBe(3)
  })

  test('goes on behind a ping, a binary message and one in fragments', async () => {
    const others = [
      frameOf(0x89, Buffer.from('p')),
      frameOf(0x82, Buffer.from('b')),
      frameOf(0x01, Buffer.from('f')),
      frameOf(0x80, Buffer.from('g')),
    ]
    const {quick, heard} = await read([...others, say('a')], {isQuick: true})

    expect(quick).toBe(1)
    expect(heard.slice(0, 4)).toEqual([
      ['ping', 'p'],
      ['binary', 'b'],
      ['text', 'fg'],
      ['text', 'a'],
    ])
  })

  test('goes on behind a message that came in two pieces', async () => {
    const one = say('x'.repeat(300))
    const {quick} = await read([one.subarray(0, 100), one.subarray(100), say('a')], {isQuick: true})

    expect(quick).toBe(1)
  })

  test('is not what is longer than a message may be', async () => {
    const {quick, heard} = await read([say('x'.repeat(MOST_BYTES + 1))], {isQuick: true})

    expect(quick).toBe(0)
    expect(heard).toContainEqual(['error', 'Max payload size exceeded'])
  })
})
