import {type FileHandle, open, rename, rm, stat} from 'node:fs/promises'
import {dirname} from 'node:path'

import type {Clock} from '../../clock.js'
import {makeFolders} from '../../workspace.js'

export type RotatingFileOptions = {
  /** A file that would grow beyond this becomes the first of the older ones. */
  readonly maxBytes: number
  /** How many older ones there are at most: `.1` is the youngest. */
  readonly keepFiles: number
  readonly clock: Clock
  /** The disk does not take lines any more; said once until it does again. */
  readonly onFailed: (error: unknown) => void
  /** The disk takes lines again, after so many were lost. */
  readonly onRecovered: (lostLines: number) => void
}

/** Lines that wait for the disk beyond this are dropped: a slow disk must not fill our memory. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024
/** Written at once; a page of the log is quick, and what is logged together goes together. */
const MOST_BATCH_BYTES = 256 * 1024
/** What a disk that hangs gets at the end. */
const CLOSE_MS = 2000

type Batch = {readonly lines: number; readonly text: string; readonly bytes: number}

/**
 * Lines appended to a file that is rotated by its size, off the path of whoever writes them. Another
 * process may append to the same file and rotate it: a rename takes no line away, and whoever finds
 * its file renamed goes on in the new one.
 */
export class RotatingFile {
  readonly #path: string
  readonly #options: RotatingFileOptions
  #handle: FileHandle | undefined
  #waiting: string[] = []
  #waitingBytes = 0
  #lost = 0
  #hasFailed = false
  /** The last line of the file may be half a line. */
  #isTorn = false
  #draining: Promise<void> | undefined
  #isClosed = false

  private constructor(path: string, options: RotatingFileOptions) {
    this.#path = path
    this.#options = options
  }

  /** Opens or makes the file, for its owner only; throws what the disk says when it cannot. */
  static async open(path: string, options: RotatingFileOptions): Promise<RotatingFile> {
    const file = new RotatingFile(path, options)
    await file.#ready(0)
    return file
  }

  /** @param line with its line feed; never waits, never throws */
  write(line: string): void {
    const bytes = Buffer.byteLength(line)
    if (this.#isClosed || this.#waitingBytes + bytes > MOST_WAITING_BYTES) {
      this.#lost += 1
      return
    }
    this.#waiting.push(line)
    this.#waitingBytes += bytes
    this.#draining ??= this.#drain()
  }

  /** Resolves when every line is written, or when the disk has had its time. */
  async close(): Promise<void> {
    this.#isClosed = true
    const {clock} = this.#options
    const written = new AbortController()
    const late = clock.sleepUntil(clock.now() + CLOSE_MS, written.signal).catch(() => undefined)
    await Promise.race([this.#finish(), late])
    written.abort()
  }

  async #finish(): Promise<void> {
    await this.#draining
    await this.#letGo()
  }

  /** What a close may still complain of was told when it was written. */
  async #letGo(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close().catch(() => undefined)
  }

  /** Never rejects. */
  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#append(this.#take())
    this.#draining = undefined
  }

  #take(): Batch {
    const most = Math.min(MOST_BATCH_BYTES, this.#options.maxBytes)
    let bytes = 0
    let lines = 0
    for (const line of this.#waiting) {
      const more = Buffer.byteLength(line)
      if (lines > 0 && bytes + more > most) break
      bytes += more
      lines += 1
    }
    const text = this.#waiting.splice(0, lines).join('')
    this.#waitingBytes -= bytes
    return {lines, text, bytes}
  }

  async #append({lines, text, bytes}: Batch): Promise<void> {
    try {
      const handle = await this.#ready(bytes)
      await handle.appendFile(this.#isTorn ? `\n${text}` : text)
    } catch (error) {
      this.#failed(error, lines)
      return
    }
    this.#isTorn = false
    this.#hasFailed = false
    if (this.#lost === 0) return
    const lost = this.#lost
    this.#lost = 0
    this.#options.onRecovered(lost)
  }

  #failed(error: unknown, lines: number): void {
    this.#lost += lines
    this.#isTorn = true
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.#options.onFailed(error)
  }

  /** The file that has the name now, with room for so many bytes. */
  async #ready(bytes: number): Promise<FileHandle> {
    const {maxBytes} = this.#options
    const size = await sizeOf(this.#path)
    if (size > 0 && size + bytes > maxBytes) await this.#rotate(bytes)
    if (this.#handle && (await isAt(this.#handle, this.#path))) return this.#handle
    await this.#letGo()
    await makeFolders(dirname(this.#path), 0o700)
    this.#handle = await open(this.#path, 'a+', 0o600)
    this.#isTorn = await endsWithinLine(this.#handle)
    return this.#handle
  }

  /** One process at a time, and only what is still too large by then: a rename must not meet another. */
  async #rotate(bytes: number): Promise<void> {
    const {maxBytes, keepFiles, clock} = this.#options
    await alone(`${this.#path}.lock`, clock, async () => {
      if ((await sizeOf(this.#path)) + bytes <= maxBytes) return
      for (let number = keepFiles - 1; number >= 0; number -= 1) {
        const from = number === 0 ? this.#path : `${this.#path}.${String(number)}`
        await rename(from, `${this.#path}.${String(number + 1)}`).catch(unlessMissing)
      }
    })
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(unlessMissing)
  return found?.size ?? 0
}

async function isAt(handle: FileHandle, path: string): Promise<boolean> {
  const [ours, there] = await Promise.all([handle.stat(), stat(path).catch(unlessMissing)])
  return ours.ino === there?.ino && ours.dev === there.dev
}

const LINE_FEED = 0x0a

/** True of a file whose last writer was killed; what is appended then begins a line of its own. */
async function endsWithinLine(handle: FileHandle): Promise<boolean> {
  const {size} = await handle.stat()
  if (size === 0) return false
  const {bytesRead, buffer} = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return bytesRead === 1 && buffer[0] !== LINE_FEED
}

/** A lock this old was left by a process that was killed. */
const STALE_LOCK_MS = 10_000

/** Does nothing while another process holds the lock. */
async function alone(lock: string, clock: Clock, work: () => Promise<void>): Promise<void> {
  try {
    const handle = await open(lock, 'wx', 0o600)
    await handle.close()
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    const found = await stat(lock).catch(unlessMissing)
    const ageMs = clock.wallNow().getTime() - (found?.mtimeMs ?? Infinity)
    if (ageMs > STALE_LOCK_MS) await rm(lock, {force: true})
    return
  }
  try {
    await work()
  } finally {
    await rm(lock, {force: true})
  }
}

function unlessMissing(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined
  throw error
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
