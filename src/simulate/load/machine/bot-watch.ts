import type {Clock} from '../../../clock.js'
import type {BotLoad} from '../../../report/load-report.js'
import type {BotUsage} from '../traffic/level.js'

const SAMPLE_MS = 1000
/** What is shown while the run goes on is of so long. */
const SHOWN_MS = 5000

type Sample = BotUsage & {readonly at: number}

export type BotWatchOptions = {
  readonly pid: number
  readonly clock: Clock
  readonly usage: () => Promise<BotUsage | undefined>
  readonly signal: AbortSignal
}

/** Looks at the bot's process once a second until the run is over. */
export class BotWatch {
  readonly #options: BotWatchOptions
  #recent: Sample[] = []
  #first: Sample | undefined
  #last: Sample | undefined
  #rssPeakBytes = 0

  constructor(options: BotWatchOptions) {
    this.#options = options
  }

  /** Resolves when the signal ends it. */
  async run(): Promise<void> {
    const {clock, signal} = this.#options
    for (let at = clock.now(); !signal.aborted; at = Math.max(at + SAMPLE_MS, clock.now())) {
      await clock.sleepUntil(at, signal).catch(() => undefined)
      await this.now()
    }
  }

  /** The process as it is at this moment. */
  async now(): Promise<BotUsage | undefined> {
    const {clock, usage} = this.#options
    const found = await usage()
    if (!found) return undefined
    const sample = {...found, at: clock.now()}
    this.#first ??= sample
    this.#last = sample
    this.#rssPeakBytes = Math.max(this.#rssPeakBytes, found.rssBytes)
    this.#recent = [...this.#recent, sample].filter(({at}) => at >= sample.at - SHOWN_MS)
    return found
  }

  /** CPU seconds a second of the last moments, 1 being one core. */
  get cpu(): number | undefined {
    return cpuBetween(this.#recent[0], this.#recent.at(-1))
  }

  report(): BotLoad {
    const cpu = cpuBetween(this.#first, this.#last)
    return {
      pid: this.#options.pid,
      ...(cpu === undefined ? {} : {cpu}),
      ...(this.#first
        ? {rssStartBytes: this.#first.rssBytes, rssPeakBytes: this.#rssPeakBytes}
        : {}),
    }
  }
}

/** Absent where the two are too near to tell; a child that ended unseen takes its time with it. */
function cpuBetween(first: Sample | undefined, last: Sample | undefined): number | undefined {
  if (!first || !last || last.at - first.at < SAMPLE_MS / 2) return undefined
  const cpu = (last.cpuMs - first.cpuMs) / (last.at - first.at)
  return Math.max(0, Math.round(cpu * 100) / 100)
}
