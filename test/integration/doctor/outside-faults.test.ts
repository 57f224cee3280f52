import {beforeAll, expect, test} from 'vitest'
import type {WebSocket} from 'ws'

import type {DoctorTarget} from '../../../src/doctor/target.js'
import type {DoctorWorld} from '../../../src/doctor/world.js'
import {closedPort, webSocket} from '../../rig/bad-endpoints.js'
import {says} from '../../rig/doctor/address-providers.js'
import {examine, NOBODY} from '../../rig/doctor/examine.js'
import {seesYouAt, startFakeStun} from '../../rig/doctor/fake-stun.js'
import {interfacesOf} from '../../rig/doctor/reached-bot.js'

/** All that is looked at before a call is made. */
const ONLY = [
  ...['placeholder', 'url', 'call-sid-in-url', 'scheme', 'userinfo', 'port', 'length'],
  ...['parameters', 'sample-rate', 'host', 'network', 'dns', 'public-dns', 'address', 'tcp'],
  ...['clock', 'tls', 'open-time', 'credentials', 'upgrade', 'public-ip', 'outside', 'cloud'],
]
const NO = '{"reachable": false}'
const YES = '{"reachable": true}'
const HERE = '127.0.0.1'

let bot: string
let nobody: string
beforeAll(async () => {
  const hold = (ws: WebSocket) => ws.on('error', () => undefined)
  bot = new URL((await webSocket(hold)).url).port
  nobody = new URL((await closedPort()).url).port
})

type Fault = {
  readonly name: string
  /** Where the name of the bot leads to, and how the outside sees this machine; here unless said. */
  readonly seenAt?: string
  readonly eth0?: string
  readonly isClosed?: true
  readonly checker?: string
  readonly target?: Partial<DoctorTarget>
  readonly host?: string
  readonly rootCause: string
  readonly exotelError: (port: string) => string
  /** Of `public-ip`. */
  readonly publicIp: 'pass' | 'warn'
  readonly fix: string
}

const timeout = (port: string) =>
  `3009 failed to establish ws conn dial tcp ${HERE}:${port}: i/o timeout`
const refused = (port: string) =>
  `3009 failed to establish ws conn dial tcp ${HERE}:${port}: connect: connection refused`

const faults: readonly Fault[] = [
  {
    name: 'a firewall that only lets in this machine',
    eth0: HERE,
    checker: NO,
    rootCause: 'outside',
    exotelError: timeout,
    publicIp: 'pass',
    fix: 'Let TCP port',
  },
  {
    name: 'a router that forwards nothing',
    eth0: '192.168.1.5',
    checker: NO,
    rootCause: 'outside',
    exotelError: timeout,
    publicIp: 'pass',
    fix: 'to 192.168.1.5, port',
  },
  {
    name: 'carrier-grade NAT',
    eth0: '100.64.3.4',
    checker: NO,
    rootCause: 'outside',
    exotelError: timeout,
    publicIp: 'warn',
    fix: 'No port can be forwarded through carrier-grade NAT',
  },
  {
    name: 'another machine that only lets in this one',
    seenAt: '127.0.0.9',
    checker: NO,
    rootCause: 'outside',
    exotelError: timeout,
    publicIp: 'pass',
    fix: 'in front of bot.lab.in',
  },
  {
    name: 'a doctor elsewhere that cannot connect',
    eth0: HERE,
    checker: '{"schemaVersion": 1, "verdict": "unreachable", "rootCause": "tcp", "summary": "no."}',
    rootCause: 'outside',
    exotelError: timeout,
    publicIp: 'pass',
    fix: 'Let TCP port',
  },
  {
    name: 'an address that this machine had before',
    host: HERE,
    seenAt: '127.0.0.9',
    target: {kind: 'serve'},
    isClosed: true,
    rootCause: 'tcp',
    exotelError: refused,
    publicIp: 'warn',
    fix: 'ws://127.0.0.9:',
  },
  {
    name: 'a checker that lies about a bot which is not there',
    eth0: HERE,
    isClosed: true,
    checker: YES,
    rootCause: 'tcp',
    exotelError: refused,
    publicIp: 'pass',
    fix: 'exostream serve',
  },
  {
    name: 'a checker that says nothing of use about a bot which is not there',
    eth0: HERE,
    isClosed: true,
    checker: '<html>',
    rootCause: 'tcp',
    exotelError: refused,
    publicIp: 'pass',
    fix: 'exostream serve',
  },
  {
    name: 'a bot which is not there, as the checker says too',
    eth0: HERE,
    isClosed: true,
    checker: NO,
    rootCause: 'tcp',
    exotelError: refused,
    publicIp: 'pass',
    fix: 'exostream serve',
  },
]

async function examineFault({seenAt = HERE, eth0 = '192.168.1.5', ...given}: Partial<Fault>) {
  const port = given.isClosed ? nobody : bot
  const {server} = await startFakeStun(seesYouAt(seenAt))
  const world: Partial<DoctorWorld> = {
    interfaces: interfacesOf({eth0}),
    providers: {...NOBODY, stun: [server]},
  }
  const outside = given.checker === undefined ? {} : {outsideUrl: (await says(given.checker)).url}
  const {host = 'bot.lab.in', target} = given
  const report = await examine(`ws://${host}:${port}/media?sample-rate=8000`, {
    names: {'bot.lab.in': [HERE]},
    target: {...outside, ...target},
    world,
    only: ONLY,
  })
  return {report, port}
}

test.each(faults)('$name has one root cause', async (fault) => {
  const {report, port} = await examineFault(fault)

  const failed = report.checks.filter(({status}) => status === 'fail')
  expect(failed.map(({id}) => id)).toEqual([fault.rootCause])
  expect(report).toMatchObject({
    verdict: 'unreachable',
    rootCause: fault.rootCause,
    exotelError: fault.exotelError(port),
  })
  expect(report.fix).toContain(fault.fix)
  expect(report.checks.find(({id}) => id === 'public-ip')?.status).toBe(fault.publicIp)
})

test.each([
  {name: 'reached from outside through a router', given: {checker: YES}},
  {name: 'with an address of its own', given: {eth0: HERE}},
  {name: 'elsewhere', given: {seenAt: '127.0.0.9'}},
])('a bot $name is well', async ({given}) => {
  const {report} = await examineFault(given)

  const told = report.checks.filter(({status}) => status === 'fail' || status === 'warn')
  // Of the laboratory, which has no certificate.
  expect(told.map(({id}) => id)).toEqual(['scheme'])
})
