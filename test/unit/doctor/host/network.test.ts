import {expect, test} from 'vitest'

import type {DoctorWorld} from '../../../../src/doctor/world.js'
import {networkCheck, ownAddresses} from '../../../../src/doctor/host/network.js'
import {contextOf} from '../../../rig/doctor/check-context.js'

type Interfaces = ReturnType<DoctorWorld['interfaces']>

const shared = {netmask: '255.255.255.0', mac: '02:00:00:00:00:01', cidr: null}
const lo = [{...shared, address: '127.0.0.1', family: 'IPv4', internal: true}] as const
const wired = [{...shared, address: '192.168.1.5', family: 'IPv4', internal: false}] as const
const unconfigured = [{...shared, address: '169.254.7.7', family: 'IPv4', internal: false}] as const
const of = (interfaces: Record<string, readonly object[] | undefined>) =>
  // Only what is looked at is there.
  ({interfaces: () => interfaces as Interfaces})

test('any interface with an address beside loopback is a network', async () => {
  const result = await networkCheck.run(contextOf({world: of({lo, wlan0: wired})}))

  expect(result).toEqual({status: 'pass', summary: 'this machine has a network: wlan0'})
})

test.each([
  {name: 'loopback alone', interfaces: {lo}},
  {name: 'no interface at all', interfaces: {}},
  {name: 'an interface that nobody gave an address', interfaces: {lo, eth0: unconfigured}},
  {name: 'an interface without addresses', interfaces: {lo, eth0: undefined}},
])('$name is no network', async ({interfaces}) => {
  const result = await networkCheck.run(contextOf({world: of(interfaces)}))

  expect(result).toEqual({
    status: 'skip',
    summary: 'this machine has no network',
    known: {isOffline: true},
  })
})

test('interfaces that cannot be read say nothing', async () => {
  const forbidden = () => {
    throw new Error('uv_interface_addresses returned Unknown system error 13')
  }

  const result = await networkCheck.run(contextOf({world: {interfaces: forbidden}}))

  expect(result.status).toBe('skip')
  expect(result.known).toBeUndefined()
  expect(ownAddresses(contextOf({world: {interfaces: forbidden}}).world)).toEqual([])
})

test('the addresses of this machine are those of all its interfaces', () => {
  const {world} = contextOf({world: of({lo, wlan0: wired, eth0: undefined})})

  expect(ownAddresses(world)).toEqual(['127.0.0.1', '192.168.1.5'])
})
