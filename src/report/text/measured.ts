import {hang, padEnd} from './cells.js'
import type {Look} from './look.js'
import {adviceFor} from '../advice.js'
import {bandOf, paceWords} from '../metric-words.js'
import type {MetricSummary, RunSummary} from '../report.js'
import {counted, inMs} from './units.js'

const NAME_CELLS = 13

type Metrics = RunSummary['metrics']

/** The figures that matter of a call or of a run, each with the words that say what it is. */
export function describeMetrics(metrics: Metrics, look: Look): readonly string[] {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['handshake', handshake(metrics)],
    ['media', banded(metrics, 'firstMediaMs', 'from start to the first media message')],
    ['greeting', greeting(metrics)],
    ['response', response(metrics)],
    ['prompt', prompt(metrics)],
    ['answers', answers(metrics)],
    ['stop', stop(metrics)],
    ['yielding', yielding(metrics)],
    ['noise', noise(metrics)],
    ['gaps', gaps(metrics)],
    ['lead', lead(metrics)],
    ['cadence', banded(metrics, 'interEventMs', 'on average that a message came late')],
    ['pace', pace(metrics)],
    ['unheard', unheard(metrics)],
    ['talk-over', talkOver(metrics)],
    ['closing', closing(metrics)],
  ]
  return rows.flatMap(([name, text]) =>
    text === undefined ? [] : hang(`  ${padEnd(name, NAME_CELLS - 2)}`, text, look.width),
  )
}

/** Only where its parts are known; the whole stands with the greeting. */
function handshake(metrics: Metrics): string | undefined {
  const parts = [
    ['DNS', metrics['dnsMs']],
    ['TCP', metrics['tcpMs']],
    ['TLS', metrics['tlsMs']],
    ['upgrade', metrics['upgradeMs']],
  ] as const
  const known = parts.flatMap(([name, took]) => (took ? [`${name} ${worst(took)}`] : []))
  return known.length === 0 ? undefined : known.join(', ')
}

/** A number with its band, and what to do where that is not the best. */
function banded(metrics: Metrics, name: string, what: string): string | undefined {
  const measured = metrics[name]
  if (!measured) return undefined
  const band = bandOf(name, measured.p50)
  const advice = adviceFor(name, measured.p50)
  const rated = band === undefined ? '' : `: ${band}`
  return `${spread(measured)} ${what}${rated}${advice === undefined ? '' : `. ${advice}`}`
}

function prompt(metrics: Metrics): string | undefined {
  const heard = metrics['promptMs']
  return heard && `${spread(heard)} until a silent caller was spoken to`
}

function answers(metrics: Metrics): string | undefined {
  const came = metrics['answerMs']
  return came && `${spread(came)} until the answer to what the caller sent`
}

function yielding(metrics: Metrics): string | undefined {
  const yielded = metrics['falseYield']
  if (!yielded) return undefined
  const times = counted(yielded.n, 'backchannel')
  return yielded.max === 0
    ? `spoke on over ${times}`
    : `fell silent over a backchannel, of ${times} in all`
}

function noise(metrics: Metrics): string | undefined {
  const spoke = metrics['spuriousResponse']
  if (!spoke) return undefined
  const times = counted(spoke.n, 'noise')
  return spoke.max === 0 ? `left ${times} unanswered` : `answered a noise, of ${times} in all`
}

function closing(metrics: Metrics): string | undefined {
  const after = metrics['closingAfterMarkMs']
  return after && `${spread(after)} from the last mark until the bot closed`
}

function greeting(metrics: Metrics): string | undefined {
  const heard = metrics['greetingMs']
  if (!heard) return undefined
  const handshake = metrics['handshakeMs']
  const before = handshake ? `; the handshake before it took ${worst(handshake)}` : ''
  return `${spread(heard)} from start to the first sound the caller heard${before}`
}

function response(metrics: Metrics): string | undefined {
  const answered = metrics['responseMs']
  if (!answered) return undefined
  const over = answered.n === 1 ? '' : ` over ${String(answered.n)} answers`
  return `${spread(answered)}${over}, from the end of the caller's speech to the bot's as heard`
}

function stop(metrics: Metrics): string | undefined {
  const stopped = metrics['bargeInStopMs']
  const cleared = metrics['clearMs']
  const clear = cleared ? `clear arrived after ${worst(cleared)}` : 'no clear arrived'
  if (!stopped) return cleared && `${clear}, and the bot was not heard to stop`
  return `${spread(stopped)} from the caller's first word to silence at the ear; ${clear}`
}

function gaps(metrics: Metrics): string | undefined {
  const underruns = metrics['underruns']
  if (!underruns) return undefined
  if (underruns.max === 0) return 'none: the bot was heard without a hole'
  const inserted = metrics['gapMs']
  const silence = inserted ? `, ${inMs(inserted.max)} of silence` : ''
  const where = underruns.n === 1 ? "in the bot's speech" : 'in the worst call'
  return `${counted(underruns.max, 'hole')}${silence} ${where}${causes(metrics)}`
}

function causes(metrics: Metrics): string {
  const parts = [
    ['late chunks', metrics['gapLateMs']],
    ['short last packets', metrics['gapShortMs']],
    ['odd lengths', metrics['gapOddMs']],
  ] as const
  const known = parts.flatMap(([name, ms]) => (ms && ms.max > 0 ? [`${name} ${inMs(ms.max)}`] : []))
  return known.length < 2 ? '' : `: ${known.join(', ')}`
}

function lead(metrics: Metrics): string | undefined {
  const most = metrics['leadMs']
  const mean = metrics['leadMeanMs']
  if (!most) return undefined
  const usual = mean?.n === 1 ? ` (${inMs(mean.max)} on average)` : ''
  return `the bot was up to ${inMs(most.max)} ahead of the caller's ear${usual}`
}

function pace(metrics: Metrics): string | undefined {
  const ratio = metrics['deliveryRatio']
  if (!ratio) return undefined
  const where = ratio.n === 1 ? '' : ' in the median call'
  const words = paceWords(ratio.p50)
  if (words !== undefined) return ratio.n === 1 ? words : `${words},${where}`
  return `${ratio.p50.toFixed(2)} of real time${where}; under 1 the caller hears holes`
}

function unheard(metrics: Metrics): string | undefined {
  const lost = metrics['unheardMs']
  return lost && lost.max > 0
    ? `${worst(lost)} of the bot's audio was cut off before the caller heard it`
    : undefined
}

function talkOver(metrics: Metrics): string | undefined {
  const both = metrics['talkOverMs']
  return both && both.max > 0 ? `${worst(both)} of bot and caller speaking at once` : undefined
}

function spread({n, p50, p95, max}: MetricSummary): string {
  if (n === 1) return inMs(max)
  const tail = p95 === undefined ? '' : `p95 ${inMs(p95)}, `
  return `p50 ${inMs(p50)}, ${tail}max ${inMs(max)}`
}

function worst({n, max}: MetricSummary): string {
  return n === 1 ? inMs(max) : `at most ${inMs(max)}`
}
