import {percentile} from '../../report/summary.js'
import type {CallReport} from '../../report/report.js'
import {callVerdict} from '../../report/verdict.js'
import {SendLateness, sumOfLateness} from '../../report/send-lateness.js'
import type {CallEnded, CrewPulse} from './crew/crew.js'
import type {LoadLive} from './live.js'

/** Responses are shown of so long, and lateness of so long. */
const RESPONSES_MS = 30_000
const LATENESS_MS = 5000
const LEAST_FOR_P95 = 20

type Entry = Pick<CallEnded, 'order' | 'report' | 'opened' | 'endedAt'>

/** The calls that have ended, and what they and the threads show together. */
export class Ledger {
  readonly entries: Entry[] = []
  readonly problems: string[] = []
  readonly lateness = new SendLateness()
  #lagP99Ms = 0
  #open = 0
  #failed = 0
  #dropped = 0
  #lastEndedAt = 0
  #responses: {readonly at: number; readonly ms: number}[] = []
  #pulses: {readonly at: number; readonly lateness: SendLateness}[] = []

  ended({lateness, problems, ...entry}: CallEnded): void {
    this.entries.push(entry)
    this.problems.push(...problems)
    this.lateness.merge(lateness)
    this.#lastEndedAt = Math.max(this.#lastEndedAt, entry.endedAt)
    // As a threshold on `failed` has it: what was never started did not fail.
    if (entry.report.outcome === 'dropped') this.#dropped += 1
    else if (callVerdict(entry.report) === 'fail') this.#failed += 1
    for (const {responseMs} of entry.report.turns) {
      if (responseMs !== undefined) this.#responses.push({at: entry.endedAt, ms: responseMs})
    }
  }

  pulse({lateness, open, lagP99Ms}: CrewPulse, at: number): void {
    this.#open = open
    this.#lagP99Ms = Math.max(this.#lagP99Ms, lagP99Ms)
    this.#pulses.push({at, lateness})
    this.#pulses = this.#pulses.filter((one) => one.at > at - LATENESS_MS)
  }

  /** By how much the p99 turn of the slowest event loop was late. */
  get lagP99Ms(): number {
    return this.#lagP99Ms
  }

  /** On the clock of the run; 0 before the first. */
  get lastEndedAt(): number {
    return this.#lastEndedAt
  }

  /** In the order of the plan. */
  calls(): readonly CallReport[] {
    return this.entries
      .map(({report}) => report)
      .sort((one, other) => (one.index ?? 0) - (other.index ?? 0))
  }

  /** What a person is shown of it. */
  live(now: number): Omit<LoadLive, 'elapsedMs' | 'rigCpu' | 'cores'> {
    this.#responses = this.#responses.filter(({at}) => at > now - RESPONSES_MS)
    const responses = this.#responses.map(({ms}) => ms).sort((one, other) => one - other)
    return {
      running: this.#open,
      finished: this.entries.length,
      failed: this.#failed,
      dropped: this.#dropped,
      ...(responses.length === 0 ? {} : {responseP50Ms: percentile(responses, 50)}),
      ...(responses.length < LEAST_FOR_P95 ? {} : {responseP95Ms: percentile(responses, 95)}),
      sendLatenessP99Ms: sumOfLateness(
        this.#pulses.filter(({at}) => at > now - LATENESS_MS).map(({lateness}) => lateness),
      ).percentile(99),
    }
  }
}
