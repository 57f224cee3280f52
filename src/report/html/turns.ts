import type {TurnReport} from '../report.js'
import {measuredTime, turnResult} from '../text/turn-table.js'
import {inMs} from '../text/units.js'
import {html, type Markup} from './markup.js'
import {exactTime} from './timeline/scale.js'
import {word} from './verdict-word.js'

/** Below this the rig's own lateness blurs nothing that a person reads. */
const UNCERTAIN_FROM_MS = 10

type Where = {readonly id: string; readonly hasSound: boolean}

export function drawTurns(turns: readonly TurnReport[], where: Where): Markup | undefined {
  if (turns.length === 0) return undefined
  return html`<table class="turns">
    <thead>
      <tr>
        <th>#</th>
        <th>at</th>
        <th>turn</th>
        <th>expected</th>
        <th class="right">measured</th>
        <th>result</th>
      </tr>
    </thead>
    <tbody>
      ${turns.map((turn) => drawTurn(turn, where))}
    </tbody>
  </table>`
}

function drawTurn(turn: TurnReport, {id, hasSound}: Where): Markup {
  const {index, kind, label, startMs, expectation, withinMs, met, why} = turn
  const limit = withinMs === undefined ? '' : ` within ${inMs(withinMs)}`
  const at = Math.max(0, startMs)
  const play = html`<button
    type="button"
    data-seek="${id}"
    data-at="${(at / 1000).toFixed(2)}"
    aria-label="Play from turn ${index}"
    hidden
  >
    play
  </button>`
  return html`<tr id="${id}-turn-${index}"><td class="num" data-is="turn">${index}</td><td class="num">${exactTime(at)} ${hasSound && play}</td>
<td><strong>${kind}</strong>${label !== kind && html` ${label}`}${met !== true && why !== undefined && html`<span class="why">${why}</span>`}</td>
<td${expectation !== undefined && html` data-is="expected"`}>${expectation !== undefined && `${expectation}${limit}`}</td><td class="right num"${measuredTime(turn) !== undefined && html` data-is="measured"`}>${measured(turn)}</td><td>${result(turn)}</td></tr>`
}

function result(turn: TurnReport): Markup | undefined {
  const words = turnResult(turn)
  if (words === '') return undefined
  return word(words === 'not measured' ? 'not-measured' : words)
}

function measured(turn: TurnReport): string {
  const time = measuredTime(turn)
  if (time === undefined) return ''
  const {valueMs, uncertaintyMs} = time
  return uncertaintyMs < UNCERTAIN_FROM_MS
    ? inMs(valueMs)
    : `${String(Math.round(valueMs))} ±${inMs(uncertaintyMs)}`
}
