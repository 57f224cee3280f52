import {adviceFor} from '../advice.js'
import {bandOf, bandWords, paceWords, wordsOf} from '../metric-words.js'
import type {MetricSummary, RunSummary} from '../report.js'
import {inMs} from '../text/units.js'
import {html, type Markup} from './markup.js'

type Metrics = RunSummary['metrics']

/** The few numbers that a reader looks for first, in this order. */
const HEADLINES = ['greetingMs', 'responseMs', 'bargeInStopMs', 'talkOverMs', 'underruns']

/** The largest type of the page, after the verdict. */
export function drawFigures(metrics: Metrics, rig: Markup | undefined): Markup | undefined {
  const tiles = HEADLINES.flatMap((name) => {
    const measured = metrics[name]
    return measured ? [drawFigure(name, measured)] : []
  })
  if (tiles.length === 0) return undefined
  return html`<ul class="figures">
    ${tiles}${rig}
  </ul>`
}

function drawFigure(name: string, measured: MetricSummary): Markup {
  const {n, p50, p95, max} = measured
  const band = bandWords(name, p50)
  const rest =
    n === 1
      ? ''
      : `p50 of ${String(n)}; ${p95 === undefined ? '' : `p95 ${valueOf(name, p95)}, `}max ${valueOf(name, max)}`
  return html`<li>
    <span>${wordsOf(name).label}</span><b>${valueOf(name, p50)}</b
    ><span>${[band ?? '', rest].filter((part) => part !== '').join(', ')}</span>
  </li>`
}

/** Every metric there is: what it is called, by what name a threshold knows it, and how it came out. */
export function drawMetrics(metrics: Metrics): Markup | undefined {
  const names = Object.keys(metrics).toSorted(byInterest)
  if (names.length === 0) return undefined
  const isMany = names.some((name) => (metrics[name]?.n ?? 0) > 1)
  const rows = names.flatMap((name) => {
    const measured = metrics[name]
    return measured ? [drawMetric(name, measured, isMany)] : []
  })
  const heads = isMany
    ? html`<th class="right">n</th>
        <th class="right">p50</th>
        <th class="right">p95</th>
        <th class="right">max</th>`
    : html`<th class="right">value</th>`
  return html`<table class="metrics">
    <thead>
      <tr>
        <th>number</th>
        <th>name</th>
        ${heads}
        <th>usual</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`
}

function drawMetric(name: string, {n, p50, p95, max}: MetricSummary, isMany: boolean): Markup {
  const cell = (is: string, text: string) =>
    html`<td class="right num" ${text !== '' && html` data-is="${is}"`}>${text}</td>`
  const values = isMany
    ? [
        cell('n', String(n)),
        cell('p50', valueOf(name, p50)),
        cell('p95', p95 === undefined ? '' : valueOf(name, p95)),
        cell('max', valueOf(name, max)),
      ]
    : [cell('', valueOf(name, p50))]
  return html`<tr>
    <td>${wordsOf(name).label}</td>
    <td><code>${name}</code></td>
    ${values}
    <td>${bandText(name, p50)}</td>
  </tr>`
}

function bandText(name: string, value: number): string {
  if (name === 'deliveryRatio') return paceWords(value) ?? ''
  const {bands} = wordsOf(name)
  const band = bandWords(name, value)
  if (!bands || band === undefined) return ''
  if (band !== bandOf(name, value)) return band
  const [excellent, good] = bands.map(inMs)
  const advice = adviceFor(name, value)
  const rest = advice === undefined ? '' : `. ${advice}`
  return `${band} (excellent to ${excellent ?? ''}, good to ${good ?? ''})${rest}`
}

/** With its unit; a ratio with two decimals. */
export function valueOf(metric: string, value: number): string {
  const {unit} = wordsOf(metric)
  if (unit === 'ms') return inMs(value)
  return unit === 'count' ? String(value) : value.toFixed(2)
}

/** Those of the first line first, the others by name. */
function byInterest(one: string, other: string): number {
  return rankOf(one) - rankOf(other) || (one < other ? -1 : 1)
}

function rankOf(name: string): number {
  const rank = HEADLINES.indexOf(name)
  return rank < 0 ? HEADLINES.length : rank
}
