import {expect, test} from 'vitest'

import type {CallReport} from '../../../../../src/report/report.js'
import {judgeLevel} from '../../../../../src/simulate/load/knee/level/level-verdict.js'
import {whoseFault} from '../../../../../src/simulate/load/knee/whose-fault.js'
import {answeredCall, closedCall, refusedCall} from '../../../../rig/capacity-bot/fake-calls.js'
import {levelOf} from '../../../../rig/capacity-bot/fake-level.js'

const alone = answeredCall({responseMs: 600})
const STANDARD = {
  thresholds: ['p95(responseMs) < 2000', 'failed < 1 %'],
  alone: [alone],
  concurrency: 130,
}

type Over = Parameters<typeof levelOf>[1] & {
  readonly thresholds?: readonly string[]
  readonly before?: CallReport
}

function blamed(calls: readonly CallReport[], {before = alone, ...over}: Over = {}) {
  const {thresholds = STANDARD.thresholds, ...shown} = over
  const result = levelOf(calls, shown)
  const judged = judgeLevel(result, {...STANDARD, thresholds, alone: [before]})
  return whoseFault(judged, {concurrency: 130, result, alone: [before]})
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

test('holes are named by how many came, also of a bot that begins before the caller has finished', () => {
  const echo = answeredCall({responseMs: -1420, holes: 1})
  const before = answeredCall({responseMs: -1500})

  expect(blamed(times(130, echo), {before, thresholds: ['mean(underrunRate) < 1']})).toMatchObject({
    value: 50,
    why: "With 130 calls at once there were 50 holes a minute in the bot's speech.",
  })
})

test('an answer before its question is told as one', () => {
  const thresholds = ['p95(responseMs) < -1450']
  const before = answeredCall({responseMs: -1500})

  expect(blamed(times(130, answeredCall({responseMs: -1420})), {before, thresholds}).why).toBe(
    'With 130 calls at once one answer in twenty began no sooner than 1420 ms before the caller had finished, and 1500 ms before the caller had finished alone.',
  )
})

test('any other metric is named beside what it was alone', () => {
  const opened = (handshakeMs: number) => ({...alone, metrics: {...alone.metrics, handshakeMs}})
  const thresholds = ['p95(handshakeMs) < 100']

  expect(blamed(times(130, opened(450)), {before: opened(4), thresholds}).why).toBe(
    'With 130 calls at once p95(handshakeMs) was 450, and 4 alone.',
  )
})

test('a level that went without values is told by what did not come', () => {
  const why = blamed(times(130, answeredCall({})), {thresholds: ['p95(responseMs) < 2000']}).why

  expect(why).toBe(
    'With 130 calls at once too few values came for p95(responseMs) < 2000, although each call alone gives one; 130 of 130 turns went unanswered.',
  )
})

test('a level of which hardly a call came to its end is told by that, and by no threshold', () => {
  expect(blamed(times(20, answeredCall({responseMs: 412})))).toEqual({
    concurrency: 130,
    threshold: 'calls',
    fault: 'bot',
    why: 'With 130 calls at once only 20 calls began and ended in 12 s.',
  })
})

test('where no call alone was answered, nothing is compared with it', () => {
  const before = answeredCall({})
  const calls = [...times(65, closedCall()), ...times(65, answeredCall({responseMs: 3400}))]

  for (const thresholds of [STANDARD.thresholds, ['failed < 1 %'], ['max(holdMs) < 1']]) {
    expect(blamed(calls, {before, thresholds}).why).not.toMatch(/Infinity|NaN|alone/)
  }
})

test('a late rig is blamed before a bot that is slow', () => {
  expect(blamed(times(130, answeredCall({responseMs: 3400})), {lateMs: 80})).toMatchObject({
    fault: 'rig',
    why: expect.stringMatching(/^The rig was the limit, not the bot: this machine sent/) as string,
  })
})

test('a bot that refuses is blamed before a late rig, by nothing but the refusals', () => {
  const slow = answeredCall({responseMs: 3400})

  expect(blamed([...times(99, slow), ...times(31, refusedCall())], {lateMs: 80})).toMatchObject({
    threshold: 'failed < 1 %',
    fault: 'bot',
    why: 'With 130 calls at once 31 of 130 calls were refused with 503.',
  })
})
