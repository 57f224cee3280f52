import type {KneeReport} from '../../load-report.js'
import type {CallReport} from '../../report.js'
import {responseOf} from '../../text/load/knee-text.js'
import {grouped} from '../../text/load/load-words.js'
import {inMs} from '../../text/units.js'
import {coordinate, html, type Markup, trusted} from '../markup.js'
import {clockTime, ticksOf} from '../timeline/scale.js'
import {type Course, courseOf} from './course.js'
import {drawPanels, type Panel, ticksTo} from './panel.js'

/** The run over time: calls that were open, calls that failed, and how slow the answers were. */
export function drawCourse(calls: readonly CallReport[], startedAt: string): Markup | undefined {
  const course = courseOf(calls, startedAt)
  if (!course || course.moments.length < 2) return undefined
  const {moments, stepMs} = course
  const lastMs = (moments.at(-1)?.atMs ?? 0) + stepMs
  const a = stepMs === 1000 ? 'second' : `${String(stepMs / 1000)} s`
  const panels = [openPanel(course), failedPanel(course, a), responsePanel(course)]
  return html`<section>
    <h2>Over time</h2>
    ${drawPanels(
      panels.flatMap((panel) => panel ?? []),
      {
        name: 'since the start',
        most: lastMs,
        ticks: ticksOf({startMs: 0, endMs: lastMs}),
        label: clockTime,
      },
      `Calls open, calls failed and the 95th percentile of the response, for each ${a} of the run`,
    )}
  </section>`
}

function openPanel({moments, stepMs}: Course): Panel {
  const most = 1.05 * moments.reduce((all, {open}) => Math.max(all, open), 0)
  return {
    name: 'calls open',
    height: 120,
    most,
    label: grouped,
    isCount: true,
    marks({x, y}) {
      const steps = moments.map(
        ({atMs, open}) =>
          `L${coordinate(x(atMs))} ${coordinate(y(open))}H${coordinate(x(atMs + stepMs))}`,
      )
      const end = coordinate(x((moments.at(-1)?.atMs ?? 0) + stepMs))
      const path = `M${coordinate(x(0))} ${coordinate(y(0))}${steps.join('')}L${end} ${coordinate(y(0))}Z`
      return html`<path class="area" d="${trusted(path)}" />`
    },
  }
}

function failedPanel({moments, stepMs}: Course, a: string): Panel | undefined {
  const most = moments.reduce((all, {failed}) => Math.max(all, failed), 0)
  if (most === 0) return undefined
  return {
    name: `calls failed in a ${a}`,
    height: 60,
    most,
    label: grouped,
    isCount: true,
    marks({x, y}) {
      const bars = moments
        .filter(({failed}) => failed > 0)
        .map(
          ({atMs, failed}) =>
            html`<rect
              class="bar failed"
              x="${coordinate(x(atMs))}"
              y="${coordinate(y(failed))}"
              width="${coordinate(Math.max(1, x(stepMs) - x(0) - 0.5))}"
              height="${coordinate(y(0) - y(failed))}"
              ><title>${clockTime(atMs)}: ${grouped(failed)} failed</title></rect
            >`,
        )
      return html`${bars}`
    },
  }
}

function responsePanel({moments}: Course): Panel | undefined {
  const most = moments.reduce((all, {responseP95Ms = 0}) => Math.max(all, responseP95Ms), 0)
  if (most === 0) return undefined
  return {
    name: 'response, p95 of the last ten steps',
    height: 120,
    most,
    label: inMs,
    marks({x, y}) {
      let isDrawing = false
      const steps = moments.map(({atMs, responseP95Ms}) => {
        const command = isDrawing ? 'L' : 'M'
        isDrawing = responseP95Ms !== undefined
        return isDrawing
          ? `${command}${coordinate(x(atMs))} ${coordinate(y(responseP95Ms ?? 0))}`
          : ''
      })
      return html`<path class="line" d="${trusted(steps.join(''))}" />`
    },
  }
}

