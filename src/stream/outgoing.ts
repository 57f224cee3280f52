import type {Duplex} from 'node:stream'

import type {WebSocket} from 'ws'

import {type AsciiParts, Frames, MOST_FRAMED_BYTES} from './frames.js'

type Data = string | Uint8Array

/** What may wait in the socket itself before we hold the rest back: seconds of audio at any rate. */
const HIGH_WATER_BYTES = 256 * 1024
/** Over two minutes of audio at 8 kHz: who is that far behind hears nothing of now. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024
/** So that messages without a text weigh something too. */
const MESSAGE_OVERHEAD_BYTES = 64

/** What is sent over one socket, in order; what its reader cannot take yet waits here. */
export class Outgoing {
  readonly #ws: WebSocket
  readonly #media = new Fifo()
  readonly #others = new Fifo()
  #dropped = 0
  #count = 0
  /** A message is under way whose writing will be told; until then all others wait. */
  #isHeldBack = false
  #raw: Raw | undefined

  constructor(ws: WebSocket) {
    this.#ws = ws
  }

  /**
   * The socket under it, to which whole frames are written past `ws`: without compression `ws` writes
   * each of its own at once, so that none lies inside another.
   */
  over(raw: Raw): void {
    this.#raw = raw
  }

  get dropped(): number {
    return this.#dropped
  }

  send(data: Data, isBinary: boolean): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return
    if (this.#isHeldBack) this.#wait(data, isBinary)
    else this.#write(data, isBinary)
  }

  /** The same for text of ASCII alone, which need not be joined for it. */
  sendAscii(parts: AsciiParts): void {
    const raw = this.#raw
    const isPlain = raw && !this.#isHeldBack && raw.socket.writableLength <= HIGH_WATER_BYTES
    if (!isPlain || lengthOf(parts) > MOST_FRAMED_BYTES) this.send(textOf(parts), false)
    else if (this.#ws.readyState === this.#ws.OPEN) {
      const {socket, isMasked} = raw
      writeNow(socket, frames.ofAscii(parts, {isMasked, waits: socket.writableLength > 0}))
    }
  }

  /** All that waits goes out at once, so that a close comes behind it; `ws` waits 30 s for that. */
  finish(): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return
    for (let next = this.#next(); next; next = this.#next()) {
      this.#ws.send(next.data, {binary: next.isBinary})
    }
  }

  /** The socket has closed: nothing of what waits is sent any more. */
  letGo(): void {
    while (this.#next()) this.#dropped += 1
  }

  #write(data: Data, isBinary: boolean): void {
    if (this.#ws.bufferedAmount <= HIGH_WATER_BYTES) {
      const raw = this.#raw
      // In UTF-8 a character of a string takes three bytes at most.
      const most = typeof data === 'string' ? data.length * 3 : data.length
      if (raw && most <= MOST_FRAMED_BYTES) {
        const {socket, isMasked} = raw
        const waits = socket.writableLength > 0
        writeNow(socket, frames.of(data, {isBinary, isMasked, waits}))
      } else this.#ws.send(data, {binary: isBinary})
      return
    }
    this.#isHeldBack = true
    // Called once all before it is out of our hands, and with an error when the socket has closed.
    this.#ws.send(data, {binary: isBinary}, () => {
      this.#isHeldBack = false
      this.#flush()
    })
  }

  #flush(): void {
    while (!this.#isHeldBack && this.#ws.readyState === this.#ws.OPEN) {
      const next = this.#next()
      if (!next) return
      this.#write(next.data, next.isBinary)
    }
  }

  #next(): Waiting | undefined {
    return this.#media.isBefore(this.#others) ? this.#media.shift() : this.#others.shift()
  }

  #wait(data: Data, isBinary: boolean): void {
    this.#count += 1
    const queue = MEDIA.test(headOf(data)) ? this.#media : this.#others
    queue.push({data, isBinary, number: this.#count})
    while (this.#media.bytes + this.#others.bytes > MOST_WAITING_BYTES) {
      if (!this.#media.shift()) this.#others.shift()
      this.#dropped += 1
    }
  }
}

/** A socket under `ws`; what a client sends is masked. */
type Raw = {readonly socket: Duplex; readonly isMasked: boolean}

const frames = new Frames()

function writeNow(socket: Duplex, frame: Buffer): void {
  socket.write(frame)
  // Nothing waits: the system has a copy of all of it. Under TLS that is known a turn later, and the memory is not used again.
  if (socket.writableLength === 0) frames.giveBack()
}

function textOf({head, payload, tail}: AsciiParts): string {
  return Buffer.concat([head, Buffer.from(payload, 'latin1'), tail]).toString('latin1')
}

function lengthOf({head, payload, tail}: AsciiParts): number {
  return head.length + payload.length + tail.length
}

/** In JSON text the quotes of a value are escaped, so that no mark can look like it. */
const MEDIA = /"event"\s*:\s*"media"/
/** The event stands before the payload in every message of ours, and in most others. */
const HEAD_BYTES = 1024

function headOf(data: Data): string {
  if (typeof data === 'string') return data
  return Buffer.from(data.buffer, data.byteOffset, Math.min(data.byteLength, HEAD_BYTES)).toString()
}

type Waiting = {readonly data: Data; readonly isBinary: boolean; readonly number: number}

/** An array with a moving head, because `shift` of a long one moves all that is behind it. */
class Fifo {
  bytes = 0
  #waiting: (Waiting | undefined)[] = []
  #head = 0

  push(message: Waiting): void {
    this.bytes += message.data.length + MESSAGE_OVERHEAD_BYTES
    this.#waiting.push(message)
  }

  shift(): Waiting | undefined {
    const first = this.#waiting[this.#head]
    if (!first) return undefined
    this.#waiting[this.#head] = undefined
    this.#head += 1
    if (this.#head * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    this.bytes -= first.data.length + MESSAGE_OVERHEAD_BYTES
    return first
  }

  /** Whether its first message was sent before the other's. */
  isBefore(other: Fifo): boolean {
    return this.#firstNumber() < other.#firstNumber()
  }

  #firstNumber(): number {
    return this.#waiting[this.#head]?.number ?? Number.POSITIVE_INFINITY
  }
}
