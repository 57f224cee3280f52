import type {Diagnosis} from '../../report/report.js'
import type {Facts} from './cause.js'
import {CAUSES} from './causes.js'

/**
 * The single most likely cause of what is wrong in a call; undefined when nothing is, or it is not
 * known. A call that its owner cut short has shown nothing.
 */
export function diagnose(facts: Facts): Diagnosis | undefined {
  if (facts.failure?.code === 'EXO_INTERRUPTED') return undefined
  for (const {id, look} of CAUSES) {
    const found = look(facts)
    if (found) return {cause: id, ...found}
  }
  return undefined
}
