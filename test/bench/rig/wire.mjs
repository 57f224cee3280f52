import {randomBytes} from 'node:crypto'
import {once} from 'node:events'
import {connect as connectTcp} from 'node:net'
import {connect as connectTls} from 'node:tls'

/**
 * The caller's end of a stream with as little work as can be, so that the driver is not what is
 * measured: the frame of a message is made once, and only its numbers are written into it anew.
 */

/** Any mask will do, but not zeros: a server may leave those out. */
const MASK = Buffer.from([0x5a, 0xc3, 0x91, 0x2e])
const TEXT_FRAME = 0x81
const CLOSE = 0x8
const PING = 0x9
const PONG_FRAME = 0x8a
const MASKED = 0x80

/** The longest upgrade answer that is waited for. */
const OPEN_TIMEOUT_MS = 10_000

/**
 * @typedef {{
 *   readonly send: (data: Buffer) => boolean,
 *   readonly close: () => void,
 *   readonly isOpen: () => boolean,
 * }} Wire
 */

/**
 * Opens a WebSocket and calls `onMedia` for every message of at least `leastBytes`: what a bot sends beside audio is
 * shorter, and so is what an echo sends back of the start.
 * @param {URL} url
 * @param {{onMedia: () => void, leastBytes: number}} told
 * @returns {Promise<Wire>}
 */
