import type {StreamEvent} from '../../protocol/events.js'
import type {Failure} from '../failure.js'
import type {CallReport, HttpAnswer, PassthruAnswer, RunReport} from '../report.js'
import {summarise} from '../summary.js'
import {passthruLine, dynamicUrlLine} from '../text/http-answers.js'
import {callVerdict} from '../verdict.js'
import {encodeAudio, AUDIO_RATE_HZ} from './sound/audio.js'
import {drawCause, drawFindings} from './findings.js'
import {drawMetrics} from './figures.js'
import {html, type Markup, plain, trusted} from './markup.js'
import {exactTime} from './timeline/scale.js'
import {MOST_SPOTS, type Spot, spotsOf} from './timeline/spots.js'
import {drawSupport} from './support.js'
import {type CallAudio, drawTimeline, lengthOf} from './timeline/timeline.js'
import {drawTurns} from './turns.js'
import {word} from './verdict-word.js'
import {drawTable} from './table.js'

export type CallOnPage = {
  readonly call: CallReport
  /** From 1, as everywhere that a person reads. */
  readonly number: number
  readonly audio: CallAudio | undefined
  readonly events: Iterable<StreamEvent>
  /** Whether the audio is in the page too, or only its picture. */
  readonly hasSound: boolean
}

/** One call, whole: what happened, what was measured, what to do, and how to find it in a log. */
export function drawCall(report: RunReport, page: CallOnPage): Markup {
  const {call, number, audio, events} = page
  const id = `call-${String(number)}`
  const spots = spotsOf(call, events)
  const isOnly = report.calls.length === 1
  const timeline = drawTimeline({call, audio}, {id, spots})
  const {metrics} = summarise([call])
  return html`<section class="call" id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">
      ${word(callVerdict(call))}${isOnly ? 'The call' : `Call ${String(number)}`}: ${call.scenario}
    </h2>
    <p class="sub">${sentenceOf(call)}</p>
    ${call.failure && drawFailure(call.failure)}
    ${!isOnly && call.diagnosis && drawCause(call.diagnosis, 'Most likely cause')} ${timeline}
    ${audio ? drawPlayer(page, audio, id) : drawUnheard(report, call)} ${drawSpots(spots)}
    ${section('Turns', drawTurns(call.turns, {id, hasSound: page.hasSound}))}
    ${section('Findings', drawFindings(call.findings))}
    ${section('What was measured', drawMetrics(metrics))}
    ${section('Asked over HTTP', drawAnswers(call))} ${section('Kept', drawArtifacts(call))}
    ${drawSupport(report, call, id)}
  </section>`
}

function section(title: string, content: Markup | undefined): Markup | undefined {
  return (
    content &&
    html`<h3>${title}</h3>
      ${content}`
  )
}

function sentenceOf(call: CallReport): string {
  const {closing, outcome} = call
  if (outcome === 'dropped') return 'It could not be started in time.'
  if (!closing) return 'No stream was opened.'
  const who = {
    caller: 'the caller hung up',
    bot: 'the bot closed the call',
    network: 'the connection broke',
  }[closing.by]
  const code = closing.code === undefined ? '' : `, close code ${String(closing.code)}`
  const reason = closing.reason ? `, reason "${closing.reason}"` : ''
  const retry = call.firstFailure ? ` The first dial failed: ${call.firstFailure.message}` : ''
  return `${lengthOf(call)}; ${who}${code}${reason}.${retry}`
}

function drawFailure({code, message, hint, exotelError}: Failure): Markup {
  return html`<div class="cause">
    <h3>Not completed</h3>
    <p class="lead">${message}</p>
    <dl>
      <dt>Code</dt>
      <dd><code>${code}</code></dd>
      <dt>Try this</dt>
      <dd>${hint}</dd>
      ${
        exotelError !== undefined &&
        html`<dt>Exotel would show</dt>
          <dd><code>${exotelError}</code></dd>`
      }
    </dl>
  </div>`
}

