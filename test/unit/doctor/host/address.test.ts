import {expect, test} from 'vitest'

import {addressCheck} from '../../../../src/doctor/host/address.js'
import {classOf} from '../../../../src/stream/written-url/address-class.js'
import type {DoctorWorld} from '../../../../src/doctor/world.js'
import {contextOf} from '../../../rig/doctor/check-context.js'

const url = 'wss://voice.acme-bots.in/media'

function interfacesWith(address: string): DoctorWorld['interfaces'] {
  const family = address.includes(':') ? 'IPv6' : 'IPv4'
  const shared = {netmask: '', mac: '', internal: false, cidr: null, scopeid: 0}
  return () => ({eth0: [{...shared, address, family}]})
}

async function statusOf(addresses: readonly string[], given: Parameters<typeof contextOf>[0] = {}) {
  const context = contextOf({url, hop: {addresses}, world: {classOf}, ...given})
  return addressCheck.run(context)
}

test('public addresses pass', async () => {
  expect(await statusOf(['8.8.4.4', '2606:4700::1'])).toMatchObject({
    status: 'pass',
    summary: '8.8.4.4, 2606:4700::1 are public addresses',
  })
})

test.each([
  ['ws://10.0.0.5:5000/media', '10.0.0.5', 'dial tcp 10.0.0.5:5000: i/o timeout'],
  ['ws://10.0.0.5/media', '10.0.0.5', 'dial tcp 10.0.0.5:80: i/o timeout'],
  ['wss://10.0.0.5/media', '10.0.0.5', 'dial tcp 10.0.0.5:443: i/o timeout'],
  ['wss://[fe80::1]/', 'fe80::1', 'dial tcp [fe80::1]:443: i/o timeout'],
  ['wss://224.0.0.9/', '224.0.0.9', 'dial tcp 224.0.0.9:443: connect: network is unreachable'],
  ['wss://127.0.0.1:9/', '127.0.0.1', 'dial tcp 127.0.0.1:9: connect: connection refused'],
])('%s is out of reach, which Exotel shows with the port', async (text, address, words) => {
  const result = await statusOf([address], {url: text, world: {classOf}})

  expect(result).toMatchObject({
    status: 'fail',
    summary: expect.stringMatching(`^Exotel cannot reach ${address}: it is an? `) as string,
    exotelError: `3009 failed to establish ws conn ${words}`,
  })
})

test('of several addresses only the public ones are dialled', async () => {
  const result = await statusOf(['169.254.169.254', '8.8.4.4', '10.0.0.5'])

  expect(result).toMatchObject({status: 'warn', hop: {addresses: ['8.8.4.4']}})
})

test('whether a call comes to this machine is told by the public addresses alone', async () => {
  const interfaces = interfacesWith('10.0.0.5')

  const result = await statusOf(['8.8.4.4', '10.0.0.5'], {world: {classOf, interfaces}})

  expect(result.hop?.isHere).toBeUndefined()
})

test('with --local every address is dialled', async () => {
  const result = await statusOf(['10.0.0.5', '8.8.4.4'], {target: {isLocal: true}})

  expect(result.hop).not.toHaveProperty('addresses')
})

test('a literal IPv6 address is left to the check of the host', async () => {
  const result = await statusOf(['2606:4700::1'], {url: 'wss://[2606:4700::1]/', world: {classOf}})

  expect(result.status).toBe('pass')
})

test('nothing is said of addresses with --local, but whether they are of this machine', async () => {
  const target = {isLocal: true}

  expect(await statusOf(['127.0.0.1'], {target, world: {classOf}})).toEqual({
    status: 'skip',
    mayGoOn: true,
    summary: 'not checked with --local: a public address only matters from outside',
    hop: {isHere: true},
  })
})

test.each([
  {
    name: 'on an interface',
    world: {classOf, interfaces: interfacesWith('8.8.4.4')},
    known: {},
    isHere: true,
  },
  {
    name: 'as the outside sees it',
    world: {classOf},
    known: {publicAddress: '8.8.4.4'},
    isHere: true,
  },
  {
    name: 'of somebody else, by the outside',
    world: {classOf},
    known: {publicAddress: '8.8.8.8'},
    isHere: false,
  },
  {
    name: 'of somebody else, by a public address of its own',
    world: {classOf, interfaces: interfacesWith('8.8.8.8')},
    known: {},
    isHere: false,
  },
  {
    name: 'perhaps behind NAT',
    world: {classOf, interfaces: interfacesWith('192.168.1.5')},
    known: {},
    isHere: undefined,
  },
  {
    name: 'perhaps behind NAT, with IPv6 of its own',
    world: {classOf, interfaces: interfacesWith('2606:4700::1')},
    known: {},
    isHere: undefined,
  },
])('an address leads here: $name', async ({world, known, isHere}) => {
  const result = await statusOf(['8.8.4.4'], {world, known})

  expect(result.hop?.isHere).toBe(isHere)
})

test('without an address nothing is tried', async () => {
  expect(await statusOf([])).toEqual({status: 'skip', summary: 'not tried: no address is known'})
})
