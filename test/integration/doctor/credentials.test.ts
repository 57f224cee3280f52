import {describe, expect, test} from 'vitest'

import type {DoctorReport} from '../../../src/doctor/doctor-report.js'
import {examine} from '../../rig/doctor/examine.js'
import {
  asBasic,
  goodBot,
  type JumpingClock,
  jumpingClock,
  replying,
} from '../../rig/doctor/http-servers.js'

const ONLY = ['open-time', 'credentials', 'upgrade']

const urlOf = (port: number, userinfo = '') =>
  `ws://${userinfo}127.0.0.1:${String(port)}/media?sample-rate=8000`

const of = (report: DoctorReport) => report.checks.find(({id}) => id === 'credentials')

const failures = (report: DoctorReport) =>
  report.checks.filter(({status}) => status === 'fail').map(({id}) => id)

const REFUSED =
  '3009 failed to establish ws conn expected handshake response status code 101 but got 401'

describe('a bot that asks for Basic', () => {
  test('is well when the URL has its credentials, percent-decoded, and others are refused', async () => {
    const bot = await goodBot({basic: 'k@y:to/ken'})

    const report = await examine(urlOf(bot.port, 'k%40y:to%2Fken@'), {only: ONLY})

    expect(report.checks.map(({status}) => status)).toEqual(['pass', 'pass', 'pass'])
    expect(bot.requests.map(({headers}) => headers.authorization)).toHaveLength(3)
    expect(bot.requests[0]?.headers.authorization).toBe(asBasic('k@y:to/ken'))
    expect(bot.requests.filter(({headers}) => headers.authorization === undefined)).toHaveLength(1)
    expect(bot.closeCodes).toEqual([1000])
  })

  test('is the root cause when the credentials are wrong, and they are shown nowhere', async () => {
    const bot = await goodBot({basic: 'key:right'})

    const report = await examine(urlOf(bot.port, 'key:wrong-password@'))

    expect(failures(report)).toEqual(['credentials'])
    expect(report.summary).toContain('refuses the credentials in the URL')
    expect(report.fix).toMatch(/^Compare KEY and TOKEN with those of the bot/)
    expect(report.exotelError).toBe(REFUSED)
    expect(JSON.stringify(report)).not.toContain('wrong-password')
  })

  test('is the root cause when the URL has none', async () => {
    const bot = await goodBot({basic: 'key:token'})

    const report = await examine(urlOf(bot.port))

    expect(failures(report)).toEqual(['credentials'])
    expect(report.summary).toContain('wants credentials, and the URL has none')
    expect(report.fix).toContain(`\nws://KEY:TOKEN@127.0.0.1:${String(bot.port)}/media`)
    expect(report.exotelError).toBe(REFUSED)
    expect(of(report)?.detail).toContain('www-authenticate: Basic realm="bot"')
  })

  test('is the root cause when it refuses with 403 and says how to log in', async () => {
    const refuse = {status: 403, headers: {'WWW-Authenticate': 'Basic realm="bot"'}}
    const bot = await goodBot({basic: 'key:token', refuse})

    const report = await examine(urlOf(bot.port))

    expect(failures(report)).toEqual(['credentials'])
    expect(report.exotelError).toBe(REFUSED.replace('401', '403'))
  })

  test('is the root cause when the URL and --header both say who calls', async () => {
    const bot = await goodBot()

    const report = await examine(urlOf(bot.port, 'k3y:t0ken@'), {
      target: {headers: {authorization: 'Bearer something'}},
    })

    expect(failures(report)).toEqual(['open-time'])
    expect(report.fix).toContain('Leave the Authorization out of --header')
    expect(bot.requests).toEqual([])
  })
})

describe('a bot that asks for a Bearer token', () => {
  const bearer = {status: 401, headers: {'WWW-Authenticate': 'Bearer realm="bot"'}}

  test('is the root cause: Exotel cannot send one', async () => {
    const report = await examine(urlOf(await replying(bearer)))

    expect(failures(report)).toEqual(['credentials'])
    expect(report.summary).toContain('wants a Bearer token, which Exotel cannot send')
    expect(report.exotelError).toBe(REFUSED)
  })
})

describe('an Authorization of --header', () => {
  const target = {headers: {Authorization: asBasic('key:token')}}

  test('is the root cause where the bot needs it: Exotel does not send it', async () => {
    const bot = await goodBot({basic: 'key:token'})

    const report = await examine(urlOf(bot.port), {only: ONLY, target})

    expect(failures(report)).toEqual(['credentials'])
    expect(report.summary).toContain('opens only with the Authorization of --header')
    expect(report.fix).toContain(`\nws://KEY:TOKEN@127.0.0.1:${String(bot.port)}/media`)
    expect(report.exotelError).toBe(REFUSED)
    expect(JSON.stringify(report)).not.toContain(asBasic('key:token'))
  })

  test('is nothing where the bot does not', async () => {
    const clock = jumpingClock()
    const bot = await goodBot({beforeOpening: jumpAfter(2, clock)})

    const report = await examine(urlOf(bot.port), {only: ONLY, target, world: {clock}})

    expect(report.checks.map(({status}) => status)).toEqual(['pass', 'pass', 'pass'])
    expect(of(report)?.summary).toContain('opens without what --header adds, too')
  })

  test('is the root cause where it is refused', async () => {
    const bot = await goodBot({basic: 'other:one'})

    const report = await examine(urlOf(bot.port), {target})

    expect(failures(report)).toEqual(['credentials'])
    expect(report.summary).toContain('refuses the Authorization of --header')
  })
})

