import {countCauses, isTolerated} from '../../causes.js'
import {hasLeak, kneeOutcome} from '../../knee-outcome.js'
import type {KneeReport, LoadReport} from '../../load-report.js'
import type {RunReport} from '../../report.js'
import {toleratesIn} from '../../tolerates.js'
import type {Paint} from '../look.js'
import {printable} from '../plain.js'
import {kneeWords, leakWord} from './knee-text.js'
import {grouped, missingWords, notOpenedCause} from './load-words.js'

/** The last line of a load report, in one piece for grep: the verdict, what it counts, the first cause. */
export function loadVerdictLine(report: RunReport, load: LoadReport, paint: Paint): string {
  const isPass = report.verdict === 'pass'
  const reasons = (load.knee ? kneeReasons(report, load.knee) : countReasons(report, load)).join(
    ', ',
  )
  const cause = isPass || load.knee ? undefined : firstCause(report, load)
  const parts = [reasons, cause === undefined ? '' : `first cause: ${cause}`]
  const told = parts.filter((part) => part !== '').join('; ')
  const word = isPass ? paint.good('pass') : paint.bad('fail')
  return paint.bold(word) + (told === '' ? '' : `: ${told}`)
}

function kneeReasons({interrupted}: RunReport, knee: KneeReport): readonly string[] {
  return [
    interrupted ? 'interrupted' : '',
    `knee: ${kneeWords(knee)}`,
    limitWords(knee),
    knee.overload && knee.overload.verdict !== 'not-measured' ? knee.overload.verdict : '',
    knee.leak && hasLeak(knee) ? leakWord(knee.leak) : '',
  ].filter((part) => part !== '')
}

/** Where this machine gave out, the number is no verdict on the bot. */
function limitWords(knee: KneeReport): string {
  if (kneeOutcome(knee) === 'rig') {
    return `this machine was the limit${knee.calls === undefined ? '' : ' beyond'}`
  }
  return knee.broken?.fault === 'bot' ? 'limited by the bot' : ''
}

function countReasons(report: RunReport, load: LoadReport): readonly string[] {
  const {summary, thresholds, rig, interrupted} = report
  const count = (status: string) => thresholds.filter((one) => one.status === status).length
  return [
    missingWords(load) ?? '',
    interrupted ? 'interrupted' : '',
    rig.verdict === 'void' ? 'this machine was the limit' : '',
    load.opened === 0 ? 'no call was opened' : '',
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
function firstCause({rig, thresholds, calls}: RunReport, load: LoadReport): string | undefined {
  if (rig.verdict === 'void') return printable(rig.reason ?? 'this machine')
  const may = toleratesIn(thresholds)
  const most = countCauses(calls).find((cause) => !isTolerated(cause, may))
  if (most) return causeWords(most.cause, most.message)
  const alone = notOpenedCause(load)
  if (alone) return causeWords(alone.code, alone.message)
  const broken = thresholds.find(({status}) => status !== 'pass')
  return broken && printable(broken.expression)
}

function causeWords(cause: string, message: string): string {
  return printable(`${cause}, ${message.replace(/\.$/, '')}`)
}
