import {TOO_FEW_ENDED} from '../../../report/knee-outcome.js'
import type {BrokenLevel} from '../../../report/load-report.js'
import type {CallReport} from '../../../report/report.js'
import {metricsOf, percentile} from '../../../report/summary.js'
import {parseThreshold} from '../../thresholds.js'
import type {LevelResult} from '../traffic/level.js'
import type {Alone} from './alone.js'
import {isFailed} from './level/level-values.js'
import type {JudgedLevel} from './level/level-verdict.js'

/** Of a core: a bot that runs on one has nothing left. */
const BUSY_CORE = 0.9
/** Answers that take so much longer than alone have grown. */
const GROWN = 1.5

type Seen = {
  readonly result: LevelResult
  readonly alone: Alone
}

/** Through whom a level broke, with the number that tells. */
export function whoseFault(
  judged: JudgedLevel,
  {concurrency, ...seen}: Seen & {readonly concurrency: number},
): BrokenLevel {
  const {verdict, reason = '', broken} = judged
  if (verdict === 'void') {
    const threshold = judged.thresholds.find(({status}) => status !== 'pass')?.expression
    const why = `The rig was the limit, not the bot: ${reason}.`
    return {concurrency, threshold: threshold ?? 'rig', fault: 'rig', why}
  }
  const {expression = '', value} = broken ?? {}
  return {
    concurrency,
    threshold: expression,
    ...(value === undefined ? {} : {value}),
    fault: 'bot',
    why: `With ${String(concurrency)} calls at once ${tellings(judged, seen).join('; ')}.`,
  }
}

/** The metric that broke first; what else was seen behind it. */
function tellings(judged: JudgedLevel, seen: Seen): readonly string[] {
  const {result, alone} = seen
  const {reason, rig, broken} = judged
  const ends = [...refusals(result), ...closures(result)]
  // Of a level in which the rig was late the refusals say all that is known of the bot.
  if (rig !== undefined) return ends
  const metric = metricOf(broken)
  const times = metric === 'responseMs' ? [] : growth(result, alone)
  // Of values that failed to come, there is none to name.
  const ofMetric =
    broken?.status === 'fail'
      ? nameMetric({...broken, metric}, seen)
      : reason === undefined
        ? []
        : [reason]
  const told =
    metric === 'failed' ? [...ends, ...(ends.length > 0 ? [] : ofMetric)] : [...ofMetric, ...ends]
  return [...new Set([...busy(result), ...told, ...unanswered(seen), ...times])]
}

/** Where too few calls ended, no threshold broke. */
function metricOf(broken: JudgedLevel['broken']): string | undefined {
  if (!broken || broken.expression === TOO_FEW_ENDED) return undefined
  return parseThreshold(broken.expression).metric
}

type BrokenMetric = {
  readonly metric: string | undefined
  readonly expression: string
  readonly value?: number
}

function nameMetric(
  {metric, expression, value = 0}: BrokenMetric,
  {result, alone}: Seen,
): readonly string[] {
  const {calls} = result
  const was = String(Math.round(value * 100) / 100)
  switch (metric) {
    case 'failed':
      return [`${of(calls.filter(isFailed).length, calls)} did not do what their scenario promises`]
    case 'underrunRate':
      return [`there were ${was} holes a minute in the bot's speech`]
    case 'responseMs':
      return slowestAnswers(result, alone)
    default: {
      const before = alone
        .flatMap(metricsOf)
        .flatMap(({name, value: one}) => (name === metric ? [one] : []))
      const what = expression.replace(/\s*[<>=].*$/, '').trim()
      const then =
        before.length === 0
          ? ''
          : `, and ${String(Math.round(Math.max(...before) * 100) / 100)} alone`
      return [`${what} was ${was}${then}`]
    }
  }
}

