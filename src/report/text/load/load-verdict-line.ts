import {countCauses} from '../../causes.js'
import type {KneeReport, LoadReport} from '../../load-report.js'
import type {RunReport} from '../../report.js'
import type {Paint} from '../look.js'
import {printable} from '../plain.js'
import {counted} from '../units.js'
import {kneeWords} from './knee-text.js'
import {grouped, missingShards} from './load-words.js'

/** The last line of a load report, in one piece for grep: the verdict, what it counts, the first cause. */
export function loadVerdictLine(report: RunReport, load: LoadReport, paint: Paint): string {
  const isPass = report.verdict === 'pass'
  const reasons = (load.knee ? kneeReasons(report, load.knee) : countReasons(report, load)).join(
    ', ',
  )
  const cause = isPass || load.knee ? undefined : firstCause(report)
  const parts = [reasons, cause === undefined ? '' : `first cause: ${cause}`]
  const told = parts.filter((part) => part !== '').join('; ')
  const word = isPass ? paint.good('pass') : paint.bad('fail')
  return paint.bold(word) + (told === '' ? '' : `: ${told}`)
}

function kneeReasons({interrupted}: RunReport, knee: KneeReport): readonly string[] {
  return [
    interrupted ? 'interrupted' : '',
    `knee: ${kneeWords(knee)}`,
    knee.broken ? `limited by ${knee.broken.fault === 'bot' ? 'the bot' : 'this machine'}` : '',
    knee.overload && knee.overload.verdict !== 'not-measured' ? knee.overload.verdict : '',
    knee.leak?.verdict === 'leaks' ? 'leaks' : '',
  ].filter((part) => part !== '')
}

function countReasons(report: RunReport, load: LoadReport): readonly string[] {
  const {summary, thresholds, rig, interrupted, verdict} = report
  const count = (status: string) => thresholds.filter((one) => one.status === status).length
  const missing = missingShards(load).length
  const shards = load.shards ?? []
  const isCut = verdict === 'fail' && missing > 0 && shards.length > 1
  return [
    interrupted ? 'interrupted' : '',
    rig.verdict === 'void' ? 'this machine was the limit' : '',
    isCut ? `${String(shards.length)} of ${counted(shards.length + missing, 'shard')}` : '',
    some(summary.passed, 'call passed', 'calls passed'),
    some(summary.failed, 'call failed', 'calls failed'),
    some(summary.dropped, 'call dropped', 'calls dropped'),
    some(count('pass'), 'threshold held', 'thresholds held'),
    some(count('fail'), 'threshold not held', 'thresholds not held'),
    some(count('not-measured'), 'threshold not measured', 'thresholds not measured'),
  ].filter((part) => part !== '')
}

function some(count: number, one: string, many: string): string {
  return count === 0 ? '' : `${grouped(count)} ${count === 1 ? one : many}`
}

/** The rig before the bot; then what most calls failed of, unless a threshold lets so many fail. */
function firstCause({rig, thresholds, calls}: RunReport): string | undefined {
  if (rig.verdict === 'void') return printable(rig.reason ?? 'this machine')
  const broken = thresholds.find(({status}) => status !== 'pass')
  const mayFail = thresholds.some(
    ({expression, status}) => status === 'pass' && /^\s*failed\b/.test(expression),
  )
  const [most] = countCauses(calls)
  if (most && !(broken && mayFail)) {
    return printable(`${most.cause}, ${most.message.replace(/\.$/, '')}`)
  }
  return broken && printable(broken.expression)
}
