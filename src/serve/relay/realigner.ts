import {decodeBot} from '../../protocol/decode.js'
import {MAX_CHUNK_BYTES, packetBytes} from '../../protocol/limits.js'
import type {SampleRateHz} from '../../protocol/messages.js'
import {decodePayload, encodePayload} from '../../protocol/payload.js'

export type RealignerOptions = {
  readonly sampleRateHz: SampleRateHz
  readonly now: () => number
  /** Called once, with the bytes of the first chunk that was mended. */
  readonly mended: (bytes: number) => void
}

type Data = string | Uint8Array
/** Writes a message like the one the audio came in. */
type Write = (bytes: Uint8Array) => Data

/** A rest waits so long for the audio that goes on from it. */
const REST_WAIT_MS = 100
/** And longer, until so little of what was passed on is left to be played. */
const NEARLY_DRY_MS = 40

/**
 * Cuts and joins a bot's audio to whole packets; everything else stays as it is. A rest waits for the
 * next chunk. It is padded with silence before a mark, and when no more audio comes in time; a
 * `clear` drops it.
 */
export class Realigner {
  readonly #options: RealignerOptions
  readonly #packetBytes: number
  readonly #mostBytes: number
  #rest: Uint8Array = new Uint8Array(0)
  #write: Write | undefined
  #lastAudioMs = 0
  #playsUntilMs = 0
  #hasMended = false

  constructor(options: RealignerOptions) {
    this.#options = options
    this.#packetBytes = packetBytes(options.sampleRateHz)
    this.#mostBytes = MAX_CHUNK_BYTES - (MAX_CHUNK_BYTES % this.#packetBytes)
  }

  /** What is to be passed on now, instead of this message. */
  take(data: Data): readonly Data[] {
    const {message} = decodeBot(data)
    switch (message.event) {
      case 'media':
        return this.#media(data, message.payload)
      case 'mark':
        return [...this.flush(), data]
      case 'clear':
        this.#rest = new Uint8Array(0)
        this.#playsUntilMs = this.#options.now()
        return [data]
      case 'unknown':
      case 'invalid':
        return [data]
    }
  }

  /**
   * The rest, when it has waited long enough. A bot that sends 200 ms at a time is silent for 200 ms
   * between its chunks: as long as it is heard, padding would only make the hole that is to be mended.
   */
  overdue(): readonly Data[] {
    if (this.#rest.length === 0) return []
    const now = this.#options.now()
    const isWaiting = now < this.#lastAudioMs + REST_WAIT_MS
    return isWaiting || now < this.#playsUntilMs - NEARLY_DRY_MS ? [] : this.flush()
  }

  /** The rest, padded with silence to a whole packet; nothing when there is none. */
  flush(): readonly Data[] {
    if (this.#rest.length === 0 || !this.#write) return []
    const padded = new Uint8Array(this.#packetBytes)
    padded.set(this.#rest)
    this.#rest = new Uint8Array(0)
    this.#passed(padded.length)
    return [this.#write(padded)]
  }

  #media(data: Data, payload: string): readonly Data[] {
    const {bytes, violations} = decodePayload(payload)
    // What is no bare audio cannot be cut.
    const isAudio = bytes.length > 0 && violations.every(({rule}) => rule === 'payload-odd-length')
    const write = isAudio ? writerLike(data) : undefined
    if (!write) return [...this.flush(), data]
    this.#lastAudioMs = this.#options.now()
    const isLegal = bytes.length % this.#packetBytes === 0 && bytes.length <= this.#mostBytes
    if (isLegal && this.#rest.length === 0) {
      this.#passed(bytes.length)
      return [data]
    }
    this.#write = write
    this.#tell(bytes.length)
    return this.#cut(Buffer.concat([this.#rest, bytes])).map(write)
  }

  /** Whole packets, in messages of a legal size; keeps the rest. */
  #cut(bytes: Buffer): readonly Buffer[] {
    const whole = bytes.length - (bytes.length % this.#packetBytes)
    this.#rest = Uint8Array.from(bytes.subarray(whole))
    this.#passed(whole)
    const count = Math.ceil(whole / this.#mostBytes)
    return Array.from({length: count}, (_, index) => {
      const start = index * this.#mostBytes
      return bytes.subarray(start, Math.min(whole, start + this.#mostBytes))
    })
  }

  #passed(bytes: number): void {
    const {sampleRateHz, now} = this.#options
    const ms = (bytes * 1000) / (sampleRateHz * 2)
    this.#playsUntilMs = Math.max(this.#playsUntilMs, now()) + ms
  }

  #tell(bytes: number): void {
    if (this.#hasMended) return
    this.#hasMended = true
    this.#options.mended(bytes)
  }
}

/** Its other members as they are, in their order; nothing for what is not plain JSON. */
function writerLike(data: Data): Write | undefined {
  const fields = parsed(typeof data === 'string' ? data : Buffer.from(data).toString('utf8'))
  const media = asRecord(fields?.['media'])
  if (!fields || typeof media?.['payload'] !== 'string') return undefined
  return (bytes) => {
    const text = JSON.stringify({...fields, media: {...media, payload: encodePayload(bytes)}})
    return typeof data === 'string' ? text : Buffer.from(text, 'utf8')
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asRecord(JSON.parse(text))
  } catch {
    // What is not JSON is passed on as it is, and a finding of whoever looks at it.
    return undefined
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  // The cast widens a parsed JSON object to its keys.
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}
