import {testFaults} from '../../../rig/faulty-bots/corpus-tests.js'
import {pacingFaults} from '../../../rig/faulty-bots/pacing-faults.js'

testFaults(pacingFaults)
