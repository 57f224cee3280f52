import type {Span} from '../../../report/report.js'
import {SAMPLE_RATES_HZ} from '../../../protocol/limits.js'
import type {SampleRateHz} from '../../../protocol/messages.js'
import {joinedSpans} from '../../numbers/spans.js'
import type {Calls, Seen} from '../calls.js'
import {greet, say} from '../scenario.js'
import {combined, type Variation} from '../variation.js'
import {atRate, isNear, nameAt} from './rates.js'

/** Between the dials of calls at the same time. */
const STAGGER_MS = 300
/** A second speaker begins so much after the first one. */
const OFFSET_MS = 600
const MOST_WAIT_MS = 15_000

/** Three calls at the same time: one speaks, one is silent, one speaks later and at another rate. */
export type SideBySide = {readonly first: Seen; readonly silent: Seen; readonly later: Seen}

export async function callSideBySide(calls: Calls): Promise<SideBySide> {
  const {plan} = calls
  const other = otherRate(calls)
  const [first, silent, later] = await calls.makeTogether(STAGGER_MS, [
    ['parallel-first', atRate(calls, plan.sampleRateHz)],
    ['parallel-silent', silentCaller(calls)],
    ['parallel-later', combined(atRate(calls, other), laterSpeaker(calls))],
  ])
  if (!first || !silent || !later) throw new Error('three calls gave fewer results')
  return {first, silent, later}
}

/** Another rate than the plan's at which the bot answers when it is called alone; else the plan's. */
function otherRate({plan, seen}: Calls): SampleRateHz {
  const others = SAMPLE_RATES_HZ.filter((hz) => hz !== plan.sampleRateHz)
  const isFine = (hz: SampleRateHz) =>
    seen.some(
      ({report, isAnswered}) => isAnswered && report.scenario === `conformance-${nameAt(hz)}`,
    )
  return others.find(isFine) ?? plan.sampleRateHz
}

/** Stays on the line for as long as the others take. */
export function silentCaller(calls: Calls): Variation {
  const longestMs = Math.max(...calls.seen.map(({report}) => report.durationMs))
  const ms = Math.min(MOST_WAIT_MS, longestMs + OFFSET_MS)
  return {steps: () => [greet(calls.greetMs), {wait: {ms}}, {hangUp: 'stop', now: true}]}
}

function laterSpeaker(calls: Calls): Variation {
  return {
    steps: (clip) => [
      greet(calls.greetMs),
      {wait: {quietMs: 700, timeoutMs: 20_000}},
      {wait: {ms: OFFSET_MS}},
      say(clip),
      {wait: {quietMs: 700, timeoutMs: 20_000}},
      {hangUp: 'stop', now: true},
    ],
  }
}

/** What the calls at once did to each other, one sentence each. */
export function disturbances(calls: Calls, {first, silent, later}: SideBySide): readonly string[] {
  const all = [first, silent, later]
  const isForeign = all.some(({report}) =>
    report.findings.some(({rule}) => rule === 'stream-sid-mismatch'),
  )
  const isForeignAlone = calls.seen.some(
    (seen) =>
      !all.includes(seen) && seen.report.findings.some(({rule}) => rule === 'stream-sid-mismatch'),
  )
  return [
    ...(isForeign && !isForeignAlone ? ["One call got audio with another call's stream_sid."] : []),
    ...wrongLength(calls, first, 'first'),
    ...wrongLength(calls, later, 'later'),
    ...wrongVoice(calls, all),
  ]
}

/** Only of a bot that says the same in every call: of another one, no length can be expected. */
function wrongLength(calls: Calls, seen: Seen, which: string): readonly string[] {
  const alone = calls.seen.filter(({report}) =>
    SAMPLE_RATES_HZ.some((hz) => report.scenario === `conformance-${nameAt(hz)}`),
  )
  const lengths = alone.map(({heardMs}) => heardMs)
  const [usual = 0] = lengths
  const isSteady = usual > 0 && lengths.length > 1 && lengths.every((ms) => isNear(ms, usual))
  if (!isSteady || !seen.isAnswered || isNear(seen.heardMs, usual)) return []
  return [
    `In the ${which} of the calls at the same time the bot was heard for ${inSeconds(seen.heardMs)}, alone for ${inSeconds(usual)}.`,
  ]
}

function wrongVoice(calls: Calls, all: readonly Seen[]): readonly string[] {
  const hasWrongRate = ({report}: Seen) => report.diagnosis?.cause.startsWith('sample-rate-')
  const isWrongAlone = calls.seen.some((seen) => !all.includes(seen) && hasWrongRate(seen))
  if (isWrongAlone || !all.some(hasWrongRate)) return []
  return ['With calls at two sample rates at the same time, one was spoken to at the wrong rate.']
}

/** Speech after the greeting, which a caller who says nothing has no right to. */
export function unaskedSpeech({report: {speech}}: Seen): readonly Span[] {
  const [, ...others] = joinedSpans(speech.bot, PAUSE_MS)
  return others
}

/** Pauses inside an utterance are shorter than this. */
const PAUSE_MS = 1000

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
