import {headerOf} from '../../protocol/audio-header.js'
import {decodePayload} from '../../protocol/payload.js'

/** What the text of a payload is instead of base64 of samples. */
export type PayloadFault =
  | 'data-uri'
  | 'json'
  | 'hex'
  | 'double-base64'
  | 'url-safe'
  | 'bytes-literal'
  | 'not-base64'
  | 'wav'
  | 'mp3'
  | 'ogg'
  | 'file'

export type Payload = {readonly bytes: Uint8Array; readonly fault?: PayloadFault}

const URL_SAFE = /^[\w-]+={0,2}$/
const HEX = /^[0-9a-f]+$/i
const BASE64_TEXT = /^[A-Za-z0-9+/]+={0,2}$/
/** Shorter texts may look like anything by chance. */
const TELLING_CHARACTERS = 32
const LOOKED_AT_BYTES = 400

/** The bytes of a payload, decoded as Exotel's end does it, and what is wrong with its text. */
export function readPayload(text: string): Payload {
  const {bytes, violations} = decodePayload(text, 'ulaw')
  const isBase64 = !violations.some(({rule}) => rule === 'payload-not-base64')
  const fault = isBase64 ? faultOfBytes(text, bytes) : faultOfText(text)
  return {bytes, ...(fault === undefined ? {} : {fault})}
}

function faultOfText(text: string): PayloadFault {
  if (text.startsWith('data:')) return 'data-uri'
  if (/^\s*[{[]/.test(text)) return 'json'
  if (/^b['"]/.test(text)) return 'bytes-literal'
  const looked = text.slice(0, LOOKED_AT_BYTES)
  if (isHex(looked)) return 'hex'
  return /[-_]/.test(text) && URL_SAFE.test(text) ? 'url-safe' : 'not-base64'
}

/** Hex digits are letters of base64 too, and so is base64 itself: such a text decodes, into noise. */
function faultOfBytes(text: string, bytes: Uint8Array): PayloadFault | undefined {
  if (isHex(text.slice(0, LOOKED_AT_BYTES))) return 'hex'
  if (isBase64Text(bytes)) return 'double-base64'
  const header = headerOf(bytes)
  if (header === undefined) return undefined
  if (header.startsWith('JSON')) return 'json'
  if (header.includes('WAV')) return 'wav'
  if (header.includes('MP3')) return 'mp3'
  return header.includes('Ogg') ? 'ogg' : 'file'
}

/** Silence is all the letter A, so a digit and some variety are asked for. */
function isHex(text: string): boolean {
  if (text.length < TELLING_CHARACTERS || !HEX.test(text)) return false
  return /\d/.test(text) && new Set(text).size > 4
}

function isBase64Text(bytes: Uint8Array): boolean {
  if (bytes.length < TELLING_CHARACTERS) return false
  const text = Buffer.from(bytes.subarray(0, LOOKED_AT_BYTES)).toString('latin1')
  return BASE64_TEXT.test(text)
}
