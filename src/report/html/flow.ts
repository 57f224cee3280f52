import type {FlowStep, FlowWalk} from '../flow-walk.js'
import {inSeconds, inShort} from '../text/units.js'
import {html, type Markup} from './markup.js'
import {exactTime} from './timeline/scale.js'
import {word} from './verdict-word.js'

/** So many walks are drawn, those that failed before the others; report.json has all. */
const MOST_DRAWN = 12

/** The way of each call through its flow, step by step. */
export function drawFlows(flows: readonly FlowWalk[] = []): Markup | undefined {
  if (flows.length === 0) return undefined
  const drawn = flows
    .map((walk, at) => ({walk, number: at + 1}))
    .toSorted(({walk: one}, {walk: other}) => rank(one) - rank(other))
    .slice(0, MOST_DRAWN)
  return html`<section>
    <h2>Flow</h2>
    ${drawn.map(({walk, number}) => drawWalk(walk, flows.length === 1 ? '' : `, call ${String(number)}`))}
    ${drawn.length < flows.length && html`<p class="note">${drawn.length} of ${flows.length} walks are shown, those that failed before the others.</p>`}
  </section>`
}

function rank({outcome}: FlowWalk): number {
  return outcome === 'failed' ? 0 : 1
}

function drawWalk(walk: FlowWalk, which: string): Markup {
  const {name, outcome, endedAt, durationMs, failure, steps} = walk
  return html`<h3>${word(outcome === 'completed' ? 'pass' : 'fail')} ${name}${which}</h3>
    <p class="sub">Ended at <code>${endedAt}</code> after ${inSeconds(durationMs)}.</p>
    ${failure && html`<p><strong>${failure.message}</strong> ${failure.hint}</p>`}
    <table>
      <thead>
        <tr>
          <th>at</th>
          <th>applet</th>
          <th>what happened</th>
          <th class="right">took</th>
          <th>next</th>
        </tr>
      </thead>
      <tbody>
        ${steps.map(drawStep)}
      </tbody>
    </table>`
}

function drawStep(step: FlowStep): Markup {
  const {applet, kind, atMs, durationMs, summary, url, problem, advice, next} = step
  return html`<tr>
    <td class="num">${exactTime(atMs)}</td>
    <td>
      <strong>${applet}</strong>${kind !== applet && html` <span class="soft">${kind}</span>`}
    </td>
    <td>
      ${summary}${url !== undefined && html`<br /><code>${url}</code>`}${problem !== undefined && html`<span class="why">${problem}</span>`}${advice !== undefined && html`<br /><em>${advice}</em>`}
    </td>
    <td class="num right">${inShort(durationMs)}</td>
    <td>${next ?? ''}</td>
  </tr>`
}
