import type {Check} from '../check.js'
import {callCheck} from './call.js'
import {conformanceCheck} from './conformance.js'
import {firstAudioCheck} from './first-audio.js'
import {idleCheck} from './idle.js'
import {secondCallCheck} from './second-call.js'
import {stopCheck} from './stop.js'

export const callChecks: readonly Check[] = [
  callCheck,
  conformanceCheck,
  firstAudioCheck,
  stopCheck,
  secondCallCheck,
  idleCheck,
]
