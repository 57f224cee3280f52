import {afterEach, describe, expect, test} from 'vitest'

import type {DoctorReport} from '../../../src/doctor/doctor-report.js'
import type {AddressClass} from '../../../src/stream/written-url/address-class.js'
import {urlChecks} from '../../../src/doctor/url/index.js'
import {type Examination, examine, type Names, NOBODY} from '../../rig/doctor/examine.js'
import {type FakeDns, type FakeZone, startFakeDns} from '../../rig/doctor/fake-dns.js'

const HOST = 'voice.acme-bots.in'
const ONLY = [...urlChecks.map(({id}) => id), 'network', 'dns', 'public-dns', 'address']

let dns: FakeDns | undefined

afterEach(async () => {
  await dns?.close()
  dns = undefined
})

type Laboratory = Omit<Examination, 'names'> & {
  /** What this machine is told of names; a name that is not among them does not exist here. */
  readonly here?: Names
  /** What the world is told. */
  readonly world?: FakeZone
  readonly host?: string
  readonly classes?: Classes
  /** With every check there is. */
  readonly isWhole?: true
}

type Classes = Readonly<Record<string, AddressClass>>

/** Should a mistake ever lead one of the checks there, it comes no further than loopback. */
const INSIDE: Classes = {
  '127.10.20.5': 'private',
  '127.192.1.5': 'private',
  '127.172.9.9': 'private',
  '127.100.3.2': 'carrier-grade-nat',
  '127.169.10.1': 'link-local',
}

async function examineNames({here, world, classes, isWhole, host = HOST, ...more}: Laboratory) {
  dns = await startFakeDns(world ?? {})
  const providers = {...NOBODY, resolvers: [dns.address]}
  const {asked} = dns
  const report = await examine(`wss://${host}/media?sample-rate=8000`, {
    ...more,
    ...(isWhole ? {} : {only: ONLY}),
    names: here ?? {},
    world: {
      providers,
      classOf: (address) => classes?.[address] ?? INSIDE[address] ?? 'public',
    },
  })
  return {report, asked}
}

function checkOf({checks}: DoctorReport, id: string) {
  return checks.find((check) => check.id === id)
}

const PREFIX = '3009 failed to establish ws conn dial tcp'
const noSuchHost = (host: string) => `${PREFIX}: lookup ${host} on 10.1.0.2:53: no such host`
const misbehaving = `${PREFIX}: lookup ${HOST} on 10.1.0.2:53: server misbehaving`
const timeout = (address: string) => `${PREFIX} ${address}: i/o timeout`

const NGROK = 'f00d-49-36-1-7.ngrok-free.app'
const CLOUDFLARED = 'lucky-otter-hats.trycloudflare.com'
const MISTYPED = 'f00d-49-36-1-7.ngork-fre.app'

type Fault = {
  readonly name: string
  readonly host?: string
  readonly here?: Names
  readonly world?: FakeZone
  readonly classes?: Classes
  readonly rootCause: string
  readonly summary: string
  readonly exotelError: string
}

