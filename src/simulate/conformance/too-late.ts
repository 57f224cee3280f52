import type {CallReport, RuleResult} from '../../report/report.js'

export const TOO_LATE = 'This machine was too late to tell.'

/** The rules that times decide on, which a machine that was late itself cannot tell of. */
const TIMED: ReadonlySet<string> = new Set(['C15', 'C16', 'C17', 'C24', 'C25'])

/** The rows of a run whose rig was void: none of them was judged by a time. */
export function withoutTimes(
  rules: readonly RuleResult[],
  calls: readonly CallReport[],
): readonly RuleResult[] {
  const isHeard = calls.some(({speech}) => speech.bot.length > 0)
  return rules.map((result) => {
    const {rule, ref, status} = result
    // That a bot never spoke takes no clock to tell.
    const isSilence = ref === 'C25' && !isHeard
    if (!TIMED.has(ref) || status === 'not-tried' || isSilence) return result
    return {rule, ref, status: 'not-tried', tried: TOO_LATE}
  })
}
