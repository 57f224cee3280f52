import {codecFaults} from './codec-faults.js'
import type {Fault} from './corpus.js'
import {pacingFaults} from './pacing-faults.js'
import {talkingFaults} from './talking-faults.js'
import {wireFaults} from './wire-faults.js'

/** Every fault with a known cause. */
export const faults: readonly Fault[] = [
  ...wireFaults,
  ...codecFaults,
  ...pacingFaults,
  ...talkingFaults,
]
