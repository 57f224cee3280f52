import {rms} from '../../src/audio/level.js'
import {bytesToPcm16, pcm16ToBytes} from '../../src/audio/pcm16.js'
import {tone} from '../../src/audio/tone.js'
import type {Clock} from '../../src/clock.js'
import type {StreamSocket} from '../../src/stream/socket.js'

/** A bot as a process: what all its sockets share lives in the closure. */
export type BotProcess = (socket: StreamSocket, clock: Clock) => void
export type BotStyle = {readonly answerMs: number; readonly hz: number; readonly speechMs: number}

export type Message = {
  readonly event?: string
  readonly sequence_number?: unknown
  readonly start?: {
    readonly call_sid?: string
    readonly callSid?: string
    readonly stream_sid?: string
    readonly streamSid?: string
    readonly from?: string
    readonly media_format?: {readonly sample_rate?: string}
    readonly mediaFormat?: {readonly sampleRate?: string}
  }
  readonly media?: {readonly payload?: string; readonly chunk?: unknown}
  readonly mark?: {readonly name?: string}
}

const LOUD = 400
const QUIET_MS = 400
const START_MS = 60

/** One call of a sound bot: greets, answers after a pause, clears when spoken over, marks each turn. */
export class RawCall {
  rateHz = 8000
  streamSid = ''
  isOpen = true
  readonly #socket: StreamSocket
  readonly #clock: Clock
  readonly #style: BotStyle
  #bytes = Buffer.alloc(0)
  #loudMs = 0
  #quietMs = 0
  #marks = 0
  #speakingUntil = 0
  /** Where audio goes: to its own socket, unless a fault says otherwise. */
  send: (text: string) => void
  /** The rate at which it is spoken. */
  voiceHz: () => number = () => this.rateHz

  constructor(socket: StreamSocket, clock: Clock, style: BotStyle) {
    this.#socket = socket
    this.#clock = clock
    this.#style = style
    this.send = (text) => {
      if (this.isOpen) this.#socket.send(text)
    }
  }

  begin({start}: Message): void {
    this.streamSid = start?.stream_sid ?? start?.streamSid ?? ''
    const rate = start?.media_format?.sample_rate ?? start?.mediaFormat?.sampleRate ?? '8000'
    this.rateHz = rate.endsWith('kHz') ? Number.parseFloat(rate) * 1000 : Number(rate)
    this.speak()
  }

  hear(payload: string): void {
    this.#bytes = Buffer.concat([this.#bytes, Buffer.from(payload, 'base64')])
    const size = (this.rateHz / 50) * 2
    while (this.#bytes.length >= size) {
      this.#frame(bytesToPcm16(this.#bytes.subarray(0, size)))
      this.#bytes = this.#bytes.subarray(size)
    }
  }

  speak(): void {
    const {hz, speechMs} = this.#style
    const sampleRateHz = this.voiceHz()
    const bytes = pcm16ToBytes(tone({hz, ms: speechMs, sampleRateHz}))
    const payload = Buffer.from(bytes).toString('base64')
    this.#speakingUntil = this.#clock.now() + speechMs
    this.#marks += 1
    const head = {stream_sid: this.streamSid}
    this.send(JSON.stringify({event: 'media', ...head, media: {payload}}))
    const name = `turn-${String(this.#marks)}`
    this.send(JSON.stringify({event: 'mark', ...head, mark: {name}}))
  }

  #frame(pcm: Int16Array): void {
    if (rms(pcm) > LOUD) {
      this.#loudMs += 20
      this.#quietMs = 0
      if (this.#loudMs === START_MS && this.#clock.now() < this.#speakingUntil) this.#hush()
      return
    }
    this.#quietMs += 20
    if (this.#quietMs !== QUIET_MS) return
    const hasSpoken = this.#loudMs >= START_MS
    this.#loudMs = 0
    if (hasSpoken) void this.#answer()
  }

  #hush(): void {
    this.#speakingUntil = 0
    this.send(JSON.stringify({event: 'clear', stream_sid: this.streamSid}))
  }

  async #answer(): Promise<void> {
    await this.#clock.sleepUntil(this.#clock.now() + this.#style.answerMs)
    if (this.isOpen) this.speak()
  }
}

/** What a process does with its calls, where it is not what a sound one does. */
type Habits = {
  readonly read?: (text: string) => Message | undefined
  readonly accepts?: (socket: StreamSocket) => boolean
  readonly started?: (call: RawCall, message: Message) => boolean
  readonly hears?: (message: Message, call: RawCall) => boolean
  readonly heard?: (message: Message, call: RawCall) => void
  readonly stopped?: (call: RawCall) => void
  readonly closed?: (call: RawCall) => void
}

export function botProcess(style: BotStyle, habits: Habits = {}): BotProcess {
  const read = habits.read ?? ((text) => JSON.parse(text) as Message)
  return (socket, clock) => {
    if (habits.accepts?.(socket) === false) return
    const call = new RawCall(socket, clock, style)
    socket.listen({
      message: (data) => {
        const message = read(typeof data === 'string' ? data : Buffer.from(data).toString('utf8'))
        if (!message) return
        if (message.event === 'start' && (habits.started?.(call, message) ?? true)) {
          call.begin(message)
        }
        if (message.event === 'stop') {
          habits.stopped?.(call)
          call.isOpen = false
        }
        habits.heard?.(message, call)
        if (message.event === 'media' && call.streamSid && (habits.hears?.(message, call) ?? true))
          call.hear(message.media?.payload ?? '')
      },
      closed: () => {
        call.isOpen = false
        habits.closed?.(call)
      },
    })
  }
}

export function soundProcess(style: BotStyle): BotProcess {
  return botProcess(style)
}
