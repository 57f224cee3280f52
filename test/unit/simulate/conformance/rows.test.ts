import {describe, expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import type {CallReport, RuleResult} from '../../../../src/report/report.js'
import {SendLateness} from '../../../../src/report/send-lateness.js'
import {plainPaint} from '../../../../src/report/text/look.js'
import {verdictLine} from '../../../../src/report/verdict.js'
import {
  type ConformanceResult,
  runConformance,
} from '../../../../src/simulate/conformance/run-conformance.js'
import {summarisePlan} from '../../../../src/simulate/plan.js'
import {makeRunReport} from '../../../../src/simulate/run-report.js'
import {socketPair} from '../../../../src/stream/socket-pair.js'
import {soundProcess} from '../../../rig/bot-process.js'
import {conformancePlan} from '../../../rig/conformance-run.js'
import {salesCall} from '../../report/reports.js'

const plan = conformancePlan('ws://127.0.0.1/media')

const run = {
  tool: {name: 'exostream', version: '1.2.3'},
  startedAt: '2026-01-01T00:00:00.000Z',
  seed: 1,
  plan: summarisePlan(plan),
  machine: {platform: 'linux', arch: 'x64', cpus: 2, node: '22.0.0'},
  target: {kind: 'url'},
} as const

const row = (ref: string, status: RuleResult['status']): RuleResult => ({
  rule: `rule-of-${ref}`,
  ref,
  status,
  tried: 'Watched in every ordinary call of the run.',
  ...(status === 'fail' ? {detail: 'It was so.'} : {}),
})

function reportOf(cpu: number, {calls = [salesCall], ...result}: Partial<ConformanceResult>) {
  return makeRunReport(calls, {
    run,
    interrupted: false,
    planned: calls.length,
    thresholds: [],
    lateness: new SendLateness(),
    watched: {lagP99Ms: 0, cpu},
    conformance: {
      ...{
        calls,
        rules: [],
        lateness: new SendLateness(),
        opened: true,
        isAnswered: true,
        problems: [],
      },
      ...result,
    },
  })
}

const rules = [
  row('C7', 'pass'),
  row('C15', 'fail'),
  row('C16', 'warn'),
  row('C17', 'pass'),
  row('C24', 'pass'),
  row('C25', 'not-tried'),
]
const silent: CallReport = {...salesCall, speech: {caller: [], bot: []}}

describe('on a machine that was late itself', () => {
  test('no rule on a time is judged, and the last line says why', () => {
    const report = reportOf(0.9, {rules})

    const tooLate = {status: 'not-tried', tried: 'This machine was too late to tell.'}
    expect(report.conformance).toEqual([
      rules[0],
      ...['C15', 'C16', 'C17', 'C24'].map((ref) => ({rule: `rule-of-${ref}`, ref, ...tooLate})),
      rules[5],
    ])
    expect(verdictLine(report, plainPaint)).toBe(
      'pass: 1 rule kept, 5 rules not tried, this machine was too late to judge times',
    )
  })

  test('a bot that never spoke has still sent no audio', () => {
    const broken = [row('C25', 'fail')]
    const report = reportOf(0.9, {rules: broken, calls: [silent], isAnswered: false})

    expect(report).toMatchObject({verdict: 'fail', conformance: broken})
  })
})

test('on a machine that kept its time, every rule is judged', () => {
  const report = reportOf(0.1, {rules})

  expect(report).toMatchObject({verdict: 'fail', conformance: rules})
  expect(verdictLine(report, plainPaint)).not.toContain('too late')
})

/** The conformance run of a sound bot in virtual time, of whose messages so many could not be sent. */
async function unread(messages: number): Promise<ConformanceResult> {
  const clock = virtualClock()
  const bot = soundProcess({answerMs: 300, hz: 260, speechMs: 1200})
  return clock.run(() =>
    runConformance(plan, {
      clock,
      signal: new AbortController().signal,
      dial: () => {
        const [exotel, other] = socketPair(clock)
        exotel.dropped = () => messages
        bot(other, clock)
        return Promise.resolve({socket: exotel, handshakeMs: 5, attempts: 1})
      },
    }),
  )
}

test('what needs a network says so where there is none', async () => {
  const result = await unread(0)

  const told = result.rules.filter(({ref}) => ref === 'C35' || ref === 'C39')
  expect(told.map(({status, tried}) => `${status}: ${tried}`)).toEqual([
    'not-tried: No status callback was named; give --status-callback URL.',
    'not-tried: How far a bot reads behind can be measured only over a network.',
  ])
})

test('a bot that stopped reading in an ordinary call is warned, though it could not be pinged', async () => {
  const result = await unread(3)

  const told = result.rules.find(({ref}) => ref === 'C39')
  expect(told).toMatchObject({rule: 'receive-loop-blocked', status: 'warn'})
  expect(told?.detail).toContain('3 messages could not be sent.')
})

test('two sockets of one call have a sid such as Exotel gives, the same in both', async () => {
  const {calls} = await unread(0)

  const [first, second] = ['first', 'again'].map(
    (which) => calls.find(({scenario}) => scenario === `conformance-same-call-${which}`)?.callSid,
  )
  expect(first).toMatch(/^[0-9a-f]{28}20[1-9a-c]m$/)
  expect(first).not.toMatch(/^0{8}/)
  expect(second).toBe(first)
})
