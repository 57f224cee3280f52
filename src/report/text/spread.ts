import {wordsOf} from '../metric-words.js'
import type {MetricSummary, RunReport} from '../report.js'
import {summarise} from '../summary.js'
import {padEnd, padStart} from './cells.js'
import type {Look} from './look.js'
import {printable} from './plain.js'
import {counted, inMs} from './units.js'

type Section = {readonly title: string; readonly lines: readonly string[]}

const SHOWN = [
  ...['greetingMs', 'responseMs', 'firstAudioMs', 'bargeInStopMs', 'clearMs', 'recoveryMs'],
  ...['answerMs', 'promptMs', 'talkOverMs', 'unheardMs', 'gapMs', 'deliveryRatio', 'handshakeMs'],
]

/** When each scenario was called more than once: how its numbers are spread, and over how many values. */
export function describeSpread({plan, calls}: RunReport, look: Look): readonly Section[] {
  if ((plan.repeat ?? 1) < 2) return []
  const scenarios = [...new Set(calls.map(({scenario}) => scenario))]
  return scenarios.map((name) => {
    const own = calls.filter(({scenario}) => scenario === name)
    const {metrics, passed} = summarise(own)
    const title = `Spread of ${printable(name)}, ${counted(own.length, 'call')}, ${String(passed)} passed`
    return {title, lines: drawSpread(metrics, look)}
  })
}

type Row = readonly [string, string, string, string, string]

function drawSpread(
  metrics: Readonly<Record<string, MetricSummary>>,
  look: Look,
): readonly string[] {
  const rows = SHOWN.flatMap((name) => {
    const measured = metrics[name]
    return measured ? [rowOf(name, measured)] : []
  })
  if (rows.length === 0) return []
  const head: Row = ['', 'n', 'p50', 'p95', 'max']
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  )
  const draw = (row: Row) => {
    const [name, ...values] = row
    const cells = values.map((value, at) => padStart(value, widths[at + 1] ?? 0))
    return `  ${[padEnd(name, widths[0] ?? 0), ...cells].join('  ')}`
  }
  return [look.paint.dim(draw(head)), ...rows.map(draw)]
}

function rowOf(name: string, {n, p50, p95, max}: MetricSummary): Row {
  const show = (value: number) => (wordsOf(name).unit === 'ms' ? inMs(value) : value.toFixed(2))
  return [name, String(n), show(p50), p95 === undefined ? '' : show(p95), show(max)]
}
