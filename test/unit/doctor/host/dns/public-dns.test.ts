import {expect, test} from 'vitest'

import {publicDnsCheck} from '../../../../../src/doctor/host/dns/public-dns.js'
import {contextOf} from '../../../../rig/doctor/check-context.js'
import {NOBODY} from '../../../../rig/doctor/examine.js'

const url = 'wss://voice.acme-bots.in/media'
const hop = {addresses: ['8.8.4.4']}
// Who asks it has nothing but its failure.
const world = {providers: {...NOBODY, resolvers: ['no resolver']}}

test.each([
  {
    given: {url, hop, world, target: {isLocal: true}},
    summary: 'not checked with --local: it only matters from outside',
  },
  {
    given: {url, hop, world, target: {isOffline: true}},
    summary: 'not checked with --offline: no public resolver is asked',
  },
  {
    given: {url, hop, world, known: {isOffline: true}},
    summary: 'not checked: this machine has no network',
  },
  {given: {url, hop}, summary: 'not checked: no public resolver is configured'},
  {
    given: {url: 'wss://8.8.4.4/', hop, world},
    summary: 'not checked: 8.8.4.4 is an address, not a name',
  },
  {given: {url, world}, summary: 'not tried: nothing is known of the name'},
  {given: {url, hop, world}, summary: 'not checked: no public resolver answered this machine'},
])('$summary', async ({given, summary}) => {
  const result = await publicDnsCheck.run(contextOf(given))

  expect(result).toMatchObject({status: 'skip', mayGoOn: true, summary})
})