const FAULTS: readonly Fault[] = [
  {
    name: 'a name that nobody knows',
    rootCause: 'dns',
    summary: `${HOST} does not exist in the DNS.`,
    exotelError: noSuchHost(HOST),
  },
  {
    name: 'a zone whose servers say SERVFAIL',
    here: {[HOST]: 'EAI_FAIL'},
    world: {[HOST]: {fault: 'servfail'}},
    rootCause: 'dns',
    summary: `the name servers of ${HOST} fail to answer for it.`,
    exotelError: misbehaving,
  },
  {
    name: 'a zone whose servers are silent',
    here: {[HOST]: 'EAI_AGAIN'},
    world: {[HOST]: {fault: 'servfail'}},
    rootCause: 'dns',
    summary: `the name servers of ${HOST} fail to answer for it.`,
    exotelError: misbehaving,
  },
  {
    name: 'a name without an address',
    world: {[HOST]: {}},
    rootCause: 'dns',
    summary: `${HOST} exists in the DNS but has no address.`,
    exotelError: noSuchHost(HOST),
  },
  {
    name: 'an alias of a name that is gone',
    world: {
      [HOST]: {cname: 'lb.acme-bots.in'},
      'lb.acme-bots.in': {cname: 'gone.hosting.net'},
    },
    rootCause: 'dns',
    summary: `${HOST} is an alias of gone.hosting.net, which does not exist in the DNS.`,
    exotelError: noSuchHost(HOST),
  },
  {
    name: 'an alias of a name without an address',
    world: {[HOST]: {cname: 'lb.hosting.net'}, 'lb.hosting.net': {}},
    rootCause: 'dns',
    summary: `${HOST} is an alias of lb.hosting.net, which has no address.`,
    exotelError: noSuchHost(HOST),
  },
  {
    name: 'aliases in a circle',
    world: {[HOST]: {cname: 'lb.hosting.net'}, 'lb.hosting.net': {cname: HOST}},
    rootCause: 'dns',
    summary: `${HOST} is an alias of lb.hosting.net, which has no address.`,
    exotelError: noSuchHost(HOST),
  },
  {
    name: 'an ngrok tunnel that is gone',
    host: NGROK,
    rootCause: 'dns',
    summary: `${NGROK} does not exist in the DNS.`,
    exotelError: noSuchHost(NGROK),
  },
  {
    name: 'a cloudflared tunnel that is gone',
    host: CLOUDFLARED,
    rootCause: 'dns',
    summary: `${CLOUDFLARED} does not exist in the DNS.`,
    exotelError: noSuchHost(CLOUDFLARED),
  },
  {
    name: 'a mistyped tunnel',
    host: MISTYPED,
    rootCause: 'dns',
    summary: `${MISTYPED} does not exist in the DNS.`,
    exotelError: noSuchHost(MISTYPED),
  },
  {
    name: 'a split horizon: public here, unknown to the world',
    here: {[HOST]: ['127.0.0.1']},
    rootCause: 'public-dns',
    summary: `${HOST} is known in this network only: to public resolvers it does not exist.`,
    exotelError: noSuchHost(HOST),
  },
  {
    name: 'a split horizon: private here, unknown to the world',
    here: {[HOST]: ['127.10.20.5']},
    rootCause: 'public-dns',
    summary: `${HOST} is known in this network only: to public resolvers it does not exist.`,
    exotelError: noSuchHost(HOST),
  },
  {
    name: 'a split horizon: public here, without an address to the world',
    here: {[HOST]: ['127.0.0.1']},
    world: {[HOST]: {}},
    rootCause: 'public-dns',
    summary: `${HOST} is known in this network only: to public resolvers it has no address.`,
    exotelError: noSuchHost(HOST),
  },
  {
    name: 'a split horizon: public here, private to the world',
    here: {[HOST]: ['127.0.0.1']},
    world: {[HOST]: {a: ['127.10.20.5']}},
    rootCause: 'public-dns',
    summary: `to the world ${HOST} is 127.10.20.5, which Exotel cannot reach; here it is 127.0.0.1.`,
    exotelError: timeout('127.10.20.5:443'),
  },
  {
    name: 'a private address',
    here: {[HOST]: ['127.192.1.5']},
    world: {[HOST]: {a: ['127.192.1.5']}},
    rootCause: 'address',
    summary: `${HOST} is 127.192.1.5, which Exotel cannot reach: it is a private address (RFC 1918).`,
    exotelError: timeout('127.192.1.5:443'),
  },
  {
    name: 'a private address that only public resolvers tell',
    world: {[HOST]: {a: ['127.172.9.9']}},
    rootCause: 'address',
    summary: `${HOST} is 127.172.9.9, which Exotel cannot reach: it is a private address (RFC 1918).`,
    exotelError: timeout('127.172.9.9:443'),
  },
  {
    name: 'one private address here and another to the world',
    here: {[HOST]: ['127.10.20.5']},
    world: {[HOST]: {a: ['127.192.1.5']}},
    rootCause: 'address',
    summary: `${HOST} is 127.192.1.5, which Exotel cannot reach: it is a private address (RFC 1918).`,
    exotelError: timeout('127.192.1.5:443'),
  },
  {
    name: "an address behind a provider's NAT",
    host: `${HOST}:8443`,
    here: {[HOST]: ['127.100.3.2']},
    world: {[HOST]: {a: ['127.100.3.2']}},
    rootCause: 'address',
    summary: `${HOST} is 127.100.3.2, which Exotel cannot reach: it is an address behind a provider's NAT (RFC 6598).`,
    exotelError: timeout('127.100.3.2:8443'),
  },
  {
    name: 'a link-local address',
    here: {[HOST]: ['127.169.10.1']},
    world: {[HOST]: {a: ['127.169.10.1']}},
    rootCause: 'address',
    summary: `${HOST} is 127.169.10.1, which Exotel cannot reach: it is a link-local address (RFC 3927, RFC 4291).`,
    exotelError: timeout('127.169.10.1:443'),
  },
  {
    name: 'unique local addresses',
    classes: {'::1': 'unique-local'},
    here: {[HOST]: ['::1']},
    world: {[HOST]: {aaaa: ['::1']}},
    rootCause: 'address',
    summary: `${HOST} is ::1, which Exotel cannot reach: it is a unique local address (RFC 4193).`,
    exotelError: timeout('[::1]:443'),
  },
  {
    name: 'the unspecified address',
    classes: {'0.0.0.0': 'unspecified'},
    here: {[HOST]: ['0.0.0.0']},
    world: {[HOST]: {a: ['0.0.0.0']}},
    rootCause: 'address',
    summary: `${HOST} is 0.0.0.0, which Exotel cannot reach: it is the unspecified address, which a program listens on and nobody dials.`,
    exotelError: `${PREFIX} 0.0.0.0:443: connect: connection refused`,
  },
]

