import type {LeakReport} from '../../../../report/load-report.js'
import type {CallReport} from '../../../../report/report.js'
import {callVerdict} from '../../../../report/verdict.js'
import type {BotUsage} from '../../traffic/level.js'
import {type Alone, aloneLike} from '../alone.js'

/** A bot's process with no calls on it. */
export type IdleBot = BotUsage & {
  /** CPU seconds a second, 1 being one core. */
  readonly idleCpu: number
}

/** One round of calls and the rest after it. */
export type Round = {readonly calls: number; readonly after: IdleBot}

/** A process keeps what it once needed, for the next time: only more than both is looked into. */
const RSS_SHARE = 1.2
const RSS_BYTES = 20e6
/** What a pool has kept does not grow when the same number of calls comes again; a leak grows by each. */
const AGAIN_BYTES = 5e6
const AGAIN_SHARE = 0.5
/** Files of logs and pools; a leaked socket a call is many more. */
const MORE_FILES = 10
const MORE_THREADS = 10
/** Of a core, by timers and loops for calls that are gone. */
const MORE_CPU = 0.1
/** Of the calls alone afterwards: with fewer that went as before it is not the bot that it was. */
const AS_BEFORE = 0.5
/** By so much slower alone than it was alone before: one call is a small sample. */
const SLOWER = 2
const SLOWER_MS = 300

/** Whether what a process holds has to be seen again, after as many calls more. */
export function needsSecondRound(before: IdleBot, after: IdleBot): boolean {
  return isMoreMemory(before.rssBytes, after.rssBytes) || moreThreads(before, after)
}

/** Whether it is as it was before, so that no longer wait can show more. */
export function isSettled(before: IdleBot, after: IdleBot): boolean {
  return (
    !hasMoreFiles(before, after) && !isBusier(before, after) && !needsSecondRound(before, after)
  )
}

/** What the process still holds with all calls gone. */
export function judgeProcess(before: IdleBot, first: Round, second?: Round): LeakReport {
  const last = second?.after ?? first.after
  const signs = [
    hasMoreFiles(before, last),
    isBusier(before, last),
    second !== undefined && leaksMemory(before, first, second),
    second !== undefined && moreThreads(first.after, second.after),
  ]
  const isUnclear = second === undefined && needsSecondRound(before, first.after)
  return {
    verdict: signs.includes(true) ? 'leaks' : isUnclear ? 'not-measured' : 'clean',
    evidence: [
      memoryWords(before, first, second),
      ...counted('Open files', before.openFiles, last.openFiles),
      ...counted('Threads', before.threads, last.threads),
      `CPU without calls: ${cpu(before)} before, ${cpu(last)} after.`,
      ...(isUnclear ? ['Whether it would have grown again could not be tried.'] : []),
    ],
  }
}

/** What a few calls alone show, whether the bot's process is known or not. */
export function judgeAlone(alone: Alone, after: readonly CallReport[]): LeakReport {
  const completed = after.filter(({outcome}) => outcome === 'completed').length
  const asBefore = after.filter((call) => isAsBefore(aloneLike(alone, call), call)).length
  const told = `${String(completed)} of ${String(after.length)} calls alone were completed after the search`
  if (after.length === 0) return NONE_ENDED
  if (!after.some((call) => isAnswered(aloneLike(alone, call), call))) {
    const unanswered = completed === 0 ? '' : ', and none of them was answered'
    return {verdict: 'gone', evidence: [`The bot no longer answers: ${told}${unanswered}.`]}
  }
  const times = alone.flatMap((before) => {
    const like = after.filter((call) => aloneLike(alone, call) === before)
    return timesOf(before, like, alone.length > 1 ? ` of ${before.scenario}` : '')
  })
  const isSlower = times.some(
    ({beforeMs, afterMs}) => afterMs > SLOWER * beforeMs && afterMs > beforeMs + SLOWER_MS,
  )
  const leaks = completed < after.length || asBefore < AS_BEFORE * after.length || isSlower
  const words = times.map(
    ({name, beforeMs, afterMs}) =>
      `${name} alone: ${String(Math.round(beforeMs))} ms before, ${String(Math.round(afterMs))} ms after.`,
  )
  return {verdict: leaks ? 'leaks' : 'clean', evidence: [`${told}.`, ...words]}
}

