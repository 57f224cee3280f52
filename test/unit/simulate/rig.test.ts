import {describe, expect, test} from 'vitest'

import {virtualClock} from '../../../src/clock.js'
import type {CallReport} from '../../../src/report/report.js'
import {SendLateness} from '../../../src/report/send-lateness.js'
import {judgeRig, type Watched, watchProcess} from '../../../src/simulate/rig.js'
import {caller, closed, frame, numbersOf, turn, turnEnd} from './numbers/hand-made-events.js'

/** A call of one turn from 1000 to 3000 ms, and the lateness of every frame in it. */
function callWith(...late: readonly (readonly [atMs: number, latenessMs: number])[]) {
  const {lateness, closing, ...numbers} = numbersOf(
    turn(0, 'say', 1000),
    caller(0, 1000, 2000),
    late.map(([atMs, ms]) => frame(atMs, ms)),
    turnEnd(0, 3000),
    closed(9000),
  )
  const report: CallReport = {
    callSid: 'c',
    streamSid: 's',
    scenario: 'test',
    outcome: 'completed',
    artifacts: {},
    ...(closing ? {closing} : {}),
    ...numbers,
  }
  return {report, lateness}
}

function judged(...late: readonly (readonly [number, number])[]) {
  return judgedWith({lagP99Ms: 1.5}, ...late)
}

function judgedWith(watched: Watched, ...late: readonly (readonly [number, number])[]) {
  const {report, lateness} = callWith(...late)
  return judgeRig([report], lateness, watched)
}

describe('the rig', () => {
  test.each([0, 10])('is reliable when it was at most 10 ms late inside a turn: %i', (ms) => {
    const rig = judged([1500, ms])

    expect(rig.verdict).toBe('reliable')
    expect(rig).not.toHaveProperty('reason')
  })

  test.each([10.5, 50])('gives upper bounds from there to 50 ms: %d', (ms) => {
    expect(judged([1500, ms])).toMatchObject({
      verdict: 'upper-bound',
      reason: `our own sending was up to ${String(ms)} ms late inside a measured turn: its times are at most what is shown`,
    })
  })

  test('is void beyond that', () => {
    expect(judged([1500, 50.5])).toMatchObject({
      verdict: 'void',
      reason:
        'our own sending was up to 50.5 ms late inside a measured turn: its times say more about this machine than about the bot',
    })
  })

  test('is judged inside the turns: a stall of 200 ms between them voids nothing', () => {
    const rig = judged([1500, 2], [6000, 200])

    expect(rig.verdict).toBe('reliable')
    expect(rig.sendLatenessMs.max).toBe(200)
  })

  test('is judged by its worst moment: one stall of 200 ms hardly moves the p99', () => {
    const steady = Array.from(
      {length: 400},
      (_, index) => [index * 20, index === 75 ? 200 : 1] as const,
    )

    expect(judged(...steady)).toMatchObject({
      verdict: 'void',
      sendLatenessMs: {p50: 1, p99: 1, max: 200},
    })
  })

  test('was never late when it sent nothing', () => {
    expect(judgeRig([], new SendLateness())).toEqual({
      verdict: 'reliable',
      sendLatenessMs: {p50: 0, p99: 0, max: 0},
      sendLateness: {unitMs: 0.01, counts: ''},
      eventLoopLagMs: {p99: 0},
    })
  })
})

describe('the CPU of this process', () => {
  test('over 70 % of a core voids the run, and says so', () => {
    expect(judgedWith({lagP99Ms: 1, cpu: 0.71}, [1500, 2])).toMatchObject({
      verdict: 'void',
      reason: 'this process took 71 % of a core, over the 70 % at which it can still be on time',
      rigCpu: 0.71,
    })
  })

  test('up to that is only told', () => {
    expect(judgedWith({lagP99Ms: 1, cpu: 0.7}, [1500, 2])).toMatchObject({
      verdict: 'reliable',
      rigCpu: 0.7,
    })
  })

  test('is absent where nothing was watched, as in virtual time', () => {
    expect(judgeRig([], new SendLateness())).not.toHaveProperty('rigCpu')
  })
})

describe('watching this process', () => {
  const clock = (nowMs: () => number) => ({...virtualClock(), now: nowMs})

  test('for no time at all shows no lag, and no CPU', () => {
    const watch = watchProcess(virtualClock())

    expect(watch.read()).toEqual({lagP99Ms: 0})
    watch.stop()
  })

  test('counts the CPU it took, in cores', () => {
    let nowMs = 0
    const watch = watchProcess(clock(() => nowMs))
    const before = process.cpuUsage()
    while (process.cpuUsage(before).user < 100_000);
    nowMs = 2000

    const {cpu} = watch.read()
    watch.stop()

    expect(cpu).toBeGreaterThanOrEqual(0.05)
    expect(cpu).toBeLessThan(1)
  })
})
