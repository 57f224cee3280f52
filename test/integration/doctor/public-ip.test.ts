import {afterAll, beforeAll, expect, test} from 'vitest'

import type {Providers} from '../../../src/doctor/world.js'
import {saidNoMore, says, saysForEver, saysNothing} from '../../rig/doctor/address-providers.js'
import {NOBODY} from '../../rig/doctor/examine.js'
import {type FakeDns, startFakeDns} from '../../rig/doctor/fake-dns.js'
import {seesYouAt, startFakeStun} from '../../rig/doctor/fake-stun.js'
import {
  classOfLab,
  examineReached,
  interfacesOf,
  quickClock,
  type Reached,
} from '../../rig/doctor/reached-bot.js'

const SEEN = '203.0.113.7'
const OTHER = '198.51.100.9'
const LOCAL = '192.168.1.5'
const URL_BY_NAME = 'ws://bot.lab.in:5000/media?sample-rate=8000'

let dns: FakeDns
let stun: Providers
let cgnatStun: Providers
beforeAll(async () => {
  dns = await startFakeDns({
    'me.lab.in': {a: [SEEN]},
    'nobody.lab.in': {fault: 'nxdomain'},
    'silent.lab.in': {fault: 'silent'},
    'empty.lab.in': {},
  })
  stun = {...NOBODY, stun: [(await startFakeStun(seesYouAt(SEEN))).server]}
  cgnatStun = {...NOBODY, stun: [(await startFakeStun(seesYouAt('100.64.9.9'))).server]}
})
afterAll(() => dns.close())

type Machine = {readonly providers: Providers; readonly eth0?: string; readonly reached?: Reached}

function examineMachine(url: string | undefined, {providers, eth0 = LOCAL, reached}: Machine) {
  const world = {
    classOf: classOfLab,
    interfaces: interfacesOf({eth0}),
    providers,
    ...reached?.world,
  }
  return examineReached(url, {...reached, world})
}

test.each([
  ['text', `${SEEN}\n`],
  ['JSON', `{"ip": "${SEEN}"}`],
])('an address URL answers in %s', async (_form, body) => {
  const {url} = await says(body)

  const {run, publicIp} = await examineMachine(undefined, {
    providers: {...NOBODY, addressUrls: [url]},
  })

  expect(publicIp?.status).toBe('pass')
  expect(run.known).toMatchObject({publicAddress: SEEN, isBehindNat: true})
})

test('a name whose address is that of the asker is asked of its own resolver alone', async () => {
  const addressNames = [{name: 'me.lab.in', resolver: dns.address}]

  const {run} = await examineMachine(undefined, {providers: {...NOBODY, addressNames}})

  expect(run.known.publicAddress).toBe(SEEN)
  expect(dns.asked).toContain('A me.lab.in')
})

test('the one who answers is enough, and what the others said is told', async () => {
  const silent = await startFakeStun(() => [])
  const providers: Providers = {
    resolvers: [],
    stun: [silent.server, ...stun.stun],
    addressUrls: [
      (await says('<html>Log in to the hotel</html>')).url,
      (await says('{"ip": ')).url,
      (await says('{"ip": 7}')).url,
      (await says(SEEN, 503)).url,
      (await saysNothing()).url,
      (await saysForEver()).url,
      await saidNoMore(),
      'no url',
    ],
    addressNames: [
      {name: 'nobody.lab.in', resolver: dns.address},
      {name: 'silent.lab.in', resolver: dns.address},
      {name: 'empty.lab.in', resolver: dns.address},
      {name: 'me.lab.in', resolver: 'no address'},
    ],
  }

  const {publicIp} = await examineMachine(undefined, {
    providers,
    reached: {world: {clock: quickClock(3)}},
  })

  expect(publicIp).toMatchObject({
    status: 'pass',
    summary: `this machine is ${SEEN} to the outside, behind NAT (${LOCAL} here)`,
  })
  const words = publicIp?.detail?.split('\n').map((line) => line.replace(/^.*?: (?!\/\/)/, ''))
  expect(words).toEqual([
    'did not answer within 3 s',
    SEEN,
    'answered with no address',
    'answered with no address',
    'answered with no address',
    'answered 503',
    'did not answer within 3 s',
    'answered with no address',
    expect.stringContaining('ECONNREFUSED'),
    'is no URL',
    expect.stringContaining('ENOTFOUND'),
    'did not answer within 3 s',
    expect.stringContaining('ENODATA'),
    expect.stringContaining('Invalid IP address'),
  ])
})

test('two addresses are both told: several uplinks, or a proxy for one of them', async () => {
  const {url} = await says(OTHER)

  const {run, publicIp} = await examineMachine(undefined, {
    providers: {...stun, addressUrls: [url]},
  })

  expect(run.known.publicAddress).toBe(SEEN)
  expect(publicIp?.detail).toContain(`not all see the same address (${SEEN}, ${OTHER})`)
})

