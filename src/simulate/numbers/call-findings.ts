import type {TurnReport} from '../../report/report.js'
import type {FindingCounter} from '../../stream/findings.js'
import {audioAfterClear} from '../diagnosis/after-clear.js'
import {type Evidence, isWantedClose} from '../diagnosis/evidence.js'
import {notPcm16} from '../diagnosis/not-pcm16.js'
import type {CallMemory} from './call-memory.js'

type Judged = {
  readonly turns: readonly TurnReport[]
  readonly metrics: Readonly<Record<string, number>>
  readonly memory: CallMemory
  readonly evidence: Evidence
}

/** Under this a bot does not keep up; a little is left for the clocks of two machines. */
const REAL_TIME = 0.98
/** Our policy for the time from the caller's word to silence at the ear. */
export const CLEAR_BUDGET_MS = 300
/** Our policy for a bot that is to speak first (exotel/Agent-Stream's notes: a second, or three). */
const FIRST_AUDIO_SLOW_MS = 4000
const FIRST_AUDIO_LATE_MS = 10_000

/** Those found so far, and the rules that only the whole call can judge. */
export function addCallFindings(found: FindingCounter, judged: Judged): FindingCounter {
  const findings = found.copy()
  judgePace(findings, judged)
  judgeBargeIns(findings, judged)
  judgeFirstAudio(findings, judged)
  judgeSamples(findings, judged)
  judgeClears(findings, judged)
  forgiveWantedClose(findings, judged)
  return findings
}

function judgePace(findings: FindingCounter, {metrics, memory}: Judged): void {
  const {deliveryRatio = 1, underruns = 0} = metrics
  if (underruns === 0 || deliveryRatio >= REAL_TIME) return
  const detail = `A second of audio took ${(1 / deliveryRatio).toFixed(2)} s to arrive.`
  findings.add({rule: 'slower-than-real-time', detail}, memory.gaps.fromMs ?? 0)
}

/** An interrupted bot that sent no `clear` let the caller hear what was queued. */
function judgeBargeIns(findings: FindingCounter, {turns}: Judged): void {
  for (const {kind, startMs, clearMs, bargeInStopMs = 0} of turns) {
    if (kind !== 'interrupt' || clearMs !== undefined || bargeInStopMs <= CLEAR_BUDGET_MS) continue
    const detail = `The bot was heard for ${String(Math.round(bargeInStopMs))} ms more.`
    findings.add({rule: 'no-clear-on-barge-in', detail}, startMs)
  }
}

/** Only where the bot was to speak first: another may wait for the caller as long as it likes. */
function judgeFirstAudio(findings: FindingCounter, {turns, metrics, memory}: Judged): void {
  if (!turns.some(({kind, expectation}) => kind === 'greeting' && expectation === 'respond')) return
  const {firstMediaMs = Number.POSITIVE_INFINITY} = metrics
  if (Math.min(firstMediaMs, memory.endMs) > FIRST_AUDIO_LATE_MS) {
    findings.add({rule: 'first-audio-late'}, FIRST_AUDIO_LATE_MS)
  } else if (Number.isFinite(firstMediaMs) && firstMediaMs > FIRST_AUDIO_SLOW_MS) {
    const detail = `It came after ${(firstMediaMs / 1000).toFixed(1)} s.`
    findings.add({rule: 'first-audio-slow', detail}, FIRST_AUDIO_SLOW_MS)
  }
}

function judgeSamples(findings: FindingCounter, {evidence, memory}: Judged): void {
  const detail = notPcm16(evidence)
  if (detail === undefined) return
  findings.add({rule: 'payload-not-pcm16', detail}, memory.cadence.firstMs ?? 0)
}

function judgeClears(findings: FindingCounter, {evidence, memory}: Judged): void {
  for (const {atMs, audioMs} of audioAfterClear(evidence, memory.callerSpeech)) {
    const detail = `${String(Math.round(audioMs))} ms of it came while the caller still spoke.`
    findings.add({rule: 'audio-after-clear', detail}, atMs)
  }
}

/** The bot closed as the scenario asked it to. */
function forgiveWantedClose(findings: FindingCounter, {evidence, memory: {closing}}: Judged): void {
  if (isWantedClose(evidence, closing)) findings.drop('close-not-1000')
}
