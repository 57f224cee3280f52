import {expect, test} from 'vitest'

import {renderJunit} from '../../../src/report/junit.js'
import type {RunReport} from '../../../src/report/report.js'
import {elementsOf, parseXml} from '../../rig/xml.js'
import {aReport, aTurn, failing, good, many, salesCall, unopened} from './reports.js'

const casesOf = (report: RunReport) => elementsOf(parseXml(renderJunit(report)), 'testcase')
const faultsOf = (report: RunReport) =>
  casesOf(report).flatMap(({attributes, children}) =>
    children.map(({name, attributes: {type, message}}) => [
      attributes['name'],
      name,
      type,
      message,
    ]),
  )

const conformance = [
  {rule: 'text-frames', ref: 'C1', status: 'pass', tried: 'Every message was looked at.'},
  {rule: 'two-sockets', ref: 'C23', status: 'fail', tried: 'Two were opened.', detail: 'Refused.'},
  {rule: 'odd-frames', ref: 'C37', status: 'warn', tried: 'Three were sent.'},
  {rule: 'live-call', ref: 'C38', status: 'not-tried', tried: 'It takes a live call.'},
] as const

test.for([
  ['report-good', good],
  ['report-failing', failing],
  ['report-several-calls', many],
] as const)('%s reads as agreed', async ([name, report]) => {
  await expect(renderJunit(report)).toMatchFileSnapshot(`../../../fixtures/golden/${name}.xml`)
})

test.for([
  ['a good run', good],
  ['a failing run', failing],
  ['a call that was never opened', unopened],
  ['several calls and the rules', {...many, conformance}],
  ['a run without a call', aReport({calls: [], verdict: 'fail', interrupted: true})],
] as const)(
  'of %s the counts of every suite and of the root agree with the cases',
  ([, report]) => {
    const root = parseXml(renderJunit(report))
    const suites = elementsOf(root, 'testsuite')

    const counted = [root, ...suites].map((element) => ({
      tests: String(elementsOf(element, 'testcase').length),
      failures: String(elementsOf(element, 'failure').length),
      errors: String(elementsOf(element, 'error').length),
      skipped: String(elementsOf(element, 'skipped').length),
    }))

    expect([root, ...suites].map(({attributes}) => attributes)).toMatchObject(counted)
  },
)

test('each call is a suite, and the times are seconds', () => {
  const root = parseXml(renderJunit(many))

  const suites = elementsOf(root, 'testsuite').map(({attributes}) => [
    attributes['name'],
    attributes['time'],
  ])

  expect(suites).toEqual([
    ['sales, call 1', '48.240'],
    ['impatient, call 2', '48.240'],
    ['sales, call 3', '0.000'],
    ['sales, call 4', '48.240'],
  ])
  expect(root.attributes['time']).toBe('144.720')
})

test('what could not be measured fails, because a build that showed nothing must not pass', () => {
  expect(faultsOf(failing).filter(([, , type]) => type === 'not-measured')).toEqual([
    [
      'turn 4: say "Call me on ***** *3210", respond within 1000 ms',
      'failure',
      'not-measured',
      'The answer came after 990 to 1031 ms: the rig was late by 41 ms, so the limit of 1000 ms cannot be judged.',
    ],
    [
      'responseMs.p95 < 3000',
      'failure',
      'not-measured',
      'No value was measured, so it cannot be judged.',
    ],
  ])
})

test('an expectation, an error finding and a threshold each fail with what to do', () => {
  const types = faultsOf(failing).map(([, , type]) => type)
  const [finding] = casesOf(failing).filter(({attributes}) => attributes['name']?.startsWith('C7'))

  expect(types).toContain('expectation')
  expect(types).toContain('threshold')
  expect(finding?.children[0]?.text).toContain('Seen 148 times.\nFix: Send chunks of 3200 bytes')
})

test('a warning fails nothing, and is told in the output of its call', () => {
  const [output] = elementsOf(parseXml(renderJunit(failing)), 'system-out')

  expect(casesOf(failing).map(({attributes}) => attributes['name'])).not.toContain(
    'C2 unknown-event',
  )
  expect(output?.text).toContain('warning C2 unknown-event, 1 time')
})

test('a call that was not completed is an error, with what Exotel would show', () => {
  const [call] = casesOf(unopened)
  const [error] = call?.children ?? []

  expect(error?.name).toBe('error')
  expect(error?.attributes['type']).toBe('EXO_DIAL_REFUSED')
  expect(error?.text).toContain('Exotel would show: 3009 failed to establish')
})

