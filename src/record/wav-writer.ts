import {type FileHandle, open} from 'node:fs/promises'

import {pcm16ToBytes} from '../audio/pcm16.js'
import {WAV_HEADER_BYTES, wavHeader} from '../audio/wav.js'
import {type Loss, WriteBudget} from './write-budget.js'

export type WavFormat = {readonly sampleRateHz: number; readonly channels: number}

/** Audio goes to the disk in pieces of this, header and all: what a killed process loses. */
const PIECE_MS = 1000

/** What waits for a slow disk, unless another budget is given; more is dropped and counted. */
const MOST_WAITING_MS = 30_000

type WavWriterOptions = {
  /** A second unless said. */
  readonly pieceMs?: number
  readonly budget?: WriteBudget
}

/**
 * Records 16-bit PCM into a WAV file that opens in any reader at any moment. A call must not fail
 * because its recording does: writing never waits and never throws, and what went wrong is told
 * in `failure` and `droppedSamples`.
 */
export class WavWriter {
  readonly path: string
  readonly #format: WavFormat
  readonly #pieceBytes: number
  readonly #budget: WriteBudget
  readonly #losses = new Set<Loss>()
  readonly #file: Promise<FileHandle | undefined>
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #dataBytes = 0
  #droppedSamples = 0
  #failure: Error | undefined
  #work: Promise<void> | undefined
  #closed: Promise<void> | undefined

  private constructor(
    path: string,
    format: WavFormat,
    {
      pieceMs = PIECE_MS,
      budget = new WriteBudget(bytesIn(MOST_WAITING_MS, format)),
    }: WavWriterOptions,
  ) {
    this.path = path
    this.#format = format
    this.#pieceBytes = bytesIn(pieceMs, format)
    this.#budget = budget
    this.#file = this.#create()
  }

  /** Starts a new file; one that is there already is overwritten. */
  static open(path: string, format: WavFormat, options: WavWriterOptions = {}): WavWriter {
    return new WavWriter(path, format, options)
  }

  /** Why nothing more is written: the disk is full, the folder is not there. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** Samples, of all channels, that are not in the file and never will be. */
  get droppedSamples(): number {
    return this.#droppedSamples
  }

  /** Why samples are not in the file. */
  get losses(): ReadonlySet<Loss> {
    return this.#losses
  }

  /** Takes samples, interleaved; they are copied. */
  write(pcm: Int16Array): void {
    if (this.#failure || this.#closed || !this.#budget.take(pcm.length * 2)) {
      this.#droppedSamples += pcm.length
      if (!this.#failure && !this.#closed) this.#losses.add('queue-full')
      return
    }
    this.#waiting.push(pcm16ToBytes(pcm))
    this.#waitingBytes += pcm.length * 2
    if (this.#waitingBytes >= this.#pieceBytes) this.#work ??= this.#drain(this.#pieceBytes)
  }

  /** Resolves, whatever happens, when less than a piece waits for the disk. */
  async written(): Promise<void> {
    await this.#work
  }

  /** Writes what waits and closes the file. Resolves whatever happens. */
  close(): Promise<void> {
    this.#closed ??= this.#finish()
    return this.#closed
  }

  async #create(): Promise<FileHandle | undefined> {
    try {
      const file = await open(this.path, 'w', 0o600)
      await this.#writeHeader(file)
      return file
    } catch (error) {
      this.#fail(error)
      return undefined
    }
  }

  async #finish(): Promise<void> {
    await this.#work
    await this.#drain(1)
    try {
      const file = await this.#file
      await file?.close()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Writes pieces until less than `leastBytes` waits. One at a time, so that order is kept. */
  async #drain(leastBytes: number): Promise<void> {
    const file = await this.#file
    while (file && !this.#failure && this.#waitingBytes >= leastBytes) {
      const bytes = Buffer.concat(this.#waiting)
      this.#waiting = []
      this.#waitingBytes = 0
      await this.#append(file, bytes)
      this.#budget.give(bytes.length)
    }
    this.#work = undefined
  }

  async #append(file: FileHandle, bytes: Uint8Array): Promise<void> {
    try {
      await writeAll(file, bytes, WAV_HEADER_BYTES + this.#dataBytes)
      this.#dataBytes += bytes.length
      await this.#writeHeader(file)
    } catch (error) {
      this.#droppedSamples += bytes.length / 2
      this.#fail(error)
    }
  }

  /** After the samples it speaks of, so that it never promises what is not there. */
  async #writeHeader(file: FileHandle): Promise<void> {
    await writeAll(file, wavHeader({...this.#format, dataBytes: this.#dataBytes}), 0)
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error))
    this.#losses.add('disk-error')
    this.#droppedSamples += this.#waitingBytes / 2
    this.#budget.give(this.#waitingBytes)
    this.#waiting = []
    this.#waitingBytes = 0
  }
}

/** One channel beside the other; the shorter one ends in silence. */
export function interleave(left: Int16Array, right: Int16Array): Int16Array {
  const frames = Math.max(left.length, right.length)
  const both = new Int16Array(frames * 2)
  for (let frame = 0; frame < frames; frame += 1) {
    both[frame * 2] = left[frame] ?? 0
    both[frame * 2 + 1] = right[frame] ?? 0
  }
  return both
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const {bytesWritten} = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

function bytesIn(ms: number, {sampleRateHz, channels}: WavFormat): number {
  return Math.round((sampleRateHz * ms) / 1000) * channels * 2
}
