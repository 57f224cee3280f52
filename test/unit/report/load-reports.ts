import {countsOf} from '../../../src/report/load-counts.js'
import type {KneeReport, LevelReport, LoadReport} from '../../../src/report/load-report.js'
import type {CallReport, RunReport} from '../../../src/report/report.js'
import {SendLateness} from '../../../src/report/send-lateness.js'
import {aReport, aTurn, good, salesCall, unopenedCall} from './reports.js'

/** Reports of load runs made by hand. */

const STARTED = Date.parse('2026-11-21T09:00:00.000Z')

/** A hundred values that look like those of a bot, the same each time. */
const spreadOf = (index: number) => 640 + ((index * 2_654_435_761) % 1_000) * 0.5

export function aLoadCall(index: number, fields: Partial<CallReport> = {}): CallReport {
  const scenario = index % 4 === 3 ? 'dtmf' : 'sales'
  const responseMs = spreadOf(index)
  return {
    ...salesCall,
    callSid: `c${String(index).padStart(31, '0')}`,
    streamSid: `s${String(index).padStart(31, '0')}`,
    scenario,
    durationMs: 12_000 + responseMs,
    turns: [
      aTurn({
        kind: 'greeting',
        label: 'greeting',
        endMs: 2_000,
        expectation: 'respond',
        withinMs: 2000,
        met: true,
        greetingMs: 380 + (index % 20),
      }),
      aTurn({
        index: 1,
        step: 1,
        label: 'I would like to know about a home loan',
        startMs: 3_000,
        endMs: 11_000,
        expectation: 'respond',
        withinMs: 2000,
        met: true,
        responseMs,
        firstAudioMs: responseMs - 40,
      }),
    ],
    metrics: {handshakeMs: 4 + (index % 6), gapMs: 0, underruns: 0, underrunRate: 0},
    speech: {caller: [{startMs: 3_000, endMs: 5_000}], bot: [{startMs: 400, endMs: 2_000}]},
    artifacts: {},
    uncertaintyMs: 1,
    startedAt: new Date(STARTED + index * 20).toISOString(),
    from: '+********0001',
    index,
    startLateMs: index % 3,
    sendLatenessP99Ms: 1.2,
    ...fields,
  }
}

export const refused = (index: number): CallReport => {
  const {durationMs, turns, metrics, speech, artifacts} = unopenedCall
  const failure = {
    code: 'EXO_UPGRADE_REFUSED',
    message: 'The bot refused the WebSocket upgrade with 503 Service Unavailable.',
    hint: 'Run "exostream doctor" against the same URL.',
  }
  const {closing: _, sendLatenessP99Ms: __, ...rest} = aLoadCall(index)
  return {...rest, durationMs, turns, metrics, speech, artifacts, outcome: 'failed', failure}
}

export const dropped = (index: number): CallReport => ({
  ...refused(index),
  callSid: '',
  streamSid: '',
  outcome: 'dropped',
  failure: {
    code: 'EXO_CALL_DROPPED',
    message: 'The call was due and could not be started within 1 s of it.',
    hint: 'Make fewer calls a machine.',
  },
})

export const callsOf = (count: number): readonly CallReport[] =>
  Array.from({length: count}, (_, index) => aLoadCall(index))

export function latenessOf(frames: number): SendLateness {
  const lateness = new SendLateness()
  for (let frame = 0; frame < frames; frame += 1) lateness.add(((frame * 7919) % 400) / 100)
  return lateness
}

const load: LoadReport = {
  arrivals: {model: 'concurrency', concurrency: 300, rampMs: 6_000},
  mix: [
    {scenario: 'sales', weight: 3},
    {scenario: 'dtmf', weight: 1},
  ],
  planned: 300,
  workers: 2,
  peak: 300,
  opened: 300,
  atPace: 300,
  durationMs: 19_400,
  calibration: {
    outcome: 'completed',
    durationMs: 12_600,
    handshakeMs: 3.2,
    greetingMs: 371,
    responseMs: 702,
    sendLatenessP99Ms: 0.4,
  },
  worst: ['c0000000000000000000000000000011', 'c0000000000000000000000000000007'],
}

