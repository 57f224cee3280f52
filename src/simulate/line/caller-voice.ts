import {noise} from '../../audio/tone.js'
import {PACKET_MS} from '../../protocol/limits.js'
import type {Random} from '../../random.js'
import type {Background} from '../scenario/scenario.js'

/** Line noise, never digital silence: mean |sample| near 9 (udhay2004/exotel-ai-caller). */
export const LINE_NOISE_DBFS = -69

/** The noise of a line for a second, after which it comes again, in packets. */
function lineNoise(samplesPerPacket: number, random: Random): readonly Int16Array[] {
  const samples = (samplesPerPacket * 1000) / PACKET_MS
  const whole = noise({samples, dbfs: LINE_NOISE_DBFS, random: () => random.next()})
  return Array.from({length: samples / samplesPerPacket}, (_, packet) =>
    whole.subarray(packet * samplesPerPacket, (packet + 1) * samplesPerPacket),
  )
}

/** The same noise for all calls of a thread: a second of it costs 1 ms to make and 16 kB to keep. */
export function sharedNoise(random: Random): (samplesPerPacket: number) => readonly Int16Array[] {
  const made = new Map<number, readonly Int16Array[]>()
  return (samplesPerPacket) => {
    const noise = made.get(samplesPerPacket) ?? lineNoise(samplesPerPacket, random)
    made.set(samplesPerPacket, noise)
    return noise
  }
}

type CallerVoiceOptions = {
  readonly samplesPerPacket: number
  readonly random: Random
  /** Of `sharedNoise`, where many calls have it together; else it is made for this one. */
  readonly noise?: readonly Int16Array[]
  readonly background?: Background
}

/** What the caller's microphone sends: what is said, over a background, over the noise of the line. */
export class CallerVoice {
  /** A second of noise, a packet each. */
  readonly #noise: readonly Int16Array[]
  readonly #background: Int16Array | undefined
  /** Where noise and voice are put together, again and again: whoever is given it has to copy. */
  readonly #mixed: Int16Array
  #clip: {readonly pcm: Int16Array; sent: number} | undefined
  #mutedUntil = 0

  constructor({samplesPerPacket, random, noise, background}: CallerVoiceOptions) {
    this.#noise = noise ?? lineNoise(samplesPerPacket, random)
    this.#background = background?.pcm
    this.#mixed = new Int16Array(samplesPerPacket)
  }

  /** From the next packet on. */
  say(pcm: Int16Array): void {
    this.#clip = {pcm, sent: 0}
  }

  /** Digital silence before that packet. */
  muteUntil(packet: number): void {
    this.#mutedUntil = packet
  }

  get isSpeaking(): boolean {
    return this.#clip !== undefined
  }

  /** Packets until all has been said; 0 when nothing is. */
  get packetsLeft(): number {
    const clip = this.#clip
    return clip ? Math.ceil((clip.pcm.length - clip.sent) / this.#mixed.length) : 0
  }

  /** Whether its samples never change, so that they need not be copied. */
  isLasting(packet: Int16Array): boolean {
    return packet !== this.#mixed
  }

  /** The packet of that number; each has to be asked for once, in order. */
  packet(number: number): Int16Array {
    const quiet = this.#noise[number % this.#noise.length]
    const mixed = this.#mixed
    if (!quiet) return mixed
    const isMuted = number < this.#mutedUntil
    if (!isMuted && !this.#clip && !this.#background) return quiet
    mixed.set(quiet)
    this.#addBackground(mixed, number)
    this.#addClip(mixed)
    return isMuted ? mixed.fill(0) : mixed
  }

  #addBackground(mixed: Int16Array, packet: number): void {
    const pcm = this.#background
    if (!pcm || pcm.length === 0) return
    const from = packet * mixed.length
    for (let index = 0; index < mixed.length; index += 1) {
      add(mixed, index, pcm[(from + index) % pcm.length] ?? 0)
    }
  }

  #addClip(mixed: Int16Array): void {
    const clip = this.#clip
    if (!clip) return
    for (let index = 0; index < mixed.length; index += 1) {
      add(mixed, index, clip.pcm[clip.sent + index] ?? 0)
    }
    clip.sent += mixed.length
    if (clip.sent >= clip.pcm.length) this.#clip = undefined
  }
}

/** Clipped to 16 bits. */
function add(mixed: Int16Array, index: number, sample: number): void {
  mixed[index] = Math.max(-32_768, Math.min(32_767, sample + (mixed[index] ?? 0)))
}
