import type {TurnReport} from '../../report/report.js'
import type {CallMemory} from './call-memory.js'
import {overlapMs, totalMs} from './spans.js'

/** A longer break in the arrival of audio is the end of what the bot had to say. */
const BURST_BREAK_MS = 500

/** The metrics of a whole call, by name. */
export const CALL_METRICS = [
  'handshakeMs',
  'firstMediaMs',
  'responseRate',
  'talkOverMs',
  'gapMs',
  'underruns',
  'underrunRate',
  'leadMs',
  'leadMeanMs',
  'deliveryRatio',
  'markRoundTripMs',
  'unheardMs',
  'speechToSilenceRatio',
  'turnsPerMin',
] as const

type CallMetrics = Readonly<Record<(typeof CALL_METRICS)[number], number | undefined>>

/** The numbers of a whole call; one that could not be measured is absent. */
export function callMetrics(
  memory: CallMemory,
  turns: readonly TurnReport[],
): Readonly<Record<string, number>> {
  const {handshakeMs, gaps, botSpeech, botAudio, callerSpeech, markRoundTrips, unheardMs} = memory
  const botMs = totalMs(botSpeech)
  const hasPlayed = botAudio.length > 0
  return present({
    handshakeMs,
    firstMediaMs: botAudio[0]?.atMs,
    responseRate: responseRate(turns),
    talkOverMs: callerSpeech.length > 0 ? overlapMs(callerSpeech, botSpeech) : undefined,
    gapMs: hasPlayed ? gaps.reduce((sum, gapMs) => sum + gapMs, 0) : undefined,
    underruns: hasPlayed ? gaps.length : undefined,
    underrunRate: botMs > 0 ? gaps.length / (botMs / 60_000) : undefined,
    ...leads(botAudio),
    deliveryRatio: deliveryRatio(botAudio),
    markRoundTripMs: slowest(markRoundTrips),
    // What the caller's own hang-up cut off is nobody's loss.
    unheardMs: hasPlayed && memory.closing?.by !== 'caller' ? unheardMs : undefined,
    speechToSilenceRatio: speechToSilence(memory),
    turnsPerMin: memory.endMs > 0 ? turns.length / (memory.endMs / 60_000) : undefined,
  })
}

/** Of the turns that wanted an answer, those that had one. */
function responseRate(turns: readonly TurnReport[]): number | undefined {
  const wanted = turns.filter(
    ({expectation, kind}) => expectation === 'respond' && kind !== 'greeting',
  )
  if (wanted.length === 0) return undefined
  return wanted.filter(({responseMs}) => responseMs !== undefined).length / wanted.length
}

/** Not the median: medians of calls cannot be put together, and a lost second would not show. */
function slowest(roundTrips: readonly number[]): number | undefined {
  return roundTrips.length === 0
    ? undefined
    : roundTrips.reduce((most, roundTripMs) => Math.max(most, roundTripMs), 0)
}

/** How far the audio ran ahead of the ear, as each message arrived. */
function leads(botAudio: CallMemory['botAudio']): Pick<CallMetrics, 'leadMs' | 'leadMeanMs'> {
  if (botAudio.length === 0) return {leadMs: undefined, leadMeanMs: undefined}
  const sum = botAudio.reduce((total, {queuedMs}) => total + queuedMs, 0)
  return {
    leadMs: botAudio.reduce((most, {queuedMs}) => Math.max(most, queuedMs), 0),
    leadMeanMs: sum / botAudio.length,
  }
}

/** Seconds of audio to the seconds it took to send them, over runs of at least two messages. */
function deliveryRatio(botAudio: CallMemory['botAudio']): number | undefined {
  let audioMs = 0
  let takenMs = 0
  for (const [index, next] of botAudio.entries()) {
    const last = botAudio[index - 1]
    if (!last || next.atMs - last.atMs > last.audioMs + BURST_BREAK_MS) continue
    audioMs += last.audioMs
    takenMs += next.atMs - last.atMs
  }
  return takenMs > 0 ? audioMs / takenMs : undefined
}

function speechToSilence({callerSpeech, botSpeech, endMs}: CallMemory): number | undefined {
  const speechMs = totalMs(callerSpeech) + totalMs(botSpeech) - overlapMs(callerSpeech, botSpeech)
  return endMs > speechMs && speechMs > 0 ? speechMs / (endMs - speechMs) : undefined
}

function present(values: CallMetrics): Readonly<Record<string, number>> {
  const known = Object.entries(values).filter(
    (entry): entry is [string, number] => entry[1] !== undefined,
  )
  return Object.fromEntries(known)
}
