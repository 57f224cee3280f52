import {describe, expect, test} from 'vitest'

import {systemClock} from '../../../src/clock.js'
import type {StreamEvent} from '../../../src/protocol/events.js'
import type {RunReport} from '../../../src/report/report.js'
import type {Step} from '../../../src/simulate/scenario/scenario.js'
import {mockBot} from '../../rig/mock-bot.js'
import {listenRaw, realRun} from '../../rig/real-call.js'
import {clip} from '../../rig/virtual-call.js'

const DELAYS = {responseMs: 600, stopMs: 500}
/** Far from what is measured, for calls that are about the rig alone. */
const FAR_MS = 3000
/** Apart by parts of a tick, so that a stall meets each call at another moment of its tick. */
const APART_MS = 4

/** A machine of others stalls us as well: then the experiment is made again. */
const MOST_ATTEMPTS = {stalled: 4, quiet: 10}
const MOST_NOISE_MS = 8

type Speech = Extract<StreamEvent, {type: 'caller-speech'}>
type Stall = {readonly ms: number; readonly turn: number; readonly at: (speech: Speech) => number}

const MOMENTS = [
  {moment: 'while the caller speaks', turn: 0, at: ({startMs}: Speech) => startMs + 250},
  {
    moment: 'between the caller’s last word and the answer',
    turn: 0,
    at: ({endMs}: Speech) => endMs + 200,
  },
  {
    moment: 'while the caller speaks over the bot',
    turn: 1,
    at: ({startMs}: Speech) => startMs + 150,
  },
] as const

describe.each(MOMENTS)('a stall $moment', ({turn, at}) => {
  test.each([
    {ms: 200, verdict: 'void'},
    {ms: 30, verdict: 'upper-bound'},
  ])('of $ms ms makes each of five calls $verdict', {timeout: 90_000}, async ({ms, verdict}) => {
    const limitsMs = Array<number>(5).fill(FAR_MS)

    const {reports, noiseMs} = await calls({limitsMs, stall: {ms, turn, at}})

    // A machine that never lets us be may add its own stalls, which can only make it worse.
    const expected = noiseMs > MOST_NOISE_MS ? [verdict, 'void'] : [verdict]
    for (const {rig} of reports) expect(expected).toContain(rig.verdict)
    expect(reports.map(({rig}) => rig.reason)).not.toContain(undefined)
  })
})

test(
  'after a stall a limit near what was measured is not judged, one far from it is',
  {timeout: 90_000},
  async () => {
    const stall = {ms: 200, turn: 0, at: ({endMs}: Speech) => endMs + 200}

    const {reports} = await calls({limitsMs: [300, 550, 700, 1200], stall})

    const answers = reports.map(({calls: [call]}) => call?.turns[0])
    expect(answers.map((turn) => turn?.met)).toEqual([false, undefined, undefined, true])
    expect(answers.map((turn) => turn?.why !== undefined)).toEqual([true, true, true, false])
  },
)

test(
  'without a stall the rig is reliable, and every limit is judged',
  {timeout: 90_000},
  async () => {
    const {reports} = await calls({limitsMs: [550, 700]})

    expect(reports.map(({rig}) => rig.verdict)).toEqual(['reliable', 'reliable'])
    expect(reports.map(({calls: [call]}) => call?.turns[0]?.met)).toEqual([false, true])
  },
)

type Experiment = {
  /** Of the answer, for each of the calls that are made at once. */
  readonly limitsMs: readonly number[]
  readonly stall?: Stall
}

type Outcome = {
  readonly reports: readonly RunReport[]
  /** By how much the worst frame inside a turn was late that our own stall cannot have made late. */
  readonly noiseMs: number
}

async function calls(experiment: Experiment): Promise<Outcome> {
  const url = await listenRaw((socket) => {
    mockBot(DELAYS, systemClock)(socket)
  })
  const most = MOST_ATTEMPTS[experiment.stall ? 'stalled' : 'quiet']
  let outcome = await attempt(url, experiment)
  for (let more = 1; more < most && outcome.noiseMs > MOST_NOISE_MS; more += 1) {
    outcome = await attempt(url, experiment)
  }
  return outcome
}

/** All calls at once; the first says when the moment has come, and the stall meets every one of them. */
async function attempt(url: string, {limitsMs, stall}: Experiment): Promise<Outcome> {
  let stalledAt: readonly [number, number] = [Infinity, Infinity]
  let noiseMs = 0
  const stallOnce = async ({ms, at}: Stall, speech: Speech) => {
    await systemClock.sleepUntil(systemClock.now() + at(speech) - speech.atMs)
    const from = systemClock.now()
    blockEverything(ms)
    stalledAt = [from, systemClock.now()]
    noiseMs = Math.max(noiseMs, systemClock.now() - from - ms)
  }
  const run = async (withinMs: number, place: number) => {
    let isMeasured = false
    await systemClock.sleepUntil(systemClock.now() + place * APART_MS)
    const {report} = await realRun({
      url,
      steps: stepsOf(withinMs, stall?.turn),
      on(event) {
        if (place === 0 && stall && event.type === 'caller-speech' && event.turn === stall.turn)
          void stallOnce(stall, event)
        if (event.type === 'caller-speech') isMeasured = true
        if (event.type === 'turn-end') isMeasured = false
        if (event.type !== 'frame' || !isMeasured) return
        const lateMs = event.atMs - event.intendedMs
        const dueAt = systemClock.now() - lateMs
        const [from, until] = stalledAt
        if (dueAt < from - 1 || dueAt > until) noiseMs = Math.max(noiseMs, lateMs)
      },
    })
    return report
  }
  const reports = await Promise.all(limitsMs.map(run))
  return {reports, noiseMs}
}

function stepsOf(withinMs: number, lastTurn = 0): readonly Step[] {
  const said: Step = {say: clip(600), expect: 'respond', withinMs}
  const interrupted: Step = {interrupt: clip(600), afterMs: 500, expect: 'stop', withinMs: FAR_MS}
  return [said, ...(lastTurn === 0 ? [] : [interrupted]), {hangUp: 'stop', now: true}]
}

/** The whole process stands still, as when another has the processor. */
function blockEverything(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
