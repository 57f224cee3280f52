import {rowOf} from '../measure.mjs'
import {built, SPEED_S, speeds} from '../rig/speed.mjs'

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../run.mjs').Size} Size
 */

/** So many that nothing is remembered of one. */
const MESSAGES = 64

/** @type {import('../items.mjs').Takes} */
export const messagesTakes = ({runs}) => [{times: 4 * 2 * runs, seconds: SPEED_S, what: 'timings'}]

/**
 * Reading and writing a media message against JSON alone, which leaves out the audio.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function messages(size) {
  const {decodeExotel} = /** @type {typeof import('../../../src/protocol/decode.js')} */ (
    await built('protocol/decode.js')
  )
  const {encodeExotel} = /** @type {typeof import('../../../src/protocol/encode.js')} */ (
    await built('protocol/encode.js')
  )
  /** @type {Row[]} */
  const rows = []
  for (const payloadBytes of [320, 3200]) {
    const meant = Array.from({length: MESSAGES}, (_, at) => mediaMessage(payloadBytes, at))
    // As a socket hands them over: flat one-byte strings.
    const texts = meant.map((message) => Buffer.from(encodeExotel(message)).toString())
    const objects = texts.map((text) => /** @type {unknown} any otherwise */ (JSON.parse(text)))
    const read = await speeds(size, {
      each: MESSAGES,
      baseline: () => texts.forEach((text) => JSON.parse(text)),
      ours: () => texts.forEach((text) => decodeExotel(text)),
    })
    const written = await speeds(size, {
      each: MESSAGES,
      baseline: () => objects.forEach((object) => JSON.stringify(object)),
      ours: () => meant.forEach((message) => encodeExotel(message)),
    })
    const of = `a message of ${payloadBytes} bytes of audio`
    rows.push(
      rowOf(read, {what: `decode ${of}, against JSON.parse`, unit: 'µs', key: 'us'}),
      rowOf(written, {what: `encode ${of}, against JSON.stringify`, unit: 'µs', key: 'us'}),
    )
  }
  return rows
}

/**
 * @param {number} payloadBytes
 * @param {number} at
 */
function mediaMessage(payloadBytes, at) {
  const bytes = Buffer.from(
    Uint8Array.from({length: payloadBytes}, (_, index) => (index * 73 + at * 31) % 256),
  )
  return /** @type {const} */ ({
    event: 'media',
    sequenceNumber: at + 2,
    streamSid: '6f048d2e897a0d2d4029560f3f541947',
    chunk: at + 1,
    timestampMs: at * 20,
    payload: bytes.toString('base64'),
  })
}