function busy({botCpu}: LevelResult): readonly string[] {
  if (botCpu === undefined || botCpu < BUSY_CORE) return []
  return [
    botCpu < 1.05
      ? `the bot took ${String(Math.round(100 * botCpu))} % of a core`
      : `the bot took ${botCpu.toFixed(1)} cores`,
  ]
}

/** Calls that never opened, by what they were told instead. */
function refusals({calls}: LevelResult): readonly string[] {
  const unopened = calls.filter((call) => call.outcome === 'failed' && !call.closing)
  return mostCommon(unopened.map(refusalOf)).map(
    ([how, count]) => `${of(count, calls)} were ${how}`,
  )
}

function refusalOf({failure}: CallReport): string {
  const {code = '', message = ''} = failure ?? {}
  const status = / answered (\d{3})\b/.exec(message)?.[1]
  if (status !== undefined) return `refused with ${status}`
  return code === 'EXO_DIAL_TIMEOUT' ? 'not answered in time' : `not opened (${code})`
}

/** Streams that were open and did not last. */
function closures({calls}: LevelResult): readonly string[] {
  const closed = calls.filter(({outcome, closing}) => outcome === 'failed' && closing)
  return mostCommon(closed.map(closureOf)).map(([how, count]) => `${of(count, calls)} were ${how}`)
}

function closureOf({closing}: CallReport): string {
  const {by = 'network', code} = closing ?? {}
  if (by === 'network') return 'cut off without a close frame'
  const code_ = code === undefined ? '' : ` with ${String(code)}`
  return by === 'bot' ? `closed by the bot${code_}` : `given up${code_}`
}

function unanswered({result: {calls}, alone}: Seen): readonly string[] {
  const turns = calls.flatMap((call) => call.turns.filter(({kind}) => kind === 'say'))
  const missing = turns.filter(({responseMs}) => responseMs === undefined).length
  if (missing === 0 || !alone.some((call) => responsesOf(call).length > 0)) return []
  return [`${String(missing)} of ${String(turns.length)} turns went unanswered`]
}

/** Answers that took longer than alone, beside what broke. */
function growth(result: LevelResult, alone: Alone): readonly string[] {
  const slowest = slowestOf(result)
  const before = slowestAlone(alone)
  if (slowest === undefined || before === undefined) return []
  // A bot that begins before the caller has finished has no time of its own to grow from.
  const hasGrown = before > 0 && slowest > GROWN * before
  return hasGrown ? slowestAnswers(result, alone) : []
}

function slowestAnswers(result: LevelResult, alone: Alone): readonly string[] {
  const slowest = slowestOf(result)
  const before = slowestAlone(alone)
  if (slowest === undefined) return []
  const then = before === undefined ? '' : `, and ${answerWords(before)} alone`
  return slowest < 0
    ? [`one answer in twenty began no sooner than ${answerWords(slowest)}${then}`]
    : [`one answer in twenty took over ${answerWords(slowest)}${then}`]
}

function answerWords(responseMs: number): string {
  const ms = String(Math.abs(Math.round(responseMs)))
  return responseMs < 0 ? `${ms} ms before the caller had finished` : `${ms} ms`
}

function slowestOf({calls}: LevelResult): number | undefined {
  const responses = calls.flatMap(responsesOf).sort((one, other) => one - other)
  return responses.length === 0 ? undefined : percentile(responses, 95)
}

/** Undefined where no call alone was answered. */
function slowestAlone(alone: Alone): number | undefined {
  const responses = alone.flatMap(responsesOf)
  return responses.length === 0 ? undefined : Math.max(...responses)
}

function responsesOf({turns}: CallReport): readonly number[] {
  return turns.flatMap(({responseMs}) => responseMs ?? [])
}

/** The most common first, two at most: more would not be read. */
function mostCommon(words: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].sort(([, one], [, other]) => other - one).slice(0, 2)
}

function of(count: number, calls: readonly CallReport[]): string {
  return `${String(count)} of ${String(calls.length)} calls`
}
