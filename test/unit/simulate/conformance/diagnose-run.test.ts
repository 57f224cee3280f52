import {readFileSync} from 'node:fs'

import {describe, expect, test} from 'vitest'

import type {CallReport} from '../../../../src/report/report.js'
import {diagnosed, runCauses} from '../../../../src/simulate/conformance/causes.js'
import {diagnoseCalls, diagnoseRun} from '../../../../src/simulate/conformance/diagnose-run.js'

const spoke = [{startMs: 0, endMs: 1000}]
const turn = {index: 0, step: 0, kind: 'say', label: 'hello', startMs: 0, endMs: 1} as const
const asked = {...turn, uncertaintyMs: 0, expectation: 'respond', met: false} as const

function call(changes: Partial<CallReport> = {}): CallReport {
  return {
    callSid: 'a',
    streamSid: 'b',
    scenario: 'hang-ups',
    outcome: 'completed',
    closing: {by: 'caller', code: 1000},
    durationMs: 1000,
    turns: [asked],
    metrics: {},
    findings: [],
    speech: {caller: [], bot: spoke},
    artifacts: {},
    ...changes,
  }
}

const silent = call({speech: {caller: [], bot: []}})

function unopened(code: string): CallReport {
  const {callSid, streamSid, scenario, speech, durationMs, metrics, findings, artifacts} = silent
  const named = {callSid, streamSid, scenario, speech, durationMs, metrics, findings, artifacts}
  return {...named, outcome: 'failed', turns: [], failure: {code, message: '', hint: ''}}
}

const aborted = call({closing: {by: 'caller', code: 1006}})

describe('the calls of an ordinary run', () => {
  test.each([
    {what: 'none was answered after one that broke', calls: [call(), aborted, silent, silent]},
    {what: 'the last was not answered', calls: [call(), aborted, silent]},
    {what: 'no stream was opened any more', calls: [aborted, unopened('EXO_DIAL_REFUSED')]},
  ])('show a bot that a hang-up has ended where $what', ({calls}) => {
    expect(diagnoseCalls(calls)?.cause).toBe('dead-after-hang-up')
  })

  test('say which call was the last, and how it ended', () => {
    expect(diagnoseCalls([call(), aborted, silent])?.evidence).toEqual([
      'Call 2 of 3 (hang-ups) was answered, and ended by the caller with 1006.',
      'The one call after it had no answer: the bot was not heard at all.',
    ])
  })

  test.each([
    {what: 'all were answered', calls: [call(), call()]},
    {what: 'none was answered', calls: [silent, silent]},
    {what: 'one in the middle was not answered', calls: [call(), silent, call()]},
    {what: 'there was one', calls: [call()]},
    {what: 'there was none', calls: []},
    {what: 'the rest was interrupted', calls: [call(), unopened('EXO_INTERRUPTED')]},
    {
      what: 'another scenario asked nothing of the bot',
      calls: [call(), {...silent, scenario: 'noise', turns: []}],
    },
  ])('show nothing where $what', ({calls}) => {
    expect(diagnoseCalls(calls)).toBeUndefined()
  })
})

describe('the diagnosis of the trials', () => {
  const pass = {rule: 'rate-ignored', status: 'pass', tried: 'So.'} as const

  test('is the most likely of the causes, whichever trial came first', () => {
    const deaf = diagnosed('deaf-at-20-ms', ['It did not answer.'])
    const single = diagnosed('single-call-bot', ['It refused.'])

    const diagnosis = diagnoseRun([
      {...pass, status: 'fail', diagnosis: single},
      {...pass, status: 'fail', diagnosis: deaf},
    ])

    expect(diagnosis).toEqual(deaf)
  })

  test('is absent where no trial has one', () => {
    expect(diagnoseRun([pass, {...pass, status: 'fail'}])).toBeUndefined()
  })
})

describe('the causes that show only across calls', () => {
  const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8')
  const [, after = ''] = readme.split('\n## Diagnosis\n')
  const [section = ''] = after.split('\n## ')

  test.each(Object.keys(runCauses))('%s has a row in the README', (cause) => {
    expect(section).toMatch(new RegExp(`^\\| \`${cause}\` +\\| \\S`, 'm'))
  })

  test.each(Object.entries(runCauses))('%s is told in whole sentences', (id, {summary, fix}) => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/)
    for (const text of [summary, fix]) expect(text).toMatch(/^[A-Z].*\.$/)
  })
})
