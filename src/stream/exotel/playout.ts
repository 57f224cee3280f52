import {PACKET_MS} from '../../protocol/limits.js'

/**
 * What the caller hears and when. Exotel cuts each media message into packets of 20 ms and plays one
 * a tick; a short last packet still takes its whole tick (support.exotel.com 3000108630). No clock
 * here: whoever owns one calls `tick` every 20 ms.
 */
export type PlayoutOptions = {
  readonly samplesPerPacket: number
  /** What counts as started when `clear` arrives: the packet being played, or its whole message. */
  readonly clear: 'packet' | 'message'
  /** What becomes of the marks behind audio that `clear` dropped. */
  readonly marksOnClear: 'drop' | 'echo'
  /** Audio beyond this is not queued: a bot that floods must not fill our memory. */
  readonly maxQueuedMs?: number
}

type QueuedMark = {readonly name: string; readonly receivedAtMs: number}

export type Tick = {
  /** The marks whose audio has ended by this tick, to be echoed now. */
  readonly marks: readonly QueuedMark[]
  /** The audio of this tick; absent when there was nothing to play. */
  readonly pcm?: Int16Array
  /** Samples of silence that filled up a short last packet. */
  readonly paddingSamples: number
  /** The audio is of a message that ended in half a sample. */
  readonly isOdd: boolean
}

/** Of a message's audio. */
export type Sound = {
  /** The message ended in half a sample. */
  readonly isOdd?: boolean
  /** Nothing in it can be taken for speech. */
  readonly isQuiet?: boolean
}

type Queued =
  | {
      readonly kind: 'audio'
      readonly pcm: Int16Array
      readonly isOdd: boolean
      readonly isQuiet: boolean
      played: number
    }
  | ({readonly kind: 'mark'} & QueuedMark)

const HALF_HOUR_MS = 30 * 60 * 1000
const MAX_QUEUED_ITEMS = 100_000
const NO_MARKS: readonly QueuedMark[] = []

/** Most ticks of most calls: nothing to play, nothing due. */
const IDLE: Tick = {marks: NO_MARKS, paddingSamples: 0, isOdd: false}

export class Playout {
  readonly #options: PlayoutOptions
  #queue: Queued[] = []
  #queuedPackets = 0
  /** Marks that `clear` gave back, for the next tick. */
  #released: QueuedMark[] = []

  constructor(options: PlayoutOptions) {
    if (!Number.isInteger(options.samplesPerPacket) || options.samplesPerPacket <= 0) {
      throw new RangeError(`samplesPerPacket is ${String(options.samplesPerPacket)}`)
    }
    this.#options = options
  }

  /** Time until the queue runs dry, counted from the end of the packet being played. */
  get queuedMs(): number {
    return this.#queuedPackets * PACKET_MS
  }

  /** Queues the audio of one media message. Returns false when the queue is full and it was dropped. */
  push(pcm: Int16Array, {isOdd = false, isQuiet = false}: Sound = {}): boolean {
    if (pcm.length === 0) return true
    const packets = this.#packetsOf(pcm.length)
    const limitMs = this.#options.maxQueuedMs ?? HALF_HOUR_MS
    if ((this.#queuedPackets + packets) * PACKET_MS > limitMs) return false
    this.#queue.push({kind: 'audio', pcm, isOdd, isQuiet, played: 0})
    this.#queuedPackets += packets
    return true
  }

  /** Queues a mark. Returns false when too many wait already and it was dropped. */
  mark(name: string, receivedAtMs: number): boolean {
    if (this.#queue.length + this.#released.length >= MAX_QUEUED_ITEMS) return false
    this.#queue.push({kind: 'mark', name, receivedAtMs})
    return true
  }

  /**
   * Drops what has not started. Marks behind audio that plays on keep their place; those behind
   * dropped audio are dropped or, if so asked, echoed on the next tick.
   */
  clear(): {readonly droppedMs: number; readonly droppedMarks: number} {
    const firstDropped = this.#queue.findIndex(
      (item) => item.kind === 'audio' && !this.#plays(item),
    )
    if (firstDropped === -1) return {droppedMs: 0, droppedMarks: 0}
    const dropped = this.#queue.splice(firstDropped)
    let packets = 0
    const marks: QueuedMark[] = []
    for (const item of dropped) {
      if (item.kind === 'audio') packets += this.#packetsOf(item.pcm.length - item.played)
      else marks.push(item)
    }
    this.#queuedPackets -= packets
    if (this.#options.marksOnClear === 'echo') {
      this.#released = [...this.#released, ...marks]
      return {droppedMs: packets * PACKET_MS, droppedMarks: 0}
    }
    return {droppedMs: packets * PACKET_MS, droppedMarks: marks.length}
  }

  /** One 20 ms step: the marks that are due, then the next packet. */
  tick(): Tick {
    const marks = this.#dueMarks()
    const head = this.#queue[0]
    if (head?.kind !== 'audio') {
      return marks === NO_MARKS ? IDLE : {marks, paddingSamples: 0, isOdd: false}
    }
    const end = Math.min(head.played + this.#options.samplesPerPacket, head.pcm.length)
    const pcm = head.pcm.subarray(head.played, end)
    head.played = end
    this.#queuedPackets -= 1
    if (end === head.pcm.length) this.#queue.shift()
    const paddingSamples = this.#options.samplesPerPacket - pcm.length
    return {marks, pcm, paddingSamples, isOdd: head.isOdd}
  }

  /** How many ticks come before one at which a mark is due; `most` where that is further off. */
  ticksToMark(most: number): number {
    return this.#released.length > 0 ? 0 : this.#ticksTo(most, ({kind}) => kind === 'mark')
  }

  /** How many come before one that plays what may be speech. */
  ticksToSpeech(most: number): number {
    return this.#ticksTo(most, (item) => item.kind === 'audio' && !item.isQuiet)
  }

  #ticksTo(most: number, isIt: (item: Queued) => boolean): number {
    let ticks = 0
    for (const item of this.#queue) {
      if (ticks >= most || isIt(item)) return Math.min(ticks, most)
      if (item.kind === 'audio') ticks += this.#packetsOf(item.pcm.length - item.played)
    }
    return most
  }

  #plays(item: {played: number}): boolean {
    return this.#options.clear === 'message' && item.played > 0
  }

  #packetsOf(samples: number): number {
    return Math.ceil(samples / this.#options.samplesPerPacket)
  }

  #dueMarks(): readonly QueuedMark[] {
    if (this.#queue[0]?.kind !== 'mark' && this.#released.length === 0) return NO_MARKS
    const firstAudio = this.#queue.findIndex((item) => item.kind === 'audio')
    const atHead = this.#queue.splice(0, firstAudio === -1 ? this.#queue.length : firstAudio)
    const due = atHead.filter((item) => item.kind === 'mark')
    return [...this.#released.splice(0), ...due]
  }
}

const silences = new Map<number, Int16Array>()

/** What is heard of nothing: the same for all calls, and written by none. */
export function silence(samples: number): Int16Array {
  const known = silences.get(samples) ?? new Int16Array(samples)
  silences.set(samples, known)
  return known
}

/** The audio of a tick, filled up with silence; the silence itself where there is none. */
export function wholePacket({pcm}: Tick, samples: number): Int16Array {
  if (!pcm) return silence(samples)
  if (pcm.length === samples) return pcm
  const whole = new Int16Array(samples)
  whole.set(pcm)
  return whole
}
