import {expect, test} from 'vitest'

import {mostSaid} from '../../../../src/doctor/outside/asking/public-address.js'
import {standingOf} from '../../../../src/doctor/outside/standing.js'
import {labWorld} from '../../../rig/doctor/examine.js'
import {classOfLab, interfacesOf} from '../../../rig/doctor/reached-bot.js'

const OUTSIDE = '203.0.113.7'

function standing(
  told: readonly string[],
  interfaces: Readonly<Record<string, string>>,
  localAddress?: string,
) {
  const sayings = told.map((address) => ({
    by: 'somebody',
    address,
    ...(localAddress === undefined ? {} : {localAddress}),
  }))
  return standingOf(sayings, labWorld({classOf: classOfLab, interfaces: interfacesOf(interfaces)}))
}

test.each([
  {name: 'its own interface', told: [OUTSIDE], interfaces: {eth0: OUTSIDE}, nat: 'none'},
  {name: 'a router', told: [OUTSIDE], interfaces: {eth0: '192.168.1.5'}, nat: 'router'},
  {name: 'a provider', told: [OUTSIDE], interfaces: {wwan0: '100.64.3.4'}, nat: 'carrier'},
  {
    name: 'a router behind a provider, which a server inside has seen',
    told: [OUTSIDE, '100.64.3.4'],
    interfaces: {eth0: '192.168.1.5'},
    nat: 'carrier',
  },
  {
    name: 'a router beside a VPN that lends from the same range',
    told: [OUTSIDE],
    interfaces: {tailscale0: '100.101.102.103', eth0: '192.168.1.5'},
    nat: 'router',
  },
])('an address told behind $name makes NAT: $nat', ({told, interfaces, nat}) => {
  expect(standing(told, interfaces)).toMatchObject({publicAddress: OUTSIDE, nat})
})

test.each([
  {
    name: 'the one that the way outside begins at',
    interfaces: {eth0: '192.168.1.5', wlan0: '192.168.2.6'},
    begins: '192.168.2.6',
    expected: '192.168.2.6',
  },
  {
    name: 'no bridge of containers',
    interfaces: {docker0: '172.17.0.1', eth0: '192.168.1.5'},
    begins: undefined,
    expected: '192.168.1.5',
  },
  {
    name: 'none that the machine has not',
    interfaces: {eth0: '192.168.1.5'},
    begins: '10.9.9.9',
    expected: '192.168.1.5',
  },
])('a router forwards to $name', ({interfaces, begins, expected}) => {
  expect(standing([OUTSIDE], interfaces, begins)?.localAddress).toBe(expected)
})

test.each([
  ['nobody', []],
  ['the unspecified address', ['0.0.0.0']],
  ['a multicast address', ['224.0.0.1']],
  ['only an address that the machine has within its own network', ['192.168.1.5']],
])('when %s is told nothing is known', (_name, told) => {
  expect(standing(told, {eth0: '192.168.1.5'})).toBeUndefined()
})

test('what most said is the address, of as many the first, and IPv4 before IPv6', () => {
  expect(mostSaid(['198.51.100.1', OUTSIDE, OUTSIDE])).toBe(OUTSIDE)
  expect(mostSaid([OUTSIDE, '198.51.100.1'])).toBe(OUTSIDE)
  expect(mostSaid(['2001:db8::7', '2001:db8::7', OUTSIDE])).toBe(OUTSIDE)
  expect(mostSaid(['2001:db8::7'])).toBe('2001:db8::7')
  expect(mostSaid([])).toBeUndefined()
})
