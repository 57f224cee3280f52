import {dbfs, peak} from '../../../audio/level.js'
import type {CallReport, Span, TurnReport} from '../../report.js'
import {turnResult} from '../../text/turn-table.js'
import {inMs, inSeconds} from '../../text/units.js'
import {coordinate, html, type Markup, trusted} from '../markup.js'
import {
  clockTime,
  exactTime,
  isWithin,
  PLOT,
  type Row,
  rowsOf,
  ticksOf,
  touches,
  xOf,
} from './scale.js'
import {MOST_SPOTS, type Spot} from './spots.js'
import {drawEnvelope, envelopeOf} from './waveform.js'

export type CallAudio = {
  readonly caller: Int16Array
  readonly heard: Int16Array
  readonly sampleRateHz: number
}

const LANE = {caller: 58, bot: 146, half: 28} as const
const FLAG_Y = 6
const MEASURE_Y = {response: 95, stop: 110} as const
const SPOT_Y = 187
const AXIS_Y = 200
const ROW_HEIGHT = 220

/** A quiet track is not blown up until its noise looks like speech. */
const LEAST_PEAK = 1600

type Lanes = {readonly call: CallReport; readonly audio: CallAudio | undefined}

/** Who spoke when, as waveforms where there is audio, with what was measured between them. */
export function drawTimeline(
  {call, audio}: Lanes,
  {id, spots}: {readonly id: string; readonly spots: readonly Spot[]},
): Markup | undefined {
  const {caller, bot} = call.speech
  const durationMs = Math.max(call.durationMs, ...[...caller, ...bot].map(({endMs}) => endMs))
  if (durationMs <= 0) return undefined
  const both = overlaps(caller, bot)
  const rows = rowsOf(durationMs).map((row) => {
    const label = `${call.scenario}, ${clockTime(row.startMs)} to ${clockTime(Math.min(row.endMs, durationMs))}`
    return html`<svg
      class="row"
      viewBox="0 0 1128 ${ROW_HEIGHT}"
      role="img"
      aria-label="Timeline of ${label}"
      data-call="${id}"
      data-start="${row.startMs}"
      data-end="${row.endMs}"
    >
      ${drawAxis(row)}
      ${drawSpans(both, row, {name: 'both', y: LANE.caller - LANE.half, height: LANE.bot - LANE.caller + 2 * LANE.half, words: 'both speak'})}
      ${drawLane('caller', {call, audio}, row)} ${drawLane('bot', {call, audio}, row)}
      ${call.turns.map((turn) => drawTurn(turn, call, {row, id}))}
      ${spots.slice(0, MOST_SPOTS).map((spot) => drawSpot(spot, row))}
      <line class="playhead" x1="0" x2="0" y1="${FLAG_Y}" y2="${AXIS_Y}" visibility="hidden" />
    </svg>`
  })
  return html`<div
      class="score"
      tabindex="0"
      role="group"
      aria-label="Timeline, scrolls sideways on a narrow screen"
    >
      ${rows}
    </div>
    ${legend(spots, audio)}`
}

function drawAxis(row: Row): Markup {
  const lines = [LANE.caller, LANE.bot].map(
    (y) => html`<line class="silence" x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" />`,
  )
  const ticks = ticksOf(row).map((atMs) => {
    const x = coordinate(xOf(atMs, row))
    const anchor = xOf(atMs, row) > PLOT.right - 20 ? 'end' : 'middle'
    return html`<line class="grid" x1="${x}" x2="${x}" y1="30" y2="${AXIS_Y}" /><text
        class="tick"
        x="${x}"
        y="${AXIS_Y + 14}"
        text-anchor="${anchor}"
        >${clockTime(atMs)}</text
      >`
  })
  return html`${lines}${ticks}`
}

