import {systemClock} from '../clock.js'
import type {Examined} from '../doctor/doctor-report.js'
import type {CheckEvent} from '../doctor/run-checks.js'
import {openDoctorTree} from './doctor-tree.js'
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
  readonly output: Output
  readonly signal: AbortSignal
}

/** Makes the checks, once or until nothing is wrong any more; each new verdict is said as it comes. */
export async function watchExamination(
  examine: Examine,
  {isRepeated, output, signal}: WatchOptions,
): Promise<Examined> {
  let said = ''
  const isOver = () => signal.aborted
  for (;;) {
    const tree = await openDoctorTree(process.env)
    const result = await examine({signal, on: tree.on}).finally(() => tree.close())
    if (!isRepeated || isOver() || isPassed(result)) return result
    const {summary} = result.report
    if (summary !== said) output.say(`${timeOfDay()} ${summary} Checking again until it passes.`)
    said = summary
    await systemClock.sleepUntil(systemClock.now() + PAUSE_MS, signal).catch(() => undefined)
    if (isOver()) return {...result, report: {...result.report, interrupted: true}}
  }
}

/** Not only that nothing failed: a bot that answers, or a machine that is as it should be. */
function isPassed(result: Examined): boolean {
  return result.isPassed && exitCodeOfExamined(result) === EXIT.ok
}

function timeOfDay(): string {
  return systemClock.wallNow().toTimeString().slice(0, 8)
}