test('where nobody tells it, it is not known, and nothing is wrong', async () => {
  const {url} = await says('0.0.0.0')

  const {run, publicIp} = await examineMachine(undefined, {
    providers: {...NOBODY, addressUrls: [url]},
  })

  expect(publicIp).toMatchObject({
    status: 'skip',
    summary: 'nobody told the public address of this machine',
  })
  expect(run.known).toEqual({})
})

test('no secret of an address URL is told', async () => {
  const {url} = await says(SEEN)
  const secret = url.replace('//', '//me:word@') + '?token=hidden'

  const {publicIp} = await examineMachine(undefined, {
    providers: {...NOBODY, addressUrls: [secret]},
  })

  expect(publicIp?.detail).toContain(SEEN)
  expect(publicIp?.detail).not.toMatch(/word|hidden/)
})

test.each([
  {name: '--local', reached: {target: {isLocal: true}}},
  {name: '--offline', reached: {target: {isOffline: true}}},
  {name: 'no network', reached: {known: {isOffline: true}}},
])('with $name nobody is asked', async ({reached}) => {
  const {server, requests} = await startFakeStun(seesYouAt(SEEN))

  const {publicIp} = await examineMachine(undefined, {
    providers: {...NOBODY, stun: [server]},
    reached,
  })

  expect(publicIp?.status).toBe('skip')
  expect(requests).toEqual([])
})

test('a machine that has the address itself has no NAT, and nothing to be told', async () => {
  const {run, publicIp} = await examineMachine(URL_BY_NAME, {
    providers: stun,
    eth0: SEEN,
    reached: {addresses: [SEEN]},
  })

  expect(publicIp).toMatchObject({
    status: 'pass',
    summary: `this machine is ${SEEN} to the outside, with no NAT in between`,
  })
  expect(run.hops.get('stream')?.isHere).toBe(true)
})

test('behind a router the port has to be forwarded, and to where is told', async () => {
  const {run, report, publicIp} = await examineMachine(URL_BY_NAME, {
    providers: stun,
    reached: {addresses: [SEEN]},
  })

  expect(publicIp).toMatchObject({
    status: 'warn',
    summary: `bot.lab.in leads to a router, which has to forward port 5000 to ${LOCAL}`,
    fix: `In the router, forward outside TCP port 5000 to ${LOCAL}, port 5000. A tunnel needs no forwarding:\nexostream serve --tunnel cloudflared`,
  })
  expect(run.hops.get('stream')?.isHere).toBe(true)
  expect(report.rootCause).toBeUndefined()
})

test('the NAT of a cloud forwards every port, so that nothing has to be told', async () => {
  const {publicIp} = await examineMachine(URL_BY_NAME, {
    providers: stun,
    reached: {addresses: [SEEN], known: {cloud: 'aws'}},
  })

  expect(publicIp).toMatchObject({
    status: 'pass',
    summary: `this machine is ${SEEN} to the outside, by the NAT of AWS (${LOCAL} here)`,
  })
})

test.each([
  {name: 'the address here is in its range', eth0: '100.64.3.4', isSeen: false},
  {name: 'a server within it sees an address of its range', eth0: LOCAL, isSeen: true},
])('carrier-grade NAT is told, and no forwarding: $name', async ({eth0, isSeen}) => {
  const providers = isSeen ? {...stun, stun: [...stun.stun, ...cgnatStun.stun]} : stun

  const {run, publicIp} = await examineMachine(URL_BY_NAME, {
    providers,
    eth0,
    reached: {addresses: [SEEN]},
  })

  expect(publicIp).toMatchObject({
    status: 'warn',
    summary:
      'bot.lab.in leads into the carrier-grade NAT in front of this machine, which forwards no port',
  })
  expect(publicIp?.fix).toMatch(
    /^No port can be forwarded[^]*exostream serve --tunnel cloudflared$/,
  )
  expect(run.known).toEqual({isBehindNat: true})
})

test('a bot that lives elsewhere is no alarm: where it is, is told', async () => {
  const {run, publicIp} = await examineMachine(URL_BY_NAME, {
    providers: stun,
    reached: {addresses: [OTHER], target: {kind: 'serve'}},
  })

  expect(publicIp?.status).toBe('pass')
  expect(publicIp?.detail).toContain(
    `bot.lab.in leads to ${OTHER}: not this machine, which is ${SEEN}`,
  )
  expect(run.hops.get('stream')?.isHere).toBe(false)
})

test('an address in the URL of a serve that is ours no more has changed', async () => {
  const {publicIp} = await examineMachine(`ws://${OTHER}:5000/media`, {
    providers: stun,
    reached: {addresses: [OTHER], target: {kind: 'serve'}},
  })

  expect(publicIp).toMatchObject({
    status: 'warn',
    summary: `the URL names ${OTHER}, but the public address of this machine is ${SEEN}`,
  })
  expect(publicIp?.fix).toContain(`ws://${SEEN}:5000/media`)
})

test('an address of the other family leads nobody knows where', async () => {
  const {run} = await examineMachine(URL_BY_NAME, {
    providers: stun,
    reached: {addresses: ['2001:db8::9']},
  })

  expect(run.hops.get('stream')?.isHere).toBeUndefined()
})
