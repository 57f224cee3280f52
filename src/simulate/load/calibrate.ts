import type {Calibration} from '../../report/load-report.js'
import type {Diagnosis} from '../../report/report.js'
import type {CallEnded} from './crew/crew.js'

/** What one call alone showed. */
export function calibrationOf({report, lateness}: CallEnded): Calibration {
  const {outcome, durationMs, metrics, turns, failure, diagnosis} = report
  const {handshakeMs} = metrics
  const greetingMs = turns.find((turn) => turn.greetingMs !== undefined)?.greetingMs
  const responses = turns.flatMap(({responseMs}) => (responseMs === undefined ? [] : [responseMs]))
  return {
    outcome,
    durationMs,
    ...(handshakeMs === undefined ? {} : {handshakeMs}),
    ...(greetingMs === undefined ? {} : {greetingMs}),
    ...(responses.length === 0 ? {} : {responseMs: Math.max(...responses)}),
    sendLatenessP99Ms: lateness.percentile(99),
    ...(failure ? {problem: failure.message, failure} : {}),
    ...(diagnosis ? {diagnosis: told(diagnosis)} : {}),
  }
}

/** The evidence is that of a call whose journal nobody has. */
function told({cause, summary, fix}: Diagnosis): NonNullable<Calibration['diagnosis']> {
  return {cause, summary, fix}
}
