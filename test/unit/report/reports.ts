import type {Finding} from '../../../src/protocol/events.js'
import type {CallReport, RunReport, TurnReport} from '../../../src/report/report.js'
import {summarise} from '../../../src/report/summary.js'

/** Reports made by hand, for the tests of how they look. */

const turn: TurnReport = {
  index: 0,
  step: 0,
  kind: 'say',
  label: 'hello',
  startMs: 0,
  endMs: 0,
  uncertaintyMs: 1,
}

export function aTurn(fields: Partial<TurnReport>): TurnReport {
  return {...turn, ...fields}
}

export const chunkFinding: Finding = {
  rule: 'chunk-not-multiple-of-320',
  ref: 'C7',
  severity: 'error',
  count: 148,
  summary:
    'A chunk of bot audio is not a multiple of 320 bytes, so its last packet is padded with silence and the caller hears a click.',
  fix: 'Send chunks of 3200 bytes (200 ms at 8000 Hz, 16 bits), and keep what is left over for the next chunk.',
  firstAtMs: 412,
}

export const unknownEventFinding: Finding = {
  rule: 'unknown-event',
  ref: 'C2',
  severity: 'warning',
  count: 1,
  summary: 'The bot sent an event that Exotel does not know; it is passed over.',
  fix: 'Send media, mark and clear, and nothing else.',
  firstAtMs: 12_040,
}

export const salesCall: CallReport = {
  callSid: '5d0c1f6a9b3e4f70a1b2c3d4e5f60718',
  streamSid: '9a8b7c6d5e4f30211203f4e5d6c7b8a9',
  scenario: 'sales',
  outcome: 'completed',
  closing: {by: 'caller', code: 1000, reason: 'callended'},
  durationMs: 48_240,
  turns: [
    aTurn({
      index: 0,
      kind: 'greeting',
      label: 'greeting',
      startMs: 0,
      endMs: 6_200,
      expectation: 'respond',
      withinMs: 2000,
      met: true,
      greetingMs: 412,
    }),
    aTurn({
      index: 1,
      step: 1,
      label: 'I would like to know about a home loan',
      startMs: 6_900,
      endMs: 17_300,
      expectation: 'respond',
      withinMs: 2000,
      met: true,
      responseMs: 840,
      firstAudioMs: 790,
    }),
    aTurn({
      index: 2,
      step: 2,
      label: 'What is the interest rate?',
      startMs: 18_100,
      endMs: 24_000,
      expectation: 'respond',
      withinMs: 2000,
      met: true,
      responseMs: 1120,
      firstAudioMs: 1060,
    }),
    aTurn({
      index: 3,
      step: 3,
      kind: 'interrupt',
      label: 'Wait, wait',
      startMs: 24_000,
      endMs: 31_500,
      expectation: 'stop',
      withinMs: 800,
      met: true,
      bargeInStopMs: 340,
      clearMs: 210,
      unheardMs: 2600,
      recoveryMs: 900,
    }),
    aTurn({
      index: 4,
      step: 4,
      kind: 'digits',
      label: '2',
      startMs: 33_000,
      endMs: 40_100,
      expectation: 'respond',
      withinMs: 2000,
      met: true,
      responseMs: 655,
    }),
    aTurn({
      index: 5,
      step: 5,
      label: 'हाँ, कल फ़ोन कीजिए',
      startMs: 40_800,
      endMs: 48_240,
      expectation: 'respond',
      withinMs: 2000,
      met: true,
      responseMs: 910,
    }),
  ],
  metrics: {
    handshakeMs: 38,
    gapMs: 0,
    underruns: 0,
    leadMs: 3900,
    leadMeanMs: 1710,
    deliveryRatio: 1.418,
  },
  findings: [],
  speech: {
    caller: [
      {startMs: 6_900, endMs: 9_100},
      {startMs: 18_100, endMs: 19_700},
      {startMs: 24_000, endMs: 25_100},
      {startMs: 33_000, endMs: 33_200},
      {startMs: 40_800, endMs: 42_600},
    ],
    bot: [
      {startMs: 412, endMs: 6_200},
      {startMs: 9_940, endMs: 17_300},
      {startMs: 20_820, endMs: 24_340},
      {startMs: 26_000, endMs: 31_500},
      {startMs: 33_855, endMs: 40_100},
      {startMs: 43_510, endMs: 47_900},
    ],
  },
  artifacts: {
    recording: '.exostream/calls/5d0c1f6a9b3e4f70a1b2c3d4e5f60718/call.wav',
    journal: '.exostream/calls/5d0c1f6a9b3e4f70a1b2c3d4e5f60718/journal.jsonl',
  },
}

