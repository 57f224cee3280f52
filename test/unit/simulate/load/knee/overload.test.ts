import {expect, test} from 'vitest'

import type {CallReport} from '../../../../../src/report/report.js'
import {judgeLevel} from '../../../../../src/simulate/load/knee/level/level-verdict.js'
import {judgeOverload} from '../../../../../src/simulate/load/knee/overload.js'
import {
  answeredCall,
  closedCall,
  refusedCall,
  timedOutCall,
} from '../../../../rig/capacity-bot/fake-calls.js'
import {levelOf} from '../../../../rig/capacity-bot/fake-level.js'

const alone = answeredCall({responseMs: 600})
const times = (count: number, call: CallReport) => Array.from({length: count}, () => call)
const KNEE = levelOf(times(84, alone))

function overloaded(calls: readonly CallReport[], over: Parameters<typeof levelOf>[1] = {}) {
  const result = levelOf(calls, over)
  const standard = {
    thresholds: ['p95(responseMs) < 2000', 'failed < 1 %'],
    alone: [alone],
    concurrency: 90,
  }
  return judgeOverload(KNEE, result, {concurrency: 90, judged: judgeLevel(result, standard)})
}

test('a bot that refuses the surplus and serves the rest as before sheds', () => {
  expect(overloaded([...times(82, alone), ...times(150, refusedCall())])).toMatchObject({
    verdict: 'sheds',
    refused: 150,
    passedPerSAtKnee: 12,
    why: 'It refuses what is too much: 150 of 232 calls were refused before it had said anything; 11.7 calls a second passed, and 12.0 at the knee.',
  })
})

test('calls closed before the bot has said anything are refused', () => {
  const silent = {...closedCall(1013), speech: {caller: [], bot: []}}

  expect(overloaded([...times(82, alone), ...times(40, silent)]).verdict).toBe('sheds')
})

test('a bot of which fewer than half as many calls pass collapses, even where it refuses', () => {
  const late = answeredCall({responseMs: 9000, durationMs: 9000})

  expect(overloaded(times(90, late)).verdict).toBe('collapses')
  expect(overloaded([...times(30, alone), ...times(200, refusedCall())]).verdict).toBe('collapses')
})

test('a bot that serves as many, worse, degrades; and so does one that cuts calls off', () => {
  expect(overloaded(times(120, answeredCall({responseMs: 3000}))).verdict).toBe('degrades')
  expect(overloaded([...times(60, alone), ...times(60, closedCall())]).verdict).toBe('degrades')
})

test('a bot of which nothing broke holds', () => {
  expect(overloaded(times(126, alone)).verdict).toBe('holds')
})

test('a late rig measures nothing', () => {
  expect(overloaded(times(126, alone), {lateMs: 90})).toMatchObject({verdict: 'not-measured'})
})

test('but takes nothing from a bot that refuses, and serves as many as before', () => {
  const shed = [...times(82, alone), ...times(150, refusedCall())]
  const fewer = [...times(30, alone), ...times(150, refusedCall())]
  const slow = [...times(82, alone), ...times(150, timedOutCall())]

  expect(overloaded(shed, {lateMs: 90}).verdict).toBe('sheds')
  expect(overloaded(fewer, {lateMs: 90}).verdict).toBe('not-measured')
  expect(overloaded(slow, {lateMs: 90}).verdict).toBe('not-measured')
})
