import {withoutControls} from '../../mask.js'
import {hang, padEnd, padStart} from '../../report/text/cells.js'
import type {Look} from '../../report/text/look.js'
import type {AskedOfFlow} from './asker.js'

/** A line for each URL, and under it one for each question: what came, where it leads, and how long it took. */
export function renderProbe(asked: readonly AskedOfFlow[], look: Look): string {
  if (asked.length === 0) return 'The flow has no URL to ask.\n'
  const widths = widthsOf(asked)
  const lines = asked.flatMap((one, at) => {
    const before = asked[at - 1]
    const isNew = before?.path !== one.path
    return [...(isNew ? headLines(one, look) : []), ...questionLines(one, widths, look)]
  })
  return `${lines.join('\n')}\n`
}

type Widths = {readonly question: number; readonly time: number}

function widthsOf(asked: readonly AskedOfFlow[]): Widths {
  return {
    question: Math.max(0, ...asked.map(({question = ''}) => question.length)),
    time: Math.max(0, ...asked.map((one) => timeOf(one).length)),
  }
}

function headLines({path, url, question, notAsked}: AskedOfFlow, look: Look): readonly string[] {
  const {paint, width} = look
  const place = paint.bold(withoutControls(path))
  const named = url === undefined ? place : `${place}  ${withoutControls(url)}`
  // What was never asked has no line of a question.
  if (question !== undefined || notAsked === undefined) return [named]
  return [named, ...hang('  not asked: ', withoutControls(notAsked), width).map(paint.dim)]
}

function questionLines(one: AskedOfFlow, widths: Widths, look: Look): readonly string[] {
  const {question, status, branch, problem, notAsked} = one
  if (question === undefined) return []
  const {paint, width} = look
  const what = padEnd(question, widths.question)
  if (notAsked !== undefined) return [paint.dim(`  ${what}  not asked: ${notAsked}`)]
  const first = `  ${what}  ${status === undefined ? '  -' : String(status)}  ${padStart(timeOf(one), widths.time)}`
  if (problem === undefined) return [branch === undefined ? first : `${first}  to ${branch}`]
  // Why there was none is told by the finding.
  const told = status === undefined ? 'no answer' : withoutControls(problem)
  const [head = '', ...rest] = hang(`${first}  `, told, width)
  return [head, ...rest].map(paint.bad)
}

function timeOf({tookMs}: AskedOfFlow): string {
  return tookMs === undefined ? '' : `${String(Math.round(tookMs))} ms`
}
