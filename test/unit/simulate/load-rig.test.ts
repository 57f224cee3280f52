import {describe, expect, test} from 'vitest'

import type {CallReport} from '../../../src/report/report.js'
import {SendLateness} from '../../../src/report/send-lateness.js'
import {judgeLoadRig} from '../../../src/simulate/load-rig.js'
import {callReport, turnOf} from '../../rig/load-call.js'
import {kneeAtLeast, kneeExact} from '../report/load-reports.js'

const watched = {lagP99Ms: 1, cpu: 0.2, cores: 2}
const verdictOf = (calls: readonly CallReport[], lateMs: number) => {
  const lateness = new SendLateness()
  lateness.add(lateMs)
  return judgeLoadRig(calls, lateness, {watched}).verdict
}
const listening = callReport(0, {turns: [turnOf({uncertaintyMs: 4600})]})

describe('a load without measured turns', () => {
  test.each([
    [10, 'reliable'],
    [11, 'upper-bound'],
    [51, 'void'],
  ] as const)('of which the frames were %d ms late is %s', (lateMs, verdict) => {
    expect(verdictOf([listening], lateMs)).toBe(verdict)
  })

  test('is one that measured hardly a hundredth of its time', () => {
    const asking = callReport(1, {turns: [turnOf({responseMs: 900, uncertaintyMs: 1})]})
    const hours = callReport(2, {durationMs: 200_000})

    expect(verdictOf([asking], 60)).toBe('reliable')
    expect(verdictOf([asking, hours], 60)).toBe('void')
  })
})

describe('the rig of a search', () => {
  const late = (level: number) =>
    callReport(level, {level, turns: [turnOf({responseMs: 900, uncertaintyMs: 400})]})
  const judged = (knee = kneeExact.load?.knee, ...calls: readonly CallReport[]) =>
    judgeLoadRig(calls, new SendLateness(), {watched: {...watched, cpu: 1.9}, knee})

  test('is that of its steps: not of one that was void, nor of overload, nor of the CPU over all', () => {
    expect(judged(kneeAtLeast.load?.knee, late(3)).verdict).toBe('reliable')
    expect(judged(kneeExact.load?.knee, late(7), late(8)).verdict).toBe('reliable')
    expect(judged(kneeExact.load?.knee, late(0)).verdict).toBe('upper-bound')
  })

  test('is void where no step could be judged', () => {
    const knee = kneeAtLeast.load?.knee

    expect(judged(knee && {...knee, levels: knee.levels.slice(3, 4)})).toMatchObject({
      verdict: 'void',
      reason: 'no step could be judged: this process took 1.5 of 2 cores',
    })
  })
})
