import {createWriteStream, type WriteStream} from 'node:fs'

/** Lines that wait for the disk beyond this are dropped: a slow disk must not fill our memory. */
const MOST_WAITING_BYTES = 32 * 1024 * 1024

/** A bot that floods for an hour must not fill the disk. */
const MOST_BYTES = 1024 * 1024 * 1024

/**
 * One JSON value a line, appended as it happens, so that a kill loses at most what had not left this
 * process. A disk that fails costs the journal, never the call.
 */
export class JournalFile {
  readonly #stream: WriteStream
  #failure: Error | undefined
  #dropped = 0
  #closed: Promise<void> | undefined

  private constructor(stream: WriteStream) {
    this.#stream = stream
    stream.on('error', (error) => {
      this.#failure ??= error
    })
  }

  /** Starts a new file; one that is there already is overwritten. */
  static open(path: string): JournalFile {
    return new JournalFile(createWriteStream(path, {flags: 'w', mode: 0o600}))
  }

  get failure(): Error | undefined {
    return this.#failure
  }

  /** Lines that were not written. */
  get dropped(): number {
    return this.#dropped
  }

  write(value: object): void {
    const isBehind = this.#stream.writableLength > MOST_WAITING_BYTES
    const isFull = this.#stream.bytesWritten > MOST_BYTES
    if (this.#failure || this.#closed || isBehind || isFull) {
      this.#dropped += 1
      return
    }
    this.#stream.write(`${JSON.stringify(value)}\n`, (error) => {
      if (error) this.#dropped += 1
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
}
