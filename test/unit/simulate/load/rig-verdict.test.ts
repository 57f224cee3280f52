import {describe, expect, test} from 'vitest'

import type {CallReport, RigReport} from '../../../../src/report/report.js'
import {SendLateness} from '../../../../src/report/send-lateness.js'
import {judgeRig, type Watched} from '../../../../src/simulate/rig.js'
import {callReport, turnOf} from '../../../rig/load-call.js'

const LOAD: Watched = {lagP99Ms: 1, cpu: 0.5, cores: 2}

/** So many turns, two a call, of which some hold a lateness. */
function callsWith(turns: number, late: number, lateMs: number): readonly CallReport[] {
  const all = Array.from({length: turns}, (_, index) =>
    turnOf({uncertaintyMs: index < late ? lateMs : 1}),
  )
  return Array.from({length: turns / 2}, (_, call) =>
    callReport(call, {turns: all.slice(2 * call, 2 * call + 2)}),
  )
}

function judged(calls: readonly CallReport[], watched = LOAD): RigReport {
  return judgeRig(calls, new SendLateness(), watched)
}

describe('the rig of a run with many turns', () => {
  test.each([
    {late: 10, ms: 80, verdict: 'reliable'},
    {late: 11, ms: 80, verdict: 'void'},
    {late: 10, ms: 30, verdict: 'reliable'},
    {late: 11, ms: 30, verdict: 'upper-bound'},
    {late: 1000, ms: 10, verdict: 'reliable'},
  ])('is $verdict when $late of a thousand hold a lateness of $ms ms', ({late, ms, verdict}) => {
    expect(judged(callsWith(1000, late, ms)).verdict).toBe(verdict)
  })

  test('names how many, of how many, and what to do', () => {
    expect(judged(callsWith(5012, 131, 80.5)).reason).toBe(
      '131 of 5,012 measured turns hold a lateness of ours over 50 ms, the worst 80.5 ms: their times say more about this machine than about the bot; let this machine make fewer calls, on as many --workers as it has cores to spare, or share them out with --shard',
    )
  })

  test('with fewer than a hundred one late turn is too many', () => {
    expect(judged(callsWith(98, 1, 60))).toMatchObject({
      verdict: 'void',
      reason: expect.stringMatching(
        /^our own sending was up to 60 ms late inside a measured turn/,
      ) as string,
    })
  })
})

describe('the CPU of a run on several cores', () => {
  test.each([
    [1.4, 'reliable'],
    [1.41, 'void'],
  ] as const)('%d of two is %s', (cpu, verdict) => {
    const rig = judged(callsWith(2, 0, 0), {...LOAD, cpu})

    expect(rig).toMatchObject({verdict, rigCpu: cpu, cores: 2})
  })

  test('is told with its bound', () => {
    expect(judged(callsWith(2, 0, 0), {...LOAD, cpu: 1.71}).reason).toMatch(
      /^this process took 171 % of a core, over the 140 % \(of 2 cores\) at which it can still be on time; /,
    )
  })
})

test('a run that could not go on is void, whatever it measured before', () => {
  expect(judged([], {...LOAD, failure: 'A thread died'})).toMatchObject({
    verdict: 'void',
    reason: 'A thread died',
  })
})
