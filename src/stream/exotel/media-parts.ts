import {encodeExotel} from '../../protocol/encode.js'
import type {MediaMessage} from '../../protocol/messages.js'
import type {Profile} from '../../protocol/profiles.js'
import type {AsciiParts} from '../frames.js'

/**
 * The fast path of what the caller says: from one media message to the next only three numbers change
 * before the payload, and so they are written into the bytes of the one before. A test holds it to
 * what `encodeExotel` makes.
 */

const SEQUENCE = /^\{"event":"media","[^"]+":"?/
const CHUNK = /"media":\{"chunk":"?(?=\d+"?,"timestamp":"?\d+"?,"payload":"$)/
const TIMESTAMP = /"timestamp":"?(?=\d+"?,"payload":"$)/
const ASCII = /^[\x20-\x7e]*$/
const NO_PAYLOAD = '""}}'
const ZERO = 48

type Media = Required<Omit<MediaMessage, 'event'>>

type Written = {
  readonly head: Buffer
  readonly tail: Buffer
  readonly sequence: Digits
  readonly chunk: Digits
  readonly timestamp: Digits
}

/** Where a number stands. */
type Digits = {readonly start: number; readonly end: number}

/** The parts of the media messages of one stream. */
export class MediaParts {
  readonly #profile: Profile
  #written: Written | undefined

  constructor(profile: Profile) {
    this.#profile = profile
  }

  /** Nothing where the message is more than ASCII; the bytes are good until the next message. */
  of(media: Media): AsciiParts | undefined {
    const known = this.#written
    if (!known || !writeAll(known, media)) this.#written = written(media, this.#profile)
    const parts = this.#written
    return parts && {head: parts.head, payload: media.payload, tail: parts.tail}
  }
}

function written(media: Media, profile: Profile): Written | undefined {
  const text = encodeExotel({event: 'media', ...media, payload: ''}, profile)
  const end = text.lastIndexOf(NO_PAYLOAD) + 1
  const head = text.slice(0, end)
  const sequence = digitsBehind(SEQUENCE, head)
  const chunk = digitsBehind(CHUNK, head)
  const timestamp = digitsBehind(TIMESTAMP, head)
  if (!ASCII.test(head) || !sequence || !chunk || !timestamp) return undefined
  return {head: Buffer.from(head), tail: Buffer.from(text.slice(end)), sequence, chunk, timestamp}
}

function digitsBehind(words: RegExp, head: string): Digits | undefined {
  const match = words.exec(head)
  if (!match) return undefined
  const start = match.index + match[0].length
  let end = start
  while (isDigit(head.charCodeAt(end))) end += 1
  return {start, end}
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9
}

/** False where one of them has more digits than before, or fewer. */
function writeAll(
  {head, sequence, chunk, timestamp}: Written,
  {sequenceNumber, chunk: chunkNumber, timestampMs}: Media,
): boolean {
  return (
    write(head, sequence, sequenceNumber) &&
    write(head, chunk, chunkNumber) &&
    write(head, timestamp, timestampMs)
  )
}

function write(head: Buffer, {start, end}: Digits, value: number): boolean {
  let left = value
  for (let at = end - 1; at >= start; at -= 1) {
    head[at] = ZERO + (left % 10)
    left = Math.floor(left / 10)
  }
  return left === 0 && (head[start] !== ZERO || end - start === 1)
}
