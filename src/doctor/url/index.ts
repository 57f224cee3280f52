import type {Check} from '../check.js'
import {callSidInUrlCheck} from './checks/call-sid-in-url.js'
import {hostCheck} from './checks/host.js'
import {lengthCheck} from './checks/length.js'
import {parametersCheck} from './checks/parameters.js'
import {placeholderCheck} from './checks/placeholder.js'
import {portCheck} from './checks/port.js'
import {sampleRateCheck} from './checks/sample-rate.js'
import {schemeCheck} from './checks/scheme.js'
import {urlCheck} from './checks/url.js'
import {userinfoCheck} from './checks/userinfo.js'

export const urlChecks: readonly Check[] = [
  placeholderCheck,
  urlCheck,
  callSidInUrlCheck,
  schemeCheck,
  userinfoCheck,
  portCheck,
  lengthCheck,
  parametersCheck,
  sampleRateCheck,
  hostCheck,
]