export async function openWire(url, {onMedia, leastBytes}) {
  const secure = url.protocol === 'wss:'
  const port = Number(url.port === '' ? (secure ? 443 : 80) : url.port)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const socket = secure
    ? connectTls({host, port, servername: host})
    : connectTcp({host, port, noDelay: true})
  const signal = AbortSignal.timeout(OPEN_TIMEOUT_MS)
  await once(socket, secure ? 'secureConnect' : 'connect', {signal})
  socket.write(
    `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  )
  let isOpen = true
  socket.on('close', () => (isOpen = false))
  socket.on('error', () => socket.destroy())
  const early = await upgraded(socket, signal)
  const scan = frameScanner({
    onMedia,
    leastBytes,
    onPing: () => socket.write(maskedFrame(PONG_FRAME, '')),
  })
  if (early.length > 0) scan(early)
  socket.on('data', scan)
  return {
    // False: it waits in the socket, so the buffer is not ours to write into yet.
    send: (data) => {
      socket.write(data)
      return socket.writableLength === 0
    },
    close: () => socket.destroy(),
    isOpen: () => isOpen,
  }
}

/**
 * What came after the answer's head.
 * @param {import('node:net').Socket} socket
 * @param {AbortSignal} signal
 * @returns {Promise<Buffer>}
 */
async function upgraded(socket, signal) {
  let head = Buffer.alloc(0)
  for (;;) {
    // once() of events tells its arguments as any.
    const [piece] = /** @type {[Buffer]} */ (await once(socket, 'data', {signal}))
    head = Buffer.concat([head, piece])
    const end = head.indexOf('\r\n\r\n')
    if (end === -1) continue
    const status = head.subarray(0, head.indexOf('\r\n')).toString()
    if (!status.includes(' 101 ')) throw new Error(`the upgrade was answered: ${status}`)
    return head.subarray(end + 4)
  }
}

/**
 * Walks over the frames that come without looking into them.
 * @param {{onMedia: () => void, onPing: () => void, leastBytes: number}} told
 * @returns {(chunk: Buffer) => void}
 */
export function frameScanner({onMedia, onPing, leastBytes}) {
  /** @type {Buffer | undefined} a header that was cut */
  let cut
  /** Bytes of the payload of the frame under way that are still to come. */
  let missing = 0
  return (chunk) => {
    const data = cut === undefined ? chunk : Buffer.concat([cut, chunk])
    cut = undefined
    let at = 0
    while (at < data.length) {
      if (missing > 0) {
        const taken = Math.min(missing, data.length - at)
        missing -= taken
        at += taken
        continue
      }
      const header = headerAt(data, at)
      if (header === undefined) {
        cut = data.subarray(at)
        return
      }
      at += header.bytes
      missing = header.payloadBytes
      if (header.opcode === PING) onPing()
      else if (header.opcode !== CLOSE && missing >= leastBytes) onMedia()
    }
  }
}

/**
 * @param {Buffer} data
 * @param {number} at
 * @returns {{bytes: number, payloadBytes: number, opcode: number} | undefined}
 */
function headerAt(data, at) {
  const left = data.length - at
  if (left < 2) return undefined
  const opcode = data.readUInt8(at) & 0x0f
  const short = data.readUInt8(at + 1) & 0x7f
  if (short < 126) return {bytes: 2, payloadBytes: short, opcode}
  if (short === 126) {
    return left < 4 ? undefined : {bytes: 4, payloadBytes: data.readUInt16BE(at + 2), opcode}
  }
  if (left < 10) return undefined
  return {bytes: 10, payloadBytes: Number(data.readBigUInt64BE(at + 2)), opcode}
}

/**
 * @param {number} first the first byte of the frame
 * @param {string} text
 * @returns {Buffer}
 */
function maskedFrame(first, text) {
  const payload = Buffer.from(text)
  const long = payload.length > 125
  if (payload.length > 0xffff) throw new RangeError('a frame of the driver has up to 64 kB')
  const header = Buffer.from([first, MASKED | (long ? 126 : payload.length)])
  const length = Buffer.alloc(long ? 2 : 0)
  if (long) length.writeUInt16BE(payload.length)
  payload.forEach((byte, index) => {
    payload[index] = byte ^ maskByte(index)
  })
  return Buffer.concat([header, length, MASK, payload])
}

/**
 * @param {string} text
 * @returns {Buffer}
 */
export function textFrame(text) {
  return maskedFrame(TEXT_FRAME, text)
}

/** @param {number} index */
function maskByte(index) {
  return MASK.readUInt8(index & 3)
}

/**
 * The media messages of one stream, as Exotel numbers them: audio of `frameMs` at 8 kHz.
 * @param {{streamSid: string, frameMs: number}} stream
 */
export function mediaFrames({streamSid, frameMs}) {
  const payload = Buffer.from(
    Uint8Array.from({length: frameMs * 16}, (_, at) => (at * 37) % 251),
  ).toString('base64')
  /** @param {number} round */
  const numbersOf = (round) => [round + 2, round + 1, round * frameMs].map(String)
  /** @param {string[]} numbers */
  const textOf = ([sequence = '', chunk = '', timestamp = '']) =>
    `{"event":"media","sequence_number":"${sequence}","stream_sid":"${streamSid}",` +
    `"media":{"chunk":"${chunk}","timestamp":"${timestamp}","payload":"${payload}"}}`
  let digits = ''
  /** @type {Buffer} */
  let frame = Buffer.alloc(0)
  /** @type {number[]} where in the payload each number begins */
  let places = []

  return {
    /**
     * The frame of this round. It is the same buffer each time, while the last one has been sent.
     * @param {number} round
     * @param {boolean} isFree
     */
    at(round, isFree) {
      const numbers = numbersOf(round)
      const lengths = numbers.map(({length}) => length).join()
      if (lengths !== digits || !isFree) {
        const text = textOf(numbers)
        frame = textFrame(text)
        places = ['"sequence_number":"', '"chunk":"', '"timestamp":"'].map(
          (key) => text.indexOf(key) + key.length,
        )
        digits = lengths
        return frame
      }
      const start = frame.length - textBytes(frame)
      numbers.forEach((number, which) => {
        const place = places[which] ?? 0
        for (let at = 0; at < number.length; at += 1) {
          frame[start + place + at] = number.charCodeAt(at) ^ maskByte(place + at)
        }
      })
      return frame
    },
  }
}

/**
 * How long the audio of a message is as base64: no message of audio is shorter.
 * @param {number} frameMs
 */
export function leastMediaBytes(frameMs) {
  return Math.ceil((frameMs * 16) / 3) * 4
}

/** @param {Buffer} frame */
function textBytes(frame) {
  const short = frame.readUInt8(1) & 0x7f
  return short === 126 ? frame.readUInt16BE(2) : short
}
