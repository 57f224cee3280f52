import type {Clock} from '../../clock.js'
import type {StreamEvent} from '../../protocol/events.js'
import type {SampleRateHz} from '../../protocol/messages.js'
import {type Random, seededRandom} from '../../random.js'
import type {CallReport} from '../../report/report.js'
import {dial as dialOverWebSocket} from '../../stream/exotel/dial.js'
import {type CallIdentity, makeIdentity, makeSid} from '../../stream/exotel/identity.js'
import {type CallResult, runCall} from '../call.js'
import type {CallWorld} from '../placed.js'
import {frameOf, type JournalHeader} from '../journal.js'
import {type Keeper, keepNothing} from '../keep.js'
import type {RunPlan} from '../plan.js'
import type {Clip, Scenario} from '../scenario/scenario.js'
import {FIRST_GREETING_MS, LONGEST_CALL_MS, NO_GREETING_MS, WITHOUT_PONG_MS} from './limits.js'
import {greet, HANG_UP, helloAt, say} from './scenario.js'
import {combined, isOrdinary, type Variation} from './variation.js'
import {throughWires} from './wire.js'

/** The world of a conformance run: that of any run, as far as calls need it. */
export type ConformanceWorld = {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly dial?: CallWorld['dial']
  readonly keep?: (call: PlannedTrialCall) => Promise<Keeper>
  readonly on?: (event: StreamEvent) => void
  readonly onCall?: (call: CallReport, planned: PlannedTrialCall) => void
  /** What each journal says of the run it belongs to; without it a journal has no header and no footer. */
  readonly run?: JournalHeader['run']
  /** How many calls of the run went before these; they are numbered on from there. */
  readonly firstIndex?: number
  /** For how long pings go unanswered in the trial of that; 45 s unless told. */
  readonly withoutPongMs?: number
}

/** `of` is a guess: a rule that looks broken takes more calls. */
export type PlannedTrialCall = {
  readonly scenario: Scenario
  readonly index: number
  readonly of: number
}

/** What a call showed of the bot. */
export type Seen = {
  readonly report: CallReport
  readonly identity: CallIdentity
  /** The bot was heard after each time the caller had spoken. */
  readonly isAnswered: boolean
  readonly isOpened: boolean
  /** How long the bot was heard in all. */
  readonly heardMs: number
  readonly isOrdinary: boolean
  readonly events: ReadonlySet<StreamEvent['type']>
}

/** What came of trying something, again where it failed. */
export type Tried = Seen & {
  /** The bot answers an ordinary call after it; only known where this one was not answered. */
  readonly isAliveAfter: boolean
}

/** Makes the calls of a conformance run, one after another unless told otherwise, and keeps what they show. */
export class Calls {
  readonly plan: RunPlan
  /** What every call needs for this bot to answer at all: nothing, for a sound one. */
  base: Variation = {}
  /** Set once the bot answers no call any more: the sentence that says so. */
  lost: string | undefined
  readonly #world: ConformanceWorld
  readonly #random: Random
  readonly #expected: number
  readonly #results = new Map<number, CallResult>()
  readonly #seen: Seen[] = []
  readonly #problems: string[] = []
  readonly #unwanted = new Set<string>()
  readonly #clips = new Map<SampleRateHz, Promise<Clip>>()
  #made = 0
  #greetMs = FIRST_GREETING_MS

  constructor(plan: RunPlan, world: ConformanceWorld, expected: number) {
    this.plan = plan
    this.#world = world
    this.#random = seededRandom(plan.seed).fork('conformance')
    this.#expected = expected
  }

