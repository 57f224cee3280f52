import type {Clock} from '../clock.js'
import type {Check, CheckResult, Hop, Known, Role} from './check.js'
import {type PlannedCheck, planChecks} from './plan-checks.js'
import type {DoctorTarget} from './target.js'
import type {DoctorWorld} from './world.js'

/** A check that is over. */
export type EndedCheck = {
  readonly id: string
  readonly check: Check
  readonly role: Role
  readonly result: CheckResult
  readonly durationMs: number
}

/** What somebody who shows it hears while it goes on. */
export type CheckEvent =
  | {readonly type: 'planned'; readonly checks: readonly PlannedCheck[]}
  | {readonly type: 'began'; readonly id: string}
  | {readonly type: 'ended'; readonly ended: EndedCheck}

export type CheckRun = {
  readonly target: DoctorTarget
  /** In the order of cause and effect, whenever they ended. */
  readonly checks: readonly EndedCheck[]
  readonly known: Known
  readonly hops: ReadonlyMap<Role, Hop>
  readonly isInterrupted: boolean
  /** The overall deadline came before the last check was over. */
  readonly isLate: boolean
}

export type RunOptions = {
  readonly checks: readonly Check[]
  readonly world: DoctorWorld
  /** Ctrl-C. */
  readonly signal: AbortSignal
  /** For everything together. */
  readonly deadlineMs: number
  readonly on?: (event: CheckEvent) => void
}

/** Runs every check as soon as what it builds on is over; each under its own limit and the overall one. */
export async function runChecks(target: DoctorTarget, options: RunOptions): Promise<CheckRun> {
  const {world, signal, deadlineMs, on = () => undefined} = options
  const plan = planChecks(target, options.checks)
  on({type: 'planned', checks: plan})
  const done = new AbortController()
  const overall = deadlineSignal(world.clock, deadlineMs, done.signal)
  const running = new Running(target, {world, on, signal, overall})
  try {
    await Promise.all(plan.map((planned) => running.run(planned, plan)))
  } finally {
    done.abort()
  }
  const checks = plan.flatMap(({id}) => running.ended.get(id) ?? [])
  return {
    target,
    checks,
    known: running.known,
    hops: running.hops,
    isInterrupted: signal.aborted,
    isLate: !signal.aborted && overall.aborted,
  }
}

type RunningOptions = {
  readonly world: DoctorWorld
  readonly on: (event: CheckEvent) => void
  readonly signal: AbortSignal
  readonly overall: AbortSignal
}

class Running {
  readonly ended = new Map<string, EndedCheck>()
  readonly hops = new Map<Role, Hop>()
  known: Known = {}
  readonly #target: DoctorTarget
  readonly #options: RunningOptions
  readonly #running = new Map<string, Promise<void>>()
  /** For what was not tried, the check that did not pass. */
  readonly #roots = new Map<string, string>()

  constructor(target: DoctorTarget, options: RunningOptions) {
    this.#target = target
    this.#options = options
    for (const role of ['dynamic', 'stream', 'passthru'] as const) {
      const text = target[role]
      this.hops.set(role, {role, ...(text === undefined ? {} : {text})})
    }
  }

  run(planned: PlannedCheck, plan: readonly PlannedCheck[]): Promise<void> {
    const known = this.#running.get(planned.id)
    if (known) return known
    const running = this.#runAfter(planned, plan)
    this.#running.set(planned.id, running)
    return running
  }

  async #runAfter(planned: PlannedCheck, plan: readonly PlannedCheck[]): Promise<void> {
    const {needs, after} = planned
    const before = plan.filter(({id}) => needs.includes(id) || after.includes(id))
    await Promise.all(before.map((other) => this.run(other, plan)))
    const {clock} = this.#options.world
    const beganAt = clock.now()
    const result = await this.#result(planned)
    const durationMs = Math.round(clock.now() - beganAt)
    const {id, check, role} = planned
    const ended = {id, check, role, result, durationMs}
    this.#learn(role, result)
    this.ended.set(id, ended)
    this.#options.on({type: 'ended', ended})
  }

  #result(planned: PlannedCheck): Promise<CheckResult> | CheckResult {
    const unmet = planned.needs.find((id) => !this.#isMet(id))
    if (unmet !== undefined) {
      // The one that all of them wait for, not the next before it.
      const root = this.#roots.get(unmet) ?? unmet
      this.#roots.set(planned.id, root)
      return skipped(`not tried: ${root} did not pass`)
    }
    if (this.#options.signal.aborted) return skipped('not tried: interrupted')
    if (this.#options.overall.aborted) return skipped('not tried: the time for all checks was over')
    this.#options.on({type: 'began', id: planned.id})
    return this.#runOne(planned)
  }

  #isMet(id: string): boolean {
    const result = this.ended.get(id)?.result
    if (!result || result.status === 'pass' || result.status === 'warn') return true
    return result.status === 'skip' && result.mayGoOn === true
  }

  async #runOne({check, role}: PlannedCheck): Promise<CheckResult> {
    const {world, signal, overall} = this.#options
    const done = new AbortController()
    const limit = deadlineSignal(world.clock, check.limitMs, done.signal)
    const ending = AbortSignal.any([signal, overall, limit])
    const context = {
      target: this.#target,
      hop: this.hops.get(role) ?? {role},
      known: this.known,
      failed: [...this.ended.values()].filter(isFailed).map(({id}) => id),
      world,
      signal: ending,
    }
    try {
      // A check that does not hear the signal holds nobody up.
      return await Promise.race([check.run(context), aborted(ending)])
    } catch (error) {
      if (!ending.aborted) return ourFault(error)
      if (signal.aborted) return skipped('not finished: interrupted')
      const isOwn = limit.aborted && !overall.aborted
      const seconds = `${String(check.limitMs / 1000)} s`
      return skipped(
        isOwn ? `not finished within ${seconds}` : 'not finished: the time for all checks was over',
      )
    } finally {
      done.abort()
    }
  }

  #learn(role: Role, result: CheckResult): void {
    const {known, hop, streamUrl} = result
    this.known = {...this.known, ...known}
    if (hop) this.hops.set(role, {...(this.hops.get(role) ?? {role}), ...hop})
    if (streamUrl !== undefined) this.hops.set('stream', {role: 'stream', text: streamUrl})
  }
}

function isFailed({result}: EndedCheck): boolean {
  return result.status === 'fail'
}

function skipped(summary: string): CheckResult {
  return {status: 'skip', summary}
}

function ourFault(error: unknown): CheckResult {
  return {
    status: 'fail',
    summary: 'exostream could not finish this check',
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    fix: 'This is a mistake of exostream, not of the bot: please report it with the lines above.',
  }
}

/** Aborts after the time, unless `until` comes first. */
function deadlineSignal(clock: Clock, ms: number, until: AbortSignal): AbortSignal {
  const deadline = new AbortController()
  clock.sleepUntil(clock.now() + ms, until).then(
    () => {
      deadline.abort(new Error('The time is over.'))
    },
    () => undefined,
  )
  return deadline.signal
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = () => {
      reject(signal.reason as Error)
    }
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, {once: true})
  })
}
