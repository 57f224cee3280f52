import {type FileHandle, open, rm} from 'node:fs/promises'

import {Places} from './places.js'

export type SpoolOptions = {
  /** What is shorter than a block never goes to the disk. */
  readonly blockSamples: number
  /** The file grows no further than this. */
  readonly mostBytes: number
}

/** What waits for a slow disk; more is lost, and counted. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024

/** So much is written at once: a write of 32 kB alone takes 60 µs of the thread that asks for it. */
const WRITTEN_AT_ONCE_BYTES = 512 * 1024

/** What a spool needs of its file. */
export type SpoolFile = Pick<FileHandle, 'read' | 'close'> & {
  /** May write less than it was given. */
  writev(blocks: readonly Uint8Array[], position: number): Promise<{readonly bytesWritten: number}>
}

/** Blocks that are written together, each at its place. */
type Batch = {
  readonly blocks: Int16Array[]
  readonly places: number[]
  readonly written: Promise<void>
  readonly settle: () => void
}

/**
 * The audio of calls of which nobody knows yet whether it will be wanted: blocks of one file, which
 * are free again when a call lets go of them. Taking audio copies it and never waits.
 */
export class Spool {
  readonly #file: SpoolFile
  readonly #path: string
  readonly #options: SpoolOptions
  readonly #blockBytes: number
  readonly #buffers: Int16Array[] = []
  readonly #places = new Places()
  /** What is full, and not yet asked to be written. */
  #batch: Batch = emptyBatch()
  /** Where each block is that is not yet in the file. */
  readonly #pending = new Map<number, Batch>()
  /** Whose blocks could not be written: what lies there is of a call before. */
  readonly #lost = new Set<number>()
  #failure: Error | undefined

  /** @param path of the file, which is gone with the spool */
  constructor(file: SpoolFile, path: string, options: SpoolOptions) {
    this.#file = file
    this.#path = path
    this.#options = options
    this.#blockBytes = options.blockSamples * 2
  }

  static async open(path: string, options: SpoolOptions): Promise<Spool> {
    const file = await open(path, 'w+', 0o600)
    // Where the system allows it the file has no name from here on: a killed process leaves nothing.
    await rm(path, {force: true}).catch(() => undefined)
    return new Spool(file, path, options)
  }

  /** How large the file has become. */
  get bytes(): number {
    return this.#places.count * this.#blockBytes
  }

  /** Why nothing more is written. */
  get failure(): Error | undefined {
    return this.#failure
  }

  async close(): Promise<void> {
    this.#writeBatch()
    await Promise.all([...this.#pending.values()].map(({written}) => written))
    await this.#file.close()
    await rm(this.#path, {force: true})
  }

  /** A block; what was in it before may still be there. */
  lend(): Int16Array {
    return this.#buffers.pop() ?? new Int16Array(this.#options.blockSamples)
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
    const batch = this.#batch
    batch.blocks.push(block)
    batch.places.push(place)
    this.#pending.set(place, batch)
    if (batch.blocks.length * this.#blockBytes >= WRITTEN_AT_ONCE_BYTES) this.#writeBatch()
    return place
  }

  /** What is still being written may not be written over: two writes have no order. */
  free(place: number): void {
    const batch = this.#pending.get(place)
    if (!batch) this.#places.free(place)
    else {
      void batch.written.then(() => {
        this.#places.free(place)
      })
    }
  }

  /** The block there; undefined when it could not be written or read. */
  async read(place: number): Promise<Int16Array | undefined> {
    const batch = this.#pending.get(place)
    if (batch === this.#batch) this.#writeBatch()
    await batch?.written
    if (this.#lost.has(place)) return undefined
    const bytes = new Uint8Array(this.#blockBytes)
    const {bytesRead} = await this.#file.read(bytes, 0, bytes.length, place * bytes.length)
    return bytesRead === bytes.length ? new Int16Array(bytes.buffer) : undefined
  }

  #placeFor(): number | undefined {
    if (this.#failure || this.#pending.size * this.#blockBytes >= MOST_WAITING_BYTES) {
      return undefined
    }
    return this.#places.take(Math.floor(this.#options.mostBytes / this.#blockBytes))
  }

  #writeBatch(): void {
    const batch = this.#batch
    if (batch.blocks.length === 0) return
    this.#batch = emptyBatch()
    void this.#write(batch).then(() => {
      for (const place of batch.places) this.#pending.delete(place)
      for (const block of batch.blocks) this.giveBack(block)
      batch.settle()
    })
  }

  /** Each run by itself: where the file cannot grow, what lies within it can still be written over. */
  async #write({blocks, places}: Batch): Promise<void> {
    for (const {from, until} of runsOf(places)) {
      const place = places[from] ?? 0
      try {
        await writeAll(this.#file, blocks.slice(from, until), place * this.#blockBytes)
      } catch (error) {
        this.#failure ??= error instanceof Error ? error : new Error(String(error))
        // For good: after a failure no place is given out again.
        for (const lost of places.slice(from, until)) this.#lost.add(lost)
      }
    }
  }
}

function emptyBatch(): Batch {
  let settle = () => {
    // Until the promise has been made, which is at once.
  }
  const written = new Promise<void>((resolve) => {
    settle = resolve
  })
  return {blocks: [], places: [], written, settle}
}

/** Where places that follow each other begin and end. */
function runsOf(places: readonly number[]): readonly {from: number; until: number}[] {
  const runs: {from: number; until: number}[] = []
  for (const [at, place] of places.entries()) {
    const last = runs.at(-1)
    if (last && place === (places[at - 1] ?? 0) + 1) last.until = at + 1
    else runs.push({from: at, until: at + 1})
  }
  return runs
}

async function writeAll(file: SpoolFile, blocks: readonly Int16Array[], at: number): Promise<void> {
  let left = blocks.map((block) => new Uint8Array(block.buffer, block.byteOffset, block.byteLength))
  for (let position = at; left.length > 0;) {
    const {bytesWritten} = await file.writev(left, position)
    position += bytesWritten
    left = behind(left, bytesWritten)
  }
}

function behind(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes
  return pieces.flatMap((piece) => {
    const skipped = Math.min(skip, piece.length)
    skip -= skipped
    return skipped === piece.length ? [] : [piece.subarray(skipped)]
  })
}
