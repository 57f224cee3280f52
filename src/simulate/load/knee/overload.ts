import type {OverloadReport} from '../../../report/load-report.js'
import type {CallReport} from '../../../report/report.js'
import {callVerdict} from '../../../report/verdict.js'
import type {LevelResult} from '../traffic/level.js'
import type {JudgedLevel} from './level/level-verdict.js'
import {isFailed, isRefused} from './level/level-values.js'

/** So much more than the knee. */
export const OVERLOAD = 1.5
/** Of what passed at the knee: as much is as before, by what two short levels may differ. */
const AS_BEFORE = 0.9
const COLLAPSED = 0.5
/** Of the calls that failed, so many were refused early when a bot sheds. */
const EARLY = 0.9
/** Of all calls: a refusal or two are no policy. */
const MANY = 0.05
/** A level is not judged by less than this part of itself. */
const LEAST_WINDOW = 0.1

/** How a bot takes what is too much for it. */
export function judgeOverload(
  knee: LevelResult,
  over: LevelResult,
  {concurrency, judged}: {concurrency: number; judged: JudgedLevel},
): OverloadReport {
  const ofRig = judged.verdict === 'void' ? judged.reason : judged.rig
  // An answer that did not come in time is the bot's only where we were.
  const refused = over.calls.filter(ofRig === undefined ? isRefusedEarly : isRefused).length
  const passedPerSAtKnee = passedPerS(knee)
  const share = passedPerSAtKnee > 0 ? passedPerS(over) / passedPerSAtKnee : 0
  const failed = over.calls.filter(isFailed).length
  const numbers = {concurrency, refused, passedPerS: passedPerS(over), passedPerSAtKnee}
  const rates = `${numbers.passedPerS.toFixed(1)} calls a second passed, and ${passedPerSAtKnee.toFixed(1)} at the knee`
  const hasRefused = refused > MANY * over.calls.length && refused >= EARLY * failed
  if (share >= AS_BEFORE && hasRefused) {
    const told = `${String(refused)} of ${String(over.calls.length)} calls were refused before it had said anything`
    return {...numbers, verdict: 'sheds', why: `It refuses what is too much: ${told}; ${rates}.`}
  }
  // A late rig makes no bot refuse, and lets no more calls pass; whatever else is seen may be its own.
  if (ofRig !== undefined) {
    const why = `The rig was the limit, not the bot: ${ofRig}.`
    return {...numbers, verdict: 'not-measured', why}
  }
  if (judged.verdict === 'held') {
    return {...numbers, verdict: 'holds', why: `Every threshold held: ${rates}.`}
  }
  if (share < COLLAPSED) {
    return {...numbers, verdict: 'collapses', why: `It serves fewer than at the knee: ${rates}.`}
  }
  const much = share >= AS_BEFORE ? 'as many, worse' : 'fewer, and not by refusing them'
  return {...numbers, verdict: 'degrades', why: `It serves ${much}: ${rates}.`}
}

/** The bot said nothing: the call was never opened, or closed before that. */
function isRefusedEarly(call: CallReport): boolean {
  return call.outcome === 'failed' && call.closing?.by !== 'caller' && call.speech.bot.length === 0
}

/**
 * Calls a second that passed. What began within the last call length of a level could not be judged,
 * so that the time in which a judged call may have begun is shorter by as much.
 */
function passedPerS({calls, durationMs}: LevelResult): number {
  const passed = calls.filter((call) => callVerdict(call) === 'pass')
  if (passed.length === 0) return 0
  const meanMs = passed.reduce((sum, call) => sum + call.durationMs, 0) / passed.length
  const windowMs = Math.max(LEAST_WINDOW * durationMs, durationMs - meanMs)
  return (1000 * passed.length) / windowMs
}
