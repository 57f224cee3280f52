import {describe, expect, test} from 'vitest'

import type {DoctorReport} from '../../../src/doctor/doctor-report.js'
import {examine} from '../../rig/doctor/examine.js'
import {asBasic, goodBot, jumpingClock, replying} from '../../rig/doctor/http-servers.js'

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
    expect(report.fix).toContain(`\nws://KEY:TOKEN@127.0.0.1:${String(bot.port)}/media`)
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
    expect(of(report)?.detail).toContain('www-authenticate: Basic')
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

    const report = await examine(urlOf(bot.port, 'key:token@'), {
      only: ONLY,
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

  test('is a warning where the bot needs it: Exotel does not send it', async () => {
    const bot = await goodBot({basic: 'key:token'})

    const report = await examine(urlOf(bot.port), {only: ONLY, target})

    expect(of(report)).toMatchObject({status: 'warn', exotelError: REFUSED})
    expect(of(report)?.summary).toContain('opens only with the Authorization of --header')
  })

  test('is nothing where the bot does not', async () => {
    const bot = await goodBot()

    const report = await examine(urlOf(bot.port), {only: ONLY, target})

    expect(of(report)?.status).toBe('pass')
  })

  test('is the root cause where it is refused', async () => {
    const bot = await goodBot({basic: 'other:one'})

    const report = await examine(urlOf(bot.port), {only: ONLY, target})

    expect(failures(report)).toEqual(['credentials'])
    expect(report.summary).toContain('refuses the Authorization of --header')
  })
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
    // The clock stands in for listening to bots that do not close.
    const clock = jumpingClock()
    let asked = 0
    const bot = await goodBot({
      beforeOpening: () => {
        asked += 1
        if (asked === 3) setImmediate(() => clock.jump(1000))
      },
    })

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
