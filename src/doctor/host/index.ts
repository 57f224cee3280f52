import type {Check} from '../check.js'
import {addressCheck} from './address.js'
import {clockCheck} from './tls/clock.js'
import {dnsCheck} from './dns/dns.js'
import {networkCheck} from './network.js'
import {publicDnsCheck} from './dns/public-dns.js'
import {tcpCheck} from './tcp.js'
import {tlsCheck} from './tls/tls.js'

/** In the order of cause and effect. */
export const hostChecks: readonly Check[] = [
  networkCheck,
  dnsCheck,
  publicDnsCheck,
  addressCheck,
  tcpCheck,
  clockCheck,
  tlsCheck,
]
