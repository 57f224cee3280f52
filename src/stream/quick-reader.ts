import {isUtf8} from 'node:buffer'
import type {Duplex} from 'node:stream'

import type {WebSocket} from 'ws'

/**
 * The fast path of what is received: text messages of one whole frame (RFC 6455, section 5.2), which are
 * nearly all of a stream, are read here. Whatever else comes goes to `ws` as it came, and so does all that
 * comes once the stream begins to close. Property tests hold it to what `ws` alone hears and answers.
 */

const WHOLE_TEXT = 0x81
const MASK_BIT = 0x80
const LENGTH_BITS = 0x7f
const LENGTH_IN_16_BITS = 126
const FINAL_BIT = 0x80
const OPCODE_BITS = 0x0f
const MASK_BYTES = 4
const WORD_BYTES = 4
/** Of frames that are read here; what is longer takes its time anyhow. */
const MOST_BYTES = 0xff_ff
const FIRST_CONTROL_OPCODE = 8
const NOTHING = Buffer.alloc(0)

type Listener = (chunk: Buffer) => void

type QuickReaderOptions = {
  readonly ws: WebSocket
  readonly socket: Duplex
  /** As the frames of a client are. */
  readonly isMasked: boolean
  /** Is given each message. */
  readonly hear: (text: Buffer) => void
  /** Longer messages are refused by `ws`. */
  readonly maxMessageBytes: number
}

/** Reads from an open WebSocket, before anything has come. */
export class QuickReader {
  readonly #options: QuickReaderOptions
  readonly #mostBytes: number
  /** Of `ws`, in whose stead this one listens. */
  readonly #pass: Listener | undefined
  /** What `ws` still has to come of the frame that it reads. */
  #rest = 0
  /** Of a header that was cut in two, what `ws` has already. */
  #begun = NOTHING
  #isFragmented = false
  #isOver = false

  constructor(options: QuickReaderOptions) {
    this.#options = options
    this.#mostBytes = Math.min(MOST_BYTES, options.maxMessageBytes)
    const {ws, socket} = options
    const listeners = socket.listeners('data')
    if (listeners.length !== 1) return
    // `ws` listens for data with a function of this shape, and with nothing else.
    const [pass] = listeners as Listener[]
    this.#pass = pass
    socket.on('data', this.#hear)
    if (pass) socket.off('data', pass)
    // Before `ws` hears of it, which then empties the socket by itself.
    socket.prependListener('close', this.#stop)
    // It has refused what came, a tick later, and reads no more.
    ws.prependListener('error', this.#stop)
  }

  /** From now on everything goes to `ws` directly: to be called before it begins to close. */
  giveUp(): void {
    if (this.#isOver || !this.#pass) return
    this.#options.socket.on('data', this.#pass)
    this.#stop()
  }

  readonly #stop = (): void => {
    this.#isOver = true
    this.#options.socket.off('data', this.#hear)
  }

  readonly #hear = (chunk: Buffer): void => {
    const {ws} = this.#options
    let at = 0
    while (at < chunk.length && this.#isBetween() && ws.readyState === ws.OPEN) {
      const end = this.#read(chunk, at)
      if (end === at) break
      at = end
    }
    if (at < chunk.length) this.#passOn(at === 0 ? chunk : chunk.subarray(at))
  }

  /** Between two messages, and still in charge. */
  #isBetween(): boolean {
    return this.#rest === 0 && this.#begun.length === 0 && !this.#isFragmented && !this.#isOver
  }

  /** Gives out the frame that begins here; returns where it ends, or where it began if it is left to `ws`. */
  #read(chunk: Buffer, at: number): number {
    if (chunk[at] !== WHOLE_TEXT) return at
    const second = chunk[at + 1] ?? 0
    const {isMasked} = this.#options
    if (second >= MASK_BIT !== isMasked) return at
    const short = second & LENGTH_BITS
    if (short > LENGTH_IN_16_BITS) return at
    const start = this.#bodyOf(short, at)
    if (start > chunk.length) return at
    const bytes = bytesOf(chunk, short, at)
    const end = start + bytes
    if (end > chunk.length || bytes > this.#mostBytes) return at
    if (isMasked) applyMask(chunk, start, end)
    const text = chunk.subarray(start, end)
    if (!isUtf8(text)) {
      if (isMasked) applyMask(chunk, start, end)
      return at
    }
    this.#options.hear(text)
    return end
  }

  #passOn(chunk: Buffer): void {
    const {ws, socket} = this.#options
    if (ws.readyState === ws.OPEN) this.#follow(chunk)
    else this.giveUp()
    this.#pass?.call(socket, chunk)
    // A close frame, or what `ws` refuses: it listens no longer, and so must we.
    if (ws.readyState !== ws.OPEN) this.#stop()
  }

  /** Keeps to where in its frames `ws` is. */
  #follow(passed: Buffer): void {
    // Where a header was cut in two there is no rest.
    const chunk = this.#begun.length === 0 ? passed : Buffer.concat([this.#begun, passed])
    this.#begun = NOTHING
    let at = Math.min(this.#rest, chunk.length)
    this.#rest -= at
    while (at < chunk.length) {
      const short = (chunk[at + 1] ?? 0) & LENGTH_BITS
      const start = this.#bodyOf(short, at)
      if (start > chunk.length) {
        // A copy, because a part would keep all of the chunk in memory.
        this.#begun = Buffer.from(chunk.subarray(at))
        return
      }
      const end = start + bytesOf(chunk, short, at)
      const first = chunk[at] ?? 0
      if ((first & OPCODE_BITS) < FIRST_CONTROL_OPCODE) this.#isFragmented = first < FINAL_BIT
      at = Math.min(end, chunk.length)
      this.#rest = end - at
    }
  }

  /** Where the payload of the frame that begins here lies. */
  #bodyOf(short: number, at: number): number {
    const lengthBytes = short < LENGTH_IN_16_BITS ? 0 : short === LENGTH_IN_16_BITS ? 2 : 8
    return at + 2 + lengthBytes + (this.#options.isMasked ? MASK_BYTES : 0)
  }
}

/** What a length beyond six bytes is for, `ws` refuses. */
function bytesOf(chunk: Buffer, short: number, at: number): number {
  if (short < LENGTH_IN_16_BITS) return short
  return short === LENGTH_IN_16_BITS ? chunk.readUInt16BE(at + 2) : chunk.readUIntBE(at + 4, 6)
}

/** With the mask that stands before it: hides a payload, and shows it again. */
function applyMask(chunk: Buffer, start: number, end: number): void {
  let at = start
  if ((chunk.byteOffset + start) % WORD_BYTES === 0) {
    const words = new Int32Array(
      chunk.buffer,
      chunk.byteOffset + start - MASK_BYTES,
      1 + Math.floor((end - start) / WORD_BYTES),
    )
    const mask = words[0] ?? 0
    for (let index = 1; index < words.length; index += 1) words[index] = (words[index] ?? 0) ^ mask
    at += (words.length - 1) * WORD_BYTES
  }
  for (let index = at - start; at < end; at += 1, index += 1) {
    chunk[at] = (chunk[at] ?? 0) ^ (chunk[start - MASK_BYTES + (index & 3)] ?? 0)
  }
}
