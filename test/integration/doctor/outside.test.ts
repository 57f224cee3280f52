import {expect, test} from 'vitest'

import {
  type Asked,
  saidNoMore,
  says,
  saysForEver,
  saysNothing,
} from '../../rig/doctor/address-providers.js'
import {
  classOfLab,
  examineReached,
  interfacesOf,
  quickClock,
  type Reached,
} from '../../rig/doctor/reached-bot.js'

const ADDRESS = '203.0.113.7'
const LOCAL = '192.168.1.5'
const URL_HERE = 'ws://bot.lab.in:5000/media?sample-rate=8000'
const NO = '{"reachable": false, "detail": "dial tcp 203.0.113.7:5000: i/o timeout"}'
const EXOTEL_TIMEOUT = `3009 failed to establish ws conn dial tcp ${ADDRESS}:5000: i/o timeout`

function tryFromOutside(outsideUrl: string | undefined, reached: Reached = {}, url = URL_HERE) {
  return examineReached(url, {
    addresses: [ADDRESS],
    ...reached,
    hop: {isHere: true, ...reached.hop},
    target: {...(outsideUrl === undefined ? {} : {outsideUrl}), ...reached.target},
    world: {classOf: classOfLab, interfaces: interfacesOf({eth0: LOCAL}), ...reached.world},
  })
}

const queryOf = ({requests}: Asked) =>
  new URL(requests[0]?.url ?? '', 'http://checker').searchParams

test('a port that only this machine has tried is not checked from outside, and how to is told', async () => {
  const {report, outside} = await tryFromOutside(undefined)

  expect(outside).toMatchObject({
    status: 'skip',
    summary: 'not checked from outside: port 5000 was only tried from this machine',
  })
  expect(outside?.detail?.split('\n').slice(1)).toEqual([
    'nc -vz bot.lab.in 5000',
    'curl -sv http://bot.lab.in:5000/health',
  ])
  expect(report.verdict).toBe('unknown')
})

test.each([
  {name: 'elsewhere', tunnels: [], words: 'bot.lab.in is not on this machine'},
  {
    name: 'behind a tunnel',
    tunnels: [{name: 'ngrok', url: 'https://bot.lab.in'}],
    words: 'bot.lab.in is the ngrok tunnel of this machine',
  },
])('a bot $name was tried from outside', async ({tunnels, words}) => {
  const {report, outside} = await tryFromOutside(undefined, {
    hop: {isHere: false},
    known: {tunnels},
  })

  expect(outside).toMatchObject({
    status: 'skip',
    summary: `${words}, so that it was tried from outside`,
  })
  expect(report.verdict).toBe('reachable')
})

test('an IPv6 address is written as each command takes it', async () => {
  const {outside} = await tryFromOutside(undefined, {}, 'ws://[2001:db8::1]:5000/media')

  expect(outside?.detail?.split('\n').slice(1)).toEqual([
    'nc -vz 2001:db8::1 5000',
    "curl -sv 'http://[2001:db8::1]:5000/health'",
  ])
})

test('where nobody knows whether the URL leads here, it is not checked', async () => {
  const {run, outside} = await examineReached(URL_HERE, {addresses: [ADDRESS]})

  expect(run.hops.get('stream')?.isHere).toBeUndefined()
  expect(outside).toMatchObject({
    status: 'skip',
    summary: 'not checked from outside: it is not known whether bot.lab.in leads to this machine',
  })
})

test.each([
  ['itself', '{"reachable": true}'],
  ['by a doctor', '{"schemaVersion": 1, "verdict": "reachable", "summary": "all is well."}'],
])('a checker that reached the bot %s makes it pass', async (_how, answer) => {
  const {url} = await says(answer)

  const {report, outside} = await tryFromOutside(url)

  expect(outside).toMatchObject({
    status: 'pass',
    summary: 'bot.lab.in port 5000 is reached by the outside checker',
  })
  expect(report.verdict).toBe('reachable')
})

