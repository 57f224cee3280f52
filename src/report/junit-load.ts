import {countCauses, type CauseCount} from './causes.js'
import type {Case} from './junit-xml.js'
import type {KneeReport, LoadReport} from './load-report.js'
import type {RunReport} from './report.js'
import {kneeSentences, kneeWords} from './text/load/knee-text.js'
import {grouped} from './text/load/load-words.js'
import {printable} from './text/plain.js'

const CLASS = 'load'

/**
 * What is judged of a load run beside its thresholds: this machine, the knee where one was sought, and each
 * reason for which calls failed, once with its count. A case a call would be thousands.
 */
export function casesOfLoad(report: RunReport, load: LoadReport): readonly Case[] {
  if (load.knee) return [caseOfKnee(load.knee), ...casesOfLeak(load.knee)]
  return [caseOfRig(report), caseOfOpened(load), ...casesOfCauses(report)]
}

function caseOfRig({
  rig: {verdict, reason = 'It was too late to measure the bot.'},
}: RunReport): Case {
  const judged = {name: 'this machine was not the limit', className: CLASS, timeMs: 0}
  if (verdict !== 'void') return judged
  return {...judged, fault: {tag: 'failure', type: 'rig', message: printable(reason)}}
}

function caseOfOpened({opened, durationMs}: LoadReport): Case {
  const judged = {name: 'calls were opened', className: CLASS, timeMs: durationMs}
  if (opened > 0) return judged
  return {...judged, fault: {tag: 'error', type: 'not-opened', message: 'No call was opened.'}}
}

/** Where a threshold lets some calls fail, their reasons are told, and fail nothing. */
function casesOfCauses({calls, thresholds}: RunReport): readonly Case[] {
  const mayBe = (share: string) =>
    thresholds.some(
      ({expression, status}) => status === 'pass' && expression.trimStart().startsWith(share),
    )
  const allowed = {
    failed: mayBe('failed'),
    'not-passed': mayBe('failed'),
    dropped: mayBe('dropped'),
  }
  return countCauses(calls).map((cause) => caseOfCause(cause, allowed[cause.kind]))
}

function caseOfCause({kind, cause, message, hint, count}: CauseCount, isAllowed: boolean): Case {
  const did = {failed: 'failed', dropped: 'were dropped', 'not-passed': 'did not pass'}[kind]
  const name = printable(`${grouped(count)} ${count === 1 ? 'call' : 'calls'} ${did}: ${cause}`)
  const judged = {name, className: CLASS, timeMs: 0}
  if (isAllowed) return judged
  const lines = hint === undefined ? [] : [printable(`Fix: ${hint}`)]
  return {
    ...judged,
    fault: {
      tag: kind === 'not-passed' ? 'failure' : 'error',
      type: printable(cause),
      message: printable(message),
      lines,
    },
  }
}

function caseOfKnee(knee: KneeReport): Case {
  const name = `knee: ${kneeWords(knee)}`
  const judged = {name, className: CLASS, timeMs: knee.searchMs}
  if (knee.bound !== 'none' && knee.calls !== undefined) return judged
  const [message = '', ...lines] = kneeSentences(knee).map(printable)
  return {...judged, fault: {tag: 'failure', type: 'knee', message, lines}}
}

function casesOfLeak({leak}: KneeReport): readonly Case[] {
  if (!leak) return []
  const judged = {name: 'nothing is left behind when all have hung up', className: CLASS, timeMs: 0}
  const [message = '', ...lines] = leak.evidence.map(printable)
  if (leak.verdict === 'clean') return [judged]
  if (leak.verdict === 'not-measured') return [{...judged, skipped: message}]
  return [{...judged, fault: {tag: 'failure', type: 'leak', message, lines}}]
}
