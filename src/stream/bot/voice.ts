import {Chunker} from '../../audio/chunker.js'
import type {Clock} from '../../clock.js'
import {decodeBot} from '../../protocol/decode.js'
import {botMediaHead, encodeBot, MEDIA_TAIL} from '../../protocol/encode.js'
import {packetBytes, PACKET_MS} from '../../protocol/limits.js'
import type {BotMessage, MarkMessage, SampleRateHz} from '../../protocol/messages.js'
import {isPlainBase64, payloadBytes} from '../../protocol/payload.js'
import {type Codec, pcmToPayload} from '../codec.js'
import type {StreamSocket} from '../socket.js'
import type {SentMarks} from './sent-marks.js'
import {speakChunks} from './speak.js'
import type {StreamIdentity} from './stream-watch.js'

/** 200 ms: the least that Exotel asks for at 8 kHz, and legal at every rate. */
const CHUNK_MS = 200
const TAIL = Buffer.from(MEDIA_TAIL)
const ASCII = /^[\x20-\x7e]*$/

/** Hears of the messages of the bot's that went out. */
export type Sent = {
  /** Whether each is wanted as it was sent; else of audio only `audio` is told. */
  wantsText(): boolean
  /** `audioMs`: how long it sounds, where it is audio. */
  message(text: string, message: BotMessage, audioMs: number): void
  /** One media message. */
  audio(audioMs: number): void
}

type VoiceOptions = {
  readonly sampleRateHz: SampleRateHz
  readonly clock: Clock
  /** Aborted when the call has ended. */
  readonly signal: AbortSignal
  /** How the caller is answered, as far as is known by now. */
  readonly codec: () => Codec
  readonly identity: () => Pick<StreamIdentity, 'streamSid' | 'casing'>
  /** Hears of each mark that goes out. */
  readonly marks: SentMarks
  readonly sent: Sent
}

/** What a bot says in one call: audio in legal chunks, marks and clears. */
export class Voice {
  readonly #socket: StreamSocket
  readonly #options: VoiceOptions
  /** When all that was sent will have been played. */
  #playedAt = 0
  /** Whose head it is: another `start` may bring another id. */
  #headOf: Pick<StreamIdentity, 'streamSid' | 'casing'> | undefined
  #asciiHead: Buffer | undefined

  constructor(socket: StreamSocket, options: VoiceOptions) {
    this.#socket = socket
    this.#options = options
  }

  play(pcm: Int16Array): void {
    for (const chunk of this.#chunksOf(pcm)) this.#sendPcm(chunk)
  }

  playPayload(payload: string): void {
    const sampleBytes = this.#options.codec() === 'ulaw' ? 1 : 2
    this.#sendPayload(payload, payloadBytes(payload) / sampleBytes)
  }

  speak(pcm: Int16Array, given?: AbortSignal): Promise<boolean> {
    const {clock, signal} = this.#options
    return speakChunks({
      chunks: this.#chunksOf(pcm),
      chunkMs: CHUNK_MS,
      startAt: Math.max(clock.now(), this.#playedAt),
      clock,
      signal: given ? AbortSignal.any([signal, given]) : signal,
      send: (chunk) => {
        this.#sendPcm(chunk)
      },
    })
  }

  mark(name: string): void {
    const {streamSid, casing} = this.#options.identity()
    const message: MarkMessage = {event: 'mark', name, ...(streamSid === '' ? {} : {streamSid})}
    const text = encodeBot(message, casing)
    this.#options.marks.sent(name)
    this.#send(text, message)
  }

  clear(): void {
    const {streamSid, casing} = this.#options.identity()
    const message = {event: 'clear', ...(streamSid === '' ? {} : {streamSid})} as const
    this.#playedAt = 0
    this.#send(encodeBot(message, casing), message)
  }

  /** @throws TypeError when the object cannot be written as JSON */
  send(written: Readonly<Record<string, unknown>>): void {
    const text = textOf(written)
    const {message} = decodeBot(text)
    if (message.event === 'mark') this.#options.marks.sent(message.name)
    this.#send(text, message)
  }

  /** Legal chunks; the last is filled up with silence to whole packets. */
  #chunksOf(pcm: Int16Array): Int16Array[] {
    // Bots are JavaScript too, and a Buffer would be played as noise.
    if (!((pcm as unknown) instanceof Int16Array)) {
      throw new TypeError(
        'call.play and call.speak take 16-bit samples as an Int16Array; readWav(path, {sampleRateHz}) of exostream gives one',
      )
    }
    const packet = packetBytes(this.#options.sampleRateHz)
    const chunker = new Chunker({
      chunkBytes: (packet * CHUNK_MS) / PACKET_MS,
      packetBytes: packet,
    })
    const whole = chunker.push(pcm)
    const last = chunker.flush()
    return last ? [...whole, last] : whole
  }

  #sendPcm(pcm: Int16Array): void {
    this.#sendPayload(pcmToPayload(pcm, this.#options.codec()), pcm.length)
  }

  #sendPayload(payload: string, samples: number): void {
    const {clock, sampleRateHz, sent} = this.#options
    const audioMs = (samples * 1000) / sampleRateHz
    this.#playedAt = Math.max(clock.now(), this.#playedAt) + audioMs
    if (sent.wantsText() || !this.#sendQuickly(payload)) this.#sendMedia(payload, audioMs)
    else sent.audio(audioMs)
  }

  /** Returns whether it could be: as bytes, without a text made of them. */
  #sendQuickly(payload: string): boolean {
    const head = this.#head()
    const socket = this.#socket
    if (head === undefined || !socket.sendAscii || !isPlainBase64(payload)) return false
    socket.sendAscii({head, payload, tail: TAIL})
    return true
  }

  /** What every media message of this stream begins with; nothing where it is more than ASCII. */
  #head(): Buffer | undefined {
    const identity = this.#options.identity()
    if (identity !== this.#headOf) {
      const {streamSid, casing} = identity
      const head = botMediaHead(streamSid === '' ? undefined : streamSid, casing)
      this.#headOf = identity
      this.#asciiHead = ASCII.test(head) ? Buffer.from(head) : undefined
    }
    return this.#asciiHead
  }

  #sendMedia(payload: string, audioMs: number): void {
    const {streamSid, casing} = this.#options.identity()
    const message: BotMessage =
      streamSid === '' ? {event: 'media', payload} : {event: 'media', payload, streamSid}
    this.#send(encodeBot(message, casing), message, audioMs)
  }

  #send(text: string, message: BotMessage, audioMs = 0): void {
    this.#socket.send(text)
    this.#options.sent.message(text, message, audioMs)
  }
}

function textOf(written: unknown): string {
  const isObject = typeof written === 'object' && written !== null && !Array.isArray(written)
  if (!isObject) throw new TypeError('call.send takes an object, the message as JSON has it')
  let text: unknown
  try {
    text = JSON.stringify(written)
  } catch (cause) {
    throw new TypeError('call.send was given an object that JSON cannot write', {cause})
  }
  if (typeof text === 'string') return text
  throw new TypeError('call.send was given an object that JSON cannot write')
}