describe('one fault of a name is one root cause, with the text that Exotel shows', () => {
  test.each(FAULTS)('$name', async ({host, here, world, classes, ...expected}) => {
    const {report} = await examineNames({
      isWhole: true,
      ...(host === undefined ? {} : {host}),
      ...(here === undefined ? {} : {here}),
      ...(world === undefined ? {} : {world}),
      ...(classes === undefined ? {} : {classes}),
    })

    const failed = report.checks.filter(({status}) => status === 'fail').map(({id}) => id)
    const {rootCause, summary, exotelError} = report
    expect({failed, rootCause, summary, exotelError}).toEqual({
      failed: [expected.rootCause],
      rootCause: expected.rootCause,
      summary: expected.summary,
      exotelError: expected.exotelError,
    })
    expect(report.verdict).toBe('unreachable')
  })
})

type Doubt = {
  readonly name: string
  readonly here?: Names
  readonly world: FakeZone
  readonly warned: string
  readonly summary: string
}

const DOUBTS: readonly Doubt[] = [
  {
    name: 'only this machine does not know the name',
    world: {[HOST]: {a: ['127.0.0.1']}},
    warned: 'dns',
    summary: `only the resolver of this machine does not know ${HOST}; to public ones it is 127.0.0.1`,
  },
  {
    name: 'private here and public to the world',
    here: {[HOST]: ['127.10.20.5']},
    world: {[HOST]: {a: ['127.0.0.1']}},
    warned: 'public-dns',
    summary: `here ${HOST} is 127.10.20.5, to the world 127.0.0.1`,
  },
  {
    name: 'a zone that only resolvers with DNSSEC refuse',
    here: {[HOST]: ['127.0.0.1']},
    world: {[HOST]: {fault: 'servfail'}},
    warned: 'public-dns',
    summary: `public resolvers fail to look up ${HOST}, and Exotel's may too`,
  },
  {
    name: 'IPv6 alone',
    here: {[HOST]: ['::1']},
    world: {[HOST]: {aaaa: ['::1']}},
    warned: 'address',
    summary: `${HOST} has IPv6 addresses only, and nothing says that Exotel dials IPv6`,
  },
  {
    name: 'public and private addresses of one name',
    here: {[HOST]: ['127.0.0.1', '127.10.20.5']},
    world: {[HOST]: {a: ['127.0.0.1', '127.10.20.5']}},
    warned: 'address',
    summary: `of the addresses of ${HOST} Exotel cannot reach 127.10.20.5, and may take it`,
  },
  {
    name: 'a private address that only the world is told',
    here: {[HOST]: ['127.0.0.1']},
    world: {[HOST]: {a: ['127.0.0.1', '127.10.20.5']}},
    warned: 'address',
    summary: `of the addresses of ${HOST} Exotel cannot reach 127.10.20.5, and may take it`,
  },
]

test.each(DOUBTS)('what does not stop a call is a warning: $name', async ({here, ...doubt}) => {
  const {report} = await examineNames({...(here === undefined ? {} : {here}), world: doubt.world})

  const told = report.checks.filter(({status}) => status === 'warn' || status === 'fail')
  expect(told.map(({id, status, summary}) => ({id, status, summary}))).toEqual([
    {id: doubt.warned, status: 'warn', summary: doubt.summary},
  ])
})

