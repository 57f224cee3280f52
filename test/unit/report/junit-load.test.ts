import {expect, test} from 'vitest'

import {renderJunit} from '../../../src/report/junit.js'
import {
  aLoad,
  callsOf,
  failingLoad,
  kneeAtLeast,
  kneeExact,
  passingLoad,
  refused,
  voidLoad,
} from './load-reports.js'

const casesOf = (xml: string) =>
  [...xml.matchAll(/<testcase name="([^"]*)"[^>]*?(\/>|>)(?:\s*<(failure|error|skipped))?/g)].map(
    ([, name = '', end, fault]) => `${end === '/>' ? 'pass' : (fault ?? 'pass')} ${name}`,
  )

test('a load is one suite: this machine, the thresholds, and a case a reason', () => {
  expect(casesOf(renderJunit(passingLoad))).toEqual([
    'pass this machine was not the limit',
    'pass calls were opened',
    'pass p95(responseMs) &lt; 2000',
    'pass max(greetingMs) &lt; 1000, sales',
  ])
  expect(casesOf(renderJunit(failingLoad))).toEqual([
    'pass this machine was not the limit',
    'pass calls were opened',
    'error 410 calls failed: EXO_UPGRADE_REFUSED',
    'failure 15 calls did not pass: sales, turn 1 (say)',
    'error 4 calls were dropped: EXO_CALL_DROPPED',
    'failure p95(responseMs) &lt; 2000',
  ])
})

test('ten thousand calls are no more cases than one', () => {
  const xml = renderJunit(aLoad({calls: callsOf(10_000)}))

  expect(xml).toContain('<testsuites name="exostream load" tests="4"')
  expect(xml.length).toBeLessThan(3000)
})

test('what a threshold allows to fail is told, and fails nothing', () => {
  const calls = [...callsOf(99), refused(99)]
  const thresholds = [{expression: 'failed < 5 %', value: 1, status: 'pass'}] as const

  const cases = casesOf(renderJunit(aLoad({calls, thresholds})))

  expect(cases).toContain('pass 1 call failed: EXO_UPGRADE_REFUSED')
})

test('a rig that was the limit, and a run without any call, are failures', () => {
  expect(casesOf(renderJunit(voidLoad))[0]).toBe('failure this machine was not the limit')
  expect(casesOf(renderJunit(aLoad({calls: [], verdict: 'fail'})))[1]).toBe(
    'error calls were opened',
  )
})

test('a knee is a case, and so is what was left behind; the steps that broke are none', () => {
  const {load} = kneeExact
  if (!load?.knee) throw new Error('there is no knee')
  const leaking = {
    ...load.knee,
    leak: {verdict: 'leaks' as const, evidence: ['3 sockets are open.']},
  }
  const gone = {...load.knee, leak: {verdict: 'gone' as const, evidence: ['Nobody answers.']}}
  const unmeasured = {...load.knee, leak: {verdict: 'not-measured' as const, evidence: ['No pid.']}}

  expect(casesOf(renderJunit(kneeExact))).toEqual([
    'pass knee: 120 calls at once',
    'pass nothing is left behind when all have hung up',
  ])
  expect(casesOf(renderJunit(aLoad(kneeExact, {...load, knee: leaking})))).toEqual([
    'pass knee: 120 calls at once',
    'failure nothing is left behind when all have hung up',
  ])
  expect(renderJunit(aLoad(kneeExact, {...load, knee: gone}))).toContain(
    '<failure message="Nobody answers." type="gone">',
  )
  expect(casesOf(renderJunit(aLoad(kneeExact, {...load, knee: unmeasured})))[1]).toMatch(/^skipped/)
  const none = aLoad(kneeExact, {...load, knee: {...load.knee, bound: 'none'}})
  expect(casesOf(renderJunit({...none, verdict: 'fail'}))[0]).toBe('failure knee: none found')
})

test('a shard that is missing, a limit of this machine, and a bot that is not there are named', () => {
  const shards = [{part: 1, of: 2}]
  const failure = {code: 'EXO_DIAL_REFUSED', message: 'Nothing listens.', hint: 'Start the bot.'}
  const alone = {outcome: 'failed' as const, durationMs: 0, sendLatenessP99Ms: 0, failure}

  const cut = renderJunit(aLoad({verdict: 'fail'}, {shards, missing: [2]}))
  const refusing = renderJunit(aLoad({calls: [], verdict: 'fail'}, {calibration: alone}))

  expect(casesOf(cut)[0]).toBe('failure all shards are here')
  expect(casesOf(renderJunit(aLoad({}, {shards})))[0]).toBe('pass this machine was not the limit')
  expect(casesOf(renderJunit(kneeAtLeast))[0]).toBe('failure knee: at least 80 calls at once')
  expect(refusing).toContain('type="EXO_DIAL_REFUSED"')
  expect(refusing).toContain('Fix: Start the bot.')
})
