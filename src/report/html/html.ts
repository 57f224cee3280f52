import {createHash} from 'node:crypto'

import type {StreamEvent} from '../../protocol/events.js'
import type {LoadReport} from '../load-report.js'
import type {RigReport, RunReport} from '../report.js'
import {voidSentence} from '../text/load/load-text.js'
import {loadVerdictLine} from '../text/load/load-verdict-line.js'
import {arrivalsWords, mixWords} from '../text/load/load-words.js'
import {plainPaint} from '../text/look.js'
import {callVerdict, verdictLine} from '../verdict.js'
import {withinBudget} from './sound/audio.js'
import {drawCall} from './call.js'
import {drawFigures} from './figures.js'
import {drawCause} from './findings.js'
import {drawFlows} from './flow.js'
import {html, type Markup, trusted} from './markup.js'
import {PLAYER} from './sound/player.js'
import {drawCalls, drawConformance, drawPlan, drawRig, drawSpread, drawThresholds} from './run.js'
import {drawLoad, worstPlaces} from './load/load.js'
import {STYLE} from './style.js'
import type {CallAudio} from './timeline/timeline.js'
import {word} from './verdict-word.js'

/** What the report does not hold: of each call, in the order of the report. */
export type ReportMedia = {
  readonly calls: readonly {
    /** As recorded: 16-bit PCM of one rate. */
    readonly audio?: CallAudio
    /** The journal, for marks, clears and holes on the timeline. */
    readonly events?: Iterable<StreamEvent>
  }[]
}

/** So many calls are shown whole; the table and report.json have the others. */
const MOST_IN_FULL = 12

/**
 * The report as one HTML page that needs no network and asks for none: style, script and audio are in
 * it, and its Content-Security-Policy allows nothing else. Every text is escaped, numbers of
 * telephones and credentials are masked. Under 6 MB; audio that would not fit is left out, and said so.
 */
export function renderHtml(report: RunReport, media: ReportMedia = {calls: []}): string {
  const {load} = report
  const full = placesOnPage(report)
  const sounds = withinBudget(
    full,
    report.calls.map((_, at) => media.calls[at]?.audio),
  )
  // Of a load the worst comes first; else they stand as they were made.
  const sections = (load ? full : full.toSorted((one, other) => one - other)).flatMap((at) => {
    const call = report.calls[at]
    const {audio, events = []} = media.calls[at] ?? {}
    if (!call) return []
    return [
      drawCall(report, {
        call,
        number: (call.index ?? at) + 1,
        audio,
        events,
        hasSound: sounds.has(at),
      }),
    ]
  })
  const page = html`${drawHead(report)}
    <main>
      ${drawFlows(report.flows)}${load ? drawLoad(report, load) : drawCalls(report.calls, new Set(full))}${drawThresholds(report.thresholds)}${sections}${drawSpread(report)}${drawConformance(report.conformance)}${hasStream(report) && drawRig(report.rig)}${drawPlan(report)}
    </main>
    <footer>
      Made by exostream, a stand-in for Exotel that Exotel does not make. This page loads nothing
      from anywhere.
    </footer>`
  return inDocument(titleOf(report), page)
}

/** Which calls the page shows whole, by their places in the report: the others need no media. */
export function placesOnPage(report: RunReport): readonly number[] {
  return report.load ? worstPlaces(report, report.load) : placesInFull(report)
}

function placesInFull(report: RunReport): readonly number[] {
  return report.calls
    .map((_, at) => at)
    .toSorted((one, other) => rank(report, one) - rank(report, other) || one - other)
    .slice(0, MOST_IN_FULL)
}

/** Those that did not pass first: they are why one opens the page. */
function rank(report: RunReport, at: number): number {
  const call = report.calls[at]
  return call && callVerdict(call) !== 'pass' ? 0 : 1
}

function hasStream({calls}: RunReport): boolean {
  return calls.some(({closing}) => closing !== undefined)
}

function titleOf({verdict, plan}: RunReport): string {
  return `${verdict}: ${plan.scenarios.join(', ')}, exostream report`
}

function drawHead(report: RunReport): Markup {
  const {calls, diagnosis, summary, plan, target, verdict, interrupted, load} = report
  const [only] = calls.length === 1 ? calls : []
  const scenarios = plan.scenarios.join(', ')
  const cause = diagnosis ?? only?.diagnosis
  const line = load ? loadVerdictLine(report, load, plainPaint) : verdictLine(report, plainPaint)
  const reasons = line.replace(/^(pass|fail)(: )?/, '')
  const rig = hasStream(report) ? rigFigure(report.rig) : undefined
  return html`<header>
    <p class="brand">exostream report, <time>${report.startedAt}</time></p>
    <h1>
      ${word(verdict)}${scenarios}
      <span class="soft">against</span> ${target.url ?? target.bot ?? 'a bot'}
    </h1>
    ${load && drawLoadHead(report.rig, load)}
    <p class="sub">${load ? '' : passedOf(report)}${reasons}</p>
    ${interrupted && html`<p><strong>The run was interrupted; what follows is what was measured until then.</strong></p>`}
    ${cause && drawCause(cause, 'Most likely cause')} ${drawFigures(summary.metrics, rig)}
  </header>`
}

function passedOf({calls, summary}: RunReport): string {
  if (calls.length === 1) return ''
  return `${String(calls.length)} calls, ${String(summary.passed)} passed. `
}

/** A machine that was the limit comes before everything that was asked of it. */
function drawLoadHead(rig: RigReport, load: LoadReport): Markup {
  const sentence = voidSentence(rig)
  return html`${sentence !== undefined && html`<p class="lead void"><strong>${sentence}</strong></p>`}
    <p class="sub">${arrivalsWords(load)}; ${mixWords(load)}.</p>`
}

function rigFigure({verdict}: RigReport): Markup {
  return html`<li>
    <span>Rig</span><b class="${verdict}">${verdict.replace('-', ' ')}</b
    ><span>this machine's own lateness</span>
  </li>`
}

function inDocument(title: string, page: Markup): string {
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(STYLE)}`,
    `script-src ${hashOf(PLAYER)}`,
    'media-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const {markup} = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${trusted(policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${trusted(`<style>${STYLE}</style>`)}
      </head>
      <body>
        ${page} ${trusted(`<script>${PLAYER}</script>`)}
      </body>
    </html> `
  return markup
}

/** As a policy names what is inline (www.w3.org/TR/CSP3/#match-element-to-source-list). */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
