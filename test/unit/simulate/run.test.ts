import {describe, expect, test} from 'vitest'

import {virtualClock} from '../../../src/clock.js'
import {ExostreamError} from '../../../src/errors.js'
import {profiles} from '../../../src/protocol/profiles.js'
import type {RunPlan} from '../../../src/simulate/plan.js'
import {runPlan} from '../../../src/simulate/run.js'
import type {Step} from '../../../src/simulate/scenario/scenario.js'
import {parseStreamUrl} from '../../../src/stream/exotel/stream-url.js'
import {keepNothing} from '../../../src/simulate/keep.js'
import {hastyBot, politeBot, silentBot} from '../../rig/bots.js'
import {clip, type VirtualCall, virtualRun} from '../../rig/virtual-call.js'
import {reportSchema} from './report-schema.js'

const whole: readonly Step[] = [
  {greet: {withinMs: 1000}},
  {say: clip(1200), expect: 'respond', withinMs: 1000},
  {interrupt: clip(900), afterMs: 1000, expect: 'stop', withinMs: 300},
  {digits: '1', gapMs: 250, expect: 'respond', withinMs: 500},
  {hangUp: 'stop'},
]
const listen: readonly Step[] = [{wait: {ms: 500}}, {hangUp: 'stop'}]
const good: VirtualCall = {
  bot: politeBot(),
  steps: whole,
  thresholds: ['p50(responseMs) < 1500', 'max(bargeInStopMs) <= 300', 'leadMs < 1000'],
}
const refused: VirtualCall = {
  steps: whole,
  dial: () => Promise.reject(new ExostreamError('EXO_DIAL_REFUSED', 'Nothing listens there.')),
}

describe('the report keeps to schema v1', () => {
  test.each([
    ['of a good call', good],
    ['of a bot that says nothing', {bot: silentBot, steps: whole}],
    ['of a bot that never stops', {bot: hastyBot(20_000), steps: whole}],
    ['of a call that could not be opened', refused],
    ['of a call that was interrupted', {...good, abortAfterMs: 3000}],
    ['of a call in another dialect', {bot: politeBot(), steps: listen, profiles: ['16k', '100ms']}],
    [
      'of thresholds that nothing was measured for',
      {...good, thresholds: ['leadMs < 1', 'min(recoveryMs) > 99999']},
    ],
    ['of a rig that was late', {...good, lateMs: () => 30}],
  ] as const)('%s', async (_, call) => {
    const {report} = await virtualRun(call)

    // Through JSON, because that is how it is read.
    expect(reportSchema.safeParse(JSON.parse(JSON.stringify(report))).error).toBeUndefined()
  })

  test('and says what ran, on what, with which seed, and what was called', async () => {
    const {report} = await virtualRun({...good, seed: 77})

    expect(report).toMatchObject({
      schemaVersion: 1,
      tool: {name: 'exostream', version: '1.2.3'},
      startedAt: '2026-01-01T00:00:00.000Z',
      seed: 77,
      plan: {
        scenarios: ['test'],
        profile: 'docs-strings',
        sampleRateHz: 8000,
        frameMs: 20,
        clear: 'packet',
        marksOnClear: 'drop',
        vad: {thresholdDbfs: -50, startMs: 30, stopMs: 200},
      },
      machine: {node: process.versions.node},
      target: {kind: 'bot', bot: 'test'},
      interrupted: false,
    })
  })
})

describe('the verdict', () => {
  test('is pass when the call was completed and all was met', async () => {
    const {report, opened, problems} = await virtualRun(good)

    expect(report.verdict).toBe('pass')
    expect(report.summary).toMatchObject({calls: 1, passed: 1, failed: 0, dropped: 0})
    expect(report.thresholds.map(({status}) => status)).toEqual(['pass', 'pass', 'pass'])
    expect({opened, problems}).toEqual({opened: true, problems: []})
  })

  test('is fail when the call failed', async () => {
    const {report, opened} = await virtualRun(refused)

    expect(report.verdict).toBe('fail')
    expect(report.summary).toMatchObject({calls: 1, passed: 0, failed: 1, dropped: 0})
    expect(report.rig.sendLatenessMs).toEqual({p50: 0, p99: 0, max: 0})
    expect(opened).toBe(false)
  })

  test('is fail when an expectation was not met', async () => {
    const {report} = await virtualRun({bot: silentBot, steps: whole})

    expect(report.calls[0]?.outcome).toBe('completed')
    expect(report.verdict).toBe('fail')
  })

  test('is fail on an error finding alone', async () => {
    const {report} = await virtualRun({bot: hastyBot(16_000), steps: listen})

    expect(report.calls[0]).toMatchObject({outcome: 'completed', turns: []})
    expect(report.calls[0]?.findings).toContainEqual(
      expect.objectContaining({rule: 'lead-excessive', severity: 'error'}),
    )
    expect(report.verdict).toBe('fail')
  })

  test('is not touched by warnings', async () => {
    const {report} = await virtualRun({bot: hastyBot(4000), steps: listen})

    expect(report.calls[0]?.findings).toContainEqual(expect.objectContaining({severity: 'warning'}))
    expect(report.verdict).toBe('pass')
  })

  test.each([
    ['responseMs < 1', {status: 'fail', value: expect.any(Number) as number}],
    ['min(unheardMs) >= 99999', {status: 'fail', value: expect.any(Number) as number}],
    ['p95(responseMs) < 9999', {status: 'not-measured'}],
  ])('is fail on a threshold alone: %s', async (expression, result) => {
    const {report} = await virtualRun({...good, thresholds: [expression]})

    expect(report.thresholds).toEqual([{expression, scenario: 'test', ...result}])
    expect(report.calls[0]?.turns.every(({met}) => met)).toBe(true)
    expect(report.verdict).toBe('fail')
  })

  test('is fail when the run was interrupted, and the report says so', async () => {
    const {report} = await virtualRun({...good, abortAfterMs: 3000})

    expect(report).toMatchObject({interrupted: true, verdict: 'fail'})
    expect(report.calls[0]?.failure?.code).toBe('EXO_INTERRUPTED')
  })
})