test.for([
  ['dropped', 'The call could not be started in time.'],
  ['failed', 'The call failed.'],
] as const)('a call that is %s without a cause says so', ([outcome, message]) => {
  const report = aReport({verdict: 'fail', calls: [{...salesCall, outcome}]})

  expect(faultsOf(report)).toEqual([['the call is completed', 'error', outcome, message]])
})

test('of the rules one that failed fails, one not tried is skipped, one that warns passes', () => {
  expect(faultsOf(aReport({conformance}))).toEqual([
    ['C23 two-sockets', 'failure', 'two-sockets', 'Refused.'],
    ['C38 live-call', 'skipped', undefined, 'It takes a live call.'],
  ])
})

test('a run that was stopped fails, even when all that was measured passed', () => {
  const report = aReport({interrupted: true, verdict: 'fail'})

  expect(faultsOf(report)).toEqual([['the run', 'failure', 'verdict', 'The run was interrupted.']])
})

test('a run that was stopped says so beside what had failed until then', () => {
  const names = faultsOf({...failing, interrupted: true}).map(([name]) => name)

  expect(names.at(-1)).toBe('the run')
  expect(names.length).toBeGreaterThan(1)
})

test('a failed verdict that nothing else tells is told', () => {
  expect(faultsOf(aReport({verdict: 'fail'}))).toEqual([
    ['the run', 'failure', 'verdict', 'The verdict is fail.'],
  ])
})

test('a cause that shows only across calls fails the run, with its fix', () => {
  const diagnosis = {
    cause: 'single-call-bot',
    summary: 'The second call was refused while the first ran.',
    fix: 'Keep the state of a call with its socket.',
    evidence: ['2 calls, 1 refused'],
  }
  const report = aReport({verdict: 'fail', diagnosis})

  const [fault] = casesOf(report).at(-1)?.children ?? []

  expect(fault?.attributes).toEqual({type: 'single-call-bot', message: diagnosis.summary})
  expect(fault?.text).toContain('Fix: Keep the state of a call with its socket.')
})

test('each call has what is needed to find it again, and its files first in the output', () => {
  const suite = parseXml(renderJunit(good)).children[0]

  const properties = Object.fromEntries(
    elementsOf(suite ?? parseXml('<a/>'), 'property').map(({attributes}) => [
      attributes['name'] ?? '',
      attributes['value'],
    ]),
  )

  expect(properties).toMatchObject({
    callSid: salesCall.callSid,
    seed: '42',
    profile: 'exotel',
    target: 'ws://127.0.0.1:5000/media',
    rig: 'reliable',
    closeCode: '1000',
  })
  expect(suite?.children.at(-1)?.text.split('\n')[0]).toBe(
    `[[ATTACHMENT|${salesCall.artifacts.recording ?? ''}]]`,
  )
})

test('a long seed is no telephone number', () => {
  expect(renderJunit(aReport({seed: 4_294_967_295}))).toContain('value="4294967295"')
})

test('no text can break the document, or bring a password or a number into it', () => {
  const hostile =
    ']]></failure><script a="1">&\u0000\u0008\u001b[2J\ufffe\ud800 wss://key:secret@h +919876543210'
  const call = {
    ...salesCall,
    scenario: hostile,
    callSid: hostile,
    outcome: 'failed' as const,
    failure: {code: hostile, message: hostile, hint: hostile, exotelError: hostile},
    turns: [aTurn({label: hostile, expectation: 'stop', met: false, why: hostile})],
    findings: failing.summary.findings.map((finding) => ({...finding, summary: hostile})),
    artifacts: {recording: ']]><b>'},
  }
  const report = aReport({
    calls: [call, call],
    verdict: 'fail',
    target: {kind: 'url', url: hostile},
    thresholds: [{expression: hostile, status: 'fail', value: 1}],
  })
  const rules = [{...conformance[1], tried: hostile, detail: hostile}]

  const ofCalls = renderJunit(report)
  const ofRules = renderJunit({...report, conformance: rules})

  expect(elementsOf(parseXml(ofCalls), 'testcase')).toHaveLength(7)
  expect(elementsOf(parseXml(ofRules), 'testcase')).toHaveLength(2)
  expect(ofCalls + ofRules).not.toMatch(/secret|9876543210/)
})

test('a conformance run is judged by its rules, and not by its calls', () => {
  const report = aReport({calls: [salesCall], conformance: [conformance[1]]})

  const suites = elementsOf(parseXml(renderJunit(report)), 'testsuite')

  expect(suites.map(({attributes}) => attributes['name'])).toEqual(['conformance'])
})