describe('a healthy name is not talked about', () => {
  test.each([
    {name: 'the same address everywhere', here: ['127.0.0.1'], world: {a: ['127.0.0.1']}},
    {name: 'a near server for each asker', here: ['127.0.0.1'], world: {a: ['127.0.0.2']}},
    {name: 'IPv4 and IPv6', here: ['::1', '127.0.0.1'], world: {a: ['127.0.0.1'], aaaa: ['::1']}},
  ])('$name', async ({here, world}) => {
    const {report} = await examineNames({here: {[HOST]: here}, world: {[HOST]: world}})

    const statuses = ['dns', 'public-dns', 'address'].map((id) => checkOf(report, id)?.status)
    expect(statuses).toEqual(['pass', 'pass', 'pass'])
  })

  test('aliases are told in the detail, in their order', async () => {
    const {report} = await examineNames({
      here: {[HOST]: ['127.0.0.1']},
      world: {
        [HOST]: {cname: 'lb.acme-bots.in'},
        'lb.acme-bots.in': {cname: 'edge.hosting.net'},
        'edge.hosting.net': {a: ['127.0.0.1']},
      },
    })

    expect(checkOf(report, 'dns')?.detail).toMatch(
      /^this machine: 127\.0\.0\.1, alias of lb\.acme-bots\.in, alias of edge\.hosting\.net \(\d+ ms\)$/,
    )
  })
})

describe('what is not known is not a fault', () => {
  test('without a network nobody is asked, and nothing fails', async () => {
    dns = await startFakeDns({})
    const providers = {...NOBODY, resolvers: [dns.address]}

    const report = await examine(`wss://${HOST}/media?sample-rate=8000`, {
      world: {interfaces: () => ({}), providers},
      names: {[HOST]: 'EAI_AGAIN'},
      only: ONLY,
    })

    expect(report).toMatchObject({verdict: 'unknown'})
    expect(report.checks.filter(({status}) => status === 'fail')).toEqual([])
    expect(checkOf(report, 'network')?.summary).toBe('this machine has no network')
    expect(checkOf(report, 'address')).toMatchObject({summary: 'not tried: dns did not pass'})
    expect(dns.asked).toEqual([])
  })

  test.each(['refused', 'malformed'] as const)(
    'no answer here, and public resolvers whose answer is %s',
    async (fault) => {
      const {report} = await examineNames({
        here: {[HOST]: 'EAI_AGAIN'},
        world: {[HOST]: {fault}},
      })

      expect(report).toMatchObject({verdict: 'unknown'})
      expect(report.rootCause).toBeUndefined()
      expect(checkOf(report, 'dns')).toMatchObject({
        status: 'skip',
        summary: `${HOST} could not be looked up: no DNS server has an answer for this machine`,
      })
    },
  )

  test('public resolvers that say nothing stand in nobody’s way', async () => {
    const {report} = await examineNames({
      here: {[HOST]: ['127.0.0.1']},
      world: {[HOST]: {fault: 'refused'}},
    })

    expect(checkOf(report, 'public-dns')).toMatchObject({
      status: 'skip',
      summary: 'not checked: no public resolver answered this machine',
    })
    expect(checkOf(report, 'address')).toMatchObject({status: 'pass'})
  })
})

describe('who is asked', () => {
  test.each([{isOffline: true}, {isLocal: true}])('no public resolver with %o', async (target) => {
    const {report, asked} = await examineNames({
      here: {[HOST]: ['127.0.0.1']},
      world: {[HOST]: {a: ['127.0.0.1']}},
      target,
    })

    expect(asked).toEqual([])
    expect(checkOf(report, 'dns')).toMatchObject({status: 'pass'})
    expect(checkOf(report, 'public-dns')).toMatchObject({status: 'skip'})
    expect(checkOf(report, 'address')?.summary).not.toMatch(/^not tried/)
  })

  test('no public resolver for a literal address', async () => {
    const {report, asked} = await examineNames({host: '127.0.0.1'})

    expect(asked).toEqual([])
    expect(checkOf(report, 'address')).toMatchObject({
      status: 'pass',
      summary: '127.0.0.1 is a public address',
    })
  })
})

test('the fix of a mistyped tunnel is the whole URL under its real name', async () => {
  const {report} = await examineNames({host: MISTYPED})

  expect(report.fix).toContain(`\nwss://${NGROK}/media?sample-rate=8000\n`)
})

test('the fix of a tunnel that is gone says that each start gives a new name', async () => {
  const {report} = await examineNames({host: CLOUDFLARED})

  expect(report.fix).toMatch(/^That tunnel is gone: a free tunnel of cloudflared takes a new name/)
})

test('an interrupted lookup ends at once', async () => {
  const stop = new AbortController()
  const lookup = () => {
    queueMicrotask(() => stop.abort())
    return new Promise<never>(() => undefined)
  }

  const report = await examine(`wss://${HOST}/media?sample-rate=8000`, {
    world: {lookup},
    signal: stop.signal,
    only: ONLY,
  })

  expect(report.interrupted).toBe(true)
  expect(checkOf(report, 'dns')).toMatchObject({
    status: 'skip',
    summary: 'not finished: interrupted',
  })
})
