import type {Clock} from '../../clock.js'
import {ExostreamError} from '../../errors.js'
import {isAtLeast, type LogCategory, type LogEntry, type LogLevel} from '../../log.js'
import {entryIn} from './entry-in.js'
import {type EventFile, isFolder, openEventFiles} from './event-files.js'

export type LogQuery = {
  /** The log folder of a `serve`. */
  readonly dir: string
  readonly categories?: readonly LogCategory[] | undefined
  /** A call, a stream or a connection, by the beginning or the end of its id; or `last`, the newest of all. */
  readonly call?: string | undefined
  readonly level?: LogLevel | undefined
  /** Of what is there, only so many of the last ones; all unless said. */
  readonly lines?: number | undefined
  /** Goes on with what is written from now on, until the signal comes. */
  readonly follow?: boolean
}

export type LogReading = {
  readonly entries: AsyncIterable<LogEntry>
  /** Lines so far that are no events, such as those of a process that was killed while it wrote. */
  broken(): number
  /** Whether any event so far is of the call that was asked for, whatever else was asked for. */
  hasCall(): boolean
}

type World = {readonly clock: Clock; readonly signal: AbortSignal}

/** No id: theirs have digits in them. */
const LAST = 'last'
/** How soon a new line is seen. */
const POLL_MS = 200

/**
 * The events of a log folder, the oldest first, across rotations.
 * @throws ExostreamError EXO_LOGS_NOT_FOUND where there is no such folder
 */
export async function readLogs(query: LogQuery, world: World): Promise<LogReading> {
  if (!(await isFolder(query.dir))) {
    throw new ExostreamError('EXO_LOGS_NOT_FOUND', `There is no log folder ${query.dir}.`)
  }
  const reader = new Reader(query, world)
  return {
    entries: reader.entries(),
    broken: () => reader.broken,
    hasCall: () => query.call === undefined || reader.hasCall,
  }
}

class Reader {
  broken = 0
  /** Something of the call was there. */
  hasCall = false
  readonly #query: LogQuery
  readonly #world: World
  /** Those of the call, because its first lines are written before its ids are known. */
  readonly #connections = new Set<string>()

  constructor(query: LogQuery, world: World) {
    this.#query = query
    this.#world = world
  }

  /** @throws ExostreamError EXO_DATA_DIR when the disk does not let us read */
  async *entries(): AsyncGenerator<LogEntry> {
    const {dir} = this.#query
    const files: EventFile[] = []
    try {
      await this.#learnConnections()
      files.push(...(await openEventFiles(dir)).reverse())
      yield* this.#last(this.#written(files))
      if (this.#query.follow) yield* this.#followed(files)
    } catch (cause) {
      throw new ExostreamError('EXO_DATA_DIR', `The log folder ${dir} cannot be read.`, {cause})
    } finally {
      for (const file of files) await file.close()
    }
  }

  /** Reads everything once before, and keeps no more than the connections of the call. */
  async #learnConnections(): Promise<void> {
    const {dir, call} = this.#query
    if (call === undefined) return
    const files = (await openEventFiles(dir)).reverse()
    try {
      for (const file of files) {
        for await (const line of file.lines()) this.#learn(entryIn(line), call)
      }
    } finally {
      for (const file of files) await file.close()
    }
  }

  #learn(entry: LogEntry | undefined, call: string): void {
    if (!entry || (call !== LAST && !isOf(entry, call))) return
    this.hasCall ||= call !== LAST || entry.connection !== undefined
    if (entry.connection === undefined) return
    if (call === LAST) this.#connections.clear()
    this.#connections.add(entry.connection)
  }

  async *#written(files: readonly EventFile[]): AsyncGenerator<LogEntry> {
    const live = files.at(-1)
    for (const file of files) {
      yield* this.#wanted(file)
      if (!this.#query.follow || file !== live) this.#countRest(file)
    }
  }

  /** The live file until it is renamed, then those that came after it. */
  async *#followed(files: EventFile[]): AsyncGenerator<LogEntry> {
    while (await this.#pause()) {
      const live = files.at(-1)
      const newer = (await openEventFiles(this.#query.dir, live)).reverse()
      // Only now, because what was written before the rename belongs before what came after it.
      if (live) yield* this.#wanted(live)
      if (newer.length === 0) continue
      if (live) this.#countRest(live)
      for (const file of files.splice(0)) await file.close()
      files.push(...newer)
      yield* this.#written(newer)
    }
  }

  /** False when the reader has seen enough. */
  async #pause(): Promise<boolean> {
    const {clock, signal} = this.#world
    return clock.sleepUntil(clock.now() + POLL_MS, signal).then(
      () => true,
      () => false,
    )
  }

  async *#wanted(file: EventFile): AsyncGenerator<LogEntry> {
    for await (const line of file.lines()) {
      if (this.#world.signal.aborted) return
      if (line.trim() === '') continue
      const entry = entryIn(line)
      if (!entry) this.broken += 1
      else if (this.#isWanted(entry)) yield entry
    }
  }

  #countRest(file: EventFile): void {
    if (file.takeRest() !== undefined) this.broken += 1
  }

  #isWanted(entry: LogEntry): boolean {
    const {categories, call, level = 'debug'} = this.#query
    if (call !== undefined) {
      // Which one is the last was found out before; others may come while it is followed.
      if (call !== LAST) this.#learn(entry, call)
      const isKnown = entry.connection !== undefined && this.#connections.has(entry.connection)
      if (!isKnown && (call === LAST || !isOf(entry, call))) return false
    }
    return isAtLeast(entry.level, level) && (categories?.includes(entry.category) ?? true)
  }

  /** As many of the last as were asked for; holds no more than twice as many. */
  async *#last(entries: AsyncIterable<LogEntry>): AsyncGenerator<LogEntry> {
    const {lines} = this.#query
    if (lines === undefined) {
      yield* entries
      return
    }
    let kept: LogEntry[] = []
    for await (const entry of entries) {
      kept.push(entry)
      if (kept.length > 2 * lines) kept = kept.slice(kept.length - lines)
    }
    yield* kept.slice(Math.max(0, kept.length - lines))
  }
}

function isOf({connection, callSid, streamSid}: LogEntry, call: string): boolean {
  const wanted = call.toLowerCase()
  return [connection, callSid, streamSid].some((id) => {
    const known = id?.toLowerCase() ?? ''
    return known !== '' && (known.startsWith(wanted) || known.endsWith(wanted))
  })
}
