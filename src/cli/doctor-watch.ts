import {systemClock} from '../clock.js'
import type {Examined} from '../doctor/doctor-report.js'
import type {CheckEvent} from '../doctor/run-checks.js'
import {verdictInWords} from '../doctor/text/doctor-text.js'
import {withoutControls} from '../mask.js'
import {NO_TREE, openDoctorTree} from './doctor-tree.js'
import {exitCodeOfExamined, EXIT} from './exit-codes.js'
import type {Output} from './output.js'

/** Between two rounds: as long as someone takes who saves a form in a console. */
const PAUSE_MS = 3000

type Examine = (options: {
  readonly signal: AbortSignal
  readonly on: (event: CheckEvent) => void
}) => Promise<Examined>

type WatchOptions = {
  /** Until all is well, or Ctrl-C. */
  readonly isRepeated: boolean
  /** A warning is not well. */
  readonly isStrict: boolean
  readonly output: Output
  readonly signal: AbortSignal
}

/** Makes the checks, once or until nothing is wrong any more; each new verdict is said as it comes. */
export async function watchExamination(
  examine: Examine,
  {isRepeated, isStrict, output, signal}: WatchOptions,
): Promise<Examined> {
  let said = ''
  const isOver = () => signal.aborted
  for (;;) {
    // Only the first round: a tree that comes and goes every few seconds is no news.
    const tree = said === '' ? await openDoctorTree(process.env) : NO_TREE
    const result = await examine({signal, on: tree.on}).finally(() => tree.close())
    const isWell = result.isPassed && exitCodeOfExamined(result, {isStrict}) === EXIT.ok
    if (!isRepeated || isOver() || isWell) return result
    const words = verdictInWords(result.report)
    if (words !== said) {
      output.say(`${timeOfDay()} ${words}`)
      for (const line of commandsOf(result.report)) output.say(`  ${line}`)
      output.say(
        `Checking again every ${String(PAUSE_MS / 1000)} s until it passes; Ctrl-C ends it.`,
      )
    }
    said = words
    await systemClock.sleepUntil(systemClock.now() + PAUSE_MS, signal).catch(() => undefined)
    if (isOver()) return {...result, report: {...result.report, interrupted: true}}
  }
}

/** What the sentence has no room for. */
function commandsOf({fix = ''}: Examined['report']): readonly string[] {
  const [, ...lines] = fix.split('\n')
  return lines.length > 1 ? lines.map(withoutControls) : []
}

function timeOfDay(): string {
  return systemClock.wallNow().toTimeString().slice(0, 8)
}
