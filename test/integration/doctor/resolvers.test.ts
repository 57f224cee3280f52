import {createSocket} from 'node:dgram'
import {once} from 'node:events'

import {afterEach, describe, expect, test} from 'vitest'

import {type Clock, systemClock} from '../../../src/clock.js'
import {askResolvers, publicView} from '../../../src/doctor/host/dns/resolvers.js'
import {type FakeDns, type FakeZone, startFakeDns} from '../../rig/doctor/fake-dns.js'

const servers: FakeDns[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function serverOf(zone: FakeZone): Promise<FakeDns> {
  const server = await startFakeDns(zone)
  servers.push(server)
  return server
}

async function ask(name: string, resolvers: readonly string[], clock: Clock = systemClock) {
  return askResolvers(name, resolvers, {clock, signal: new AbortController().signal})
}

const ZONE: FakeZone = {
  'bot.net': {aaaa: ['2001:db8::7'], a: ['203.0.113.7']},
  'alias.net': {cname: 'lb.net'},
  'lb.net': {cname: 'bot.net'},
  'lost.net': {cname: 'gone.net'},
  'circle.net': {cname: 'round.net'},
  'round.net': {cname: 'circle.net'},
  'empty.net': {},
  'broken.net': {fault: 'servfail'},
  'refused.net': {fault: 'refused'},
  'garbled.net': {fault: 'malformed'},
  'long.net': {a: ['203.0.113.9'], isTruncated: true},
  'many.net': {a: Array.from({length: 250}, (_, index) => `203.0.113.${String(index)}`)},
}

test.each([
  {name: 'bot.net', kind: 'found', addresses: ['203.0.113.7', '2001:db8::7'], aliases: []},
  {
    name: 'alias.net',
    kind: 'found',
    addresses: ['203.0.113.7', '2001:db8::7'],
    aliases: ['lb.net', 'bot.net'],
  },
  {name: 'long.net', kind: 'found', addresses: ['203.0.113.9'], aliases: []},
  {name: 'nowhere.net', kind: 'no-such-name', aliases: []},
  {name: 'lost.net', kind: 'no-such-name', aliases: ['gone.net']},
  {name: 'circle.net', kind: 'no-address', aliases: ['round.net']},
  {name: 'empty.net', kind: 'no-address', aliases: []},
  {name: 'broken.net', kind: 'server-failure', aliases: []},
  {name: 'refused.net', kind: 'no-answer', aliases: []},
  {name: 'garbled.net', kind: 'no-answer', aliases: []},
  {name: `${'label'.repeat(20)}.net`, kind: 'no-answer', aliases: []},
])('$name is $kind', async ({name, aliases, ...lookup}) => {
  const {address} = await serverOf(ZONE)

  const [answer] = await ask(name, [address])

  expect(answer).toMatchObject({resolver: address, lookup, aliases})
})

test('an answer that is cut off is asked for again over TCP', async () => {
  const {address, asked} = await serverOf(ZONE)

  await ask('long.net', [address])

  expect(asked).toContain('A long.net (tcp)')
})

test('of a name with very many addresses only so many are kept', async () => {
  const {address} = await serverOf(ZONE)

  const [answer] = await ask('many.net', [address])

  expect(answer?.lookup).toMatchObject({kind: 'found', addresses: {length: 32}})
})

test('of aliases without an end only so many are followed', async () => {
  const zone = Object.fromEntries(
    Array.from({length: 40}, (_, index) => [
      `a${String(index)}.net`,
      {cname: `a${String(index + 1)}.net`},
    ]),
  )
  const {address} = await serverOf(zone)

  const [answer] = await ask('a0.net', [address])

  expect(answer?.aliases).toHaveLength(8)
})

test('an address that is none is an answer too', async () => {
  const [answer] = await ask('bot.net', ['no resolver'])

  expect(answer).toMatchObject({resolver: 'no resolver', lookup: {kind: 'no-answer'}, aliases: []})
})

describe('when resolvers differ', () => {
  test.each([
    {first: {fault: 'servfail'}, second: {a: ['203.0.113.7']}, counts: 'found'},
    {first: {fault: 'nxdomain'}, second: {a: ['203.0.113.7']}, counts: 'found'},
    {first: {fault: 'servfail'}, second: {fault: 'nxdomain'}, counts: 'no-such-name'},
    {first: {fault: 'refused'}, second: {fault: 'servfail'}, counts: 'server-failure'},
  ] as const)('$first beside $second counts as $counts', async ({first, second, counts}) => {
    const one = await serverOf({'bot.net': first})
    const other = await serverOf({'bot.net': second})

    const answers = await ask('bot.net', [one.address, other.address])

    expect(answers.map(({resolver}) => resolver)).toEqual([one.address, other.address])
    expect(publicView(answers)?.lookup.kind).toBe(counts)
  })

  test('nothing counts where nobody was asked', () => {
    expect(publicView([])).toBeUndefined()
  })
})

describe('a silent resolver', () => {
  test('is given up at the limit', async () => {
    const {address, asked} = await serverOf({'bot.net': {fault: 'silent'}})
    const {clock, limits} = clockByHand()

    const asking = ask('bot.net', [address], clock)
    await expect.poll(() => asked.length).toBeGreaterThanOrEqual(3)
    limits.find(({ms}) => ms === 4000)?.pass()

    expect(await asking).toMatchObject([{lookup: {kind: 'no-answer', words: 'no answer in time'}}])
  })

  test('is waited for a second longer than one that knows the name', async () => {
    const silent = await serverOf({'bot.net': {fault: 'silent'}})
    const good = await serverOf(ZONE)
    const {clock, limits} = clockByHand()

    const asking = ask('bot.net', [silent.address, good.address], clock)
    await expect.poll(() => limits.map(({ms}) => ms)).toContain(1000)
    limits.find(({ms}) => ms === 1000)?.pass()

    const answers = await asking
    expect(answers.map(({lookup}) => lookup.kind)).toEqual(['no-answer', 'found'])
  })

  test('holds nobody up who is interrupted', async () => {
    const {address, asked} = await serverOf({'bot.net': {fault: 'silent'}})
    const stop = new AbortController()

    const asking = askResolvers('bot.net', [address], {
      clock: clockByHand().clock,
      signal: stop.signal,
    })
    const outcome = expect(asking).rejects.toThrow('enough')
    await expect.poll(() => asked.length).toBeGreaterThanOrEqual(3)
    stop.abort(new Error('enough'))

    await outcome
  })
})

test('packets of random bytes are no answer', async () => {
  const noise = createSocket('udp4')
  let sent = 0
  noise.on('message', (query, from) => {
    const garbled = Buffer.from(query.map((byte, at) => (at < 2 ? byte : (byte * 7 + 131) % 256)))
    noise.send(garbled, from.port, from.address)
    noise.send(Buffer.alloc(0), from.port, from.address, () => (sent += 1))
  })
  noise.bind(0, '127.0.0.1')
  await once(noise, 'listening')
  const {clock, limits} = clockByHand()

  const asking = ask('bot.net', [`127.0.0.1:${String(noise.address().port)}`], clock)
  await expect.poll(() => sent).toBeGreaterThanOrEqual(3)
  limits.find(({ms}) => ms === 4000)?.pass()

  expect(await asking).toMatchObject([{lookup: {kind: 'no-answer'}}])
  noise.close()
})

/** Time stands still, and a limit passes when the test says so. */
function clockByHand() {
  const limits: {readonly ms: number; pass(): void}[] = []
  const clock: Clock = {
    now: () => 0,
    wallNow: () => new Date(0),
    sleepUntil: (deadline) =>
      new Promise((resolve) => {
        limits.push({ms: deadline, pass: resolve})
      }),
  }
  return {clock, limits}
}
