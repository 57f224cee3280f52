import type {StreamEvent} from '../../protocol/events.js'
import {percentile} from '../../report/summary.js'
import {firstWhere} from '../numbers/ascending.js'

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
  readonly audio: BotAudio[] = []
  readonly marks: MarkSeen[] = []
  readonly clears: {readonly atMs: number; readonly droppedMs: number}[] = []
  /** By their name, in the order in which they came: a name may be used again and again. */
  readonly #pending = new Map<string, {readonly marks: MarkSeen[]; next: number}>()
  /** The sound of all messages up to each of them. */
  readonly #soFarMs: number[] = []
  #playsUntilMs = 0

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

  /** The audio that arrived in a span of time, in milliseconds of sound. */
  audioMs(fromMs: number, untilMs: number): number {
    return Math.max(0, this.#untilMs(untilMs) - this.#untilMs(fromMs))
  }

  /** Milliseconds of sound a millisecond, the median over what was sent; undefined for too few messages. */
  pace(): number | undefined {
    const ratios: number[] = []
    let group = {atMs: Number.NEGATIVE_INFINITY, audioMs: 0}
    for (const {atMs, audioMs} of this.audio) {
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
    const steps = this.audio.flatMap(({atMs}, index) => {
      const last = this.audio[index - 1]
      const lateMs = last ? atMs - last.atMs - last.audioMs : Number.POSITIVE_INFINITY
      return lateMs <= BREAK_MS ? [lateMs] : []
    })
    if (steps.length === 0) return 0
    return steps.filter((lateMs) => lateMs > LATE_MS).length / steps.length
  }

  /** The most audio that came at once, a run of messages without a pause between them. */
  largestBurst(): {readonly audioMs: number; readonly tookMs: number} {
    let largest = {audioMs: 0, tookMs: 0}
    let run = {fromMs: Number.NEGATIVE_INFINITY, lastMs: Number.NEGATIVE_INFINITY, audioMs: 0}
    for (const {atMs, audioMs} of this.audio) {
      const goesOn = atMs - run.lastMs <= BURST_BREAK_MS
      run = goesOn
        ? {...run, lastMs: atMs, audioMs: run.audioMs + audioMs}
        : {fromMs: atMs, lastMs: atMs, audioMs}
      const tookMs = run.lastMs - run.fromMs
      const isQuick = tookMs <= run.audioMs * BURST_PART
      if (isQuick && run.audioMs > largest.audioMs) largest = {audioMs: run.audioMs, tookMs}
    }
    return largest
  }

  /** The sound that had arrived by then. */
  #untilMs(untilMs: number): number {
    return this.#soFarMs[firstWhere(this.audio, ({atMs}) => atMs > untilMs) - 1] ?? 0
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
    this.#soFarMs.push((this.#soFarMs.at(-1) ?? 0) + event.audioMs)
    this.audio.push(event)
    this.#playsUntilMs = event.atMs + event.queuedMs
    const mark = this.marks.at(-1)
    if (mark) mark.audioAtMs ??= event.atMs
  }

  #cleared({atMs, droppedMs}: Extract<StreamEvent, {type: 'cleared'}>): void {
    if (this.clears.length < MOST_KEPT) this.clears.push({atMs, droppedMs})
    this.#playsUntilMs = atMs
  }
}

const FEWEST_RATIOS = 8
const LATE_MS = 15
/** Messages of a burst follow each other within this. */
const BURST_BREAK_MS = 100
/** Four times real time and quicker. */
const BURST_PART = 0.25