const lateness = latenessOf(10_000)

export function aLoad(fields: Partial<RunReport>, ofLoad: Partial<LoadReport> = {}): RunReport {
  const calls = fields.calls ?? callsOf(300)
  return aReport({
    startedAt: new Date(STARTED).toISOString(),
    plan: {...good.plan, scenarios: ['sales', 'dtmf']},
    calls,
    rig: {
      verdict: 'reliable',
      sendLatenessMs: {
        p50: lateness.percentile(50),
        p99: lateness.percentile(99),
        max: lateness.percentile(100),
      },
      sendLateness: lateness.counts(),
      eventLoopLagMs: {p99: 1.8},
      rigCpu: 0.62,
      cores: 2,
    },
    thresholds: [
      {expression: 'p95(responseMs) < 2000', value: 1139.5, status: 'pass'},
      {expression: 'max(greetingMs) < 1000', scenario: 'sales', value: 399, status: 'pass'},
    ],
    ...fields,
    load: {
      ...load,
      planned: calls.length,
      peak: calls.length,
      ...ofLoad,
      ...countsOf(calls),
    },
  })
}

export const passingLoad = aLoad(
  {
    calls: callsOf(300).map((call) =>
      [7, 11].includes(call.index ?? 0)
        ? {
            ...call,
            artifacts: {recording: `load/worst-${call.index === 11 ? '01' : '02'}-dtmf/call.wav`},
          }
        : call,
    ),
  },
  {bot: {pid: 4711, cpu: 1.31, rssStartBytes: 92e6, rssPeakBytes: 214e6}},
)

export const failingLoad = aLoad(
  {
    verdict: 'fail',
    calls: callsOf(1000).map((call, index) => {
      if (index % 100 >= 59) return refused(index)
      if (index % 250 === 1) return dropped(index)
      if ([3, 4, 5].includes(index)) return {...call, sendLatenessP99Ms: 14}
      if (index % 40 !== 2) return call
      const turns = call.turns.map((turn) => ({
        ...turn,
        ...(turn.index === 1
          ? {
              met: false,
              responseMs: 2_900 + index,
              why: `The answer came after ${String(2_900 + index)} ms; the limit is 2000 ms.`,
            }
          : {}),
      }))
      return {...call, turns}
    }),
    thresholds: [{expression: 'p95(responseMs) < 2000', value: 3182, status: 'fail'}],
  },
  {
    peak: 590,
    durationMs: 34_000,
    arrivals: {model: 'rate', ratePerS: 50, rampMs: 0},
    worst: [922, 842, 722].map((index) => `c${String(index).padStart(31, '0')}`),
  },
)

export const voidLoad = aLoad({
  verdict: 'fail',
  rig: {
    ...aLoad({}).rig,
    verdict: 'void',
    reason:
      '31 of 600 measured turns hold a lateness of over 50 ms: make fewer calls on this machine, or spread them with --shard',
    sendLatenessMs: {p50: 4.1, p99: 88.2, max: 214},
    rigCpu: 1.71,
  },
})

const level = (fields: Partial<LevelReport>): LevelReport => ({
  phase: 'up',
  concurrency: 10,
  calls: 20,
  failed: 0,
  durationMs: 15_000,
  verdict: 'held',
  thresholds: [
    {expression: 'p95(responseMs) < 2000', value: 840, status: 'pass'},
    {expression: 'failed < 1 %', value: 0, status: 'pass'},
    {expression: 'mean(underrunRate) < 1', value: 0, status: 'pass'},
  ],
  sendLatenessP99Ms: 1.4,
  rigCpu: 0.2,
  botCpu: 0.4,
  ...fields,
})

const slow = (ms: number): Partial<LevelReport> => ({
  verdict: 'broken',
  thresholds: [
    {expression: 'p95(responseMs) < 2000', value: ms, status: 'fail'},
    {expression: 'failed < 1 %', value: 0, status: 'pass'},
    {expression: 'mean(underrunRate) < 1', value: 0.2, status: 'pass'},
  ],
})