test('the checker is given the URL behind its own query, and no credentials', async () => {
  const checker = await says('{"reachable": true}')
  const secret = 'wss://KEY:TOKEN@bot.lab.in/media?sample-rate=8000&token=hidden'

  await tryFromOutside(`${checker.url.replace('//', '//me:word@')}?key=7`, {}, secret)

  const query = queryOf(checker)
  expect(query.get('key')).toBe('7')
  expect(query.get('url')).toBe('wss://bot.lab.in/media?sample-rate=8000&token=***')
  expect(checker.requests[0]?.headers.authorization).toBe(
    `Basic ${Buffer.from('me:word').toString('base64')}`,
  )
})

const refused: readonly {
  readonly name: string
  readonly reached: Reached
  readonly fix: string
}[] = [
  {
    name: 'a machine with nothing in front',
    reached: {},
    fix: 'Let TCP port 5000 in from everywhere at each firewall and security group in front of this machine.',
  },
  {
    name: 'a machine behind NAT',
    reached: {known: {publicAddress: ADDRESS, isBehindNat: true}},
    fix: `In the router, forward outside TCP port 5000 to ${LOCAL}, port 5000. A tunnel needs no forwarding:\nexostream serve --tunnel cloudflared`,
  },
  {
    name: 'a machine behind carrier-grade NAT',
    reached: {known: {isBehindNat: true}},
    fix: 'exostream serve --tunnel cloudflared',
  },
  {
    name: 'a machine in a cloud',
    reached: {known: {publicAddress: ADDRESS, isBehindNat: true, cloud: 'gcp'}},
    fix: 'gcloud compute firewall-rules create exostream-5000',
  },
  {
    name: 'another machine',
    reached: {hop: {isHere: false}},
    fix: 'Let TCP port 5000 in from everywhere at each firewall and security group in front of bot.lab.in.',
  },
]

test.each(refused)(
  'a checker that does not reach $name is the root cause',
  async ({reached, fix}) => {
    const {url} = await says(NO)

    const {report} = await tryFromOutside(url, reached)

    expect(report).toMatchObject({
      verdict: 'unreachable',
      rootCause: 'outside',
      summary: "bot.lab.in port 5000 is not reached from outside, only from this machine's side.",
      exotelError: EXOTEL_TIMEOUT,
    })
    expect(report.fix).toContain(fix)
    expect(report.checks.filter(({status}) => status === 'fail')).toHaveLength(1)
  },
)

test('what cannot be reached from here either is the finding of another check', async () => {
  const {url} = await says(NO)

  const {outside} = await tryFromOutside(url, {hop: {answer: {kind: 'late', words: '', tookMs: 1}}})

  expect(outside).toMatchObject({
    status: 'skip',
    summary: 'bot.lab.in port 5000 is not reached by the outside checker either',
  })
})

test('what is only blind from inside is no finding of another check', async () => {
  const {url} = await says(NO)

  const {report} = await tryFromOutside(url, {
    isBlind: true,
    known: {publicAddress: ADDRESS, isBehindNat: true},
  })

  expect(report).toMatchObject({
    rootCause: 'outside',
    summary: 'bot.lab.in port 5000 is not reached from outside.',
    exotelError: EXOTEL_TIMEOUT,
  })
})

test.each([
  {name: 'in a cloud, too', known: {cloud: 'aws'}, failed: [], isFault: true},
  {name: 'beside a full disk', known: {}, failed: ['disk'], isFault: true},
  {
    name: 'but not where the stream could not be had at all',
    known: {},
    failed: ['sample-rate'],
    isFault: false,
  },
  {
    name: 'nor behind a firewall that was found',
    known: {},
    failed: ['firewall'],
    isFault: false,
  },
])('$name', async ({known, failed, isFault}) => {
  const checker = await says(NO)
  const reached: Reached = {
    isBlind: true,
    failed,
    known: {publicAddress: ADDRESS, isBehindNat: true, ...known},
  }

  const {outside} = await tryFromOutside(checker.url, reached, URL_HERE)

  expect(outside?.status).toBe(isFault ? 'fail' : 'skip')
})

