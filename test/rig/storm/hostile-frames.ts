import type {Random} from '../../../src/random.js'
import {randomBytes} from './hostile-messages.js'
import {dialRaw, handshake, untilClosed} from './raw-socket.js'

/** What is wrong, the bytes, and the code that RFC 6455 wants it closed with; none where there is more to wait for. */
type HostileFrames = readonly [name: string, bytes: Uint8Array, code: number | undefined]

const TEXT = 0x81
const BINARY = 0x82
const CLOSE = 0x88
const PING = 0x89
const MASKED = 0x80

/** Bytes that no client of WebSocket sends. */
export function hostileFrames(random: Random): readonly HostileFrames[] {
  return [
    ['text that is not UTF-8', frame(TEXT, [0xc3, 0x28]), 1007],
    ['text with half a surrogate pair', frame(TEXT, [0xed, 0xa0, 0x80]), 1007],
    ['a frame without a mask', Buffer.from([TEXT, 2, 0x7b, 0x7d]), 1002],
    ['a reserved bit', frame(TEXT | 0x40, [0x7b]), 1002],
    ['a reserved opcode', frame(0x83, [0x7b]), 1002],
    ['a reserved control opcode', frame(0x8b, []), 1002],
    ['a fragment of nothing', frame(0x80, [0x7b]), 1002],
    ['a message inside another', Buffer.concat([frame(0x01, [0x7b]), frame(TEXT, [0x7d])]), 1002],
    ['a ping in fragments', frame(0x09, [0x7b]), 1002],
    ['a ping of 126 bytes', frame(PING, Array<number>(126).fill(1)), 1002],
    ['a close of one byte', frame(CLOSE, [3]), 1002],
    ['a close with a code that is none', frame(CLOSE, [0x03, 0xe7]), 1002],
    ['a close whose reason is not UTF-8', frame(CLOSE, [0x03, 0xe8, 0xff, 0xfe]), 1007],
    ['a length of 2^63', Buffer.from([BINARY, MASKED | 127, 0x80, 0, 0, 0, 0, 0, 0, 0]), 1009],
    ['a length of 1 GB', Buffer.from([BINARY, MASKED | 127, 0, 0, 0, 0, 64, 0, 0, 0]), 1009],
    ['half a frame', frame(TEXT, Array<number>(100).fill(0x20)).subarray(0, 50), undefined],
    ['half a head', Buffer.from([TEXT]), undefined],
    ['a message that does not end', Buffer.concat([...endless()]), undefined],
    ['a flood of pings', Buffer.concat(Array<Uint8Array>(5000).fill(frame(PING, [1]))), undefined],
    ['random bytes', randomBytes(random, 500), undefined],
  ]
}

function* endless(): Generator<Uint8Array> {
  yield frame(0x01, [0x7b])
  for (let part = 0; part < 2000; part += 1) yield frame(0x00, [0x20])
}

/** With a mask of zeros, which changes nothing. */
export function frame(head: number, payload: Uint8Array | readonly number[]): Uint8Array {
  const length =
    payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 0xff]
  const [first = 0, ...more] = length
  const mask = [0, 0, 0, 0]
  return Buffer.concat([
    Buffer.from([head, MASKED | first, ...more, ...mask]),
    Buffer.from(payload),
  ])
}

const START = '{"event":"start","start":{}}'

/** Begins a stream, sends the bytes, and tells with which code the server closed it; or resets it at once. */
export async function closeCodeAfter(
  port: number,
  {bytes, isClosed}: {readonly bytes: Uint8Array; readonly isClosed: boolean},
): Promise<number | undefined> {
  const socket = await dialRaw(port)
  const received: Buffer[] = []
  socket.on('data', (part: Buffer) => received.push(part))
  socket.write(handshake('/media'))
  socket.write(frame(TEXT, Buffer.from(START)))
  await new Promise((resolve) => socket.write(bytes, resolve))
  if (!isClosed) socket.resetAndDestroy()
  await untilClosed(socket)
  return isClosed ? closeCodeIn(Buffer.concat(received)) : undefined
}

/** The code of the close frame that ends what a server sent; undefined when there is none. */
function closeCodeIn(received: Buffer): number | undefined {
  let at = received.indexOf('\r\n\r\n') + 4
  while (at + 1 < received.length) {
    const head = received[at]
    const short = (received[at + 1] ?? 0) & 0x7f
    const [headBytes, length] =
      short === 126
        ? [4, received.readUInt16BE(at + 2)]
        : short === 127
          ? [10, Number(received.readBigUInt64BE(at + 2))]
          : [2, short]
    if (head === CLOSE) return length >= 2 ? received.readUInt16BE(at + headBytes) : undefined
    at += headBytes + length
  }
  return undefined
}
