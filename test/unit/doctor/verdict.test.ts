import {describe, expect, test} from 'vitest'

import type {Check, CheckResult, Hop, Known} from '../../../src/doctor/check.js'
import {examined} from '../../../src/doctor/doctor-report.js'
import type {CheckRun, EndedCheck} from '../../../src/doctor/run-checks.js'
import type {DoctorTarget} from '../../../src/doctor/target.js'
import {targetOf} from '../../rig/doctor/examine.js'

const fine: CheckResult = {status: 'pass', summary: 'it is well'}
const broken: CheckResult = {status: 'fail', summary: 'it is broken', fix: 'Mend it.'}
const left: CheckResult = {status: 'skip', summary: 'not tried: dns did not pass'}

function ended(id: string, group: Check['group'], result: CheckResult): EndedCheck {
  const roles = group === 'machine' ? 'machine' : (['stream'] as const)
  const check: Check = {
    id,
    title: id,
    group,
    roles,
    needs: [],
    limitMs: 1000,
    run: () => Promise.resolve(result),
  }
  return {id, check, role: 'stream', result, durationMs: 1}
}

type Given = {
  readonly url?: string
  readonly target?: Partial<DoctorTarget>
  readonly hop?: Partial<Hop>
  readonly known?: Known
  readonly isInterrupted?: boolean
  readonly isLate?: boolean
}

function after(checks: readonly EndedCheck[], given: Given = {}) {
  const {url = 'wss://bot.in/media', known = {}, isInterrupted = false, isLate = false} = given
  const hop: Hop = {role: 'stream', text: url, shown: url, ...given.hop}
  const run: CheckRun = {
    target: targetOf(url === '' ? undefined : url, given.target),
    checks,
    known,
    hops: new Map([['stream', hop]]),
    isInterrupted,
    isLate,
  }
  const {report, ...rest} = examined(run)
  return {...report, ...rest}
}

const open = [ended('tcp', 'host', fine), ended('upgrade', 'answer', fine)]
const opened = [...open, ended('call', 'call', fine)]

describe('a bot that was reached', () => {
  test('elsewhere is reachable', () => {
    expect(after(opened, {hop: {isHere: false}})).toMatchObject({
      verdict: 'reachable',
      summary: 'wss://bot.in/media takes a call.',
      isNothingChecked: false,
    })
  })

  test('on this machine is not known to be reached from outside', () => {
    expect(after(opened, {hop: {isHere: true}})).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining('from outside was not checked') as string,
    })
  })

  test('on this machine is reachable once somebody outside says so', () => {
    const checks = [...opened, ended('outside', 'machine', fine)]

    expect(after(checks, {hop: {isHere: true}}).verdict).toBe('reachable')
  })

  test('from outside alone is reachable, where this machine could not try it', () => {
    const fromInside: CheckResult = {status: 'skip', summary: 'behind NAT it says nothing'}
    const checks = [ended('tcp', 'host', fromInside), ended('outside', 'machine', fine)]

    expect(after(checks, {hop: {isHere: true}})).toMatchObject({
      verdict: 'reachable',
      isPassed: true,
    })
  })

  test('on this machine is all that --local wants', () => {
    const report = after(opened, {target: {isLocal: true}, hop: {isHere: true}})

    expect(report.verdict).toBe('reachable')
    expect(report.summary).toContain('nothing beyond it was checked (--local)')
  })

  test('and does not behave is reachable, with a root cause', () => {
    const checks = [...open, ended('call', 'call', broken)]

    expect(after(checks, {hop: {isHere: false}})).toMatchObject({
      verdict: 'reachable',
      rootCause: 'call',
      summary: 'it is broken.',
    })
  })
})

describe('a call that came to no end', () => {
  const skip: CheckResult = {status: 'skip', summary: 'not finished within 20 s'}
  const report = after([...open, ended('call', 'call', skip)], {hop: {isHere: false}})

  test('is not said to be taken, and does not pass', () => {
    expect(report).toMatchObject({
      verdict: 'reachable',
      unfinished: true,
      isPassed: false,
      summary:
        'wss://bot.in/media opens the WebSocket, and no call was finished (not finished within 20 s).',
    })
  })
})

test('what a caller notices is in the sentence, the worst first', () => {
  const warned = (summary: string): CheckResult => ({status: 'warn', summary, fix: 'Mend it.'})
  const checks = [
    ...open,
    ended('open-time', 'answer', warned('the upgrade took 5 s')),
    ended('call', 'call', warned('the bot hung up after 4.0 s')),
  ]

  expect(after(checks, {hop: {isHere: false}}).summary).toBe(
    'wss://bot.in/media takes a call, but the bot hung up after 4.0 s.',
  )
})

