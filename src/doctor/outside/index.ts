import type {Check} from '../check.js'
import {cloudCheck} from './cloud.js'
import {outsideCheck} from './outside.js'
import {publicIpCheck} from './public-ip.js'

export const outsideChecks: readonly Check[] = [publicIpCheck, outsideCheck, cloudCheck]
