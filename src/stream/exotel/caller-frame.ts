import {type Codec, pcmToPayload} from '../codec.js'

type Known = {readonly packets: readonly Int16Array[]; readonly payload: string}

/** The payloads of frames of samples that never change, by their first packet. */
const known = new WeakMap<Int16Array, Known>()

/**
 * One frame of the caller's, put together of 20 ms at a time. The noise of a quiet line comes again and
 * again, in all calls of a thread: a frame of nothing else is copied and encoded once.
 */
export class CallerFrame {
  readonly #pcm: Int16Array
  readonly #codec: Codec
  /** What is in the frame while none of it has been copied. */
  readonly #packets: Int16Array[] = []
  /** Of these, the ones of this frame: to cut an array short takes longer than to write over it. */
  #count = 0
  #isLasting = true
  #filled = 0

  constructor(samples: number, codec: Codec) {
    this.#pcm = new Int16Array(samples)
    this.#codec = codec
  }

  /**
   * Returns whether it is full; what comes next begins another.
   * @param isLasting the samples never change
   */
  add(packet: Int16Array, isLasting: boolean): boolean {
    if (this.#filled === this.#pcm.length) this.#begin()
    if (!isLasting && this.#isLasting) this.#copy()
    if (this.#isLasting) this.#packets[this.#count++] = packet
    else this.#pcm.set(packet, this.#filled)
    this.#filled += packet.length
    return this.#filled === this.#pcm.length
  }

  /** Of a full frame; to be read before the next begins. */
  get pcm(): Int16Array {
    if (this.#isLasting) this.#copy()
    return this.#pcm
  }

  /** Of a full frame, as base64. */
  payload(): string {
    const [first] = this.#packets
    if (!this.#isLasting || !first) return pcmToPayload(this.#pcm, this.#codec)
    const made = known.get(first)
    if (made && this.#isOf(made.packets)) return made.payload
    const payload = pcmToPayload(this.pcm, this.#codec)
    // Other codecs are for trials of one call.
    if (this.#codec === 'pcm16')
      known.set(first, {packets: this.#packets.slice(0, this.#count), payload})
    return payload
  }

  #begin(): void {
    this.#count = 0
    this.#isLasting = true
    this.#filled = 0
  }

  #copy(): void {
    let at = 0
    for (const packet of this.#packets.slice(0, this.#count)) {
      this.#pcm.set(packet, at)
      at += packet.length
    }
    this.#isLasting = false
  }

  #isOf(packets: readonly Int16Array[]): boolean {
    if (packets.length !== this.#count) return false
    for (let at = 0; at < packets.length; at += 1)
      if (packets[at] !== this.#packets[at]) return false
    return true
  }
}
