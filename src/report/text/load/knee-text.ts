import {hasHeldTwice, kneeOutcome, searched, TOO_FEW_ENDED} from '../../knee-outcome.js'
import type {
  BrokenLevel,
  KneeReport,
  LeakReport,
  LevelReport,
  OverloadReport,
} from '../../load-report.js'
import type {CallReport} from '../../report.js'
import {LEAST_FOR_P95, metricsOf, percentile} from '../../summary.js'
import type {Section} from '../call-text.js'
import {hang} from '../cells.js'
import type {Look} from '../look.js'
import {printable} from '../plain.js'
import {counted, inMs, inSeconds} from '../units.js'
import {grouped} from './load-words.js'
import {drawTable} from './table.js'

/** What a search found: the number first, then what it rests on. */
export function describeKnee(
  knee: KneeReport,
  calls: readonly CallReport[],
  look: Look,
): readonly Section[] {
  const {overload, leak, callMs, searchMs} = knee
  const lines = [
    ...kneeSentences(knee),
    `One call takes ${inSeconds(callMs)}; the search took ${inSeconds(searchMs)}.`,
  ].flatMap((sentence) => hang('  ', printable(sentence), look.width))
  return [
    {title: `Knee: ${kneeWords(knee)}`, lines},
    {title: 'Steps', lines: drawLevels(knee.levels, calls, look)},
    {
      title: overload ? `Overload: ${overloadWord(overload)}` : '',
      lines: overload ? hang('  ', printable(overloadSentence(overload)), look.width) : [],
    },
    {
      title: leak ? `After all had hung up: ${leakWord(leak)}` : '',
      lines: (leak?.evidence ?? []).flatMap((one) => hang('  - ', printable(one), look.width)),
    },
  ]
}

/** In a few words, for a title and for the verdict. */
export function kneeWords({calls, bound}: Pick<KneeReport, 'calls' | 'bound'>): string {
  if (calls === undefined || bound === 'none') return 'none found'
  const atOnce = `${grouped(calls)} ${calls === 1 ? 'call' : 'calls'} at once`
  return bound === 'exact' ? atOnce : `at least ${atOnce}`
}

/** What held, what broke first, and through whom. */
export function kneeSentences(knee: KneeReport): readonly string[] {
  const {broken, unmeasured = []} = knee
  const held = heldSentence(knee)
  const unjudged =
    unmeasured.length === 0
      ? []
      : [`Not judged, because no call alone gave a value: ${unmeasured.join(', ')}.`]
  if (!broken) return [held, ...unjudged, ...unbrokenSentence(knee)]
  const {fault, why} = broken
  const whose =
    fault === 'bot'
      ? `That is the bot's doing: ${why.replace(/\.$/, '')}.`
      : `That is this machine's doing, and says nothing of the bot: ${why.replace(/\.$/, '')}.`
  return [held, ...unjudged, ...brokenSentence(broken), whose]
}

function brokenSentence({
  concurrency,
  threshold,
  value,
  fault,
  atAnyLoad,
}: BrokenLevel): readonly string[] {
  if (atAnyLoad) return []
  const many = grouped(concurrency)
  if (threshold === TOO_FEW_ENDED) return [`With ${many} too few calls came to their end in time.`]
  const was = value === undefined ? '' : ` (it was ${String(Math.round(value * 100) / 100)})`
  return fault === 'bot'
    ? [`With ${many} the first to break was ${threshold}${was}.`]
    : [`With ${many} the search ended at ${threshold}${was}.`]
}

function heldSentence(knee: KneeReport): string {
  const {calls, bound, levels, thresholds, broken} = knee
  const all = thresholds.join(', ')
  if (broken?.atAnyLoad) return `No number of calls is a knee: ${broken.threshold} breaks at any.`
  if (calls === undefined || bound === 'none') {
    const [first] = levels
    if (!first) return 'No step was made.'
    const least = Math.min(...searched(levels).map(({concurrency}) => concurrency))
    return `Not even ${counted(least, 'call')} at once kept every threshold: ${all}.`
  }
  const often = hasHeldTwice(knee)
    ? 'held, and held again'
    : 'held once, and could not be held again'
  return `With ${counted(calls, 'call')} at once every threshold ${often}: ${all}.`
}

function unbrokenSentence(knee: KneeReport): readonly string[] {
  if (knee.bound !== 'at-least') return []
  return kneeOutcome(knee) === 'found'
    ? ['Nothing broke up to the ceiling.']
    : ['This machine was the limit beyond; of the bot nothing more is known.']
}

/** What all the calls left behind, for a title and for the verdict. */
export function leakWord({verdict}: LeakReport): string {
  return verdict === 'gone' ? 'the bot is gone' : verdict.replace('-', ' ')
}

/** One that was never made is not tried; one that showed nothing is not measured. */
export function overloadWord({verdict, concurrency}: OverloadReport): string {
  return concurrency === undefined ? 'not tried' : verdict.replace('-', ' ')
}