function drawLane(name: 'caller' | 'bot', {call, audio}: Lanes, row: Row): Markup {
  const middle = LANE[name]
  const spans = call.speech[name]
  const box = {y: middle - LANE.half, height: 2 * LANE.half}
  const pcm = name === 'caller' ? audio?.caller : audio?.heard
  const label = html`<text class="lane ${name}" x="0" y="${middle}">${name}</text>`
  const words = `the ${name} speaks`
  if (!pcm || !audio) {
    return html`${label}${drawSpans(spans, row, {name: `${name} solid`, words, y: middle - 12, height: 24})}`
  }
  const envelope = envelopeOf({pcm, sampleRateHz: audio.sampleRateHz, ...row}, PLOT.width)
  const loudest = Math.max(LEAST_PEAK, peak(pcm))
  const path = drawEnvelope(envelope, {left: PLOT.left, middle, half: LANE.half - 2}, loudest)
  return html`${label}<text class="level" x="0" y="${middle + 13}">${levelOf(pcm)}</text>
    ${drawSpans(spans, row, {name, words, ...box})}<path
      class="wave ${name}"
      d="${trusted(path)}"
    />`
}

/** The peak, because each lane is scaled to its own. */
function levelOf(pcm: Int16Array): string {
  const loudest = peak(pcm)
  if (loudest === 0) return 'silent'
  return `${dbfs(Int16Array.of(loudest === 32_768 ? -32_768 : loudest)).toFixed(0)} dBFS`
}

type Box = {
  readonly name: string
  readonly y: number
  readonly height: number
  readonly words: string
}

function drawSpans(spans: readonly Span[], row: Row, {name, y, height, words}: Box): Markup {
  const rects = spans
    .filter((span) => touches(span, row))
    .map((span) => {
      const x = xOf(span.startMs, row)
      const width = Math.max(1, xOf(span.endMs, row) - x)
      const title = `${words}, ${exactTime(span.startMs)} to ${exactTime(span.endMs)}`
      return html`<rect
        class="span ${name}"
        x="${coordinate(x)}"
        y="${y}"
        width="${coordinate(width)}"
        height="${height}"
        rx="2"
        ><title>${title}</title></rect
      >`
    })
  return html`${rects}`
}

/** A flag where the turn began, and a bracket over what was measured in it. */
function drawTurn(
  turn: TurnReport,
  {speech}: CallReport,
  {row, id}: {readonly row: Row; readonly id: string},
): Markup {
  const {index, kind, label, startMs} = turn
  const said = label === kind ? kind : `${kind}, ${label}`
  const x = coordinate(xOf(Math.max(0, startMs), row))
  const at = Number(x)
  const flag = isWithin(Math.max(0, startMs), row)
    ? html`<a class="flag" href="#${id}-turn-${index}" aria-label="turn ${index}: ${said}"
        ><line x1="${x}" x2="${x}" y1="${FLAG_Y}" y2="${SPOT_Y - 12}" /><rect
          x="${x}"
          y="${FLAG_Y}"
          width="${String(index).length * 7 + 10}"
          height="17"
          rx="3"
        /><text x="${coordinate(at + 5)}" y="${FLAG_Y + 12.5}">${index}</text
        ><title>turn ${index}: ${said}</title></a
      >`
    : undefined
  const measured = measuredSpan(turn, speech)
  return html`${flag}${measured && touches(measured, row) ? drawMeasure(measured, turn, row) : ''}`
}

type Measure = Span & {readonly words: string; readonly of: keyof typeof MEASURE_Y}

/** From the caller's edge to the bot's, as the numbers of the turn have it. */
function measuredSpan(turn: TurnReport, speech: CallReport['speech']): Measure | undefined {
  const {greetingMs, bargeInStopMs: stopMs, responseMs} = turn
  if (greetingMs !== undefined) {
    return {startMs: 0, endMs: greetingMs, words: inMs(greetingMs), of: 'response'}
  }
  const own = speech.caller.filter((span) => touches(span, turn))
  const [first] = own
  if (stopMs !== undefined && first) {
    const {startMs} = first
    return {startMs, endMs: startMs + stopMs, words: `stop ${inMs(stopMs)}`, of: 'stop'}
  }
  if (responseMs === undefined) return undefined
  // Digits are no speech; then it is counted back from the answer.
  const answer = speech.bot.find((span) => span.startMs >= turn.startMs)
  const endMs = own.at(-1)?.endMs ?? (answer && answer.startMs - responseMs)
  if (endMs === undefined) return undefined
  const edges = [endMs, endMs + responseMs]
  const words = inMs(responseMs)
  return {startMs: Math.min(...edges), endMs: Math.max(...edges), words, of: 'response'}
}

