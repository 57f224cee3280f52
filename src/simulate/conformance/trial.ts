import type {RuleId} from '../../protocol/rules.js'
import type {Diagnosis, RuleResult} from '../../report/report.js'
import type {RunPlan} from '../plan.js'
import type {Calls} from './calls.js'

/** What came of trying one rule. */
export type Verdict = {
  readonly status: RuleResult['status']
  /** What was done to try it, or why it was not, in one sentence. */
  readonly tried: string
  readonly detail?: string
  /** What it would be the sign of, where that is known. */
  readonly diagnosis?: Diagnosis
}

/** How one rule that takes calls of its own is tried. */
export type Trial = {
  readonly rule: RuleId
  /** It asks beside the calls: it can be tried of a bot that answers none. */
  readonly isBesideCalls?: true
  /** Why the rule cannot be tried against this bot, in one sentence; undefined when it can. */
  readonly missing?: (conditions: Conditions) => string | undefined
  readonly run: (calls: Calls) => Promise<Verdict>
}

export type Conditions = {
  readonly plan: RunPlan
  /** False where the calls of the run have no real socket under them. */
  readonly isOverNetwork: boolean
  readonly calls: Calls
}

/** A rule that was tried, or was not. */
export type TrialResult = Verdict & {readonly rule: RuleId}
