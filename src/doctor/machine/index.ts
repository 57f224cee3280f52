import type {Check} from '../check.js'
import {diskCheck} from './disk.js'
import {firewallCheck} from './firewall.js'
import {listeningCheck} from './listening.js'
import {nodeCheck} from './node.js'
import {tunnelCheck} from './tunnel.js'

export const machineChecks: readonly Check[] = [
  listeningCheck,
  firewallCheck,
  tunnelCheck,
  nodeCheck,
  diskCheck,
]
