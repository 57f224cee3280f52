import {describe, expect, test} from 'vitest'

import {virtualClock} from '../../../../../src/clock.js'
import {dnsCheck} from '../../../../../src/doctor/host/dns/dns.js'
import {contextOf} from '../../../../rig/doctor/check-context.js'
import {lookupIn, type Names, NOBODY} from '../../../../rig/doctor/examine.js'

const HOST = 'voice.acme-bots.in'
const url = `wss://${HOST}/media`

type Given = Parameters<typeof contextOf>[0]

async function look(names: Names, {world, ...given}: NonNullable<Given> = {}) {
  return dnsCheck.run(contextOf({url, world: {lookup: lookupIn(names), ...world}, ...given}))
}

test('IPv4 is dialled first', async () => {
  const result = await look({[HOST]: ['2606:4700::1', '8.8.4.4', '8.8.8.8']})

  expect(result).toMatchObject({
    status: 'pass',
    summary: `${HOST} is 8.8.4.4, 8.8.8.8, 2606:4700::1`,
    hop: {addresses: ['8.8.4.4', '8.8.8.8', '2606:4700::1']},
  })
})

test('of many addresses a sentence names a few', async () => {
  const result = await look({[HOST]: ['8.0.0.1', '8.0.0.2', '8.0.0.3', '8.0.0.4', '8.0.0.5']})

  expect(result.summary).toBe(`${HOST} is 8.0.0.1, 8.0.0.2, 8.0.0.3, 8.0.0.4 and 1 more`)
})

test.each([
  ['wss://8.8.4.4/media', '8.8.4.4'],
  ['wss://[2606:4700::1]/media', '2606:4700::1'],
])('%s needs no look-up', async (literal, address) => {
  const result = await look({}, {url: literal})

  expect(result).toMatchObject({status: 'pass', hop: {addresses: [address]}})
})

test('an address that is none is not dialled', async () => {
  const lookup = () => Promise.resolve([{address: 'localhost; reboot', family: 4}])

  const result = await look({}, {world: {lookup}})

  expect(result).toMatchObject({status: 'fail', hop: {lookup: {kind: 'no-address'}}})
})

describe('the system’s resolver alone', () => {
  test.each([
    ['ENOTFOUND', 'fail', `${HOST} does not exist in the DNS`],
    ['ENODATA', 'fail', `${HOST} exists in the DNS but has no address`],
    ['EAI_FAIL', 'skip', undefined],
    ['EAI_AGAIN', 'skip', undefined],
    ['ETIMEOUT', 'skip', undefined],
    ['ENOMEM', 'skip', undefined],
  ])('%s is a %s', async (code, status, summary) => {
    const result = await look({[HOST]: code})

    expect(result.status).toBe(status)
    expect(result.summary).toBe(
      summary ?? `${HOST} could not be looked up: no DNS server has an answer for this machine`,
    )
    expect(result.detail).toMatch(`this machine: getaddrinfo ${code} ${HOST}`)
  })

  test('does not say that this machine is offline', async () => {
    const result = await look({[HOST]: 'EAI_AGAIN'}, {target: {isOffline: true}})

    expect(result.known).toBeUndefined()
  })

  test('is not believed where there is no network', async () => {
    const result = await look({}, {known: {isOffline: true}})

    expect(result).toMatchObject({status: 'skip', known: {isOffline: true}})
  })

  test('still knows the names of this machine where there is no network', async () => {
    const result = await look({[HOST]: ['127.0.0.1']}, {known: {isOffline: true}})

    expect(result.status).toBe('pass')
  })
})

test.each([
  ['linux', 'fail'],
  ['darwin', 'skip'],
  ['win32', 'skip'],
] as const)(
  'where no public resolver answers, "no such name" is on %s a %s',
  async (platform, status) => {
    const providers = {...NOBODY, resolvers: ['no resolver']}

    const result = await look({}, {world: {providers, platform}})

    expect(result.status).toBe(status)
  },
)

test('where neither this machine’s resolver nor a public one answers, this machine is offline', async () => {
  const providers = {...NOBODY, resolvers: ['no resolver']}

  const result = await look({[HOST]: 'EAI_AGAIN'}, {world: {providers}})

  expect(result).toMatchObject({status: 'skip', known: {isOffline: true}})
})

test('a look-up that does not end counts as silence after five seconds', async () => {
  const clock = virtualClock()
  const lookup = () => new Promise<never>(() => undefined)

  const result = await clock.run(() => look({}, {world: {clock, lookup}}))

  expect(clock.now()).toBe(5000)
  expect(result).toMatchObject({
    status: 'skip',
    hop: {lookup: {kind: 'no-answer', words: 'no answer within 5 s', tookMs: 5000}},
  })
})

test('a look-up that throws is a finding', async () => {
  const lookup = () => {
    throw new TypeError('The "hostname" argument is bad')
  }

  const result = await look({}, {world: {lookup}})

  expect(result).toMatchObject({status: 'skip', hop: {lookup: {kind: 'no-answer'}}})
})

test('a host that a shell would read is quoted in the commands', async () => {
  const result = await look({}, {url: "wss://a;reboot;'b.in/media"})

  const fix = result.status === 'fail' ? result.fix : ''
  const context = contextOf({url: 'wss://a/'})
  const text = typeof fix === 'string' ? fix : fix(context)
  expect(text).toContain(String.raw`dig +short 'a;reboot;'\''b.in'`)
})
