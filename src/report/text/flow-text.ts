import {withoutControls} from '../../mask.js'
import type {FlowStep, FlowWalk} from '../flow-walk.js'
import type {RunReport} from '../report.js'
import {hang, padEnd} from './cells.js'
import type {Section} from './call-text.js'
import type {Look} from './look.js'
import {printable} from './plain.js'
import {counted, inSeconds, inShort} from './units.js'

/** So many walks that failed are shown whole; the report has the others. */
const MOST_IN_FULL = 3

/** The way of each call through its flow; of several calls of those that failed, else of the first. */
export function describeFlows({flows = []}: RunReport, look: Look): readonly Section[] {
  const walks = flows.map((walk, at) => ({walk, number: at + 1}))
  const failed = walks.filter(({walk}) => walk.outcome === 'failed')
  const shown = (failed.length > 0 ? failed : walks).slice(0, failed.length > 0 ? MOST_IN_FULL : 1)
  const left = walks.length - shown.length
  return shown.map(({walk, number}, at) => ({
    title: walks.length === 1 ? 'Flow' : `Flow, call ${String(number)}`,
    lines: [
      ...describeWalk(walk, look),
      ...(left > 0 && at === shown.length - 1
        ? [
            `  ${counted(left, 'more call walked', 'more calls walked')} it; the report in JSON has each step.`,
          ]
        : []),
    ],
  }))
}

function describeWalk(walk: FlowWalk, look: Look): readonly string[] {
  const {steps, failure, name, endedAt, durationMs} = walk
  const cells = Math.max(0, ...steps.map((step) => stepName(step).length))
  return [
    ...hang(
      '  ',
      `${printable(name)}: ended at ${printable(endedAt)} after ${inSeconds(durationMs)}`,
      look.width,
    ),
    ...steps.flatMap((step) => describeStep(step, cells, look)),
    ...(failure
      ? [
          ...hang('  ', `${look.paint.bad('fail')}: ${printable(failure.message)}`, look.width),
          ...hang('  Try this: ', printable(failure.hint), look.width),
        ]
      : []),
  ]
}

function describeStep(step: FlowStep, nameCells: number, look: Look): readonly string[] {
  const {atMs, problem, advice, url} = step
  const head = `  ${inSeconds(atMs).padStart(7)}  ${padEnd(stepName(step), nameCells)}  `
  const inner = ' '.repeat(head.length)
  return [
    ...hang(head, stepWords(step, look), look.width),
    ...(url === undefined ? [] : [look.paint.dim(`${inner}${printable(url)}`)]),
    ...(problem === undefined ? [] : hang(inner, look.paint.bad(printable(problem)), look.width)),
    ...(advice === undefined ? [] : hang(inner, look.paint.warn(printable(advice)), look.width)),
  ]
}

/** One line for the progress: where, what, and what follows. */
export function stepLine(step: FlowStep, look: Pick<Look, 'ascii'>): string {
  return `${inSeconds(step.atMs).padStart(7)}  ${stepName(step)}: ${stepWords(step, look)}`
}

function stepWords({summary, durationMs, next}: FlowStep, {ascii}: Pick<Look, 'ascii'>): string {
  const took = durationMs === 0 ? '' : `, ${inShort(durationMs)}`
  const arrow = ascii ? '->' : '→'
  const onward = next === undefined ? '' : ` ${arrow} ${withoutControls(next)}`
  return `${printable(summary)}${took}${onward}`
}

const BESIDE: Partial<Record<FlowStep['kind'], string>> = {
  'dynamic-url': 'dynamic URL',
  'stream-end': 'its end',
  'status-callback': 'status callback',
}

/** What an applet asks, or leaves behind, stands under its name. */
function stepName({applet, kind}: FlowStep): string {
  const beside = BESIDE[kind]
  return withoutControls(beside === undefined ? applet : `${applet}, ${beside}`)
}
