import type {RuleId} from '../../protocol/rules.js'
import type {Calls, Seen} from './calls.js'
import type {Form, Need} from './forms.js'
import {dialectForms} from './trials/dialects.js'
import {frameForm} from './trials/framing.js'
import {PREFIXED_SIDS} from './trials/sids.js'

/**
 * The form in which a bot answers that does not answer an ordinary call; undefined when there is
 * none. A bot that cannot be reached at all is not called again.
 */
export async function findNeed(calls: Calls, ordinary: Seen): Promise<Need | undefined> {
  if (!ordinary.isOpened) return undefined
  for (const {rule, form} of candidates(calls)) {
    if (calls.isInterrupted) return undefined
    const seen = await calls.make(form.id, form.variation)
    // Once may be chance: a bot that answers at times is not to be told what it needs.
    if (seen.isAnswered && (await calls.make(form.id, form.variation)).isAnswered) {
      return {rule, form, seen: ordinary}
    }
  }
  return undefined
}

type Candidate = {readonly rule: RuleId; readonly form: Form}

function candidates(calls: Calls): readonly Candidate[] {
  const [counters, ...others] = dialectForms(calls)
  const casing = others.at(-1)
  return [
    {rule: 'breaks-on-framing', form: frameForm(calls)},
    ...[counters, casing].flatMap((form) =>
      form ? [{rule: 'breaks-on-dialect' as const, form}] : [],
    ),
    {rule: 'needs-prefixed-sids', form: PREFIXED_SIDS},
  ]
}
