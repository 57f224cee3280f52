import {createWriteStream, type WriteStream} from 'node:fs'

import {heldBytes, type Loss, WriteBudget} from './write-budget.js'

/** Lines that wait for the disk beyond this are dropped, unless another budget is given. */
const MOST_WAITING_BYTES = 32 * 1024 * 1024

/** A bot that floods for an hour must not fill the disk. */
const MOST_BYTES = 1024 * 1024 * 1024

/**
 * One JSON value a line, appended as it happens, so that a kill loses at most what had not left this
 * process. A disk that fails costs the journal, never the call.
 */
export class JournalFile {
  readonly #stream: WriteStream
  readonly #budget: WriteBudget
  readonly #losses = new Set<Loss>()
  #failure: Error | undefined
  #dropped = 0
  #closed: Promise<void> | undefined

  private constructor(stream: WriteStream, budget: WriteBudget) {
    this.#stream = stream
    this.#budget = budget
    stream.on('error', (error) => {
      this.#failure ??= error
    })
  }

  /** Starts a new file; one that is there already is overwritten. */
  static open(path: string, budget = new WriteBudget(MOST_WAITING_BYTES)): JournalFile {
    return new JournalFile(createWriteStream(path, {flags: 'w', mode: 0o600}), budget)
  }

  get failure(): Error | undefined {
    return this.#failure
  }

  /** Lines that were not written. */
  get dropped(): number {
    return this.#dropped
  }

  /** Why lines were not written. */
  get losses(): ReadonlySet<Loss> {
    return this.#losses
  }

  write(value: object): void {
    if (this.#closed) {
      this.#dropped += 1
      return
    }
    const line = `${JSON.stringify(value)}\n`
    const held = heldBytes(line)
    const loss = this.#lossOf(held)
    if (loss) {
      this.#drop(loss)
      return
    }
    this.#stream.write(line, (error) => {
      this.#budget.give(held)
      if (error) this.#drop('disk-error')
    })
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      if (this.#stream.closed) resolve()
      this.#stream.once('close', resolve)
      this.#stream.end()
    })
    return this.#closed
  }

  /** Nothing where the bytes may wait, which they then do. */
  #lossOf(held: number): Loss | undefined {
    if (this.#failure) return 'disk-error'
    if (this.#stream.bytesWritten > MOST_BYTES) return 'over-limit'
    return this.#budget.take(held) ? undefined : 'queue-full'
  }

  #drop(loss: Loss): void {
    this.#dropped += 1
    this.#losses.add(loss)
  }
}
