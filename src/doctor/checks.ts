import {answerChecks} from './answer/index.js'
import {callChecks} from './call/index.js'
import type {Check} from './check.js'
import {hostChecks} from './host/index.js'
import {machineChecks} from './machine/index.js'
import {outsideChecks} from './outside/index.js'
import {urlChecks} from './url/index.js'

/** Every check, in the order of cause and effect: of several that fail, the first is the root. */
export const CHECKS: readonly Check[] = [
  ...urlChecks,
  ...hostChecks,
  ...answerChecks,
  ...callChecks,
  ...machineChecks,
  ...outsideChecks,
]
