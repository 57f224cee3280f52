import {type FileHandle, open, readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'

const LIVE = 'events.ndjson'

/**
 * The event files of a log folder, the youngest first and each once: a rotation while they are opened
 * shows a file under its old and its new name, and none is missed. Whoever asks closes them.
 * @param last only those that are younger than this one
 */
export async function openEventFiles(dir: string, last?: EventFile): Promise<EventFile[]> {
  const found: EventFile[] = []
  for (const name of await namesIn(dir)) {
    const file = await EventFile.open(join(dir, name))
    if (!file) continue
    const isLast = last?.isSame(file) ?? false
    if (!isLast && !found.some((other) => other.isSame(file))) found.push(file)
    else await file.close()
    if (isLast) break
  }
  return found
}

/** Whether there is anything to read, now or later. */
export async function isFolder(dir: string): Promise<boolean> {
  return stat(dir).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function namesIn(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(unlessMissing)
  const numbers = (names ?? []).flatMap((name) => {
    const [, number] = /^events\.ndjson\.([1-9]\d{0,3})$/.exec(name) ?? []
    return number === undefined ? [] : [Number(number)]
  })
  // One more than there is, for a rotation that comes between the list and the opening.
  const oldest = numbers.length === 0 ? 1 : Math.max(...numbers) + 1
  return [LIVE, ...Array.from({length: oldest}, (_, at) => `${LIVE}.${String(at + 1)}`)]
}

const READ_BYTES = 64 * 1024
/** A longer line is no line of ours. */
const MOST_LINE_BYTES = 4 * 1024 * 1024
const LINE_FEED = 0x0a

/** A file that is read line by line, once, however long it is and while it still grows. */
export class EventFile {
  readonly #handle: FileHandle
  readonly #identity: {readonly ino: number; readonly dev: number}
  #position = 0
  /** The beginning of a line whose end is not there yet. */
  #rest: Buffer[] = []
  #restBytes = 0

  private constructor(handle: FileHandle, identity: {ino: number; dev: number}) {
    this.#handle = handle
    this.#identity = identity
  }

  static async open(path: string): Promise<EventFile | undefined> {
    const handle = await open(path, 'r').catch(unlessMissing)
    return handle && new EventFile(handle, await handle.stat())
  }

  isSame(other: EventFile): boolean {
    const {ino, dev} = this.#identity
    return ino === other.#identity.ino && dev === other.#identity.dev
  }

  /** What has been written since it was last asked. A last line without its end waits. */
  async *lines(): AsyncGenerator<string> {
    const {size} = await this.#handle.stat()
    if (size < this.#position) this.#startAgain()
    const buffer = Buffer.alloc(READ_BYTES)
    for (;;) {
      const {bytesRead} = await this.#handle.read(buffer, 0, READ_BYTES, this.#position)
      if (bytesRead === 0) return
      this.#position += bytesRead
      yield* this.#linesOf(Buffer.from(buffer.subarray(0, bytesRead)))
    }
  }

  /** The half line at the end of a file that nobody writes any more. */
  takeRest(): string | undefined {
    if (this.#restBytes === 0) return undefined
    return this.#restWith(Buffer.alloc(0))
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  /** As a file that was emptied in its place. */
  #startAgain(): void {
    this.#position = 0
    this.#restWith(Buffer.alloc(0))
  }

  *#linesOf(bytes: Buffer): Generator<string> {
    let from = 0
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, from)
      if (end === -1) break
      yield this.#restWith(bytes.subarray(from, end))
      from = end + 1
    }
    if (this.#restBytes > MOST_LINE_BYTES) return
    this.#rest.push(bytes.subarray(from))
    this.#restBytes += bytes.length - from
  }

  #restWith(end: Buffer): string {
    const line = Buffer.concat([...this.#rest, end]).toString('utf8')
    this.#rest = []
    this.#restBytes = 0
    return line
  }
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
