import {type FileHandle, open, rm} from 'node:fs/promises'

import {interleave} from './wav-writer.js'

export type SpoolOptions = {
  /** Of each of the two sides; what is shorter than a block never goes to the disk. */
  readonly blockSamples: number
  /** The file grows no further than this. */
  readonly mostBytes: number
}

/** What waits for a slow disk; more is lost, and counted. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024

/**
 * The audio of calls of which nobody knows yet whether it will be wanted: blocks of one file, which
 * are free again when a call lets go of them. Taking audio copies it and never waits.
 */
export class Spool {
  readonly #file: FileHandle
  readonly #path: string
  readonly #options: SpoolOptions
  readonly #blockBytes: number
  readonly #buffers: Int16Array[] = []
  readonly #freePlaces: number[] = []
  /** Places that are being written, and what is done with each when it has been. */
  readonly #writing = new Map<number, Promise<void>>()
  #places = 0
  #failure: Error | undefined

  private constructor(file: FileHandle, path: string, options: SpoolOptions) {
    this.#file = file
    this.#path = path
    this.#options = options
    this.#blockBytes = options.blockSamples * 4
  }

  static async open(path: string, options: SpoolOptions): Promise<Spool> {
    const file = await open(path, 'w+', 0o600)
    // Where the system allows it the file has no name from here on: a killed process leaves nothing.
    await rm(path, {force: true}).catch(() => undefined)
    return new Spool(file, path, options)
  }

  /** How large the file has become. */
  get bytes(): number {
    return this.#places * this.#blockBytes
  }

  /** Why nothing more is written. */
  get failure(): Error | undefined {
    return this.#failure
  }

  get blockSamples(): number {
    return this.#options.blockSamples
  }

  track(): SpoolTrack {
    return new SpoolTrack(this)
  }

  async close(): Promise<void> {
    await Promise.all(this.#writing.values())
    await this.#file.close()
    await rm(this.#path, {force: true})
  }

  /** A block for both sides, one behind the other; what was in it before may still be there. */
  lend(): Int16Array {
    return this.#buffers.pop() ?? new Int16Array(this.#options.blockSamples * 2)
  }

  giveBack(block: Int16Array): void {
    this.#buffers.push(block)
  }

  /** Takes a full block; where it lies, or undefined when it is lost. */
  store(block: Int16Array): number | undefined {
    const place = this.#placeFor()
    if (place === undefined) {
      this.giveBack(block)
      return undefined
    }
    const written = this.#write(block, place).finally(() => {
      this.#writing.delete(place)
      this.giveBack(block)
    })
    this.#writing.set(place, written)
    return place
  }

  /** What is still being written may not be written over: two writes have no order. */
  free(place: number): void {
    const writing = this.#writing.get(place)
    if (!writing) this.#freePlaces.push(place)
    else void writing.then(() => this.#freePlaces.push(place))
  }

  /** The block there; undefined when it could not be written or read. */
  async read(place: number): Promise<Int16Array | undefined> {
    await this.#writing.get(place)
    const bytes = new Uint8Array(this.#blockBytes)
    const {bytesRead} = await this.#file.read(bytes, 0, bytes.length, place * bytes.length)
    return bytesRead === bytes.length ? new Int16Array(bytes.buffer) : undefined
  }

  #placeFor(): number | undefined {
    if (this.#failure || this.#writing.size * this.#blockBytes >= MOST_WAITING_BYTES) {
      return undefined
    }
    const free = this.#freePlaces.pop()
    if (free !== undefined) return free
    if (this.bytes + this.#blockBytes > this.#options.mostBytes) return undefined
    this.#places += 1
    return this.#places - 1
  }

  async #write(block: Int16Array, place: number): Promise<void> {
    const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength)
    try {
      let done = 0
      while (done < bytes.length) {
        const at = place * bytes.length + done
        done += (await this.#file.write(bytes, done, bytes.length - done, at)).bytesWritten
      }
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error))
    }
  }
}

/** Both sides of one call. */
export class SpoolTrack {
  readonly #spool: Spool
  #places: number[] = []
  #block: Int16Array | undefined
  #filled = 0
  #isCut = false

  constructor(spool: Spool) {
    this.#spool = spool
  }

  /** Whether audio is missing at its end. */
  get isCut(): boolean {
    return this.#isCut
  }

  /** Takes as many samples of either side; they are copied. */
  write(left: Int16Array, right: Int16Array): void {
    const {blockSamples} = this.#spool
    // Almost always there is room for all of it: no view of a part has to be made.
    if (this.#block && this.#filled + left.length < blockSamples) {
      this.#block.set(left, this.#filled)
      this.#block.set(right, blockSamples + this.#filled)
      this.#filled += left.length
      return
    }
    let taken = 0
    while (taken < left.length && !this.#isCut) {
      this.#block ??= this.#spool.lend()
      const count = Math.min(left.length - taken, blockSamples - this.#filled)
      this.#block.set(left.subarray(taken, taken + count), this.#filled)
      this.#block.set(right.subarray(taken, taken + count), blockSamples + this.#filled)
      taken += count
      this.#filled += count
      if (this.#filled === blockSamples) this.#store(this.#block)
    }
  }

  /** Both sides interleaved, in order; ends early where a block cannot be read. */
  async *read(): AsyncGenerator<Int16Array> {
    const {blockSamples} = this.#spool
    for (const place of this.#places) {
      const block = await this.#spool.read(place)
      if (!block) return
      yield interleave(block.subarray(0, blockSamples), block.subarray(blockSamples))
    }
    const last = this.#block
    if (!last || this.#filled === 0) return
    yield interleave(
      last.subarray(0, this.#filled),
      last.subarray(blockSamples, blockSamples + this.#filled),
    )
  }

  /** Lets go of all of it: others write there. */
  free(): void {
    for (const place of this.#places) this.#spool.free(place)
    if (this.#block) this.#spool.giveBack(this.#block)
    this.#places = []
    this.#block = undefined
    this.#filled = 0
    this.#isCut = true
  }

  #store(block: Int16Array): void {
    const place = this.#spool.store(block)
    this.#block = undefined
    this.#filled = 0
    if (place === undefined) this.#isCut = true
    else this.#places.push(place)
  }
}