/** Where the search went: the response and the failures of each step over its calls at once. */
export function drawKneeChart(knee: KneeReport, calls: readonly CallReport[]): Markup | undefined {
  const points = knee.levels.map((level, at) => ({
    level,
    responseMs: responseOf(level, () => calls.filter((call) => call.level === at)),
    failed: level.calls === 0 ? 0 : (100 * level.failed) / level.calls,
  }))
  if (points.length === 0) return undefined
  const widest = points.reduce((most, {level}) => Math.max(most, level.concurrency), 1)
  const slowest = points.reduce((most, {responseMs = 0}) => Math.max(most, responseMs), 0)
  const worst = points.reduce((most, {failed}) => Math.max(most, failed), 0)
  const kneeLine = ({x}: {x: (value: number) => number}, top: number, bottom: number) =>
    knee.calls !== undefined &&
    html`<line
      class="knee"
      x1="${coordinate(x(knee.calls))}"
      x2="${coordinate(x(knee.calls))}"
      y1="${coordinate(top)}"
      y2="${coordinate(bottom)}"
    />`
  const response: Panel = {
    name: 'response, p95',
    height: 180,
    most: slowest * 1.05,
    label: inMs,
    marks: (at) =>
      html`${kneeLine(at, at.y(slowest * 1.05), at.y(0))}${limitLine(knee, slowest * 1.05, at)}${points.map(
        ({level, responseMs}) =>
          responseMs === undefined
            ? undefined
            : drawDot(level.verdict, {
                x: at.x(level.concurrency),
                y: at.y(Math.max(0, responseMs)),
                words: `${grouped(level.concurrency)} at once (${level.phase}): p95 ${inMs(responseMs)}, ${level.verdict}`,
              }),
      )}`,
  }
  const failed: Panel = {
    name: 'calls failed, percent',
    height: 80,
    most: Math.max(1, worst),
    label: (value) => `${String(value)} %`,
    marks: (at) =>
      html`${kneeLine(at, at.y(Math.max(1, worst)), at.y(0))}${points.map(
        ({level, failed: share}) =>
          drawDot(level.verdict, {
            x: at.x(level.concurrency),
            y: at.y(share),
            words: `${grouped(level.concurrency)} at once (${level.phase}): ${share.toFixed(1)} % failed, ${level.verdict}`,
          }),
      )}`,
  }
  const words = `Response and failures of each step over its calls at once${knee.calls === undefined ? '' : `; the knee is at ${grouped(knee.calls)}`}`
  return html`${drawPanels(slowest > 0 ? [response, failed] : [failed], {name: 'calls at once', most: widest * 1.04, ticks: ticksTo(widest * 1.04, 8).filter(Number.isInteger), label: grouped}, words)}
    <ul class="legend">
      <li>${key('held')}held</li>
      <li>${key('broken')}broken</li>
      <li>${key('void')}void: this machine was the limit</li>
      ${
        knee.calls !== undefined &&
        html`<li>
          <svg class="key" viewBox="0 0 14 14">
            <line class="knee" x1="7" x2="7" y1="0" y2="14" /></svg
          >the knee, ${grouped(knee.calls)} calls
        </li>`
      }
    </ul>`
}

type At = {readonly x: (value: number) => number; readonly y: (value: number) => number}

/** What the response was held to, where it is in the picture. */
function limitLine({thresholds}: KneeReport, most: number, {y}: At): Markup | undefined {
  const [, limit] =
    thresholds
      .map((one) => /^\s*p95\s*\(\s*responseMs\s*\)\s*<=?\s*(\d+(?:\.\d+)?)/.exec(one))
      .find((match) => match !== null) ?? []
  const ms = Number(limit)
  if (limit === undefined || ms > most) return undefined
  return html`<line
      class="limit"
      x1="60"
      x2="1120"
      y1="${coordinate(y(ms))}"
      y2="${coordinate(y(ms))}"
    /><text x="66" y="${coordinate(y(ms) - 5)}">at most ${inMs(ms)}</text>`
}

type Dot = {readonly x: number; readonly y: number; readonly words: string}

/** Told apart by their shape too: a disc, a cross, a ring. */
function drawDot(verdict: 'held' | 'broken' | 'void', {x, y, words}: Dot): Markup {
  return html`<path class="dot ${verdict}" d="${trusted(shapeOf(verdict, x, y))}">
    <title>${words}</title>
  </path>`
}

function key(verdict: 'held' | 'broken' | 'void'): Markup {
  return html`<svg class="key" viewBox="0 0 14 14">
    <path class="dot ${verdict}" d="${trusted(shapeOf(verdict, 7, 7))}" />
  </svg>`
}

function shapeOf(verdict: 'held' | 'broken' | 'void', x: number, y: number): string {
  const [cx, cy] = [coordinate(x), coordinate(y)]
  if (verdict === 'broken') return `M${cx} ${cy}m-5 -5l10 10m0 -10l-10 10`
  return `M${cx} ${cy}m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0`
}