/** What too much did to the bot. */
export function overloadSentence(overload: OverloadReport): string {
  const {concurrency, refused, passedPerS, passedPerSAtKnee, why} = overload
  if (concurrency === undefined || refused === undefined) return why
  const passed =
    passedPerS === undefined || passedPerSAtKnee === undefined
      ? ''
      : `, and ${rate(passedPerS)} calls a second passed, against ${rate(passedPerSAtKnee)} at the knee`
  return `With ${grouped(concurrency)} at once ${counted(refused, 'call was', 'calls were')} refused${passed}. ${why}`
}

function rate(perS: number): string {
  return String(Math.round(perS * 10) / 10)
}

const PHASES = {
  up: 'up',
  search: 'search',
  hold: 'hold',
  'step-back': 'step back',
  overload: 'overload',
  after: 'after',
} as const satisfies Record<LevelReport['phase'], string>

/** What a row of the table of steps says, for a terminal and for a page. */
export type LevelRow = {
  readonly phase: string
  readonly atOnce: string
  readonly calls: string
  readonly response: string
  readonly failed: string
  readonly underruns: string
  readonly rig: string
  readonly rigCpu: string
  readonly botCpu: string
  readonly verdict: LevelReport['verdict']
  readonly reason: string
}

export function levelRows(
  levels: readonly LevelReport[],
  calls: readonly CallReport[],
): readonly LevelRow[] {
  return levels.map((level, at) => {
    const {phase, concurrency, calls: judged, failed, sendLatenessP99Ms, verdict} = level
    const responseMs = responseOf(level, () => calls.filter((call) => call.level === at))
    const underruns = thresholdOn(level, 'underrunRate')
    return {
      phase: PHASES[phase],
      atOnce: grouped(concurrency),
      calls: grouped(judged),
      response: responseMs === undefined ? '' : inMs(responseMs),
      failed: grouped(failed),
      underruns: underruns === undefined ? '' : underruns.toFixed(1),
      rig: inMs(sendLatenessP99Ms),
      rigCpu: cores(level.rigCpu),
      botCpu: cores(level.botCpu),
      verdict,
      reason: reasonOf(level),
    }
  })
}

/** The steps that were void, and of which the verdict on this machine says nothing; undefined where none was. */
export function voidStepsWords({levels}: KneeReport): string | undefined {
  const voids = levels.filter(({verdict}) => verdict === 'void')
  if (voids.length === 0) return undefined
  const named = voids.map(({phase, concurrency}) => `${PHASES[phase]} ${grouped(concurrency)}`)
  return `void, and not counted here: ${named.join(', ')} (${String(voids.length)} of ${counted(levels.length, 'step')})`
}

/** As it was judged; else of the calls that were made in the step. */
export function responseOf(
  level: LevelReport,
  callsOf: () => readonly CallReport[],
): number | undefined {
  const judged = thresholdOn(level, 'responseMs', 'p95')
  if (judged !== undefined) return judged
  const values = callsOf()
    .flatMap(metricsOf)
    .flatMap(({name, value}) => (name === 'responseMs' ? [value] : []))
    .toSorted((one, other) => one - other)
  return values.length < LEAST_FOR_P95 ? undefined : percentile(values, 95)
}

function thresholdOn(
  {thresholds}: LevelReport,
  metric: string,
  aggregate = '',
): number | undefined {
  const found = thresholds.find(
    ({expression}) => expression.includes(metric) && expression.trimStart().startsWith(aggregate),
  )
  return found?.value
}

function reasonOf({verdict, reason, thresholds}: LevelReport): string {
  if (reason !== undefined || verdict !== 'broken') return reason ?? ''
  return thresholds.find(({status}) => status === 'fail')?.expression ?? ''
}

function cores(cpu: number | undefined): string {
  return cpu === undefined ? '' : cpu.toFixed(2)
}

function drawLevels(
  levels: readonly LevelReport[],
  calls: readonly CallReport[],
  look: Look,
): readonly string[] {
  if (levels.length === 0) return []
  const rows = levelRows(levels, calls)
  const cells = (name: keyof LevelRow) => rows.map((row) => printable(row[name]))
  const right = (head: string, name: keyof LevelRow, rank: number) =>
    ({head, align: 'right', rank, cells: cells(name)}) as const
  const table = drawTable(
    [
      {head: 'step', align: 'left', rank: 0, cells: cells('phase')},
      right('at once', 'atOnce', 0),
      right('calls', 'calls', 4),
      right('response p95', 'response', 1),
      right('failed', 'failed', 2),
      right('holes/min', 'underruns', 5),
      right('late p99', 'rig', 3),
      right('rig CPU', 'rigCpu', 6),
      right('bot CPU', 'botCpu', 3),
      {head: '', align: 'left', rank: 0, cells: cells('verdict')},
    ],
    look,
  )
  const voids = rows
    .filter(({verdict, reason}) => verdict === 'void' && reason !== '')
    .flatMap(({phase, atOnce, reason}) =>
      hang('  ', printable(`${atOnce} at once (${phase}) is void: ${reason}`), look.width),
    )
  return [...table, ...voids]
}
