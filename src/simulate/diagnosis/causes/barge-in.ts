import type {TurnKind} from '../../../protocol/events.js'
import type {Span} from '../../../report/report.js'
import {lastUntil} from '../../numbers/ascending.js'
import {CLEAR_BUDGET_MS} from '../../numbers/call-findings.js'
import {audioAfterClear} from '../after-clear.js'
import {type Cause, type Facts, type Found} from '../cause.js'
import {amount, milliseconds, times} from '../words.js'

/** What goes wrong when the caller speaks over the bot. */
export const bargeInCauses: readonly Cause[] = [
  {id: 'hears-itself', look: hearsItself},
  {id: 'sends-after-clear', look: sendsOn},
  {id: 'leaves-queue', look: (facts) => unstopped(facts, true)},
  {id: 'never-clears', look: (facts) => unstopped(facts, false)},
  {id: 'clears-late', look: late},
]

export const clearStormCause: Cause = {
  id: 'clear-storm',
  look({evidence: {wire, flow}}) {
    if (wire.broken('clear-storm') < STORM) return undefined
    const idle = flow.clears.filter(({droppedMs}) => droppedMs === 0).length
    return {
      summary: `The bot sent clear ${times(flow.clears.length)}, ${times(idle)} with nothing to clear.`,
      fix: 'Send clear once for each barge-in, when the caller begins to speak and audio of yours may still be unplayed; not for each frame that has a voice in it.',
      evidence: [`${amount(wire.broken('clear-storm'))} came straight after another.`],
    }
  },
}

const STORM = 5

function sendsOn({evidence, numbers}: Facts): Found | undefined {
  const [first] = audioAfterClear(evidence, numbers.speech.caller)
  if (!first) return undefined
  return {
    summary: `The bot sent clear, and ${milliseconds(first.audioMs)} more of the same reply while the caller still spoke.`,
    fix: 'Stop the task that sends first, throw away its queue, and then send clear: what is sent after clear is played.',
    evidence: [`The clear came ${milliseconds(first.atMs)} after start.`],
  }
}

/** Clears its own speech while nobody speaks: it takes its own voice for the caller's. */
function hearsItself({evidence, numbers: {speech, turns}}: Facts): Found | undefined {
  const {flow, hasBackground} = evidence
  // What it took for speech may be the street as well as its own voice.
  if (hasBackground) return undefined
  const sounds = turns.filter(({kind}) => SOUNDS.includes(kind))
  const spans = [...speech.caller, ...sounds]
  const own = inSilence(flow.clears, spans).filter(({droppedMs}) => droppedMs > 0)
  const goesOn = own.some(({atMs}) => flow.audioMs(atMs, Number.POSITIVE_INFINITY) > 0)
  if (own.length < 2 || !goesOn) return undefined
  return {
    summary: `The bot interrupted itself ${times(own.length)}: it sent clear while the caller was silent.`,
    fix: 'Take only audio of the caller for speech: feed the payload of incoming media to your voice detection and never your own output, and raise its threshold over the noise of the line (-69 dBFS here).',
    evidence: own.slice(0, 3).map(({atMs}) => `A clear at ${milliseconds(atMs)}, with no caller.`),
  }
}

const SOUNDS: readonly TurnKind[] = ['digits', 'backchannel', 'noise']

/** The clears with no caller before them, in one walk over both. */
function inSilence<T extends {readonly atMs: number}>(
  clears: readonly T[],
  spans: readonly Span[],
): readonly T[] {
  const sorted = spans.toSorted((one, other) => one.startMs - other.startMs)
  let next = 0
  let heardUntilMs = Number.NEGATIVE_INFINITY
  return clears.filter(({atMs}) => {
    for (let span = sorted[next]; span && span.startMs <= atMs; span = sorted[next]) {
      heardUntilMs = Math.max(heardUntilMs, span.endMs)
      next += 1
    }
    return atMs > heardUntilMs + AFTERWARDS_MS
  })
}

/** A transcript may come this long after the last word. */
const AFTERWARDS_MS = 3000
const STOPPED_GENERATING_MS = 800

function unstopped(facts: Facts, isQueueLeft: boolean): Found | undefined {
  const {evidence, numbers} = facts
  const turn = numbers.turns.find(
    ({kind, clearMs, bargeInStopMs = 0}) =>
      kind === 'interrupt' && clearMs === undefined && bargeInStopMs > CLEAR_BUDGET_MS,
  )
  if (!turn) return undefined
  const {startMs, endMs, bargeInStopMs = 0} = turn
  // What comes once the caller has finished may be the answer.
  const untilMs = Math.min(startMs + bargeInStopMs, endMs)
  const moreMs = evidence.flow.audioMs(startMs + STOPPED_GENERATING_MS, untilMs)
  const isQueue = moreMs === 0 && bargeInStopMs > STOPPED_GENERATING_MS
  if (isQueue !== isQueueLeft) return undefined
  const heard = `the caller heard it for ${milliseconds(bargeInStopMs)} more`
  const fix =
    'Send {"event": "clear", "stream_sid": ...} as soon as the caller speaks, and drop your own queue with it.'
  return isQueue
    ? {
        summary: `When the caller spoke, the bot stopped sending but sent no clear: ${heard}, from the queue.`,
        fix,
        evidence: [`${milliseconds(queuedAt(facts, startMs))} of audio waited to be played.`],
      }
    : {
        summary: `When the caller spoke, the bot sent no clear: ${heard}.`,
        fix,
        evidence: [`It sent ${milliseconds(moreMs)} of audio after the caller had begun.`],
      }
}

function queuedAt({evidence: {flow}}: Facts, ms: number): number {
  const last = lastUntil(flow.audio, ms)
  return last ? Math.max(0, last.queuedMs - (ms - last.atMs)) : 0
}

function late({numbers}: Facts): Found | undefined {
  const turn = numbers.turns.find(
    ({kind, met, clearMs = 0, withinMs}) =>
      kind === 'interrupt' && met === false && withinMs !== undefined && clearMs > withinMs,
  )
  if (!turn) return undefined
  const {clearMs = 0, withinMs = 0} = turn
  return {
    summary: `The bot sent clear only ${milliseconds(clearMs)} after the caller began to speak, over the limit of ${milliseconds(withinMs)}.`,
    fix: 'Send clear on the first sign of a voice (100 to 200 ms of it), not when the words have been understood.',
    evidence: [`clearMs is ${milliseconds(clearMs)}.`],
  }
}
