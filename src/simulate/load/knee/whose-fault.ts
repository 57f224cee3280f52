import type {BrokenLevel} from '../../../report/load-report.js'
import type {CallReport} from '../../../report/report.js'
import {percentile} from '../../../report/summary.js'
import type {LevelResult} from '../level.js'
import type {JudgedLevel} from './level-verdict.js'

/** Of a core: a bot that runs on one has nothing left. */
const BUSY_CORE = 0.9
/** Answers that take so much longer than alone have grown. */
const GROWN = 1.5

/** Through whom a level broke, with the number that tells. */
export function whoseFault(
  judged: JudgedLevel,
  {concurrency, result, alone}: {concurrency: number; result: LevelResult; alone: CallReport},
): BrokenLevel {
  const {verdict, reason = '', broken} = judged
  if (verdict === 'void') {
    const threshold = judged.thresholds.find(({status}) => status !== 'pass')?.expression
    const why = `The rig was the limit, not the bot: ${reason}.`
    return {concurrency, threshold: threshold ?? 'rig', fault: 'rig', why}
  }
  const {expression = '', value} = broken ?? {}
  const tells = [...refusals(result), ...closures(result), ...growth(result, alone)]
  const seen = tells.length > 0 ? tells : [reason === '' ? 'nothing else stood out' : reason]
  const said = [...busy(result), ...seen].join('; ')
  return {
    concurrency,
    threshold: expression,
    ...(value === undefined ? {} : {value}),
    fault: 'bot',
    why: `With ${String(concurrency)} calls at once ${said}.`,
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

function growth({calls}: LevelResult, alone: CallReport): readonly string[] {
  const responses = calls.flatMap(responsesOf).sort((one, other) => one - other)
  const before = Math.max(...responsesOf(alone))
  const turns = calls.flatMap((call) => call.turns.filter(({kind}) => kind === 'say'))
  const unanswered = turns.filter(({responseMs}) => responseMs === undefined).length
  const missing =
    unanswered > 0 && Number.isFinite(before)
      ? [`${String(unanswered)} of ${String(turns.length)} turns went unanswered`]
      : []
  if (responses.length === 0) return missing
  const slowest = percentile(responses, 95)
  if (!(slowest > GROWN * before)) return missing
  return [
    ...missing,
    `one answer in twenty took over ${String(Math.round(slowest))} ms, and ${String(Math.round(before))} ms alone`,
  ]
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
