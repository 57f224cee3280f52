import {describe, expect, test} from 'vitest'

import type {DoctorReport} from '../../../../src/doctor/doctor-report.js'
import {renderDoctorReport} from '../../../../src/doctor/text/doctor-text.js'
import {type Look, plainPaint} from '../../../../src/report/text/look.js'

const look: Look = {width: 80, paint: plainPaint, ascii: false}

const broken: DoctorReport = {
  schemaVersion: 1,
  target: 'wss://bot.exmple.in/media',
  verdict: 'unreachable',
  rootCause: 'dns',
  summary: 'bot.exmple.in does not exist in the DNS.',
  fix: 'Mend the name; or start a tunnel:\nexostream serve --tunnel cloudflared',
  exotelError:
    '3009 failed to establish ws conn dial tcp: lookup bot.exmple.in on 10.1.0.2:53: no such host',
  checks: [
    {id: 'url', status: 'pass', summary: 'the URL can be read', durationMs: 0},
    {
      id: 'dns',
      status: 'fail',
      summary: 'bot.exmple.in does not exist in the DNS',
      detail: 'getaddrinfo ENOTFOUND bot.exmple.in',
      fix: 'Mend the name; or start a tunnel:\nexostream serve --tunnel cloudflared',
      exotelError:
        '3009 failed to establish ws conn dial tcp: lookup bot.exmple.in on 10.1.0.2:53: no such host',
      durationMs: 12,
    },
    {id: 'tcp', status: 'skip', summary: 'not tried: dns did not pass', durationMs: 0},
  ],
}

const healthy: DoctorReport = {
  schemaVersion: 1,
  target: 'ws://127.0.0.1:5000/media',
  verdict: 'reachable',
  summary: 'On this machine ws://127.0.0.1:5000/media takes a call.',
  checks: [{id: 'tcp', status: 'pass', summary: '127.0.0.1:5000 takes connections', durationMs: 1}],
}

const rendered = (report: DoctorReport, isVerbose = false) =>
  renderDoctorReport(report, look, {isVerbose})

test('a failure has the machine’s words, those of Exotel, and what to do; its dependents are silent', () => {
  expect(rendered(broken)).toMatchInlineSnapshot(`
    "wss://bot.exmple.in/media

      fail  dns  bot.exmple.in does not exist in the DNS (12 ms)
            getaddrinfo ENOTFOUND bot.exmple.in
            Exotel would show: 3009 failed to establish ws conn dial tcp: lookup
                               bot.exmple.in on 10.1.0.2:53: no such host
            Fix: Mend the name; or start a tunnel:
              exostream serve --tunnel cloudflared

    Unreachable: bot.exmple.in does not exist in the DNS. Mend the name; or start a
    tunnel: exostream serve --tunnel cloudflared"
  `)
})

test('of what is healthy only the verdict is said', () => {
  expect(rendered(healthy)).toBe(
    'Reachable: On this machine ws://127.0.0.1:5000/media takes a call.',
  )
})

test('--verbose shows every check, and counts them', () => {
  const text = rendered(broken, true)

  expect(text).toContain('  pass  url  the URL can be read (0 ms)')
  expect(text).toContain('  skip  tcp  not tried: dns did not pass')
  expect(text).toContain('3 checks: 1 passed, 0 warned, 1 failed, 1 not made.')
})

describe('the verdict', () => {
  test('counts the warnings', () => {
    const warning = {
      id: 'call',
      status: 'warn',
      summary: 'the bot hung up',
      fix: 'Look.',
      durationMs: 1,
    } as const

    expect(rendered({...healthy, checks: [warning]})).toMatch(/^Reachable, with 1 warning: /m)
    expect(rendered({...healthy, checks: [warning, {...warning, id: 'scheme'}]})).toMatch(
      /^Reachable, with 2 warnings: /m,
    )
  })

  test('ends with the first command of several', () => {
    const fix = 'Start a tunnel:\ncloudflared tunnel\nOr, with a bot of exostream:\nexostream serve'
    const text = rendered({...broken, fix}).replace(/\s+/g, ' ')

    expect(text).toMatch(/Unreachable: .* Start a tunnel: cloudflared tunnel$/)
  })

  test('without a root cause has what to do before it, whole', () => {
    const fix = 'Give the URL, or start a bot:\nexostream doctor URL\nexostream serve'
    const summary = 'No URL was given.'

    const lines = rendered({...healthy, verdict: 'unknown', summary, fix}).split('\n')

    expect(lines.slice(0, 3)).toEqual([
      '        Fix: Give the URL, or start a bot:',
      '          exostream doctor URL',
      '          exostream serve',
    ])
    expect(lines.at(-1)).toContain('or start a bot, as the fix says.')
  })

  test('of a round that was cut is one so far', () => {
    expect(rendered({...healthy, unfinished: true})).toMatch(/^Reachable so far: /)
    expect(rendered({...healthy, interrupted: true})).toMatch(/^Reachable so far: /)
  })

  test('leaves a snippet of several lines where it is whole', () => {
    const fix =
      'In nginx, in the location of the bot:\nproxy_http_version 1.1;\nproxy_buffering off;'

    expect(
      rendered({...broken, fix})
        .split('\n')
        .at(-1),
    ).not.toContain('proxy_')
  })

  test('of a bot that is reached and fails in the call says both', () => {
    const report: DoctorReport = {
      ...broken,
      verdict: 'reachable',
      summary: 'the bot closed the stream after 4.0 s.',
    }

    expect(rendered(report)).toContain('Reachable, but the bot closed the stream after 4.0 s.')
  })

  test('that is not known begins with that', () => {
    expect(rendered({...healthy, verdict: 'unknown', summary: 'Nothing could be checked.'})).toBe(
      'Not known: Nothing could be checked.',
    )
  })
})

test('words of the network cannot move the cursor', () => {
  const hostile = 'up\u001b[2Jand away'
  const report: DoctorReport = {
    ...broken,
    target: hostile,
    summary: hostile,
    fix: hostile,
    checks: [
      {id: 'dns', status: 'fail', summary: hostile, detail: hostile, fix: hostile, durationMs: 1},
    ],
  }

  expect(rendered(report)).not.toContain('\u001b')
})
