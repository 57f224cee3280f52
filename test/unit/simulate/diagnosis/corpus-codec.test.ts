import {testFaults} from '../../../rig/faulty-bots/corpus-tests.js'
import {codecFaults} from '../../../rig/faulty-bots/codec-faults.js'

testFaults(codecFaults)
