import {countCauses} from '../../causes.js'
import type {KneeReport, LoadReport} from '../../load-report.js'
import type {CallReport, RunReport} from '../../report.js'
import {
  kneeSentences,
  kneeWords,
  leakWord,
  levelRows,
  overloadSentence,
  overloadWord,
} from '../../text/load/knee-text.js'
import {aloneRows, countRows, worstCalls} from '../../text/load/load-text.js'
import {botWords, grouped} from '../../text/load/load-words.js'
import {inSeconds} from '../../text/units.js'
import {callVerdict} from '../../verdict.js'
import {html, type Markup} from '../markup.js'
import {drawCourse, drawKneeChart} from './charts.js'
import {drawTable} from '../table.js'

const MOST_CAUSES = 20
const MOST_IN_FULL = 10

/** Places of the calls that a load page shows whole: the worst, those that did not pass before others. */
export function worstPlaces(report: RunReport, load: LoadReport): readonly number[] {
  const places = new Map(report.calls.map(({callSid}, at) => [callSid, at]))
  const named = worstCalls(report, load).flatMap(({call}) => places.get(call.callSid) ?? [])
  const failed = report.calls.flatMap((call, at) => (callVerdict(call) === 'pass' ? [] : [at]))
  return [...new Set([...named, ...failed])].slice(0, MOST_IN_FULL)
}

/** What was asked and what came, before the single calls. */
export function drawLoad(report: RunReport, load: LoadReport): Markup {
  const {calls, startedAt} = report
  return html`${load.knee && drawKnee(load.knee, calls)}
    <section>
      <h2>What was asked, and what came</h2>
      <dl>
        ${countRows(report, load).map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
        ${
          load.bot &&
          html`<dt>bot</dt>
            <dd>${botWords(load.bot)}</dd>`
        }
      </dl>
    </section>
    ${drawCauses(calls)}${drawAlone(report, load)}${drawCourse(calls, startedAt)}`
}

function drawCauses(calls: readonly CallReport[]): Markup | undefined {
  const causes = countCauses(calls)
  if (causes.length === 0) return undefined
  const rows = causes.slice(0, MOST_CAUSES).map(
    ({count, cause, message, hint}) =>
      html`<tr>
        <td class="num right" data-is="calls">${grouped(count)}</td>
        <td><code>${cause}</code></td>
        <td>${message}${hint !== undefined && html`<span class="why">Fix: ${hint}</span>`}</td>
      </tr>`,
  )
  const left = causes.length - rows.length
  return html`<section>
    <h2>Why calls did not pass</h2>
    ${drawTable([{right: 'calls'}, 'reason', 'in words'], rows)}
    ${left > 0 && html`<p class="note">${left} more reasons are in report.json.</p>`}
  </section>`
}

function drawAlone(report: RunReport, load: LoadReport): Markup | undefined {
  const rows = aloneRows(report, load).map(
    ({name, alone, p50, p95, max}) =>
      html`<tr>
        <td>${name}</td>
        <td class="num right" data-is="alone">${alone}</td>
        <td class="num right" data-is="p50">${p50}</td>
        <td class="num right" data-is="p95">${p95}</td>
        <td class="num right" data-is="max">${max}</td>
      </tr>`,
  )
  const {problem, failure} = load.calibration ?? {}
  if (rows.length === 0 && problem === undefined) return undefined
  return html`<section>
    <h2>One call alone, and ${load.knee ? 'all steps' : `${grouped(load.peak)} at once`}</h2>
    ${problem !== undefined && html`<p>Alone: ${problem}${failure && html`<span class="why">Fix: ${failure.hint}</span>`}</p>`}
    ${drawTable(['', {right: 'alone'}, {right: 'p50'}, {right: 'p95'}, {right: 'max'}], rows)}
  </section>`
}

const VERDICT_CLASS = {held: 'pass', broken: 'fail', void: 'void'} as const

function drawKnee(knee: KneeReport, calls: readonly CallReport[]): Markup {
  const {callMs, searchMs, overload, leak} = knee
  const cell = (is: string, text: string) =>
    html`<td class="num right" data-is="${is}">${text}</td>`
  const rows = levelRows(knee.levels, calls).map(
    ({
      phase,
      atOnce,
      calls: judged,
      response,
      failed,
      underruns,
      rig,
      rigCpu,
      botCpu,
      verdict,
      reason,
    }) =>
      html`<tr>
        <td>${phase}</td>
        ${cell('at once', atOnce)}${cell('calls', judged)}${cell('response p95', response)}${cell('failed', failed)}${cell('holes a minute', underruns)}${cell('late p99', rig)}${cell('rig CPU', rigCpu)}${cell('bot CPU', botCpu)}
        <td>
          <span class="word ${VERDICT_CLASS[verdict]}">${verdict}</span
          >${reason !== '' && html`<span class="why">${reason}</span>`}
        </td>
      </tr>`,
  )
  const heads = [
    'at once',
    'calls',
    'response p95',
    'failed',
    'holes/min',
    'late p99',
    'rig CPU',
    'bot CPU',
  ]
  return html`<section>
    <h2>Knee: ${kneeWords(knee)}</h2>
    ${kneeSentences(knee).map((sentence) => html`<p>${sentence}</p>`)}
    <p class="note">One call takes ${inSeconds(callMs)}; the search took ${inSeconds(searchMs)}.</p>
    ${drawKneeChart(knee, calls)}
    ${drawTable(['step', ...heads.map((right) => ({right})), 'result'], rows)}
    ${
      overload &&
      html`<h3>Overload: ${overloadWord(overload)}</h3>
        <p>${overloadSentence(overload)}</p>`
    }
    ${
      leak &&
      html`<h3>After all had hung up: ${leakWord(leak)}</h3>
        <ul>
          ${leak.evidence.map((one) => html`<li>${one}</li>`)}
        </ul>`
    }
  </section>`
}
