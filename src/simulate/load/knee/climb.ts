import type {Clock} from '../../../clock.js'
import type {LevelReport, MixPart} from '../../../report/load-report.js'
import {percentile} from '../../../report/summary.js'
import {callVerdict} from '../../../report/verdict.js'
import type {LevelResult, LevelWorld} from '../traffic/level.js'
import {type Alone, callLengthMs, longestMs, turnsACall} from './alone.js'
import {doingWords} from './doing.js'
import {levelTime} from './level/level-time.js'
import {isFailed} from './level/level-values.js'
import {type JudgedLevel, judgeLevel} from './level/level-verdict.js'

/** What is known before the search, and what it needs beside the run. */
export type KneeFacts = {
  readonly clock: Clock
  readonly alone: Alone
  readonly mix: readonly MixPart[]
  /** Hears what is done now, such as `up: 40 calls`. */
  readonly onDoing?: (doing: string) => void
}

export type LevelStep = {
  readonly phase: LevelReport['phase']
  readonly concurrency: number
  readonly isLong: boolean
  /** What it says counts, even where it is not clear. */
  readonly isAgain?: boolean
  /** What it follows from, for a person. */
  readonly after?: {readonly concurrency: number; readonly what: string} | undefined
  /** So long instead of what the level would need. */
  readonly holdMs?: number
  /** Over as soon as so many of its calls have ended, with no call open before it. */
  readonly untilCalls?: number
}

export type Climbed = {readonly result: LevelResult; readonly judged: JudgedLevel}

/** Goes from level to level, and keeps the book of them. */
export class Climb {
  readonly levels: LevelReport[] = []
  readonly #world: LevelWorld
  readonly #facts: KneeFacts
  readonly #thresholds: readonly string[]
  readonly #turnsACall: number
  #callMs: number
  #at = 0
  #calls = 0

  constructor(thresholds: readonly string[], world: LevelWorld, facts: KneeFacts) {
    this.#thresholds = thresholds
    this.#world = world
    this.#facts = facts
    this.#callMs = longestMs(facts.alone)
    this.#turnsACall = turnsACall(facts.alone, facts.mix)
  }

  /** How long a call of the longest scenario takes, as last seen where a level held. */
  get callMs(): number {
    return this.#callMs
  }

  /** Calls judged so far. */
  get calls(): number {
    return this.#calls
  }

  /** Undefined when the run was interrupted in it. */
  async goTo(step: LevelStep): Promise<Climbed | undefined> {
    const {phase, concurrency, isLong, isAgain = false, holdMs, untilCalls, after} = step
    if (this.#isInterrupted()) return undefined
    const time = levelTime({
      from: this.#at,
      to: concurrency,
      callMs: this.#callMs,
      turnsACall: this.#turnsACall,
      isLong,
      isAgain,
    })
    const index = this.levels.length
    const order = {
      index,
      concurrency,
      ...time,
      ...(holdMs === undefined ? {} : {holdMs}),
      ...(untilCalls === undefined ? {} : {untilCalls}),
    }
    // On the way down the calls that are too many have to end first.
    const endMs = concurrency < this.#at ? this.#callMs : 0
    const lastsMs =
      untilCalls === undefined ? order.rampMs + order.holdMs + endMs : untilCalls * this.#callMs
    this.#facts.onDoing?.(doingWords({phase, concurrency, isAgain, lastsMs, after}))
    const result = await this.#held(phase === 'overload' ? {...order, isOverload: true} : order)
    if (!result) return undefined
    this.#at = concurrency
    this.#calls += result.calls.length
    const judged = judgeLevel(result, {
      thresholds: this.#thresholds,
      alone: this.#facts.alone,
      concurrency,
      isAgain,
    })
    this.levels.push(levelReport({phase, concurrency}, result, this.#cutShort(judged)))
    if (judged.verdict === 'held') this.#callMs = this.#lengthOf(result)
    return this.#isInterrupted() ? undefined : {result, judged}
  }

  /** Resolves when no call is open any more. */
  async drain(): Promise<void> {
    this.#facts.onDoing?.('leak check: waiting for the last calls to end')
    await this.#world.drain()
    this.#at = 0
  }

  async #held(order: Parameters<LevelWorld['hold']>[0]): Promise<LevelResult | undefined> {
    try {
      return await this.#world.hold(order)
    } catch (error) {
      // Whoever interrupts a run knows why it ended; anything else is ours to hear of.
      if (this.#isInterrupted()) return undefined
      throw error
    }
  }

  #isInterrupted(): boolean {
    return this.#world.signal.aborted
  }

  #cutShort(judged: JudgedLevel): JudgedLevel {
    if (!this.#isInterrupted()) return judged
    return {...judged, verdict: 'void', reason: 'the run was interrupted in it'}
  }

  /** Of the scenario whose calls took longest; never shorter than alone: it is what holds are made of. */
  #lengthOf({calls}: LevelResult): number {
    const passed = calls.filter((call) => callVerdict(call) === 'pass')
    if (passed.length === 0) return this.#callMs
    const medians = [...new Set(passed.map(({scenario}) => scenario))].map((name) => {
      const lengths = passed.filter(({scenario}) => scenario === name).map(callLengthMs)
      return percentile(
        lengths.sort((one, other) => one - other),
        50,
      )
    })
    return Math.max(longestMs(this.#facts.alone), ...medians)
  }
}

function levelReport(
  step: Pick<LevelReport, 'phase' | 'concurrency'>,
  result: LevelResult,
  {verdict, reason, thresholds}: JudgedLevel,
): LevelReport {
  const {calls, durationMs, lateness, rigCpu, botCpu, botRssBytes} = result
  return {
    ...step,
    calls: calls.length,
    failed: calls.filter(isFailed).length,
    durationMs,
    verdict,
    ...(reason === undefined ? {} : {reason: sentence(reason)}),
    thresholds,
    sendLatenessP99Ms: lateness.percentile(99),
    rigCpu,
    ...(botCpu === undefined ? {} : {botCpu}),
    ...(botRssBytes === undefined ? {} : {botRssBytes}),
  }
}

function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`
}