/** Hidden until the script has made something to play. */
function drawPlayer({hasSound, number, call}: CallOnPage, audio: CallAudio, id: string): Markup {
  if (!hasSound) {
    return html`<p class="note">
      The audio of this call is not in the page, which would be too large with it; the recording has
      it.
    </p>`
  }
  const lowered =
    audio.sampleRateHz === AUDIO_RATE_HZ
      ? ''
      : ` It was brought down from ${String(audio.sampleRateHz)} Hz to ${String(AUDIO_RATE_HZ)} Hz.`
  return html`<div class="player" hidden>
      <audio
        controls
        preload="metadata"
        data-call="${id}"
        data-rate="${AUDIO_RATE_HZ}"
        aria-label="Call ${number}, ${call.scenario}"
      ></audio>
      <p class="note">
        Left the caller, right the bot as heard. A click on the timeline plays from there.${lowered}
      </p>
    </div>
    <noscript
      ><p class="note">
        The audio is played with JavaScript, which is off here; the recording has it too.
      </p></noscript
    >
    <template id="${id}-audio">${trusted(encodeAudio(audio))}</template>`
}

/** A call without its sound is not one in which nothing was said; one that never opened says so itself. */
function drawUnheard(report: RunReport, call: CallReport): Markup | undefined {
  if (!call.closing) return undefined
  const {what, why} = whyUnheard(report, call)
  return html`<p class="note">
    <strong>${what}</strong> ${why} The bars are when somebody spoke, as it was measured during the
    call.
  </p>`
}

const NOT_KEPT = 'Audio not kept.'

function whyUnheard({load, calls}: RunReport, call: CallReport): Record<'what' | 'why', string> {
  if (isRecorded(call)) {
    const why = 'Its recording was not there, or could not be read, when the page was made.'
    return {what: 'Audio not in the page.', why}
  }
  if (!load) return {what: NOT_KEPT, why: 'No recording of it was made.'}
  const why = calls.some(isRecorded)
    ? 'A load run keeps only that of its worst calls.'
    : 'This run kept no recordings; pass --out to keep those of the worst calls.'
  return {what: NOT_KEPT, why}
}

function isRecorded({artifacts}: CallReport): boolean {
  return artifacts.recording !== undefined
}

function drawSpots(spots: readonly Spot[]): Markup | undefined {
  if (spots.length === 0) return undefined
  const rows = spots.slice(0, MOST_SPOTS).map(
    ({atMs, kind, text}) =>
      html`<tr>
        <td class="num">${exactTime(atMs)}</td>
        <td>${kind}</td>
        <td>${text}</td>
      </tr>`,
  )
  return html`<details>
    <summary>The markers of the timeline as a list (${spots.length})</summary>
    ${drawTable(['at', 'what', 'in words'], rows)}
  </details>`
}

function drawAnswers({dynamicUrl, passthru = []}: CallReport): Markup | undefined {
  const answers: readonly (readonly [string, HttpAnswer | PassthruAnswer])[] = [
    ...(dynamicUrl ? [[dynamicUrlLine(dynamicUrl), dynamicUrl] as const] : []),
    ...passthru.map((answer) => [passthruLine(answer), answer] as const),
  ]
  if (answers.length === 0) return undefined
  return html`${answers.map(
    ([line, {url, problem}]) =>
      html`<p>
        ${line}<br /><code>${url}</code
        >${problem !== undefined && html`<br /><span class="soft">${problem}</span>`}
      </p>`,
  )}`
}

function drawArtifacts({artifacts}: CallReport): Markup | undefined {
  const kept = [
    ['recording', artifacts.recording],
    ['journal', artifacts.journal],
  ] as const
  const rows = kept.flatMap(([name, path]) =>
    path === undefined
      ? []
      : [
          html`<dt>${name}</dt>
            <dd><code>${plain(path)}</code></dd>`,
        ],
  )
  return rows.length === 0 ? undefined : html`<dl>${rows}</dl>`
}
