import {concatPcm} from '../audio/pcm16.js'
import type {Spool} from './spool.js'
import {interleave} from './wav-writer.js'

/**
 * Packets that come again and again, in this order: one that is the very same need not be kept. Of a quiet
 * line and of a bot that says nothing they are nearly all.
 */
export type Usual = {
  readonly left: readonly Int16Array[]
  readonly right: readonly Int16Array[]
}

const NOTHING_USUAL: Usual = {left: [], right: []}
const LEFT_IS_KEPT = 1
const RIGHT_IS_KEPT = 2
/** So many packets are read together. */
const READ_PACKETS = 50

/** Both sides of one call, in packets of one length. */
export class SpoolTrack {
  readonly #spool: Spool
  readonly #usual: Usual
  /** Of each packet which sides are in the spool. */
  #kept = new Uint8Array(256)
  #packets = 0
  #packetSamples = 0
  #places: number[] = []
  #block: Int16Array | undefined
  #filled = 0
  #isCut = false

  constructor(spool: Spool, usual: Usual = NOTHING_USUAL) {
    this.#spool = spool
    this.#usual = usual
  }

  /** Whether audio is missing at its end; of what a failed write lost it is known once it was read. */
  get isCut(): boolean {
    return this.#isCut
  }

  /** Takes a packet of either side; what is not usual is copied. */
  write(left: Int16Array, right: Int16Array): void {
    if (this.#isCut) return
    const number = this.#packets
    const isLeftUsual = left === packetOf(this.#usual.left, number)
    const isRightUsual = right === packetOf(this.#usual.right, number)
    this.#packetSamples = left.length
    if (!isLeftUsual) this.#append(left)
    if (!isRightUsual) this.#append(right)
    if (number === this.#kept.length) {
      const more = new Uint8Array(2 * number)
      more.set(this.#kept)
      this.#kept = more
    }
    this.#kept[number] = (isLeftUsual ? 0 : LEFT_IS_KEPT) | (isRightUsual ? 0 : RIGHT_IS_KEPT)
    this.#packets += 1
  }

  /** Both sides interleaved, in order; ends early where a block cannot be read. */
  async *read(): AsyncGenerator<Int16Array> {
    const samples = this.#packetSamples
    const kept = new KeptSamples(this.#spool, this.#places, this.#block?.subarray(0, this.#filled))
    let both: Int16Array[] = []
    for (let number = 0; number < this.#packets; number += 1) {
      const which = this.#kept[number] ?? 0
      const left =
        which & LEFT_IS_KEPT ? await kept.take(samples) : packetOf(this.#usual.left, number)
      const right =
        which & RIGHT_IS_KEPT ? await kept.take(samples) : packetOf(this.#usual.right, number)
      if (!left || !right) {
        this.#isCut = true
        break
      }
      both.push(interleave(left, right))
      if (both.length < READ_PACKETS) continue
      yield concatPcm(both)
      both = []
    }
    if (both.length > 0) yield concatPcm(both)
  }

  /** Lets go of all of it: others write there. */
  free(): void {
    for (const place of this.#places) this.#spool.free(place)
    if (this.#block) this.#spool.giveBack(this.#block)
    this.#places = []
    this.#block = undefined
    this.#filled = 0
    this.#packets = 0
    this.#isCut = true
  }

  #append(samples: Int16Array): void {
    const room = this.#block ? this.#block.length - this.#filled : 0
    // Almost always there is room for all of it: no view of a part has to be made.
    if (this.#block && samples.length < room) {
      this.#block.set(samples, this.#filled)
      this.#filled += samples.length
      return
    }
    let taken = 0
    while (taken < samples.length && !this.#isCut) {
      const block = (this.#block ??= this.#spool.lend())
      const count = Math.min(samples.length - taken, block.length - this.#filled)
      block.set(samples.subarray(taken, taken + count), this.#filled)
      taken += count
      this.#filled += count
      if (this.#filled === block.length) this.#store(block)
    }
  }

  #store(block: Int16Array): void {
    const place = this.#spool.store(block)
    this.#block = undefined
    this.#filled = 0
    if (place === undefined) this.#isCut = true
    else this.#places.push(place)
  }
}

/** The samples of a track that are in its blocks, one after another. */
class KeptSamples {
  readonly #spool: Spool
  readonly #places: readonly number[]
  readonly #last: Int16Array | undefined
  #next = 0
  #block: Int16Array = new Int16Array(0)
  #taken = 0

  constructor(spool: Spool, places: readonly number[], last: Int16Array | undefined) {
    this.#spool = spool
    this.#places = places
    this.#last = last
  }

  /** Nothing where so many are no longer there. */
  async take(samples: number): Promise<Int16Array | undefined> {
    const taken = new Int16Array(samples)
    for (let filled = 0; filled < samples;) {
      if (this.#taken === this.#block.length && !(await this.#open())) return undefined
      const part = this.#block.subarray(this.#taken, this.#taken + samples - filled)
      taken.set(part, filled)
      filled += part.length
      this.#taken += part.length
    }
    return taken
  }

  async #open(): Promise<boolean> {
    const place = this.#places[this.#next]
    const block =
      place !== undefined
        ? await this.#spool.read(place)
        : this.#next === this.#places.length
          ? this.#last
          : undefined
    this.#next += 1
    this.#block = block ?? new Int16Array(0)
    this.#taken = 0
    return this.#block.length > 0
  }
}

function packetOf(usual: readonly Int16Array[], number: number): Int16Array | undefined {
  return usual[number % usual.length]
}