test.each([
  ['gives no answer', async () => (await says('<html>')).url],
  ['could not tell', async () => (await says('{"schemaVersion": 1, "verdict": "unknown"}')).url],
  ['is not there', saidNoMore],
  ['is none', () => Promise.resolve('ftp://checker.lab.in/')],
])('a checker that %s leaves the router to be told', async (_name, start) => {
  const known = {publicAddress: ADDRESS, isBehindNat: true}

  const {outside} = await tryFromOutside(await start(), {known})

  expect(outside).toMatchObject({
    status: 'warn',
    fix: `In the router, forward outside TCP port 5000 to ${LOCAL}, port 5000. A tunnel needs no forwarding:\nexostream serve --tunnel cloudflared`,
  })
  expect(outside?.summary).toMatch(/^the outside checker .* and bot\.lab\.in leads to a router/)
})

test('in a cloud there is no router to be told', async () => {
  const known = {publicAddress: ADDRESS, isBehindNat: true, cloud: 'gcp'}

  const {outside} = await tryFromOutside((await says('<html>')).url, {known})

  expect(outside?.status).toBe('skip')
})

const HUGE = JSON.stringify({reachable: false, detail: 'x'.repeat(70_000)})

test.each([
  ['HTML', '<html>503</html>', 200],
  ['a word in place of a truth', '{"reachable": "false"}', 200],
  ['half an object', '{"reachable": false', 200],
  ['an error', NO, 500],
  ['nothing', '', 200],
  ['more than 64 kB', HUGE, 200],
  ['a report of another schema', '{"schemaVersion": 9, "verdict": "unreachable"}', 200],
])('a checker that answers with %s is not believed', async (_name, body, status) => {
  const {url} = await says(body, status)

  const {report, outside} = await tryFromOutside(url)

  expect(outside).toMatchObject({
    status: 'skip',
    summary: 'the outside checker gave no answer that can be read',
  })
  expect(report).toMatchObject({verdict: 'unknown'})
  expect(report.rootCause).toBeUndefined()
})

test.each([
  ['is silent', async () => (await saysNothing()).url, 'did not answer within 10 s'],
  ['is not there', saidNoMore, 'ECONNREFUSED'],
])('a checker that %s says nothing of the bot', async (_name, start, words) => {
  const {report, outside} = await tryFromOutside(await start(), {world: {clock: quickClock(10)}})

  expect(outside).toMatchObject({status: 'skip', summary: 'the outside checker did not answer'})
  expect(outside?.detail).toContain(words)
  expect(report.rootCause).toBeUndefined()
})

test('a checker that never ends is left', async () => {
  const {url} = await saysForEver()

  const {outside} = await tryFromOutside(url)

  expect(outside?.detail).toBe('it answered 200 with more than 64 kB')
})

test('a checker that could not tell is no answer', async () => {
  const {url} = await says('{"schemaVersion": 1, "verdict": "unknown", "summary": "no network."}')

  const {outside} = await tryFromOutside(url)

  expect(outside).toMatchObject({
    status: 'skip',
    summary: 'the outside checker could not tell whether bot.lab.in port 5000 is reached',
    detail: 'the doctor there says: no network.',
  })
})

test('what a checker says is told without controls and secrets, and not at any length', async () => {
  const detail = `\u001b[2Jws://me:word@bot.lab.in/?token=hidden ${'x'.repeat(5000)}`
  const {url} = await says(JSON.stringify({reachable: false, detail}))

  const {report, outside} = await tryFromOutside(url)

  expect(report.rootCause).toBe('outside')
  expect(outside?.detail?.length).toBeLessThanOrEqual(500)
  expect(outside?.detail).not.toMatch(/\u001b|word|hidden/)
})

test.each([
  {name: '--local', reached: {target: {isLocal: true}}},
  {name: '--offline', reached: {target: {isOffline: true}}},
  {name: 'no network', reached: {known: {isOffline: true}}},
  {name: 'no public address', reached: {addresses: [LOCAL]}},
])('with $name the checker is not asked', async ({reached}) => {
  const checker = await says(NO)

  const {outside} = await tryFromOutside(checker.url, reached)

  expect(outside?.status).toBe('skip')
  expect(checker.requests).toEqual([])
})

test.each(['no url', 'ftp://checker.lab.in/'])('%s is no checker', async (outsideUrl) => {
  const {outside} = await tryFromOutside(outsideUrl)

  expect(outside).toMatchObject({
    status: 'skip',
    summary: 'the outside checker was not asked: --outside is no http or https URL',
  })
})
