import {bytesToPcm16} from '../../../src/audio/pcm16.js'
import {EnergyVad} from '../../../src/audio/vad.js'
import type {Clock} from '../../../src/clock.js'
import type {StreamSocket} from '../../../src/stream/socket.js'

/** What a bot says on the wire, before it is written. */
export type Said =
  | {readonly event: 'media'; readonly payload: string}
  | {readonly event: 'mark'; readonly name: string}
  | {readonly event: 'clear'}

/** Everything about a bot that can be well or badly done; `healthy` in `healthy-bots.ts` is all well. */
export type RawBotOptions = {
  /** What it says, from the start again each time. */
  readonly speech: Int16Array
  readonly speechRateHz: number
  readonly replyMs: number
  /** Absent when the caller is to speak first. */
  readonly greetAfterMs?: number
  /** After the caller's last word; detecting its end takes the first 300 ms. */
  readonly answerAfterMs: number
  readonly chunkBytes: number
  readonly leadMs: number
  /** The time between chunks as a part of their length. */
  readonly pace: number
  readonly isPadded: boolean
  readonly marks: 'none' | 'after' | 'before' | 'both' | 'each'
  readonly onBargeIn: 'clear' | 'nothing' | 'stop' | 'clear-and-go-on'
  readonly clearsAt: 'barge-in' | 'every-frame'
  readonly answers: (input: 'speech' | 'digit', count: number) => boolean
  readonly toBytes: (pcm: Int16Array) => Uint8Array
  readonly toPayload: (bytes: Uint8Array) => string
  readonly write: (said: Said, streamSid: string) => string | Uint8Array
  /** Whether the chunk is sent at all, and how much later. */
  readonly sends: (chunk: number) => boolean
  readonly jitterMs: (chunk: number) => number
  /** Does more, once the stream has started. */
  readonly besides: (bot: RawBot) => void
  readonly onMark: (name: string, bot: RawBot) => void
  /** Speaks no more before all its marks have returned. */
  readonly waitsForMarks: boolean
  readonly repliesPerTurn: number
  /** Sends back what it hears. */
  readonly echoes: boolean
  readonly bargeInAfterMs: number
}

type Incoming = {
  readonly event?: string
  readonly stream_sid?: string
  readonly start?: {readonly media_format?: {readonly sample_rate?: string | number}}
  readonly media?: {readonly payload?: string}
  readonly mark?: {readonly name?: string}
}

const END_OF_TURN_MS = 300

/** A small bot right on the socket: greets, answers speech and keys, and clears when spoken over. */
export class RawBot {
  readonly clock: Clock
  readonly options: RawBotOptions
  readonly #socket: StreamSocket
  streamSid = ''
  isOpen = true
  #vad: EnergyVad | undefined
  #utterance = 0
  #isGenerating = false
  #playsUntilMs = 0
  #marks = 0
  #inputs = 0
  #heard = 0
  #isCallerSpeaking = false
  readonly #pendingMarks = new Set<string>()

  constructor(socket: StreamSocket, clock: Clock, options: RawBotOptions) {
    this.#socket = socket
    this.clock = clock
    this.options = options
    socket.listen({
      message: (data) => {
        if (typeof data === 'string') this.#hear(JSON.parse(data) as Incoming)
      },
      closed: () => {
        this.isOpen = false
      },
    })
  }

  /** Runs work that may still be going on when the stream ends. */
  later(ms: number, work: () => void): void {
    void this.clock.sleepUntil(this.clock.now() + ms).then(() => {
      if (this.isOpen) work()
    })
  }

  send(text: string | Uint8Array): void {
    if (!this.isOpen) return
    if (typeof text === 'string') this.#socket.send(text)
    else (this.#socket as BinarySocket).sendBinary(text)
  }

  close(code: number): void {
    this.isOpen = false
    if (code === 1006) this.#socket.terminate()
    else this.#socket.close(code)
  }

  say(said: Said): void {
    this.send(this.options.write(said, this.streamSid))
  }

  get isPlaying(): boolean {
    return this.#playsUntilMs > this.clock.now()
  }

  stopGenerating(): void {
    this.#utterance += 1
    this.#isGenerating = false
  }

  clear(): void {
    this.#playsUntilMs = this.clock.now()
    this.say({event: 'clear'})
  }

  reply(): void {
    void this.#speak()
  }

  mark(): void {
    this.#marks += 1
    const name = `said-${String(this.#marks)}`
    this.#pendingMarks.add(name)
    this.say({event: 'mark', name})
  }

  #hear(message: Incoming): void {
    const {greetAfterMs} = this.options
    switch (message.event) {
      case 'start': {
        this.streamSid = message.stream_sid ?? ''
        const sampleRateHz = Number(message.start?.media_format?.sample_rate ?? 8000)
        this.#vad = new EnergyVad({sampleRateHz, startMs: 60, stopMs: END_OF_TURN_MS})
        if (greetAfterMs !== undefined) {
          this.later(greetAfterMs, () => {
            this.reply()
          })
        }
        this.options.besides(this)
        return
      }
      case 'media':
        if (this.options.echoes) this.say({event: 'media', payload: message.media?.payload ?? ''})
        this.#listen(Buffer.from(message.media?.payload ?? '', 'base64'))
        return
      case 'dtmf':
        this.#answer('digit')
        return
      case 'mark': {
        const name = message.mark?.name ?? ''
        this.#pendingMarks.delete(name)
        this.options.onMark(name, this)
        return
      }
      case 'stop':
        this.isOpen = false
        return
      default:
        return
    }
  }

