import {mediaMessage} from './decode-media.js'
import type {MediaMessage} from './messages.js'
import {isPlainBase64} from './payload.js'

/**
 * The fast path for a media message that is still bytes: the usual shape as `decodeMedia` takes it, read
 * where it lies, so that of its text only the payload becomes a string. 0.7 µs against 0.8 for 20 ms,
 * 1.0 against 1.2 for 100, and less to collect. A property test holds it to agree with `decodeMedia` in every case.
 */

const SPACE = 32
const QUOTE = 34
const COMMA = 44
const HYPHEN = 45
const ZERO = 48
const NINE = 57
const COLON = 58
const UNDERSCORE = 95
const BRACE = 125
const NEWLINE = 10
const MOST_DIGITS = 15
const MOST_SID_CHARACTERS = 256

const EVENT = Buffer.from('{"event":"media",')
const SEQUENCE_NUMBER = Buffer.from('"sequence_number":')
const STREAM_SID = Buffer.from('"stream_sid":"')
const MEDIA = Buffer.from('"media":{')
const CHUNK = Buffer.from('"chunk":')
const TIMESTAMP = Buffer.from('"timestamp":')
const PAYLOAD = Buffer.from('"payload":"')

const NO_SID = Buffer.alloc(0)

/** Reads the media messages of one stream. */
export class MediaReader {
  /** The last that was read: one string for all messages of a stream. */
  #sid = NO_SID
  #sidText = ''
  /** Where the text is read next; behind its end once it is not as it should be. */
  #at = 0

  /** Nothing where it is no media message, or one that is left to the full decoder. */
  read(bytes: Buffer): MediaMessage | undefined {
    const end = endOfPayload(bytes)
    this.#at = 0
    if (!this.#takes(bytes, EVENT)) return undefined
    const sequenceNumber = this.#takes(bytes, SEQUENCE_NUMBER) ? this.#count(bytes) : undefined
    const streamSid = this.#takes(bytes, STREAM_SID) ? this.#streamSid(bytes) : undefined
    if (!this.#takes(bytes, MEDIA)) return undefined
    const chunk = this.#takes(bytes, CHUNK) ? this.#count(bytes) : undefined
    const timestampMs = this.#takes(bytes, TIMESTAMP) ? this.#count(bytes) : undefined
    if (!this.#takes(bytes, PAYLOAD) || this.#at > end) return undefined
    const payload = bytes.toString('latin1', this.#at, end)
    if (!isPlainBase64(payload)) return undefined
    return mediaMessage({payload, streamSid, sequenceNumber, chunk, timestampMs})
  }

  /** Whether this comes next, with a space behind its colons and commas or without; then it is read. */
  #takes(bytes: Buffer, words: Buffer): boolean {
    let at = this.#at
    let read = 0
    // By its index: the iteration of a typed array takes a sixth of the time of a whole message.
    while (read < words.length) {
      const word = words[read]
      if (bytes[at] !== word) return false
      read += 1
      at += 1
      if ((word === COLON || word === COMMA) && bytes[at] === SPACE) at += 1
    }
    this.#at = at
    return true
  }

  /** A whole number as JSON has it, in quotes or not, and the comma behind it. */
  #count(bytes: Buffer): number | undefined {
    const isQuoted = bytes[this.#at] === QUOTE
    const start = isQuoted ? this.#at + 1 : this.#at
    let at = start
    let count = 0
    for (let byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) {
      count = count * 10 + byte - ZERO
      at += 1
    }
    const isWhole = isCount(bytes, start, at) && (!isQuoted || bytes[at] === QUOTE)
    const end = isWhole ? at + Number(isQuoted) : bytes.length
    return this.#takesComma(bytes, end) ? count : undefined
  }

  #streamSid(bytes: Buffer): string | undefined {
    const start = this.#at
    if (bytes[start + this.#sid.length] !== QUOTE || !this.#isSid(bytes, start)) {
      const end = endOfSid(bytes, start)
      const characters = end - start
      const isSid = characters > 0 && characters <= MOST_SID_CHARACTERS && bytes[end] === QUOTE
      this.#sid = isSid ? Buffer.from(bytes.subarray(start, end)) : NO_SID
      this.#sidText = this.#sid.toString('latin1')
    }
    const {length} = this.#sid
    const end = length > 0 ? start + length + 1 : bytes.length
    return this.#takesComma(bytes, end) ? this.#sidText : undefined
  }

  #isSid(bytes: Buffer, start: number): boolean {
    const sid = this.#sid
    for (let index = 0; index < sid.length; index += 1) {
      if (bytes[start + index] !== sid[index]) return false
    }
    return sid.length > 0
  }

  /** Where there is none, nothing comes next any more. */
  #takesComma(bytes: Buffer, at: number): boolean {
    const isThere = bytes[at] === COMMA
    this.#at = isThere ? at + (bytes[at + 1] === SPACE ? 2 : 1) : bytes.length
    return isThere
  }
}

/** Digits that JSON takes for a number, and that are exact in ours. */
function isCount(bytes: Buffer, start: number, end: number): boolean {
  const digits = end - start
  return digits === 1 || (digits > 1 && digits <= MOST_DIGITS && bytes[start] !== ZERO)
}

function endOfSid(bytes: Buffer, start: number): number {
  let at = start
  while (isOfSid(bytes[at] ?? 0)) at += 1
  return at
}

/** As `\w` and the hyphen. */
function isOfSid(byte: number): boolean {
  const letter = byte | 0x20
  return (
    (byte >= ZERO && byte <= NINE) ||
    (letter >= 0x61 && letter <= 0x7a && byte >= 0x41) ||
    byte === HYPHEN ||
    byte === UNDERSCORE
  )
}

/** Of a text that ends with the quote, two braces, and perhaps the newline that Exotel sends; else -1. */
function endOfPayload(bytes: Buffer): number {
  const last = bytes.length - (bytes[bytes.length - 1] === NEWLINE ? 2 : 1)
  const isTail = bytes[last] === BRACE && bytes[last - 1] === BRACE && bytes[last - 2] === QUOTE
  return isTail ? last - 2 : -1
}
