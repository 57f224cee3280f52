import {isAudible, isBelow} from '../../audio/level.js'
import {type Decoded, decodeBot} from '../../protocol/decode.js'
import type {StreamEvent, Violation} from '../../protocol/events.js'
import type {BotMessage, MediaMessage, SampleRateHz} from '../../protocol/messages.js'
import {checkChunk, decodePayload} from '../../protocol/payload.js'
import type {Profile} from '../../protocol/profiles.js'
import {bytesToPcm} from '../codec.js'
import {soundSamples} from './sound-samples.js'
import type {Conformance} from './conformance.js'
import {GapFinder} from './gaps.js'
import {MarkLoop} from './mark-loop.js'
import {Playout, type PlayoutOptions, type Tick, wholePacket} from './playout.js'

export type EarOptions = PlayoutOptions & {
  readonly profile: Profile
  readonly sampleRateHz: SampleRateHz
  readonly conformance: Conformance
  readonly record: (event: StreamEvent) => void
  readonly violated: (violation: Violation) => void
  readonly heard?: (message: BotMessage, atMs: number) => void
  /** What is nowhere as loud as that is no speech to whoever looks ahead. */
  readonly speechDbfs?: number
}

/** What Exotel's end makes of the bot's messages: reads them, plays them, judges them. */
export class Ear {
  readonly #options: EarOptions
  readonly #playout: Playout
  readonly #gaps = new GapFinder()
  readonly #loop = new MarkLoop()

  constructor(options: EarOptions) {
    this.#options = options
    this.#playout = new Playout(options)
  }

  /** Bot audio that waits to be played. */
  get queuedMs(): number {
    return this.#playout.queuedMs
  }

  hear(data: string | Uint8Array, atMs: number): void {
    this.take(decodeBot(data), atMs)
  }

  /** The same for a message that was decoded already. */
  take({message, violations}: Decoded<BotMessage>, atMs: number): void {
    const {conformance, profile, record, violated, heard} = this.#options
    heard?.(message, atMs)
    for (const violation of violations) {
      // Whoever is written to in camelCase may answer in it.
      if (violation.rule !== 'camel-case-keys' || profile.casing === 'snake') violated(violation)
    }
    conformance.message(message, atMs)
    // A Stream applet only listens: what the bot says to it reaches nobody.
    if (profile.applet === 'stream') return
    switch (message.event) {
      case 'media':
        this.#media(message, atMs)
        return
      case 'mark':
        this.#mark(message.name, atMs)
        return
      case 'clear': {
        const {droppedMs} = this.#playout.clear()
        this.#gaps.cleared()
        record({type: 'cleared', atMs, droppedMs})
        conformance.clear(droppedMs)
        return
      }
      case 'unknown':
      case 'invalid':
        return
    }
  }

  /** The same for a media message of plain base64 in the usual shape, in which nothing is odd. */
  takeSound(message: MediaMessage, atMs: number): void {
    const {conformance, profile, heard} = this.#options
    heard?.(message, atMs)
    conformance.message(message, atMs)
    if (profile.applet === 'stream') return
    const pcm = profile.codec === 'pcm16' ? soundSamples(message.payload) : undefined
    if (pcm) this.#play(pcm, {bytes: pcm.length * 2, atMs})
    else this.#media(message, atMs)
  }

  /** How many of the next ticks, of `most`, come before one at which a mark is due. */
  ticksToMark(most: number): number {
    return this.#playout.ticksToMark(most)
  }

  /** Before one at which the bot may be heard to speak, of what it has said by now. */
  ticksToSpeech(most: number): number {
    return this.#playout.ticksToSpeech(most)
  }

  /** One step of the playout: its marks are due, and the 20 ms are what the caller hears. */
  tick(): Tick {
    return this.#playout.tick()
  }

  /** The 20 ms that the caller hears of it; to be read only. */
  heardOf(tick: Tick): Int16Array {
    return wholePacket(tick, this.#options.samplesPerPacket)
  }

  /** Tells of the hole that ended with this tick, if one did. */
  judge(tick: Tick, atMs: number, lateMs: number): void {
    const gap = this.#gaps.tick(tick, atMs, lateMs)
    if (!gap) return
    const {startMs, gapMs, cause} = gap
    this.#options.record({type: 'gap', atMs: startMs, gapMs, cause})
    this.#options.conformance.gap(gap)
  }

  markReturned(name: string): void {
    this.#loop.returned(name)
  }

  #media(message: MediaMessage, atMs: number): void {
    const {profile, violated} = this.#options
    const {bytes, violations} = decodePayload(message.payload, profile.codec)
    for (const violation of violations) violated(violation)
    if (bytes.length === 0) return
    this.#play(bytesToPcm(bytes, profile.codec), {bytes: bytes.length, atMs})
  }

  #play(pcm: Int16Array, {bytes, atMs}: {readonly bytes: number; readonly atMs: number}): void {
    const {profile, sampleRateHz, conformance, record, violated, speechDbfs} = this.#options
    const isPcm16 = profile.codec === 'pcm16'
    if (isPcm16) for (const violation of checkChunk(bytes, sampleRateHz)) violated(violation)
    const audible = isAudible(pcm)
    const isQuiet = speechDbfs !== undefined && !audible && isBelow(pcm, speechDbfs)
    const isQueued = this.#playout.push(pcm, {isOdd: isPcm16 && bytes % 2 === 1, isQuiet})
    this.#loop.audio()
    const queuedMs = this.#playout.queuedMs
    const audioMs = (pcm.length / sampleRateHz) * 1000
    if (isQueued) {
      record({type: 'bot-audio', atMs, audioMs, audible, queuedMs})
    }
    conformance.media(pcm.length * 2, queuedMs)
  }

  #mark(name: string, atMs: number): void {
    const verdict = this.#loop.arrived(name)
    this.#options.conformance.mark(name, verdict)
    if (verdict !== 'loop') this.#playout.mark(name, atMs)
  }
}
