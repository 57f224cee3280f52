import {expect, test} from 'vitest'

import type {CallReport} from '../../../../../src/report/report.js'
import {judgeLevel} from '../../../../../src/simulate/load/knee/level-verdict.js'
import {whoseFault} from '../../../../../src/simulate/load/knee/whose-fault.js'
import {answeredCall, closedCall, refusedCall} from '../../../../rig/capacity-bot/fake-calls.js'
import {levelOf} from '../../../../rig/capacity-bot/fake-level.js'

const alone = answeredCall({responseMs: 600})
const STANDARD = {
  thresholds: ['p95(responseMs) < 2000', 'failed < 1 %'],
  alone,
  concurrency: 130,
}

function blamed(calls: readonly CallReport[], over: Parameters<typeof levelOf>[1] = {}) {
  const result = levelOf(calls, over)
  return whoseFault(judgeLevel(result, STANDARD), {concurrency: 130, result, alone})
}

const times = (count: number, call: CallReport) => Array.from({length: count}, () => call)

test('refusals are named with their code and their number', () => {
  expect(blamed([...times(99, alone), ...times(31, refusedCall())])).toMatchObject({
    concurrency: 130,
    threshold: 'failed < 1 %',
    fault: 'bot',
    why: 'With 130 calls at once 31 of 130 calls were refused with 503.',
  })
})

test('closed streams are named with their code', () => {
  expect(blamed([...times(118, alone), ...times(12, closedCall())]).why).toContain(
    '12 of 130 calls were closed by the bot with 1011',
  )
})

test('answers that grew stand beside the one alone', () => {
  expect(blamed(times(130, answeredCall({responseMs: 3400}))).why).toBe(
    'With 130 calls at once one answer in twenty took over 3400 ms, and 600 ms alone.',
  )
})

test('a bot whose core is taken is told so first', () => {
  const slow = times(130, answeredCall({responseMs: 3400}))

  expect(blamed(slow, {botCpu: 0.98}).why).toMatch(
    /^With 130 calls at once the bot took 98 % of a core; /,
  )
  expect(blamed(slow, {botCpu: 1.9}).why).toContain('the bot took 1.9 cores')
})

test('a late rig is blamed before a bot that refuses', () => {
  expect(blamed([...times(99, alone), ...times(31, refusedCall())], {lateMs: 80})).toMatchObject({
    fault: 'rig',
    why: expect.stringMatching(/^The rig was the limit, not the bot: this machine sent/) as string,
  })
})