  /** In the order in which they were dialled. */
  get results(): readonly CallResult[] {
    return [...this.#results]
      .toSorted(([one], [other]) => one - other)
      .map(([, result]) => result)
      .filter(({report}) => !this.#unwanted.has(report.callSid))
  }

  get seen(): readonly Seen[] {
    return this.#seen
  }

  get problems(): readonly string[] {
    return this.#problems
  }

  get isInterrupted(): boolean {
    return this.#world.signal.aborted
  }

  get clock(): Clock {
    return this.#world.clock
  }

  get signal(): AbortSignal {
    return this.#world.signal
  }

  get withoutPongMs(): number {
    return this.#world.withoutPongMs ?? WITHOUT_PONG_MS
  }

  /** One for several calls; the same for the same label. */
  callSidFor(label: string): string {
    return makeSid(this.#random.fork(label), this.clock.wallNow())
  }

  /** How long a call waits for the bot to speak first. */
  get greetMs(): number {
    return this.#greetMs
  }

  /** What the first call showed of the greeting holds for the others, with some patience. */
  expectGreeting(afterMs: number | undefined): void {
    this.#greetMs = afterMs === undefined ? NO_GREETING_MS : Math.max(1000, 1.5 * afterMs + 500)
  }

  /** Tries it, so often while it is not answered; and then whether the bot still answers anything. */
  async try(name: string, variation: Variation, attempts = 2): Promise<Tried> {
    let seen = await this.make(name, variation)
    for (let left = attempts - 1; left > 0 && !seen.isAnswered; left -= 1) {
      seen = await this.make(name, variation)
    }
    return {...seen, isAliveAfter: seen.isAnswered || (await this.isAlive(`the call ${name}`))}
  }

  /** Whether an ordinary call is answered; if not, every later trial is told after what. */
  async isAlive(after: string): Promise<boolean> {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const control = await this.make('control', {})
      if (control.isAnswered || this.isInterrupted) return true
    }
    this.lost = `The bot answered no call any more after ${after}.`
    return false
  }

  /** Calls at the same time, each dialled so long after the one before it. */
  makeTogether(
    staggerMs: number,
    together: readonly (readonly [name: string, variation: Variation])[],
  ): Promise<readonly Seen[]> {
    const {clock} = this.#world
    const startedAt = clock.now()
    return Promise.all(
      together.map(async ([name, variation], place) => {
        await clock.sleepUntil(startedAt + place * staggerMs)
        return this.make(name, variation)
      }),
    )
  }

  /** A call that a sound bot does not take; it is not among the calls of the report. */
  async makeUnwanted(name: string, variation: Variation): Promise<Seen> {
    const seen = await this.make(name, variation)
    this.#unwanted.add(seen.report.callSid)
    return seen
  }

  async make(name: string, variation: Variation): Promise<Seen> {
    const whole = combined(this.base, variation)
    const plan = varied(this.plan, whole)
    const clip = await this.#clipAt(plan.sampleRateHz)
    const steps = whole.steps?.(clip) ?? [greet(this.#greetMs), say(clip), HANG_UP]
    const scenario: Scenario = {
      name: `conformance-${name}`,
      description: '',
      steps,
      thresholds: [],
    }
    const {firstIndex = 0} = this.#world
    const index = firstIndex + this.#made
    this.#made += 1
    const of = firstIndex + Math.max(this.#expected, this.#made)
    const planned = {scenario, index, of}
    const events = new Set<StreamEvent['type']>()
    const random = this.#random.fork(`call ${String(index)}`)
    const made = makeIdentity(random.fork('identity'), this.clock.wallNow())
    const identity = {...made, ...plan.identity}
    const result = await this.#play(planned, {
      ...{plan: {...plan, identity}, random, variation: whole, events},
    })
    const seen = seenIn(result, {identity, events, isOrdinary: isOrdinary(variation)})
    this.#seen.push(seen)
    return seen
  }

  async #play(planned: PlannedTrialCall, playing: Playing): Promise<CallResult> {
    const {plan, random, variation, events} = playing
    const {clock, signal, on, keep, onCall, run} = this.#world
    const {wires = [], beside} = variation
    const dial = withBeside(this.#world.dial ?? dialOverWebSocket, beside)
    const keeper = await (keep?.(planned) ?? keepNothing)
    this.#head(keeper, planned, plan)
    const {dial: wired, asSent} = throughWires(dial, wires)
    const result = await runCall(planned.scenario, plan, {
      clock,
      signal,
      random,
      dial: wires.length === 0 ? dial : wired,
      // Not the keeper spread: the methods of a class do not come with it.
      keeper: {
        ...keepNothing,
        event: (event) => {
          for (const one of wires.length === 0 ? [event] : asSent(event)) keeper.event(one)
        },
        audio: (caller, heard) => {
          keeper.audio(caller, heard)
        },
      },
      on: (event) => {
        events.add(event.type)
        on?.(event)
      },
    })
    if (run) keeper.footer({type: 'end', interrupted: signal.aborted, call: frameOf(result.report)})
    const kept = await keeper.close()
    this.#problems.push(...kept.problems)
    const report = {...result.report, artifacts: result.opened ? kept.artifacts : {}}
    this.#results.set(planned.index, {...result, report})
    onCall?.(report, planned)
    return {...result, report}
  }

  #head(keeper: Keeper, {index, of}: PlannedTrialCall, {marks}: RunPlan): void {
    const {run} = this.#world
    const call = {index, of, thresholds: [], ...(marks === undefined ? {} : {marks})}
    if (run) keeper.header({type: 'run', journalVersion: 1, run, call})
  }

  #clipAt(sampleRateHz: SampleRateHz): Promise<Clip> {
    const known = this.#clips.get(sampleRateHz) ?? helloAt(sampleRateHz)
    this.#clips.set(sampleRateHz, known)
    return known
  }
}

type Playing = {
  readonly plan: RunPlan
  readonly random: Random
  readonly variation: Variation
  readonly events: Set<StreamEvent['type']>
}

type Dial = NonNullable<CallWorld['dial']>

function withBeside(dial: Dial, beside: Variation['beside']): Dial {
  if (!beside) return dial
  return async (url, options) => {
    const dialled = await dial(url, options)
    beside(dialled.socket)
    return dialled
  }
}

function varied(plan: RunPlan, {profile, plan: changes}: Variation): RunPlan {
  const {maxSessionMs = LONGEST_CALL_MS} = plan
  return {
    ...plan,
    maxSessionMs: Math.min(maxSessionMs, LONGEST_CALL_MS),
    ...changes,
    profile: {...plan.profile, ...profile},
  }
}

function seenIn(
  {report, opened}: CallResult,
  about: Pick<Seen, 'identity' | 'events' | 'isOrdinary'>,
): Seen {
  const said = report.turns.filter(({kind}) => kind === 'say')
  const heardMs = report.speech.bot.reduce((sum, {startMs, endMs}) => sum + endMs - startMs, 0)
  return {
    report,
    isAnswered: said.length > 0 && said.every(({responseMs}) => responseMs !== undefined),
    isOpened: opened,
    heardMs,
    ...about,
  }
}
