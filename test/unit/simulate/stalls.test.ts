import {describe, expect, test} from 'vitest'

import type {ProfileId} from '../../../src/protocol/profiles.js'
import {politeBot} from '../../rig/bots.js'
import {clip, virtualRun} from '../../rig/virtual-call.js'

/**
 * The caller speaks from about 1.8 to 3 s; the bot answers about 450 ms later. A stall of ours ends
 * at a moment, and whatever should have happened in it happens then.
 */
async function withStall(
  stall: {readonly fromMs: number; readonly ms: number},
  given: {readonly withinMs?: number; readonly profiles?: readonly ProfileId[]} = {},
) {
  const {withinMs = 5000, profiles = []} = given
  const untilMs = stall.fromMs + stall.ms
  const {report} = await virtualRun({
    bot: politeBot(),
    profiles,
    steps: [
      {greet: {withinMs: 3000}},
      {say: clip(1200), expect: 'respond', withinMs},
      {wait: {ms: 1500}},
      {hangUp: 'stop', now: true},
    ],
    lateMs: (deadline) => (deadline > stall.fromMs && deadline < untilMs ? untilMs - deadline : 0),
  })
  const said = report.calls[0]?.turns[1]
  return {report, rig: report.rig.verdict, said}
}

const quiet = await withStall({fromMs: 0, ms: 0})
const endMs = quiet.said?.endMs ?? 0
const responseMs = quiet.said?.responseMs ?? 0

test('a quiet run is reliable, and its turn is where the stalls below are put', () => {
  expect(quiet.rig).toBe('reliable')
  expect(endMs).toBeGreaterThan(1000)
  expect(responseMs).toBeGreaterThan(300)
})

/** Every phase against the ticks, from the end of the caller's speech to the answer. */
const moments = Array.from({length: 24}, (_, at) => Math.round(endMs + at * 17.3))

describe('a stall inside a measured interval, whenever it begins', () => {
  test.each(moments)('of 200 ms, from %i ms on, voids the run', async (fromMs) => {
    const {rig, report} = await withStall({fromMs, ms: 200})

    expect(rig).toBe('void')
    expect(report.rig.reason).toMatch(/ms late inside a measured turn/)
  })

  test.each(moments)('of 30 ms, from %i ms on, makes upper bounds of its times', async (fromMs) => {
    const {rig, report} = await withStall({fromMs: fromMs + 0.5, ms: 30})

    expect(rig).toBe('upper-bound')
    expect(report.verdict).toBe('pass')
  })

  test('of 30 ms shows between two frames of 100 ms, too', async () => {
    const betweenMs = Math.floor(endMs / 100) * 100 + 105
    const {rig, report} = await withStall({fromMs: betweenMs, ms: 30}, {profiles: ['100ms']})

    expect(report.rig.sendLatenessMs.max).toBe(0)
    expect(rig).toBe('upper-bound')
  })
})

test('a stall outside of every interval voids nothing', async () => {
  const {rig, report} = await withStall({fromMs: endMs + responseMs + 700, ms: 200})

  expect(rig).toBe('reliable')
  expect(report.rig.sendLatenessMs.max).toBeGreaterThan(150)
})

describe('an expectation', () => {
  const stall = {fromMs: endMs + 100, ms: 200}

  test.each([-100, 0, 100])(
    'whose limit is %i ms from what was measured is not judged',
    async (nearMs) => {
      const {said} = await withStall(stall)
      const withinMs = Math.round((said?.responseMs ?? 0) + nearMs)

      const {said: judged, report} = await withStall(stall, {withinMs})

      expect(judged).not.toHaveProperty('met')
      expect(judged?.why).toMatch(/too close to the limit/)
      expect(report.verdict).toBe('fail')
    },
  )

  test('whose limit is far away passes, or fails', async () => {
    const {said: passed} = await withStall(stall, {withinMs: responseMs + 1000})
    const {said: failed} = await withStall(stall, {withinMs: Math.max(0, responseMs - 400)})

    expect(passed?.met).toBe(true)
    expect(failed?.met).toBe(false)
  })
})

test('a stall while an interruption is answered leaves a threshold on the stop before it judged', async () => {
  const thresholds = ['max(bargeInStopMs) <= 150', 'max(recoveryMs) <= 500', 'handshakeMs < 100']
  const interrupted = (lateMs: (deadlineMs: number) => number) =>
    virtualRun({
      bot: politeBot(),
      thresholds,
      steps: [
        {greet: {withinMs: 3000}},
        {say: clip(1200), expect: 'respond', withinMs: 5000},
        {interrupt: clip(900), afterMs: 1000, expect: 'stop', withinMs: 500, answerWithinMs: 5000},
        {hangUp: 'stop', now: true},
      ],
      lateMs,
    })
  const {report: calm} = await interrupted(() => 0)
  const fromMs = (calm.calls[0]?.turns[2]?.endMs ?? 0) + 100
  const untilMs = fromMs + 200

  const {report} = await interrupted((at) => (at > fromMs && at < untilMs ? untilMs - at : 0))

  expect(calm.thresholds.map(({status}) => status)).toEqual(['pass', 'pass', 'pass'])
  expect(report.thresholds.map(({status}) => status)).toEqual(['pass', 'not-measured', 'pass'])
})