  #listen(bytes: Uint8Array): void {
    for (const edge of this.#vad?.push(bytesToPcm16(bytes)) ?? []) {
      this.#isCallerSpeaking = edge.type === 'start'
      if (edge.type === 'start') this.#heard += 1
      if (edge.type === 'start') this.#spokenOver()
      else this.#answer('speech')
    }
    if (this.options.clearsAt === 'every-frame' && this.#isCallerSpeaking) this.clear()
  }

  #spokenOver(): void {
    if (!this.isPlaying && !this.#isGenerating) return
    const {onBargeIn, bargeInAfterMs} = this.options
    if (onBargeIn === 'nothing') return
    if (bargeInAfterMs === 0) this.#yield()
    else {
      this.later(bargeInAfterMs, () => {
        this.#yield()
      })
    }
  }

  #yield(): void {
    const {onBargeIn} = this.options
    if (onBargeIn !== 'clear-and-go-on') this.stopGenerating()
    if (onBargeIn !== 'stop') this.clear()
  }

  #answer(input: 'speech' | 'digit'): void {
    const {answerAfterMs, answers, repliesPerTurn} = this.options
    this.#inputs += 1
    if (!answers(input, this.#inputs)) return
    const heard = this.#heard
    this.later(Math.max(0, answerAfterMs - END_OF_TURN_MS), () => {
      // Who speaks again has not finished.
      if (heard === this.#heard) void this.#answerTimes(repliesPerTurn)
    })
  }

  async #answerTimes(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      if (!(await this.#speak())) return
      await this.clock.sleepUntil(this.#playsUntilMs + 200)
    }
  }

  /** Returns false when it was stopped. */
  async #speak(): Promise<boolean> {
    const {speech, speechRateHz, replyMs, leadMs, pace, marks, waitsForMarks} = this.options
    if (waitsForMarks && this.#pendingMarks.size > 0) return false
    if (this.#isGenerating) return false
    this.#isGenerating = true
    this.#utterance += 1
    const utterance = this.#utterance
    const pcm = speech.slice(0, Math.round((speechRateHz * replyMs) / 1000))
    const lengthMs = (pcm.length * 1000) / speechRateHz
    const chunks = this.#cut(this.options.toBytes(pcm))
    const chunkMs = lengthMs / chunks.length
    const startedAt = this.clock.now()
    if (marks === 'before' || marks === 'both') this.mark()
    for (const [index, chunk] of chunks.entries()) {
      const dueMs = startedAt + Math.max(0, index * chunkMs * pace - leadMs)
      await this.clock.sleepUntil(dueMs + this.options.jitterMs(index))
      if (utterance !== this.#utterance || !this.isOpen) return false
      this.#sendChunk(chunk, index, chunkMs)
      if (marks === 'each') this.mark()
    }
    this.#isGenerating = false
    if (marks === 'after' || marks === 'both') this.mark()
    return true
  }

  #sendChunk(chunk: Uint8Array, index: number, chunkMs: number): void {
    if (!this.options.sends(index)) return
    this.#playsUntilMs = Math.max(this.#playsUntilMs, this.clock.now()) + chunkMs
    this.say({event: 'media', payload: this.options.toPayload(chunk)})
  }

  #cut(bytes: Uint8Array): Uint8Array[] {
    const {chunkBytes, isPadded} = this.options
    const chunks: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const chunk = bytes.slice(at, at + chunkBytes)
      if (chunk.length === chunkBytes || !isPadded) chunks.push(chunk)
      else {
        const padded = new Uint8Array(chunkBytes)
        padded.set(chunk)
        chunks.push(padded)
      }
    }
    return chunks
  }
}

/** The socket pair of the virtual clock, and the one that the integration test wraps around ws. */
export type BinarySocket = StreamSocket & {sendBinary(bytes: Uint8Array): void}
