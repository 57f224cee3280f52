import type {StreamEvent} from '../../protocol/events.js'
import {percentile} from '../../report/summary.js'
import {AudioTimes} from './audio-times.js'
import {Bursts} from './bursts.js'

type BotAudio = Extract<StreamEvent, {type: 'bot-audio'}>

export type MarkSeen = {
  readonly name: string
  readonly atMs: number
  /** Audio still waited to be played when it came. */
  readonly isBehindAudio: boolean
  echoedAtMs?: number
  /** When the next audio came after it. */
  audioAtMs?: number
}

/** Messages that come within this of each other were sent together. */
const TOGETHER_MS = 5
/** A longer break is the end of what the bot had to say. */
const BREAK_MS = 500
/** An hour of 100 ms messages. */
const MOST_KEPT = 36_000

/** When the audio, the marks and the clears of a bot came. */
export class FlowEvidence {
  readonly audio = new AudioTimes()
  readonly marks: MarkSeen[] = []
  readonly clears: {readonly atMs: number; readonly droppedMs: number}[] = []
  /** By their name, in the order in which they came: a name may be used again and again. */
  readonly #pending = new Map<string, {readonly marks: MarkSeen[]; next: number}>()
  readonly #bursts = new Bursts()
  #playsUntilMs = 0
  #lastAtMs = Number.NEGATIVE_INFINITY
  #lastAudioMs = 0
  #lastAudibleMs: number | undefined
  #steps = 0
  #lateSteps = 0

  feed(event: StreamEvent): void {
    if (event.type === 'bot-audio') this.#heard(event)
    else if (event.type === 'cleared') this.#cleared(event)
    else if (event.type === 'mark-echoed') this.#echoed(event)
  }

  mark(name: string, atMs: number): void {
    if (this.marks.length >= MOST_KEPT) return
    const mark: MarkSeen = {name, atMs, isBehindAudio: this.#playsUntilMs > atMs}
    this.marks.push(mark)
    const pending = this.#pending.get(name)
    if (pending) pending.marks.push(mark)
    else this.#pending.set(name, {marks: [mark], next: 0})
  }

  /** When the last message came that can be heard. */
  get lastAudibleMs(): number | undefined {
    return this.#lastAudibleMs
  }

  /** The audio that arrived in a span of time, in milliseconds of sound. */
  audioMs(fromMs: number, untilMs: number): number {
    return Math.max(0, this.audio.soundUntilMs(untilMs) - this.audio.soundUntilMs(fromMs))
  }

  /** Milliseconds of sound a millisecond, the median over what was sent; undefined for too few messages. */
  pace(): number | undefined {
    const ratios: number[] = []
    let group = {atMs: Number.NEGATIVE_INFINITY, audioMs: 0}
    for (let at = 0; at < this.audio.length; at += 1) {
      const {atMs = 0, audioMs = 0} = this.audio.at(at) ?? {}
      const passedMs = atMs - group.atMs
      if (passedMs <= TOGETHER_MS) {
        group.audioMs += audioMs
        continue
      }
      if (passedMs <= group.audioMs + BREAK_MS) ratios.push(group.audioMs / passedMs)
      group = {atMs, audioMs}
    }
    if (ratios.length < FEWEST_RATIOS) return undefined
    const sorted = ratios.toSorted((one, other) => one - other)
    return percentile(sorted, 50)
  }

  /** The share of the chunks that came clearly later than the one before made expect, 0 to 1. */
  unevenness(): number {
    return this.#steps === 0 ? 0 : this.#lateSteps / this.#steps
  }

  /** The most audio that came at once, a run of messages without a pause between them. */
  largestBurst(): {readonly audioMs: number; readonly tookMs: number} {
    return this.#bursts.largest
  }

  #echoed({name, atMs}: Extract<StreamEvent, {type: 'mark-echoed'}>): void {
    const pending = this.#pending.get(name)
    const mark = pending?.marks[pending.next]
    if (!pending || !mark) return
    mark.echoedAtMs = atMs
    pending.next += 1
  }

  #heard(event: BotAudio): void {
    if (this.audio.length >= MOST_KEPT) return
    this.#step(event)
    this.#bursts.arrived(event)
    this.audio.push(event)
    if (event.audible) this.#lastAudibleMs = event.atMs
    this.#playsUntilMs = event.atMs + event.queuedMs
    const mark = this.marks.at(-1)
    if (mark) mark.audioAtMs ??= event.atMs
  }

  #step({atMs, audioMs}: BotAudio): void {
    const lateMs = atMs - this.#lastAtMs - this.#lastAudioMs
    this.#lastAtMs = atMs
    this.#lastAudioMs = audioMs
    if (lateMs > BREAK_MS) return
    this.#steps += 1
    if (lateMs > LATE_MS) this.#lateSteps += 1
  }

  #cleared({atMs, droppedMs}: Extract<StreamEvent, {type: 'cleared'}>): void {
    if (this.clears.length < MOST_KEPT) this.clears.push({atMs, droppedMs})
    this.#playsUntilMs = atMs
  }
}

const FEWEST_RATIOS = 8
const LATE_MS = 15
