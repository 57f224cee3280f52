import {afterAll, beforeAll, describe, expect, test} from 'vitest'

import {systemClock} from '../../../src/clock.js'
import type {KneeReport} from '../../../src/report/load-report.js'
import type {LoadPlan} from '../../../src/simulate/load/plan/load-plan.js'
import {runLoad} from '../../../src/simulate/load/run-load.js'
import {parseStreamUrl} from '../../../src/stream/exotel/stream-url.js'
import {type CapacityBot, startCapacityBot} from '../../rig/capacity-bot/start-bot.js'
import {clip, planOf} from '../../rig/virtual-call.js'

const CAPACITY = 20
const MOST = 30
/** A search makes some eight levels, each as long as two or three calls. */
const TIMEOUT_MS = 300_000

const QUESTION = {say: clip(300), expect: 'respond', withinMs: 1500, talkOver: 'allow'} as const

function searchOf({url, pid}: CapacityBot): LoadPlan {
  const {plan} = planOf({steps: [QUESTION, {hangUp: 'stop'}]})
  return {
    run: {...plan, target: {kind: 'url', url}, url: parseStreamUrl(url)},
    mix: [{scenario: 'test', weight: 1}],
    arrivals: {model: 'concurrency', concurrency: MOST, rampMs: 0},
    callers: [],
    workers: 0,
    thresholds: [],
    botPid: pid,
    knee: {from: CAPACITY, most: MOST, thresholds: ['p95(responseMs) < 2000', 'failed < 1 %']},
  }
}

/**
 * With the lateness of this machine, which may make a step void at 50 ms: twice 30 calls are so few that with
 * both cores taken by others they were late by 20 ms at p99.
 */
async function searched(bot: CapacityBot): Promise<KneeReport> {
  const {signal} = new AbortController()
  const {report} = await runLoad(searchOf(bot), {clock: systemClock, signal, version: '0'})
  const knee = report.load?.knee
  if (!knee) throw new Error('the report of a search has no knee')
  return knee
}

describe('a bot with a hidden capacity, over real sockets', () => {
  let bots: readonly [CapacityBot, CapacityBot]
  let found: readonly [KneeReport, KneeReport]

  // Side by side, because both mostly wait.
  beforeAll(async () => {
    bots = [
      await startCapacityBot(CAPACITY, 'refuses'),
      await startCapacityBot(CAPACITY, 'collapses'),
    ]
    found = await Promise.all([searched(bots[0]), searched(bots[1])])
  }, TIMEOUT_MS)
  afterAll(() => Promise.all(bots.map((bot) => bot.close())))

  test('that refuses what is too much is found to the call, sheds, and leaks nothing', () => {
    const [knee] = found

    expect(knee).toMatchObject({
      bound: 'exact',
      broken: {threshold: 'failed < 1 %', fault: 'bot'},
      overload: {verdict: 'sheds', concurrency: MOST},
      leak: {verdict: 'clean'},
    })
    expect(Math.abs((knee.calls ?? 0) - CAPACITY)).toBeLessThanOrEqual(1)
    expect(knee.broken?.why).toContain('refused with 503')
  })

  test('that falls apart for all is found to the call, and collapses', () => {
    const [, knee] = found

    expect(knee).toMatchObject({bound: 'exact', overload: {verdict: 'collapses'}})
    expect(Math.abs((knee.calls ?? 0) - CAPACITY)).toBeLessThanOrEqual(1)
  })
})
