import type {Finding} from '../../protocol/events.js'
import type {Diagnosis} from '../report.js'
import {counted, inSeconds} from '../text/units.js'
import {html, type Markup} from './markup.js'

/** What is wrong and how to mend it, before all detail. */
export function drawCause({cause, summary, fix, evidence}: Diagnosis, title: string): Markup {
  return html`<div class="cause" role="note">
    <h3>${title}: <code>${cause}</code></h3>
    <p class="lead">${summary}</p>
    <p><strong>Fix:</strong> ${fix}</p>
    <ul>
      ${evidence.map((one) => html`<li>${one}</li>`)}
    </ul>
  </div>`
}

export function drawFindings(findings: readonly Finding[]): Markup | undefined {
  if (findings.length === 0) return undefined
  return html`${findings.map(drawFinding)}`
}

function drawFinding({ref, rule, severity, count, firstAtMs, summary, fix}: Finding): Markup {
  const first = count === 1 ? 'at' : 'first at'
  return html`<div class="finding-row">
    <strong class="word ${severity}">${severity}</strong> <strong>${ref} ${rule}</strong>
    <span class="soft num">${counted(count, 'time')}, ${first} ${inSeconds(firstAtMs)}</span>
    <p>${summary}</p>
    <p><strong>Fix:</strong> ${fix}</p>
  </div>`
}
