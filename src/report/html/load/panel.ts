import {coordinate, html, type Markup} from '../markup.js'
import {PLOT} from '../timeline/scale.js'

/** A drawing over one axis, one above the other: never two scales in one. */
export type Panel = {
  readonly name: string
  /** The height of the plot, in units of the drawing. */
  readonly height: number
  /** The highest value; the lowest is 0. */
  readonly most: number
  /** How a value reads at its line. */
  readonly label: (value: number) => string
  /** It counts things, of which there is no half. */
  readonly isCount?: true
  readonly marks: (at: {
    readonly x: (value: number) => number
    readonly y: (value: number) => number
  }) => Markup
}

export type Axis = {
  readonly name: string
  /** Where it is labelled. */
  readonly ticks: readonly number[]
  readonly most: number
  readonly label: (value: number) => string
}

const TOP = 24
const BETWEEN = 30
const BELOW = 38
const STEPS = [1, 2, 2.5, 5, 10]

/** Panels that share the axis below them; `words` is what a person who does not see them is told. */
export function drawPanels(panels: readonly Panel[], axis: Axis, words: string): Markup {
  const heights = panels.map(({height}) => height)
  const topOf = (at: number) =>
    TOP + heights.slice(0, at).reduce((sum, height) => sum + height + BETWEEN, 0)
  const bottom = topOf(panels.length) - BETWEEN
  const x = (value: number) => PLOT.left + (value / (axis.most || 1)) * PLOT.width
  const ticks = axis.ticks.map(
    (value) =>
      html`<text x="${coordinate(x(value))}" y="${bottom + 16}" text-anchor="middle">
        ${axis.label(value)}
      </text>`,
  )
  return html`<div class="score" tabindex="0" role="group" aria-label="${words}">
    <svg class="row chart" viewBox="0 0 1140 ${bottom + BELOW}" role="img" aria-label="${words}">
      ${panels.map((panel, at) => drawPanel(panel, topOf(at), x))} ${ticks}
      <text class="axis" x="${PLOT.right}" y="${bottom + 32}" text-anchor="end">${axis.name}</text>
    </svg>
  </div>`
}

function drawPanel(
  {name, height, most, label, isCount, marks}: Panel,
  top: number,
  x: (value: number) => number,
): Markup {
  const y = (value: number) => top + height - Math.min(1, value / (most || 1)) * height
  const values = ticksTo(most, 3).filter((value) => !isCount || Number.isInteger(value))
  const lines = values.map(
    (value) =>
      html`<line
          class="grid"
          x1="${PLOT.left}"
          x2="${PLOT.right}"
          y1="${coordinate(y(value))}"
          y2="${coordinate(y(value))}"
        /><text x="${PLOT.left - 8}" y="${coordinate(y(value) + 4)}" text-anchor="end">
          ${label(value)}
        </text>`,
  )
  return html`<text class="lane" x="${PLOT.left}" y="${top - 8}">${name}</text
    >${lines}${marks({x, y})}`
}

/** Round values from 0, at most so many steps of them. */
export function ticksTo(most: number, steps: number): readonly number[] {
  if (!(most > 0) || !Number.isFinite(most)) return [0]
  const least = most / steps
  const power = 10 ** Math.floor(Math.log10(least))
  const step = (STEPS.find((one) => one * power >= least) ?? 10) * power
  return Array.from({length: Math.floor(most / step + 1e-9) + 1}, (_, at) => at * step)
}
