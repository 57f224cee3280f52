import {countCauses, type CauseCount, isTolerated} from './causes.js'
import type {Case} from './junit-xml.js'
import {kneeOutcome} from './knee-outcome.js'
import type {KneeReport, LoadReport} from './load-report.js'
import type {RunReport} from './report.js'
import {kneeSentences, kneeWords} from './text/load/knee-text.js'
import {grouped, missingWords, notOpenedCause} from './text/load/load-words.js'
import {printable} from './text/plain.js'
import {toleratesIn} from './tolerates.js'

const CLASS = 'load'

/**
 * What is judged of a load run beside its thresholds: this machine, the knee where one was sought, and each
 * reason for which calls failed, once with its count. A case a call would be thousands.
 */
export function casesOfLoad(report: RunReport, load: LoadReport): readonly Case[] {
  if (load.knee) return [caseOfKnee(load.knee), ...casesOfLeak(load.knee)]
  return [...casesOfShards(load), caseOfRig(report), caseOfOpened(load), ...casesOfCauses(report)]
}

function caseOfRig({
  rig: {verdict, reason = 'It was too late to measure the bot.'},
}: RunReport): Case {
  const judged = {name: 'this machine was not the limit', className: CLASS, timeMs: 0}
  if (verdict !== 'void') return judged
  return {...judged, fault: {tag: 'failure', type: 'rig', message: printable(reason)}}
}

/** Only of what was merged: a shard by itself is all that there is to be. */
function casesOfShards(load: LoadReport): readonly Case[] {
  const {shards = [], missing} = load
  if (shards.length < 2 && missing === undefined) return []
  const judged = {name: 'all shards are here', className: CLASS, timeMs: 0}
  const words = missingWords(load)
  if (words === undefined) return [judged]
  const message = `${words}: what they would have shown is not known.`
  return [{...judged, fault: {tag: 'failure', type: 'missing-shard', message}}]
}

function caseOfOpened(load: LoadReport): Case {
  const {opened, durationMs} = load
  const judged = {name: 'calls were opened', className: CLASS, timeMs: durationMs}
  if (opened > 0) return judged
  const {code = 'not-opened', message, hint = ''} = notOpenedCause(load) ?? {}
  return {
    ...judged,
    fault: {
      tag: 'error',
      type: printable(code),
      message: printable(`No call was opened${message === undefined ? '.' : `: ${message}`}`),
      lines: hint === '' ? [] : [printable(`Fix: ${hint}`)],
    },
  }
}

/** Where a threshold lets some calls fail, their reasons are told, and fail nothing. */
function casesOfCauses({calls, thresholds}: RunReport): readonly Case[] {
  const may = toleratesIn(thresholds)
  return countCauses(calls).map((cause) => caseOfCause(cause, isTolerated(cause, may)))
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
  const outcome = kneeOutcome(knee)
  if (outcome === 'found') return judged
  const [message = '', ...lines] = kneeSentences(knee).map(printable)
  const type = outcome === 'rig' ? 'rig' : 'knee'
  return {...judged, fault: {tag: 'failure', type, message, lines}}
}

function casesOfLeak({leak}: KneeReport): readonly Case[] {
  if (!leak) return []
  const judged = {name: 'nothing is left behind when all have hung up', className: CLASS, timeMs: 0}
  const [message = '', ...lines] = leak.evidence.map(printable)
  if (leak.verdict === 'clean') return [judged]
  if (leak.verdict === 'not-measured') return [{...judged, skipped: message}]
  return [
    {
      ...judged,
      fault: {tag: 'failure', type: leak.verdict === 'gone' ? 'gone' : 'leak', message, lines},
    },
  ]
}
