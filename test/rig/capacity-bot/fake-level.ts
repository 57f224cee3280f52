import type {CallReport} from '../../../src/report/report.js'
import {SendLateness} from '../../../src/report/send-lateness.js'
import type {LevelResult} from '../../../src/simulate/load/traffic/level.js'

/** A level as a rig shows it that has time to spare. */
export function levelOf(
  calls: readonly CallReport[],
  over: Partial<LevelResult> & {readonly lateMs?: number} = {},
): LevelResult {
  const {lateMs = 1, ...given} = over
  const lateness = new SendLateness()
  lateness.add(lateMs)
  return {
    calls,
    notOpened: calls.filter(({closing}) => closing === undefined).length,
    durationMs: 12_000,
    lateness,
    rigCpu: 0.3,
    cores: 2,
    ...given,
  }
}