export const failingCall: CallReport = {
  ...salesCall,
  closing: {by: 'network', code: 1006},
  turns: [
    aTurn({
      index: 0,
      kind: 'greeting',
      label: 'greeting',
      endMs: 6_200,
      expectation: 'respond',
      withinMs: 2000,
      met: false,
      why: 'The caller heard the first sound 3120 ms after start; the limit is 2000 ms.',
      greetingMs: 3120,
    }),
    aTurn({
      index: 1,
      step: 1,
      label: 'I would like to know about a home loan',
      startMs: 9_400,
      endMs: 17_300,
      expectation: 'respond',
      withinMs: 2000,
      met: true,
      responseMs: -120,
      talkOverMs: 120,
    }),
    aTurn({
      index: 2,
      step: 2,
      kind: 'interrupt',
      label: 'Wait, wait',
      startMs: 24_000,
      endMs: 31_500,
      expectation: 'stop',
      withinMs: 800,
      met: false,
      why: 'The bot was still heard 2000 ms after the caller had started to speak; it sent no clear, and 4100 ms of its audio lay in the playout.',
      unheardMs: 4100,
    }),
    aTurn({
      index: 3,
      step: 3,
      label: 'mm-hmm',
      startMs: 33_000,
      endMs: 36_000,
      expectation: 'ignore',
      met: true,
    }),
    aTurn({
      index: 4,
      step: 4,
      label: 'Call me on 98765 43210',
      startMs: 36_800,
      endMs: 41_000,
      expectation: 'respond',
      withinMs: 1000,
      why: 'The answer came after 990 to 1031 ms: the rig was late by 41 ms, so the limit of 1000 ms cannot be judged.',
      responseMs: 990,
      uncertaintyMs: 41,
    }),
    aTurn({
      index: 5,
      step: 5,
      kind: 'digits',
      label: '1234567890#',
      startMs: 42_000,
      endMs: 48_240,
    }),
  ],
  metrics: {
    handshakeMs: 38,
    talkOverMs: 120,
    gapMs: 420,
    underruns: 7,
    leadMs: 12_400,
    leadMeanMs: 6030,
    deliveryRatio: 0.912,
  },
  findings: [unknownEventFinding, chunkFinding],
}

export const unopenedCall: CallReport = {
  callSid: '',
  streamSid: '',
  scenario: 'sales',
  outcome: 'failed',
  failure: {
    code: 'EXO_DIAL_REFUSED',
    message: 'Nothing accepts connections at 127.0.0.1:5999.',
    hint: 'Start the bot, and check the port: nothing accepts connections there.',
    exotelError:
      '3009 failed to establish ws conn dial tcp 127.0.0.1:5999: connect: connection refused',
  },
  durationMs: 0,
  turns: [],
  metrics: {},
  findings: [],
  speech: {caller: [], bot: []},
  artifacts: {},
}

const goodReport: RunReport = {
  schemaVersion: 1,
  tool: {name: 'exostream', version: '0.1.0'},
  startedAt: '2026-11-20T09:00:00.000Z',
  seed: 42,
  plan: {
    scenarios: ['sales'],
    profile: 'exotel',
    sampleRateHz: 8000,
    frameMs: 20,
    clear: 'packet',
    marksOnClear: 'drop',
    vad: {thresholdDbfs: -55, startMs: 20, stopMs: 200},
  },
  machine: {platform: 'linux', arch: 'x64', cpus: 2, node: '20.20.2'},
  target: {kind: 'url', url: 'ws://127.0.0.1:5000/media'},
  interrupted: false,
  verdict: 'pass',
  rig: {
    verdict: 'reliable',
    sendLatenessMs: {p50: 0.2, p99: 1.1, max: 3.4},
    eventLoopLagMs: {p99: 1.2},
  },
  calls: [salesCall],
  summary: summarise([salesCall]),
  thresholds: [],
}

export function aReport(fields: Partial<RunReport>): RunReport {
  const calls = fields.calls ?? goodReport.calls
  return {...goodReport, summary: summarise(calls), ...fields}
}

export const good = aReport({})

export const failing = aReport({
  verdict: 'fail',
  target: {kind: 'url', url: 'wss://key:secret@bot.example.com/media?caller=+919876543210'},
  rig: {
    verdict: 'upper-bound',
    reason: 'turn 4 holds a lateness of 41 ms',
    sendLatenessMs: {p50: 0.3, p99: 14.2, max: 41},
    eventLoopLagMs: {p99: 22},
  },
  calls: [failingCall],
  thresholds: [
    {expression: 'responseMs.p50 < 1500', value: 990, status: 'pass'},
    {expression: 'greetingMs.max < 2000', value: 3120, status: 'fail'},
    {expression: 'responseMs.p95 < 3000', status: 'not-measured'},
  ],
})

export const unopened = aReport({
  verdict: 'fail',
  target: {kind: 'url', url: 'ws://127.0.0.1:5999/media'},
  calls: [unopenedCall],
})

export const many = aReport({
  verdict: 'fail',
  plan: {...goodReport.plan, scenarios: ['sales', 'impatient']},
  calls: [salesCall, {...failingCall, scenario: 'impatient'}, unopenedCall, salesCall],
})