test('what could not be judged of the sound is in the sentence, too', () => {
  const skip: CheckResult = {
    status: 'skip',
    summary: 'not judged whether it sounds choppy',
    mayGoOn: true,
  }
  const checks = [...opened, ended('conformance', 'call', skip)]

  expect(after(checks, {hop: {isHere: false}}).summary).toBe(
    'wss://bot.in/media takes a call; not judged whether it sounds choppy.',
  )
})

test('a Passthru URL that fails beside a bot that is reached does not make it unreachable', () => {
  const answer = {...ended('passthru-answer', 'answer', broken), role: 'passthru' as const}
  const target = {passthru: 'https://bot.in/passthru'}
  const report = after([...opened, answer], {target, hop: {isHere: false}})

  expect(report).toMatchObject({verdict: 'reachable', rootCause: 'passthru-answer'})
})

describe('what was not reached', () => {
  test('is unreachable where a check failed', () => {
    const checks = [ended('dns', 'host', broken), ended('tcp', 'host', left)]

    expect(after(checks)).toMatchObject({verdict: 'unreachable', rootCause: 'dns'})
  })

  test('is not known without a network, and nothing was checked', () => {
    const offline: CheckResult = {status: 'skip', summary: 'this machine has no network'}
    const checks = [
      ended('url', 'url', fine),
      ended('dns', 'host', offline),
      ended('tcp', 'host', left),
    ]

    expect(after(checks)).toMatchObject({
      verdict: 'unknown',
      summary: 'Nothing could be checked: this machine has no network.',
      isNothingChecked: true,
    })
  })

  test('is a broken URL even without a network', () => {
    const report = after([ended('url', 'url', broken), ended('dns', 'host', left)])

    expect(report).toMatchObject({verdict: 'unreachable', isNothingChecked: false})
  })
})

describe('what passes', () => {
  test.each([
    ['a bot that takes a call', after(opened, {hop: {isHere: true}}), true],
    ['a bot that then fails', after([...open, ended('call', 'call', broken)]), false],
    ['a round that was late', after(opened, {isLate: true}), false],
    ['a machine without a bot', after([ended('node', 'machine', fine)], {url: ''}), false],
  ])('%s', (_, {isPassed}, expected) => {
    expect(isPassed).toBe(expected)
  })
})

test('what was begun, and came to no end, is not said to be nothing', () => {
  const later: CheckResult = {status: 'skip', summary: 'the upgrade could not be judged'}
  const checks = [ended('tcp', 'host', fine), ended('upgrade', 'answer', later)]

  expect(after(checks).summary).toBe(
    'It could not be checked to the end: the upgrade could not be judged.',
  )
})

describe('this machine alone', () => {
  const checks = [ended('node', 'machine', fine)]

  test('says nothing of a bot', () => {
    expect(after(checks, {url: '', known: {publicAddress: '192.0.2.1'}})).toMatchObject({
      target: 'this machine',
      verdict: 'unknown',
      summary: expect.stringContaining('Nothing is wrong with this machine') as string,
      isNothingChecked: false,
    })
  })

  test('says what to do next', () => {
    expect(after(checks, {url: ''}).fix).toContain('exostream doctor ws://127.0.0.1:5000/media')
  })

  test('without a network is nothing that could be checked', () => {
    expect(after(checks, {url: ''})).toMatchObject({
      summary: expect.stringContaining('Nothing could be checked') as string,
      isNothingChecked: true,
    })
  })
})

test('a serve of this folder that cannot be called is named', () => {
  const target = {unnamed: 'wss://127.0.0.1:5000/media'}

  expect(after([ended('node', 'machine', fine)], {url: '', target}).summary).toContain(
    'wss://127.0.0.1:5000/media) speaks TLS, so give its URL with the name in its certificate',
  )
})

test.each([
  ['Interrupted', {isInterrupted: true}],
  ['The time for all checks was over', {isLate: true}],
])('%s, and the checks that were left are counted', (words, how) => {
  const checks = [...open, ended('call', 'call', {status: 'skip', summary: 'not finished: x'})]

  expect(after(checks, how).summary).toContain(
    `${words}; 1 of 3 checks were left, call the first of them.`,
  )
})

test('a passthru URL alone is reachable when it answers', () => {
  const answer = {...ended('passthru-answer', 'answer', fine), role: 'passthru' as const}
  const run: CheckRun = {
    target: {...targetOf(undefined), kind: 'url', passthru: 'https://bot.in/passthru'},
    checks: [answer],
    known: {},
    hops: new Map([
      ['passthru', {role: 'passthru', shown: 'https://bot.in/passthru', isHere: false}],
    ]),
    isInterrupted: false,
    isLate: false,
  }

  expect(examined(run).report).toMatchObject({
    target: 'https://bot.in/passthru',
    verdict: 'reachable',
    summary: 'https://bot.in/passthru answers as a Passthru applet needs it.',
  })
})
