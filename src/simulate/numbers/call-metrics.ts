import type {TurnKind} from '../../protocol/events.js'
import type {Span, TurnReport} from '../../report/report.js'
import type {CallMemory} from './call-memory.js'
import {overlapMs, spanAt, totalMs, utterances} from './spans.js'

/** The metrics of a whole call, by name. */
export const CALL_METRICS = [
  'handshakeMs',
  'dnsMs',
  'tcpMs',
  'tlsMs',
  'upgradeMs',
  'firstMediaMs',
  'interEventMs',
  'interEventMaxMs',
  'responseRate',
  'talkOverMs',
  'gapMs',
  'gapLateMs',
  'gapShortMs',
  'gapOddMs',
  'underruns',
  'underrunRate',
  'leadMs',
  'leadMeanMs',
  'deliveryRatio',
  'markRoundTripMs',
  'closingAfterMarkMs',
  'unheardMs',
  'speechToSilenceRatio',
  'interruptionsPerMin',
  'turnsPerMin',
] as const

/** Yes or no of a turn, and how often yes in a call. */
const COUNTED_TURNS = ['falseYield', 'spuriousResponse'] as const

type Name = (typeof CALL_METRICS)[number] | (typeof COUNTED_TURNS)[number]
type CallMetrics = Readonly<Partial<Record<Name, number | undefined>>>

/** The numbers of a whole call; one that could not be measured is absent. */
export function callMetrics(
  memory: CallMemory,
  turns: readonly TurnReport[],
): Readonly<Record<string, number>> {
  const {handshake, botSpeech, cadence, callerSpeech, unheardMs} = memory
  const hasPlayed = cadence.messages > 0
  return present({
    ...handshake,
    firstMediaMs: cadence.firstMs,
    ...cadence.interEvent(),
    responseRate: responseRate(turns, memory),
    talkOverMs: callerSpeech.length > 0 ? overlapMs(callerSpeech, botSpeech) : undefined,
    ...(hasPlayed ? gaps(memory) : {}),
    ...memory.lead.read(memory.endMs),
    deliveryRatio: cadence.deliveryRatio(),
    // Not the median: medians of calls cannot be put together, and a lost second would not show.
    markRoundTripMs: memory.marks.slowestMs,
    closingAfterMarkMs: closingAfterMark(memory),
    // What the caller's own hang-up cut off is nobody's loss.
    unheardMs: hasPlayed && memory.closing?.by !== 'caller' ? unheardMs : undefined,
    speechToSilenceRatio: speechToSilence(memory),
    interruptionsPerMin: perMinute(interruptions(memory), memory.endMs),
    turnsPerMin: perMinute(turns.length, memory.endMs),
    ...countedTurns(turns),
  })
}

/** What answers a caller's turn of that kind, if anything has to. */
const ANSWERED_BY: Readonly<Partial<Record<TurnKind, keyof TurnReport>>> = {
  say: 'responseMs',
  digits: 'responseMs',
  interrupt: 'recoveryMs',
  silence: 'promptMs',
}

/** Of the turns that wanted an answer, those that had one. */
function responseRate(turns: readonly TurnReport[], memory: CallMemory): number | undefined {
  const wanted = turns.filter((turn, at) => wantsAnswer(turn, memory.turns[at]?.caller))
  if (wanted.length === 0) return undefined
  return wanted.filter(isAnswered).length / wanted.length
}

/** An interruption that found nothing to interrupt was never said. */
function wantsAnswer(
  {kind, expectation, answerWithinMs}: TurnReport,
  caller: Span | undefined,
): boolean {
  if (kind === 'interrupt') return answerWithinMs !== undefined && caller !== undefined
  return expectation === 'respond' && ANSWERED_BY[kind] !== undefined
}

function isAnswered(turn: TurnReport): boolean {
  const by = ANSWERED_BY[turn.kind]
  return by !== undefined && turn[by] !== undefined
}

function gaps({gaps: all, botSpeech}: CallMemory): CallMetrics {
  return {
    gapMs: all.sumMs,
    gapLateMs: all.of('late-chunk'),
    gapShortMs: all.of('short-last-packet'),
    gapOddMs: all.of('odd-length'),
    underruns: all.count,
    underrunRate: perMinute(all.count, totalMs(botSpeech)),
  }
}

/** How long the bot kept the line after its last mark had been returned. */
function closingAfterMark({closing, closedMs, marks}: CallMemory): number | undefined {
  const last = marks.length > 0 ? marks.at(marks.length - 1) : undefined
  if (closing?.by !== 'bot' || closedMs === undefined || !last) return undefined
  return closedMs - last.atMs
}

function speechToSilence({callerSpeech, botSpeech, endMs}: CallMemory): number | undefined {
  const speechMs = totalMs(callerSpeech) + totalMs(botSpeech) - overlapMs(callerSpeech, botSpeech)
  return endMs > speechMs && speechMs > 0 ? speechMs / (endMs - speechMs) : undefined
}

/** Utterances of either side that began while the other still spoke; a "mm-hmm" interrupts nobody. */
function interruptions({turns, callerSpeech, botSpeech}: CallMemory): number | undefined {
  if (callerSpeech.length === 0 || botSpeech.length === 0) return undefined
  const isWithin = (startMs: number, others: readonly Span[]) =>
    (spanAt(others, startMs)?.startMs ?? startMs) < startMs
  const spoken = turns.flatMap(({start: {kind}, caller}) =>
    caller && (kind === 'say' || kind === 'interrupt') ? [caller] : [],
  )
  const said = utterances(botSpeech)
  const byCaller = spoken.filter(({startMs}) => isWithin(startMs, said))
  const byBot = said.filter(({startMs}) => isWithin(startMs, callerSpeech))
  return byCaller.length + byBot.length
}

function perMinute(count: number | undefined, ofMs: number): number | undefined {
  return count !== undefined && ofMs > 0 ? count / (ofMs / 60_000) : undefined
}

function countedTurns(turns: readonly TurnReport[]): CallMetrics {
  const counts = COUNTED_TURNS.map((name) => {
    const values = turns.flatMap((turn) => turn[name] ?? [])
    return [name, values.length === 0 ? undefined : values.reduce((sum, one) => sum + one, 0)]
  })
  // The cast restores the keys, which Object.fromEntries forgets.
  return Object.fromEntries(counts) as CallMetrics
}

function present(values: CallMetrics): Readonly<Record<string, number>> {
  const known = Object.entries(values).filter(
    (entry): entry is [string, number] => entry[1] !== undefined,
  )
  return Object.fromEntries(known)
}