const exact: KneeReport = {
  thresholds: ['p95(responseMs) < 2000', 'failed < 1 %', 'mean(underrunRate) < 1'],
  levels: [
    level({concurrency: 5, calls: 12}),
    level({concurrency: 20, calls: 46, botCpu: 0.6}),
    level({concurrency: 80, calls: 180, botCpu: 0.9, rigCpu: 0.5}),
    level({concurrency: 160, calls: 341, failed: 2, botCpu: 0.99, ...slow(3412)}),
    level({phase: 'search', concurrency: 120, calls: 262, botCpu: 0.97}),
    level({phase: 'search', concurrency: 126, calls: 270, botCpu: 0.99, ...slow(2310)}),
    level({phase: 'step-back', concurrency: 120, calls: 540, botCpu: 0.97}),
    level({phase: 'overload', concurrency: 180, calls: 390, failed: 118, botCpu: 1, ...slow(2190)}),
    level({phase: 'after', concurrency: 1, calls: 2, botCpu: 0.02}),
  ],
  calls: 120,
  bound: 'exact',
  callMs: 12_600,
  broken: {
    concurrency: 126,
    threshold: 'p95(responseMs) < 2000',
    value: 2310,
    fault: 'bot',
    why: 'the bot took 0.99 of a core while this machine was on time',
  },
  overload: {
    concurrency: 180,
    verdict: 'sheds',
    refused: 60,
    passedPerS: 9.4,
    passedPerSAtKnee: 9.5,
    why: 'It refused 60 calls and served the others as at the knee.',
  },
  leak: {
    verdict: 'clean',
    evidence: [
      'Resident memory came back to 96 MB, from 94 MB before.',
      'No socket was left open.',
    ],
  },
  searchMs: 212_000,
}

export const kneeExact = aLoad(
  {
    calls: exact.levels.flatMap(({calls, failed}, at) =>
      Array.from({length: Math.ceil(calls / 20)}, (_, place) => {
        const call = place < failed / 20 ? refused(at * 1000 + place) : aLoadCall(at * 1000 + place)
        return {
          ...call,
          startedAt: new Date(STARTED + at * 20_000 + place * 50).toISOString(),
          level: at,
        }
      }),
    ),
    thresholds: [],
  },
  {
    arrivals: {model: 'concurrency', concurrency: 1000, rampMs: 0},
    bot: {pid: 4711, cpu: 0.9, rssStartBytes: 94e6, rssPeakBytes: 188e6},
    peak: 180,
    durationMs: 290_000,
    knee: exact,
  },
)

export const kneeAtLeast = aLoad(
  {
    ...kneeExact,
    verdict: 'fail',
    rig: {...kneeExact.rig, verdict: 'upper-bound', reason: 'our own sending was late'},
  },
  {
    ...kneeExact.load,
    knee: {
      thresholds: exact.thresholds,
      levels: [
        ...exact.levels.slice(0, 3),
        level({
          concurrency: 160,
          calls: 300,
          verdict: 'void',
          reason: 'this process took 1.5 of 2 cores.',
          rigCpu: 1.5,
          sendLatenessP99Ms: 64,
        }),
        level({phase: 'step-back', concurrency: 80, calls: 190}),
      ],
      calls: 80,
      bound: 'at-least',
      callMs: 12_600,
      broken: {
        concurrency: 160,
        threshold: 'p95(responseMs) < 2000',
        fault: 'rig',
        why: 'this process took 1.5 of 2 cores, and its frames were 64 ms late at p99',
      },
      searchMs: 140_000,
    },
  },
)

/** The parts of one plan, as four machines would have made them. */
export function shardsOf(whole: RunReport, of = 4): readonly RunReport[] {
  return Array.from({length: of}, (_, at) => {
    const calls = whole.calls.filter(({index = 0}) => index % of === at)
    const count = calls.length
    return aLoad(
      {
        ...whole,
        calls,
        summary: aReport({calls}).summary,
        startedAt: new Date(STARTED + at * 350).toISOString(),
      },
      {
        ...whole.load,
        planned: count,
        peak: count,
        shards: [{part: at + 1, of}],
      },
    )
  })
}
