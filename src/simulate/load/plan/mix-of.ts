import {ExostreamError} from '../../../errors.js'
import type {MixPart} from '../../../report/load-report.js'
import type {Scenario} from '../../scenario/scenario.js'
import {MOST_WEIGHT, totalWeight} from './mix.js'

type Asked = {
  /** By built-in name or by path. */
  readonly mix?: readonly MixPart[] | undefined
}

/**
 * The mix by the names of the scenarios; each call of a file with several has the file's weight.
 * @throws ExostreamError EXO_USAGE
 */
export function mixOf({mix}: Asked, scenarios: readonly Scenario[]): readonly MixPart[] {
  for (const scenario of scenarios) refuseUnopened(scenario)
  const parts = scenarios.map((scenario) => ({
    scenario: scenario.name,
    weight: mix?.find((part) => isOf(scenario, part))?.weight ?? 1,
  }))
  const total = totalWeight(parts)
  if (total <= MOST_WEIGHT) return parts
  throw new ExostreamError(
    'EXO_USAGE',
    `The weights of a mix add up to at most ${String(MOST_WEIGHT)}, not ${String(total)}: divide them all by the same.`,
  )
}

function isOf({name, source}: Scenario, part: MixPart): boolean {
  if (source?.path !== undefined) return source.path === part.scenario
  return name === part.scenario || name.startsWith(`${part.scenario}/`)
}

/** A load run counts streams that are refused, and these would be counted with them. */
function refuseUnopened({name, steps}: Scenario): void {
  if (!steps.some((step) => 'hangUp' in step && step.hangUp === 'set-up')) return
  throw new ExostreamError(
    'EXO_USAGE',
    `The scenario ${name} hangs up before its stream is open: a load run could not tell it from a bot that refuses.`,
  )
}