const UNITS_A_LETTER = 6.4

function drawMeasure({startMs, endMs, words, of}: Measure, turn: TurnReport, row: Row): Markup {
  const from = xOf(startMs, row)
  const to = Math.max(from + 1, xOf(endMs, row))
  const y = MEASURE_Y[of]
  const isFailed = turnResult(turn) === 'fail'
  const text = isFailed ? `${words} fail` : words
  const {x, anchor, down} = placeOf({from, to, width: text.length * UNITS_A_LETTER})
  const path = `M${coordinate(from)} ${String(y - 6)}v12m0-6H${coordinate(to)}m0-6v12`
  return html`<g class="measure ${isFailed ? 'fail' : 'held'}">
    <path d="${path}" /><text x="${coordinate(x)}" y="${y + 4 + down}" text-anchor="${anchor}">
      ${text}
    </text>
  </g>`
}

/** Inside its bracket if it fits, else behind it, at the edge of the plot under it. */
function placeOf({from, to, width}: {from: number; to: number; width: number}) {
  if (to - from > width + 16) return {x: (from + to) / 2, anchor: 'middle', down: 0}
  if (to + 5 + width < PLOT.right) return {x: to + 5, anchor: 'start', down: 0}
  return {x: to, anchor: 'end', down: 15}
}

const SHAPES: Readonly<Record<Spot['kind'], string>> = {
  mark: 'm0-5l5 5l-5 5l-5-5z',
  clear: 'm-5-4h10l-5 9z',
  gap: 'm-4-4h8v8h-8z',
  finding: 'm0-5.5l5.5 10h-11z',
  end: 'm-4-4l8 8m0-8l-8 8',
}

const SPOT_WORDS: Readonly<Record<Spot['kind'], string>> = {
  mark: 'mark returned',
  clear: 'clear from the bot',
  gap: 'hole in the speech',
  finding: 'finding, first time',
  end: 'end of the call',
}

function drawSpot({atMs, kind, text}: Spot, row: Row): Markup | undefined {
  const isLast = atMs === row.endMs
  if (!isWithin(atMs, row) && !isLast) return undefined
  const title = `${exactTime(atMs)} ${text}`
  return html`<g class="spot ${kind}" tabindex="0" role="img" aria-label="${title}"
    ><path d="M${coordinate(xOf(atMs, row))} ${SPOT_Y}${SHAPES[kind]}" /><title>${title}</title></g
  >`
}

function legend(spots: readonly Spot[], audio: CallAudio | undefined): Markup {
  const kinds = (Object.keys(SHAPES) as (keyof typeof SHAPES)[]).filter((kind) =>
    spots.some((spot) => spot.kind === kind),
  )
  const keys = kinds.map(
    (kind) =>
      html`<li>
        <svg class="key" viewBox="-8 -8 16 16" aria-hidden="true">
          <g class="spot ${kind}"><path d="M0 0${SHAPES[kind]}" /></g></svg
        >${SPOT_WORDS[kind]}
      </li>`,
  )
  const left = spots.length - MOST_SPOTS
  return html`<p class="note sideways">The timeline scrolls sideways.</p>
    <ul class="legend">
      <li class="caller"><i></i>caller, as sent</li>
      <li class="bot"><i></i>bot, as heard</li>
      <li class="both"><i></i>both at once</li>
      ${keys}
    </ul>
    ${audio && html`<p class="note">Each lane is scaled to its own peak, which stands beside it; the tinted stretches are speech.</p>`}
    ${left > 0 && html`<p class="note">${left} more markers are not drawn; the journal has them all.</p>`}`
}

function overlaps(caller: readonly Span[], bot: readonly Span[]): readonly Span[] {
  return caller.flatMap((one) =>
    bot
      .filter((other) => touches(other, one))
      .map((other) => ({
        startMs: Math.max(one.startMs, other.startMs),
        endMs: Math.min(one.endMs, other.endMs),
      })),
  )
}

/** How long a call was, for a heading. */
export function lengthOf({durationMs}: CallReport): string {
  return durationMs < 100_000 ? inSeconds(durationMs) : clockTime(durationMs)
}
