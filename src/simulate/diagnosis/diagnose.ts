import type {Diagnosis, Failure} from '../../report/report.js'
import type {CallNumbers} from '../numbers/turns.js'
import type {Evidence} from './evidence.js'

export type Diagnosed = {
  readonly evidence: Evidence
  readonly numbers: CallNumbers
  readonly failure?: Failure
}

/** The single most likely cause of what is wrong in a call; undefined when nothing is, or it is not known. */
export function diagnose({evidence}: Diagnosed): Diagnosis | undefined {
  if (evidence.messages > 0) return undefined
  return undefined
}
