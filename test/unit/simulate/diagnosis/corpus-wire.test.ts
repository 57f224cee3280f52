import {testFaults} from '../../../rig/faulty-bots/corpus-tests.js'
import {wireFaults} from '../../../rig/faulty-bots/wire-faults.js'

testFaults(wireFaults)
