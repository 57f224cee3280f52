import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

import {Frames} from '../../../src/stream/frames.js'
import {QuickReader} from '../../../src/stream/quick-reader.js'
import {clientInMemory, socketInMemory} from '../../rig/socket-in-memory.js'

const frames = new Frames()
const MOST_BYTES = 3000

/** A frame of any kind, masked as those of a client are, or not. */
function frameOf(first: number, payload: Uint8Array, isMasked = true): Buffer {
  const frame = Buffer.from(frames.of(payload, {isBinary: false, isMasked}))
  frame[0] = first
  return frame
}

type Heard = readonly (readonly [what: string, data: string])[]

/** Who reads: a server, whose client masks its frames, or a client. */
type Side = 'server' | 'client'

type Reading = {
  readonly isQuick: boolean
  readonly side?: Side
  /** As a bot that hangs up over what it hears. */
  readonly closesAt?: number
}

/** All that comes of the pieces, and how many messages were read past `ws`. */
async function read(pieces: readonly Uint8Array[], {isQuick, closesAt, side = 'server'}: Reading) {
  const isServer = side === 'server'
  const socket = isServer ? socketInMemory(MOST_BYTES) : await clientInMemory(MOST_BYTES)
  const {ws, under, written, readToEnd} = socket
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
      ...{ws, socket: under, isMasked: isServer, maxMessageBytes: MOST_BYTES},
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
/** What may come to a side: its frames are masked, or are not. */
function streamsTo(side: Side) {
  const isMasked = side === 'server'
  const made = (first: number, payload: Uint8Array) => frameOf(first, payload, isMasked)
  const frame = fc.oneof(
    {weight: 8, arbitrary: fc.oneof(text, long).map((payload) => made(0x81, payload))},
    {weight: 2, arbitrary: text.map((payload) => made(0x82, payload))},
    // The first frame of a message, its middle, its last; a ping; a pong; a close; and what is none of these.
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(0x01, 0x02, 0x00, 0x80, 0x89, 0x8a), text)
        .map(([first, payload]) => made(first, payload.subarray(0, 125))),
    },
    {weight: 1, arbitrary: fc.constant(made(0x88, Buffer.from([0x03, 0xe8])))},
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(0x81, 0xc1, 0x83, 0x88), fc.uint8Array({maxLength: 9}))
        .map(([first, payload]) => made(first, payload)),
    },
  )
  /** A text frame that is masked where none may be, or is not where all have to be. */
  const wronglyMasked = text.map((payload) => frameOf(0x81, payload, !isMasked))
  /** A text of bytes that are mostly not UTF-8, whole or as a part of one. */
  const anyBytes = fc
    .tuple(fc.constantFrom(0x81, 0x01, 0x00, 0x80), fc.uint8Array({maxLength: 40}))
    .map(([first, payload]) => made(first, payload))
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
      const header = Buffer.alloc(isMasked ? 14 : 10)
      header[0] = 0x81
      header[1] = isMasked ? 0xff : 0x7f
      header.writeBigUInt64BE(bytes, 2)
      return Buffer.concat([header, Buffer.alloc(Number(bytes < 4000n ? bytes : 100n), 'x')])
    })
  const broken = fc.oneof(wronglyMasked, anyBytes, anyHeader, anyLength)
  return {
    sound: fc.array(frame, {minLength: 1, maxLength: 12}),
    broken: fc
      .tuple(
        fc.array(frame, {maxLength: 6}),
        broken,
        fc.array(fc.oneof(frame, broken), {maxLength: 4}),
      )
      .map(([before, one, behind]) => [...before, one, ...behind]),
  }
}
/** Small enough to cut a header, and large enough to hold several messages. */
const sizes = fc.array(fc.oneof(fc.integer({min: 1, max: 400}), fc.integer({min: 1, max: 5})), {
  minLength: 1,
  maxLength: 6,
})

describe.each(['server', 'client'] as const)('a %s, whatever comes, however it is cut', (side) => {
  const {sound, broken} = streamsTo(side)

  async function asAlone(pieces: readonly Uint8Array[], closesAt?: number): Promise<void> {
    const closing = closesAt === undefined ? {} : {closesAt}
    const alone = await read(pieces, {isQuick: false, side, ...closing})
    const quick = await read(pieces, {isQuick: true, side, ...closing})

    expect({...quick, quick: 0}).toEqual(alone)
  }

  test('hears and answers it as `ws` alone would', async () => {
    await fc.assert(
      fc.asyncProperty(sound, sizes, (all, cuts) => asAlone(cut(Buffer.concat(all), cuts))),
      {numRuns: 1500},
    )
  })

  test('does so frame by frame, too', async () => {
    await fc.assert(
      fc.asyncProperty(sound, (all) => asAlone(all)),
      {numRuns: 1500},
    )
  })

  test('does so when it closes amid it', async () => {
    await fc.assert(
      fc.asyncProperty(sound, sizes, fc.integer({min: 1, max: 5}), (all, cuts, closesAt) =>
        asAlone(cut(Buffer.concat(all), cuts), closesAt),
      ),
      {numRuns: 1500},
    )
  })

  test('refuses what no WebSocket may send as `ws` alone would', async () => {
    await fc.assert(
      fc.asyncProperty(broken, sizes, (all, cuts) => asAlone(cut(Buffer.concat(all), cuts))),
      {numRuns: 1500},
    )
  })

  test('does so when it closes amid that', async () => {
    await fc.assert(
      fc.asyncProperty(broken, sizes, fc.integer({min: 1, max: 4}), (all, cuts, closesAt) =>
        asAlone(cut(Buffer.concat(all), cuts), closesAt),
      ),
      {numRuns: 1500},
    )
  })

  test('reads past `ws` again once a frame begins with a piece', async () => {
    const message = fc.oneof(text, long).map((payload) => {
      const bytes = payload.subarray(0, MOST_BYTES)
      return frameOf(0x81, bytes, side === 'server')
    })
    const messages = fc.array(message, {minLength: 1, maxLength: 8})
    await fc.assert(
      fc.asyncProperty(messages, sizes, message, async (all, cuts, last) => {
        const pieces = cut(Buffer.concat(all), cuts)

        const before = await read(pieces, {isQuick: true, side})
        const behind = await read([...pieces, last], {isQuick: true, side})

        expect(behind.quick).toBe(before.quick + 1)
      }),
      {numRuns: 500},
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

  test.each([1, 2, 3, 5, 7])(
    'goes on behind a header that was cut after %i bytes',
    async (bytes) => {
      const one = say('x'.repeat(300))
      const pieces = [one.subarray(0, bytes), one.subarray(bytes), say('a')]
      const {quick, heard} = await read(pieces, {isQuick: true})

      expect(quick).toBe(1)
      expect(heard.slice(0, 2).map(([, {length}]) => length)).toEqual([300, 1])
    },
  )

  test('goes on behind a header that came byte by byte', async () => {
    const one = say('x'.repeat(300))
    const bytes = Array.from({length: 9}, (_, at) => one.subarray(at, at + 1))
    const {quick} = await read([...bytes, one.subarray(9), say('a')], {isQuick: true})

    expect(quick).toBe(1)
  })

  test('is not what is longer than a message may be', async () => {
    const {quick, heard} = await read([say('x'.repeat(MOST_BYTES + 1))], {isQuick: true})

    expect(quick).toBe(0)
    expect(heard).toContainEqual(['error', 'Max payload size exceeded'])
  })
})
