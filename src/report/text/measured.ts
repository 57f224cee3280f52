import {hang, padEnd} from './cells.js'
import type {Look} from './look.js'
import type {MetricSummary, RunSummary} from '../report.js'
import {counted, inMs} from './units.js'

const NAME_CELLS = 13

type Metrics = RunSummary['metrics']

/** The figures that matter of a call or of a run, each with the words that say what it is. */
export function describeMetrics(metrics: Metrics, look: Look): readonly string[] {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['greeting', greeting(metrics)],
    ['response', response(metrics)],
    ['stop', stop(metrics)],
    ['gaps', gaps(metrics)],
    ['lead', lead(metrics)],
    ['pace', pace(metrics)],
    ['unheard', unheard(metrics)],
    ['talk-over', talkOver(metrics)],
  ]
  return rows.flatMap(([name, text]) =>
    text === undefined ? [] : hang(`  ${padEnd(name, NAME_CELLS - 2)}`, text, look.width),
  )
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
  return `${counted(underruns.max, 'hole')}${silence} ${where}`
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
  return ratio && `${ratio.p50.toFixed(2)} of real time; under 1 the caller hears holes`
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