describe('a threshold counts the values of the turns', () => {
  test('and of talk-over, which only a call has as a whole, one a call', async () => {
    const {report} = await virtualRun({
      ...good,
      thresholds: ['count(talkOverMs) == 1', 'count(responseMs) == 2', 'count(leadMs) == 1'],
    })

    expect(report.thresholds.map(({status}) => status)).toEqual(['pass', 'pass', 'pass'])
  })

  test('with what the rig may have been off by', async () => {
    const {report} = await virtualRun({
      ...good,
      lateMs: () => 15,
      thresholds: ['max(responseMs) < 5000', 'max(responseMs) < 410'],
    })

    const responses = report.calls[0]?.turns.map(({responseMs}) => responseMs ?? 0) ?? []
    expect(Math.abs(Math.max(...responses) - 410)).toBeLessThan(15)
    expect(report.thresholds.map(({status}) => status)).toEqual(['pass', 'not-measured'])
    expect(report.rig.verdict).toBe('upper-bound')
  })
})

describe('what is kept', () => {
  test('is named in the report, and what could not be kept is told', async () => {
    const kept: string[] = []
    const {report, problems} = await virtualRun({
      ...good,
      keep: () =>
        Promise.resolve({
          ...keepNothing,
          event: ({type}) => kept.push(type),
          close: () => Promise.resolve({artifacts: {journal: 'j'}, problems: ['no room']}),
        }),
    })

    expect(kept[0]).toBe('call')
    expect(report.calls[0]?.artifacts).toEqual({journal: 'j'})
    expect(problems).toEqual(['no room'])
  })

  test('is not named when no stream was opened', async () => {
    const {report} = await virtualRun({
      ...refused,
      keep: () =>
        Promise.resolve({
          ...keepNothing,
          close: () => Promise.resolve({artifacts: {journal: 'j'}, problems: []}),
        }),
    })

    expect(report.calls[0]?.artifacts).toEqual({})
  })
})

describe('a run of several scenarios', () => {
  const scenario = {name: 'one', description: '', steps: listen, thresholds: ['handshakeMs > 99']}
  const plan: RunPlan = {
    target: {kind: 'url', url: 'ws://127.0.0.1/'},
    url: parseStreamUrl('ws://127.0.0.1/'),
    scenarios: [scenario, {...scenario, name: 'two', thresholds: []}],
    profile: profiles['docs-strings'],
    sampleRateHz: 8000,
    clear: 'packet',
    marksOnClear: 'drop',
    seed: 1,
  }
  const unreachable = () => Promise.reject(new ExostreamError('EXO_DIAL_TIMEOUT', 'No answer.'))

  test('calls one after another, and judges a threshold over the calls of its scenario', async () => {
    const clock = virtualClock()
    const {signal} = new AbortController()

    const {report} = await clock.run(() =>
      runPlan(plan, {clock, signal, version: '1.2.3', dial: unreachable}),
    )

    expect(report.calls.map(({scenario}) => scenario)).toEqual(['one', 'two'])
    expect(new Set(report.calls.map(({callSid}) => callSid)).size).toBe(2)
    expect(report.summary).toMatchObject({calls: 2, failed: 2})
    expect(report.thresholds).toEqual([
      {expression: 'handshakeMs > 99', scenario: 'one', status: 'not-measured'},
    ])
  })

  test('that is interrupted before the first call has shown nothing, and has not passed', async () => {
    const unjudged = {...plan, scenarios: [{...scenario, thresholds: []}]}
    const clock = virtualClock()

    const {report} = await clock.run(() =>
      runPlan(unjudged, {clock, signal: AbortSignal.abort(), version: '1.2.3', dial: unreachable}),
    )

    expect(report).toMatchObject({interrupted: true, verdict: 'fail', calls: []})
    expect(report.summary).toMatchObject({calls: 0, passed: 0, failed: 0, dropped: 0})
  })
})
