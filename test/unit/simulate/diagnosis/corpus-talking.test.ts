import {testFaults} from '../../../rig/faulty-bots/corpus-tests.js'
import {talkingFaults} from '../../../rig/faulty-bots/talking-faults.js'

testFaults(talkingFaults)
