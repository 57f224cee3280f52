import type {Clock} from '../../clock.js'
import type {Logger} from '../../log.js'
import {Pruner, type Retention} from '../../record/retention.js'
import {WriteBudget} from '../../record/write-budget.js'
import type {StreamWatch} from '../../stream/bot/stream-watch.js'
import {CallDump, type DumpFormat} from './call-dump.js'
import {CallRecording} from './call-recording.js'
import {type KeptCall, type KeptStream, NOTHING_KEPT, sumOf} from './kept-call.js'
import {mendRecordings, openFolder} from './kept-dirs.js'
import {WriteQueue} from './write-queue.js'

export type KeepingOptions = {
  /** Where calls are recorded; absent when they are not. */
  readonly recordDir?: string | undefined
  /** Where each media message becomes a file; absent when it does not. */
  readonly dumpDir?: string | undefined
  readonly dumpFormat: DumpFormat
  readonly retention: Retention
  readonly clock: Clock
  readonly log: Logger
}

/** What is kept of all calls, and for how long. */
export type Keeping = {
  /** Who keeps a stream; it never throws and never waits. */
  watchFor(stream: KeptStream): StreamWatch
  /** For the start: a line on what is kept, where and for how long. */
  readonly notes: readonly string[]
  /**
   * Ends what is still being kept, says what was kept and lost over all calls, and resolves when the
   * disk has it, or does not take it in time.
   */
  close(): Promise<void>
}

const TICK_MS = 200
const PRUNE_MS = 10 * 60 * 1000
/** A disk that hangs must not hold the end of the process. */
const CLOSE_MS = 5000

/** Of recordings and journals. A burst of minutes fits, and a disk that hangs costs no more than this. */
const MOST_WAITING_BYTES = 128 * 1024 * 1024
/** Of dumps. */
const QUEUE = {mostBytes: 64 * 1024 * 1024, mostFiles: 20_000, atOnce: 4}

/**
 * Makes the folders, mends what a killed process left, and from then on deletes what is too old or
 * too much.
 * @throws ExostreamError EXO_DATA_DIR when a folder cannot be made or written
 */
export async function openKeeping(options: KeepingOptions): Promise<Keeping> {
  const {recordDir, dumpDir, log} = options
  if (recordDir !== undefined) await openFolder(recordDir, 'recordings')
  if (dumpDir !== undefined) await openFolder(dumpDir, 'audio dumps')
  if (recordDir !== undefined) await mendRecordings(recordDir, log)
  return new Keeper(options)
}

class Keeper implements Keeping {
  readonly notes: readonly string[]
  readonly #options: KeepingOptions
  readonly #queue = new WriteQueue(QUEUE)
  readonly #budget = new WriteBudget(MOST_WAITING_BYTES)
  readonly #live = new Set<KeptCall>()
  readonly #closing = new AbortController()
  readonly #loops: Promise<unknown>
  #finished = NOTHING_KEPT
  #closed: Promise<void> | undefined

  constructor(options: KeepingOptions) {
    this.#options = options
    this.notes = notesOf(options)
    // Side by side, because to measure many folders takes longer than a recording may wait.
    this.#loops = Promise.all([this.#tick(), this.#prune()])
  }

  watchFor(stream: KeptStream): StreamWatch {
    const log = this.#options.log.child({connection: stream.connection})
    const calls = new Set(this.#callsOf(stream, log))
    return (event) => {
      for (const call of calls) {
        try {
          if (event.type === 'started') this.#live.add(call)
          call.watch(event)
          if (event.type === 'closed') void this.#forget(call)
        } catch (error) {
          // A mistake of ours must not cost the call.
          calls.delete(call)
          log.error({category: 'ERROR', err: error}, 'exostream failed to keep this call')
          void this.#forget(call)
        }
      }
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#closing.abort()
    const {clock, log} = this.#options
    const isDone = new AbortController()
    await Promise.race([
      Promise.all([this.#loops, ...[...this.#live].map((call) => this.#forget(call))]),
      clock.sleepUntil(clock.now() + CLOSE_MS, isDone.signal).catch(() => undefined),
    ])
    isDone.abort()
    const counts = sumOf([this.#finished, ...[...this.#live].map((call) => call.counts)])
    const values = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
    if (Object.keys(values).length > 0) log.info(values, 'kept over all calls')
  }

  async #tick(): Promise<void> {
    while (await this.#isOpenAfter(TICK_MS)) for (const call of this.#live) call.tick()
  }

  async #prune(): Promise<void> {
    const {recordDir, dumpDir, retention, clock, log} = this.#options
    const dirs = [recordDir, dumpDir].filter((dir) => dir !== undefined)
    const isLive = (path: string) => [...this.#live].some(({folder}) => folder === path)
    const {signal} = this.#closing
    const pruner = new Pruner(dirs, retention)
    do {
      const {folders, bytes, failed} = await pruner.prune({now: clock.wallNow(), isLive, signal})
      const values = {folders, bytes, ...(failed === 0 ? {} : {failed})}
      if (failed > 0) log.warn({category: 'ERROR', ...values}, 'kept calls could not be deleted')
      else if (folders > 0) log.info(values, 'kept calls deleted, by age and size')
    } while (await this.#isOpenAfter(PRUNE_MS))
  }

  async #isOpenAfter(ms: number): Promise<boolean> {
    const {clock} = this.#options
    const {signal} = this.#closing
    // Rejected means aborted, which the answer says.
    await clock.sleepUntil(clock.now() + ms, signal).catch(() => undefined)
    return !signal.aborted
  }

  #callsOf(stream: KeptStream, log: Logger): readonly KeptCall[] {
    const {recordDir, dumpDir, dumpFormat, clock} = this.#options
    const budget = this.#budget
    const calls: KeptCall[] = []
    if (recordDir !== undefined) {
      calls.push(new CallRecording({dir: recordDir, stream, clock, log, budget}))
    }
    if (dumpDir !== undefined) {
      const queue = this.#queue
      calls.push(new CallDump({dir: dumpDir, format: dumpFormat, queue, stream, log, budget}))
    }
    return calls
  }

  async #forget(call: KeptCall): Promise<void> {
    await call.finish()
    if (this.#live.delete(call)) this.#finished = sumOf([this.#finished, call.counts])
  }
}

function notesOf({recordDir, dumpDir, dumpFormat, retention}: KeepingOptions): readonly string[] {
  const what = [
    ...(recordDir === undefined ? [] : [`each call as audio and journal in ${recordDir}`]),
    ...(dumpDir === undefined ? [] : [`each media message as ${dumpFormat} in ${dumpDir}`]),
  ]
  if (what.length === 0) return []
  const {maxAgeDays, maxBytes} = retention
  const megabytes = String(Math.round(maxBytes / 1_000_000))
  const howLong = `for ${String(maxAgeDays)} days, and at most ${megabytes} MB in all`
  return [`Kept: ${what.join('; ')}; ${howLong}.`]
}
