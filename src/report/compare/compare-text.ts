import {wordsOf} from '../metric-words.js'
import {hang, padEnd, padStart, wrap} from '../text/cells.js'
import type {Look} from '../text/look.js'
import {printable} from '../text/plain.js'
import {counted, inMs} from '../text/units.js'
import type {Comparison, Side} from './compare.js'
import type {Judgement, MetricChange} from './metric-changes.js'

/** A comparison as a person reads it; the last line is the verdict, in one piece for grep. */
export function renderComparison(comparison: Comparison, look: Look): string {
  const {metrics, changes, onlyInOne, reason} = comparison
  const told = (judgement: Judgement) => [
    ...changes
      .filter((change) => change.judgement === judgement)
      .flatMap(({summary}) => hang('  ', printable(summary), look.width)),
    ...drawMetrics(
      metrics.filter((metric) => metric.judgement === judgement),
      look,
    ),
  ]
  const notes = [
    ...changes.filter(({judgement}) => judgement === 'not-judged').map(({summary}) => summary),
    ...onlyInOne,
  ].flatMap((note) => hang('  ', printable(note), look.width))
  const same = metrics.filter(({judgement}) => judgement === 'same').length
  const blocks = [
    headOf(comparison, look),
    section('Worse', told('regression'), look),
    section('Better', told('improvement'), look),
    section('Also changed', notes, look),
    reason === undefined && same > 0
      ? [`${counted(same, 'number is', 'numbers are')} within the tolerances.`]
      : [],
    [verdictOf(comparison, look)],
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function headOf({old, new: next, tolerances}: Comparison, {width, paint}: Look): readonly string[] {
  const {relative, absoluteMs} = tolerances
  const held = `A number counts as worse by more than ${percent(relative)}, a time only if it is also by more than ${inMs(absoluteMs)}.`
  return [
    ...hang('old  ', describeSide(old), width),
    ...hang('new  ', describeSide(next), width),
    ...wrap(held, width).map(paint.dim),
  ]
}

function describeSide({startedAt, target, calls, verdict, version, rig}: Side): string {
  const who = printable(target.url ?? target.bot ?? 'a bot')
  const measured = rig === 'reliable' ? '' : `, rig ${rig}`
  return `${printable(startedAt)}, ${who}, ${counted(calls, 'call')}, ${verdict}, exostream ${printable(version)}${measured}`
}

function section(title: string, lines: readonly string[], {paint}: Look): readonly string[] {
  return lines.length === 0 ? [] : [paint.bold(title), ...lines]
}

function drawMetrics(metrics: readonly MetricChange[], look: Look): readonly string[] {
  const rows = metrics.map((change) => {
    const {metric, statistic, scenario, old, new: next, n} = change
    const values = `${show(metric, old)} ${look.ascii ? '->' : '→'} ${show(metric, next)}`
    const count = n.old === n.new ? `n ${String(n.old)}` : `n ${String(n.old)}, ${String(n.new)}`
    const name = n.old === 1 && n.new === 1 ? metric : `${statistic}(${metric})`
    return [name, printable(scenario), values, changeOf(old, next), count]
  })
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) => {
    const cells = row.map((cell, at) =>
      at === 3 ? padStart(cell, widths[at] ?? 0) : padEnd(cell, widths[at] ?? 0),
    )
    return `  ${cells.join('  ')}`.trimEnd()
  })
}

function show(metric: string, value: number): string {
  const {unit} = wordsOf(metric)
  if (unit === 'ms') return inMs(value)
  return unit === 'count' ? String(value) : value.toFixed(2)
}

function changeOf(old: number, next: number): string {
  if (old === 0) return 'from 0'
  const part = (next - old) / Math.abs(old)
  return `${part < 0 ? '-' : '+'}${percent(Math.abs(part))}`
}

function percent(part: number): string {
  const hundred = part * 100
  return `${hundred < 10 ? String(Math.round(hundred * 10) / 10) : hundred.toFixed(0)} %`
}

function verdictOf({verdict, reason, metrics, changes}: Comparison, {paint}: Look): string {
  if (verdict === 'not-compared')
    return `${paint.bold(paint.warn('not compared'))}: ${printable(reason ?? '')}`
  const worse = [...changes, ...metrics].filter(({judgement}) => judgement === 'regression').length
  if (worse === 0) return paint.bold(paint.good('no regression'))
  return `${paint.bold(paint.bad('regression'))}: ${counted(worse, 'thing is', 'things are')} worse`
}