const NONE_ENDED: LeakReport = {
  verdict: 'not-measured',
  evidence: [
    'No call alone came to its end after the search, however long it was waited for: whether the bot still answers is not known.',
  ],
}

/** It came to its end, was answered where the one before was, and kept what that one kept. */
function isAsBefore(before: CallReport | undefined, call: CallReport): boolean {
  if (call.outcome !== 'completed' || !isAnswered(before, call)) return false
  return callVerdict(call) !== 'fail' || (before !== undefined && callVerdict(before) === 'fail')
}

/** However late, and whatever came then. A bot that does not speak answers by keeping the call. */
function isAnswered(before: CallReport | undefined, call: CallReport): boolean {
  if (before && slowestResponse(before.turns) !== undefined) {
    return slowestResponse(call.turns) !== undefined
  }
  if (before && greetingMs(before) !== undefined) return greetingMs(call) !== undefined
  return call.outcome === 'completed'
}

function timesOf(before: CallReport, after: readonly CallReport[], of: string) {
  return TIMES.flatMap(([name, read]) => {
    const beforeMs = read(before)
    const afterMs = median(after.flatMap((call) => read(call) ?? []))
    if (beforeMs === undefined || afterMs === undefined) return []
    return [{name: `${name}${of}`, beforeMs, afterMs}]
  })
}

const TIMES: readonly (readonly [string, (call: CallReport) => number | undefined])[] = [
  ['Handshake', ({metrics}) => metrics['handshakeMs']],
  ['Greeting', (call) => greetingMs(call)],
  ['Response', ({turns}) => slowestResponse(turns)],
]

function greetingMs({turns}: CallReport): number | undefined {
  return turns.find((turn) => turn.greetingMs !== undefined)?.greetingMs
}

function slowestResponse(turns: CallReport['turns']): number | undefined {
  const all = turns.flatMap(({responseMs}) => responseMs ?? [])
  return all.length === 0 ? undefined : Math.max(...all)
}

function isMoreMemory(beforeBytes: number, afterBytes: number): boolean {
  return afterBytes > RSS_SHARE * beforeBytes && afterBytes > beforeBytes + RSS_BYTES
}

function leaksMemory(before: IdleBot, first: Round, second: Round): boolean {
  const atFirst = first.after.rssBytes - before.rssBytes
  const again = second.after.rssBytes - first.after.rssBytes
  return again > AGAIN_BYTES && again / second.calls > (AGAIN_SHARE * atFirst) / first.calls
}

function moreThreads(before: IdleBot, after: IdleBot): boolean {
  return (after.threads ?? 0) > (before.threads ?? Infinity) + MORE_THREADS
}

function hasMoreFiles(before: IdleBot, after: IdleBot): boolean {
  return (after.openFiles ?? 0) > (before.openFiles ?? Infinity) + MORE_FILES
}

function isBusier(before: IdleBot, after: IdleBot): boolean {
  return after.idleCpu > before.idleCpu + MORE_CPU
}

function memoryWords(before: IdleBot, first: Round, second?: Round): string {
  const start = `Resident size: ${megabytes(before)} before, ${megabytes(first.after)} after ${String(first.calls)} judged calls`
  if (!second) return `${start}.`
  return `${start}, ${megabytes(second.after)} after ${String(second.calls)} more.`
}

function counted(what: string, before?: number, after?: number): readonly string[] {
  if (before === undefined || after === undefined) return []
  return [`${what}: ${String(before)} before, ${String(after)} after.`]
}

function megabytes({rssBytes}: IdleBot): string {
  return `${String(Math.round(rssBytes / 1e6))} MB`
}

function cpu({idleCpu}: IdleBot): string {
  return `${String(Math.round(100 * idleCpu))} % of a core`
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) / 2)]
}
