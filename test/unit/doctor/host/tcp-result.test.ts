import {describe, expect, test} from 'vitest'

import type {CheckContext, CheckResult, Hop, Known} from '../../../../src/doctor/check.js'
import {judgeAttempts} from '../../../../src/doctor/host/tcp-result.js'
import type {Attempt} from '../../../../src/doctor/host/try-connect.js'
import {labWorld, targetOf} from '../../../rig/doctor/examine.js'

const URL_TEXT = 'wss://bot.lab/media?sample-rate=8000'

function attempt(address: string, outcome: Attempt['outcome'], words: string = outcome): Attempt {
  return {address, outcome, words, tookMs: 7}
}

type Facts = {readonly known?: Known; readonly hop?: Partial<Hop>}

function contextOf(attempts: readonly Attempt[], {known = {}, hop}: Facts): CheckContext {
  const addresses = attempts.map(({address}) => address)
  return {
    target: targetOf(URL_TEXT),
    hop: {role: 'stream', text: URL_TEXT, url: new URL(URL_TEXT), addresses, ...hop},
    known,
    failed: [],
    world: labWorld(),
    signal: new AbortController().signal,
  }
}

function judge(attempts: readonly Attempt[], facts: Facts = {}): CheckResult & {fixed: string} {
  const context = contextOf(attempts, facts)
  const result = judgeAttempts(new URL(URL_TEXT), attempts, context)
  const fix = result.status === 'warn' || result.status === 'fail' ? result.fix : ''
  return {...result, fixed: typeof fix === 'string' ? fix : fix(context)}
}

describe('addresses of which none is connected', () => {
  test.each<{outcome: Attempt['outcome']; summary: string; go: string}>([
    {
      outcome: 'refused',
      summary: 'nothing accepts connections at bot.lab:443 (192.0.2.1)',
      go: 'dial tcp 192.0.2.1:443: connect: connection refused',
    },
    {
      outcome: 'silent',
      summary: 'bot.lab:443 (192.0.2.1) does not answer: something drops what comes to that port',
      go: 'dial tcp 192.0.2.1:443: i/o timeout',
    },
    {
      outcome: 'unreachable',
      summary: 'no way leads to bot.lab:443 (192.0.2.1): its machine is off, or a firewall rejects',
      go: 'dial tcp 192.0.2.1:443: connect: no route to host',
    },
    {
      outcome: 'reset',
      summary: 'bot.lab:443 (192.0.2.1) takes a connection and closes it at once',
      go: 'read tcp 10.1.0.10:40000->192.0.2.1:443: read: connection reset by peer',
    },
    {
      outcome: 'closed',
      summary: 'bot.lab:443 (192.0.2.1) takes a connection and closes it at once',
      go: 'EOF',
    },
  ])('$outcome fail as Go says it', ({outcome, summary, go}) => {
    const result = judge([attempt('192.0.2.1', outcome, 'the words')])

    expect(result).toMatchObject({
      status: 'fail',
      summary,
      detail: '192.0.2.1:443: the words (7 ms)',
      exotelError: `3009 failed to establish ws conn ${go}`,
    })
    expect(result.fixed).not.toBe('')
  })

  test('are not judged when this machine has no way to any of them', () => {
    const result = judge([attempt('2001:db8::1', 'no-way', 'connect ENETUNREACH')])

    expect(result).toMatchObject({
      status: 'skip',
      summary: 'bot.lab:443 (2001:db8::1) was not checked: this machine has no way there',
      detail: '[2001:db8::1]:443: connect ENETUNREACH (7 ms)',
    })
    expect(result).not.toHaveProperty('mayGoOn')
  })

  test('are judged by those that this machine has a way to', () => {
    const result = judge([attempt('192.0.2.1', 'refused'), attempt('2001:db8::1', 'no-way')])

    expect(result.status).toBe('fail')
  })

  test('are not judged by silence when nobody at all answers', () => {
    const silent = [attempt('192.0.2.1', 'silent')]

    expect(judge(silent, {known: {isOffline: true}}).status).toBe('skip')
    expect(judge([attempt('127.0.0.1', 'silent')], {known: {isOffline: true}}).status).toBe('fail')
  })

  test('are not judged from inside by the public address of this machine itself', () => {
    const known = {isBehindNat: true, publicAddress: '192.0.2.1'}

    const result = judge([attempt('192.0.2.1', 'refused')], {known, hop: {isHere: true}})

    expect(result).toMatchObject({
      status: 'skip',
      summary:
        'bot.lab:443 (192.0.2.1) was not checked: this machine is behind NAT, and from inside its public address says nothing',
    })
  })
})

describe('addresses of which one is connected', () => {
  test('pass although this machine has no way to the others', () => {
    const attempts = [attempt('2001:db8::1', 'no-way'), attempt('192.0.2.1', 'connected')]

    expect(judge(attempts)).toMatchObject({
      status: 'pass',
      hop: {addresses: ['192.0.2.1', '2001:db8::1']},
    })
  })
})

test('the command that shows the addresses has the letters of the shell in a name in quotes', () => {
  const attempts = [attempt('192.0.2.1', 'connected'), attempt('192.0.2.2', 'refused')]

  const result = judgeAttempts(new URL('wss://a;reboot;.in/'), attempts, contextOf(attempts, {}))

  expect(result).toMatchObject({
    fix: expect.stringContaining("\ndig +short 'a;reboot;.in'") as string,
  })
})

describe('the fix for a port that refuses', () => {
  const refused = [attempt('192.0.2.1', 'refused')]

  test('elsewhere starts the bot there', () => {
    expect(judge(refused).fixed).toMatch(
      /^Start the bot on bot\.lab, so that it listens on port 443/,
    )
  })

  test('on this machine starts a bot', () => {
    expect(judge(refused, {hop: {isHere: true}}).fixed).toMatch(/\nexostream serve --port 443$/)
  })

  test('gives the whole URL of a tunnel that is known', () => {
    const tunnels = [{name: 'ngrok', url: 'https://a.ngrok.app', port: 443}]

    const {fixed} = judge(refused, {known: {tunnels}})

    expect(fixed).toContain('If the bot runs on this machine: Put this URL into the applet')
    expect(fixed).toMatch(/\nwss:\/\/a\.ngrok\.app\/media\?sample-rate=8000$/)
  })

  test('does not give the public address that has just refused', () => {
    const facts = {known: {publicAddress: '192.0.2.1'}, hop: {isHere: true}}
    const url = 'ws://bot.lab:5000/media?sample-rate=8000'

    const {fixed} = judge(refused, {
      ...facts,
      hop: {...facts.hop, text: url, url: new URL(url)},
    })

    expect(fixed).not.toContain('ws://192.0.2.1')
  })

  test('gives the public address where another port was tried', () => {
    const facts = {known: {publicAddress: '192.0.2.1'}, hop: {isHere: true}}

    expect(judge(refused, facts).fixed).toContain('ws://192.0.2.1:5000/media')
  })

  test('on this machine names who listens elsewhere on that port', () => {
    const listeners = [{address: '127.0.0.1', port: 443, program: 'node', pid: 12}]

    const {fixed} = judge(refused, {hop: {isHere: true}, known: {listeners}})

    expect(fixed).toMatch(
      /^On port 443 of this machine node \(process 12\) listens at 127\.0\.0\.1 only/,
    )
  })
})
