import type {CallReport} from '../../../src/report/report.js'

const ANSWERED_WITHIN_MS = 5000

type Answer = {
  /** Of its one question; it went unanswered when absent. */
  readonly responseMs?: number
  readonly durationMs?: number
  readonly uncertaintyMs?: number
  /** Of 20 ms each, in its 1.2 s of speech. */
  readonly holes?: number
  /** The worst frame of ours in the whole call. */
  readonly lateMs?: number
}

const SPEECH = {startMs: 2600, endMs: 3800}
const MINUTE_MS = 60_000

/** A call of the scenario `basic` as a report has it. */
export function answeredCall({
  responseMs,
  durationMs = 5000,
  uncertaintyMs = 1,
  holes = 0,
  lateMs = 1,
}: Answer): CallReport {
  const isMet = responseMs !== undefined && responseMs < ANSWERED_WITHIN_MS
  return {
    ...IDENTITY,
    outcome: 'completed',
    closing: {by: 'caller', code: 1000},
    durationMs,
    turns: [
      {
        index: 0,
        step: 1,
        kind: 'say',
        label: 'Hello, can you hear me?',
        startMs: 500,
        endMs: 2000,
        expectation: 'respond',
        withinMs: ANSWERED_WITHIN_MS,
        met: isMet,
        uncertaintyMs,
        ...(responseMs === undefined ? {} : {responseMs}),
      },
    ],
    metrics: {
      handshakeMs: 4,
      underruns: holes,
      underrunRate: (holes * MINUTE_MS) / (SPEECH.endMs - SPEECH.startMs),
    },
    speech: {caller: [{startMs: 500, endMs: 2000}], bot: [SPEECH]},
    uncertaintyMs: lateMs,
  }
}

export function refusedCall(status = 503): CallReport {
  return {
    ...IDENTITY,
    outcome: 'failed',
    failure: {
      code: 'EXO_UPGRADE_REFUSED',
      message: `ws://127.0.0.1/media answered ${String(status)} instead of opening a WebSocket.`,
      hint: '',
    },
    durationMs: 0,
    turns: [],
    metrics: {},
    speech: {caller: [], bot: []},
  }
}

/** Nobody listens any more. */
export function deadCall(): CallReport {
  const failure = {code: 'EXO_DIAL_REFUSED', message: 'Nothing listens there.', hint: ''}
  return {...refusedCall(), failure}
}

/** Opened, and closed before the bot had said anything. */
export function turnedAwayCall(): CallReport {
  return {...closedCall(1013), turns: [], metrics: {}, speech: {caller: [], bot: []}}
}

/** No answer came to the dial, which may be because nobody here had time to read it. */
export function timedOutCall(): CallReport {
  const failure = {code: 'EXO_DIAL_TIMEOUT', message: 'No answer came within 10 s.', hint: ''}
  return {...refusedCall(), failure}
}

export function closedCall(code = 1011): CallReport {
  return {
    ...answeredCall({durationMs: 2500}),
    outcome: 'failed',
    failure: {
      code: 'EXO_BOT_CLOSED',
      message: `The bot closed the stream with ${String(code)}.`,
      hint: '',
    },
    closing: {by: 'bot', code},
  }
}

/** The rig could not start it. */
export function droppedCall(): CallReport {
  return {...refusedCall(), outcome: 'dropped'}
}

const IDENTITY = {
  callSid: 'CA1',
  streamSid: 'MZ1',
  scenario: 'basic',
  findings: [],
  artifacts: {},
}
