import type {Cause} from './cause.js'
import {bargeInCauses, clearStormCause} from './causes/barge-in.js'
import {chunkCauses} from './causes/chunks.js'
import {clippingCause, codecCauses} from './causes/codec.js'
import {endingCauses} from './causes/endings.js'
import {markBeforeAudioCause, markLoopCause, waitsForMarkCause} from './causes/marks.js'
import {pacingCauses, slowCause} from './causes/pacing.js'
import {streamSidCauses} from './causes/stream-sid.js'
import {echoesCallerCause, turnTakingCauses} from './causes/turn-taking.js'
import {wireCauses} from './causes/wire.js'

/**
 * Every cause that one call can show, the most telling first: what is wrong on the wire explains
 * what is wrong in the conversation, and not the other way round.
 */
export const CAUSES: readonly Cause[] = [
  ...wireCauses,
  ...codecCauses,
  ...chunkCauses,
  markLoopCause,
  ...endingCauses,
  slowCause,
  echoesCallerCause,
  waitsForMarkCause,
  ...bargeInCauses,
  ...turnTakingCauses,
  ...pacingCauses,
  clearStormCause,
  markBeforeAudioCause,
  clippingCause,
  ...streamSidCauses,
]