/** The clock stands in for listening to bots that do not close: it jumps at the last upgrade. */
function jumpAfter(upgrades: number, clock: JumpingClock): () => void {
  let asked = 0
  return () => {
    asked += 1
    if (asked === upgrades) setImmediate(() => clock.jump(1000))
  }
}

const OF_TENANT = {headers: {'X-Api-Key': 'k3y-of-tenant'}}

const KEY_FAULTS = [
  {
    name: 'a status',
    refuse: {status: 403},
    exotelError: REFUSED.replace('401', '403'),
    detail: /^HTTP 403/,
  },
  {
    name: 'a broken connection',
    refuse: 'by a break',
    exotelError: '3009 failed to establish ws conn EOF',
    detail: /^EOF/,
  },
  {
    name: 'a close',
    refuse: 'after the upgrade',
    exotelError: 'Stream[Status]=completed&Stream[DisconnectedBy]=bot',
    detail: /^closed with 1008/,
  },
] as const

describe('any other header of --header', () => {
  test.each(KEY_FAULTS)(
    'is the root cause where the bot refuses with $name who lacks it',
    async ({refuse, exotelError, detail}) => {
      const bot = await goodBot({header: ['x-api-key', 'k3y-of-tenant'], refuse})

      const report = await examine(urlOf(bot.port), {only: ONLY, target: OF_TENANT})

      expect(failures(report)).toEqual(['credentials'])
      expect(report.summary).toContain('opens only with X-Api-Key of --header')
      expect(report.fix).toContain('Exotel sends no header of yours but Basic credentials')
      expect(of(report)?.detail).toMatch(detail)
      expect(report.exotelError).toBe(exotelError)
      expect(JSON.stringify(report)).not.toContain('k3y-of-tenant')
    },
  )

  test('is the root cause beside credentials in the URL, too', async () => {
    const bot = await goodBot({
      basic: 'key:token',
      header: ['x-api-key', 'k3y-of-tenant'],
      refuse: {status: 403},
    })

    const report = await examine(urlOf(bot.port, 'key:token@'), {only: ONLY, target: OF_TENANT})

    expect(failures(report)).toEqual(['credentials'])
  })

  test('is not told where the bot is too busy for another request', async () => {
    const bot = await goodBot({header: ['x-api-key', 'k3y-of-tenant'], refuse: {status: 503}})

    const report = await examine(urlOf(bot.port), {only: ONLY, target: OF_TENANT})

    expect(report.checks.map(({status}) => status)).toEqual(['pass', 'skip', 'pass'])
  })
})

describe('the serve of this folder that asks for credentials', () => {
  const target = {kind: 'serve', asksCredentials: true, isLocal: true} as const

  test('is not blamed for what its note does not hold: it is said how to give them', async () => {
    const bot = await goodBot({basic: 'key:token'})

    const report = await examine(urlOf(bot.port), {target})

    expect(failures(report)).toEqual([])
    expect(of(report)).toMatchObject({
      status: 'skip',
      summary: 'the exostream serve of this folder asks for credentials, which it keeps to itself',
      detail: `give them in the URL:\nexostream doctor 'ws://KEY:TOKEN@127.0.0.1:${String(bot.port)}/media?sample-rate=8000' --local`,
    })
    expect(report.checks.find(({id}) => id === 'upgrade')?.status).toBe('skip')
    expect(report.checks.find(({id}) => id === 'call')?.status).toBe('skip')
  })

  test('is the root cause when it takes Bearer tokens alone, which Exotel cannot send', async () => {
    const refuse = {status: 401, headers: {'WWW-Authenticate': 'Bearer realm="exostream"'}}

    const report = await examine(urlOf(await replying(refuse)), {target})

    expect(failures(report)).toEqual(['credentials'])
  })
})

test('credentials are asked for with a URL to try, under --local', async () => {
  const bot = await goodBot({basic: 'key:token'})

  const report = await examine(urlOf(bot.port), {target: {isLocal: true}})

  expect(failures(report)).toEqual(['credentials'])
  expect(report.fix).toMatch(/Try this URL, with your own values for KEY:TOKEN:\nws:\/\/KEY:TOKEN@/)
})

describe('a bot that lets others in', () => {
  test('is not told where it is too busy for another request', async () => {
    const refuse = {status: 503}
    const bot = await goodBot({basic: 'key:token', refuse})

    const report = await examine(urlOf(bot.port, 'key:token@'), {only: ONLY})

    expect(report.checks.map(({status}) => status)).toEqual(['pass', 'skip', 'pass'])
    expect(of(report)?.summary).toContain('was not told')
  })

  test('is a warning where nobody asks for credentials', async () => {
    const clock = jumpingClock()
    const bot = await goodBot({beforeOpening: jumpAfter(3, clock)})

    const report = await examine(urlOf(bot.port, 'key:token@'), {only: ONLY, world: {clock}})

    expect(of(report)?.status).toBe('warn')
    expect(of(report)?.summary).toContain('lets a caller without credentials in as well')
    expect(failures(report)).toEqual([])
  })

  test('is a warning where it refuses only after the upgrade', async () => {
    const bot = await goodBot({basic: 'key:token', refuse: 'after the upgrade'})

    const report = await examine(urlOf(bot.port, 'key:token@'), {only: ONLY})

    expect(of(report)).toMatchObject({
      status: 'warn',
      detail: 'closed with 1008',
      exotelError: 'Stream[Status]=completed&Stream[DisconnectedBy]=bot',
    })
    expect(of(report)?.summary).toContain('only after the upgrade')
  })
})
