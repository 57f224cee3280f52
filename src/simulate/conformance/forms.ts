import type {RuleId} from '../../protocol/rules.js'
import type {Calls, Seen, Tried} from './calls.js'
import {diagnosed, type RunCause} from './causes.js'
import type {Verdict} from './trial.js'
import {combined, type Variation} from './variation.js'

/** One of the ways in which the same call may come over the wire. */
export type Form = {
  /** Names the call. */
  readonly id: string
  /** For "with ...". */
  readonly what: string
  /** Seen from Exotel or in its pages; a bot that fails at another one gets a warning only. */
  readonly isExotels: boolean
  readonly variation: Variation
  /** What a bot has that answers in the ordinary form, and not in this one. */
  readonly cause?: RunCause
  /** What a bot has that answers in this form, and not in the ordinary one. */
  readonly causeOfNeed?: RunCause
}

/** The one form without which the bot answers nothing. */
export type Need = {readonly rule: RuleId; readonly form: Form; readonly seen: Seen}

type Trying = {
  readonly rule: RuleId
  /** Forms that are first tried in one call together. */
  readonly groups: readonly (readonly Form[])[]
  readonly need: Need | undefined
}

type Broken = {readonly form: Form; readonly tried: Tried}

/** Each group in one call; one form at a time only where that call was not answered. */
export async function tryForms(calls: Calls, {rule, groups, need}: Trying): Promise<Verdict> {
  const tried = `Called with ${groups
    .flat()
    .map(({what}) => what)
    .join('; ')}.`
  const broken: Broken[] = []
  for (const group of groups) {
    if (calls.lost !== undefined || calls.isInterrupted) break
    const forms = group.filter(({id}) => id !== need?.form.id)
    broken.push(...(await brokenOf(calls, forms)))
  }
  if (need?.rule === rule) return needVerdict(need, tried)
  if (broken.length === 0) return {status: 'pass', tried}
  return brokenVerdict(broken, tried)
}

async function brokenOf(calls: Calls, forms: readonly Form[]): Promise<readonly Broken[]> {
  const [only, ...others] = forms
  if (!only) return []
  if (others.length > 0) {
    const all = forms.map(({variation}) => variation).reduce(combined)
    const name = `${only.id}-and-${String(others.length)}-more`
    if ((await calls.make(name, all)).isAnswered) return []
  }
  const broken: Broken[] = []
  // What the call with all of them has shown need not be shown twice.
  const attempts = others.length > 0 ? 1 : 2
  for (const form of forms) {
    if (calls.lost !== undefined) break
    const tried = await calls.try(form.id, form.variation, attempts)
    if (!tried.isAnswered) broken.push({form, tried})
  }
  return broken
}

function needVerdict({form, seen}: Need, tried: string): Verdict {
  const detail = `The bot answers with ${form.what}, and no ordinary call: ${outcomeOf(seen)}.`
  const {causeOfNeed} = form
  return {
    status: form.isExotels ? 'fail' : 'warn',
    tried,
    detail,
    ...(causeOfNeed ? {diagnosis: diagnosed(causeOfNeed, [detail])} : {}),
  }
}

function brokenVerdict(broken: readonly Broken[], tried: string): Verdict {
  const sentences = broken.map(
    ({form, tried: seen}) =>
      `With ${form.what} ${outcomeOf(seen)}${seen.isAliveAfter ? '' : ', and no call after it was answered'}.`,
  )
  const causes = broken.flatMap(({form}) => (form.cause ? [form.cause] : []))
  const [cause] = causes
  return {
    status: broken.some(({form}) => form.isExotels) ? 'fail' : 'warn',
    tried,
    detail: sentences.join(' '),
    ...(cause ? {diagnosis: diagnosed(cause, sentences)} : {}),
  }
}

/** What became of a call that was not answered as wished, as the end of a sentence. */
export function outcomeOf({report: {failure, closing}, heardMs}: Seen): string {
  if (!closing) return `no stream was opened (${failure?.code ?? 'it was not dialled'})`
  if (closing.by === 'bot') return `the bot closed the call with ${String(closing.code)}`
  if (closing.by === 'network') return 'the connection broke'
  return heardMs > 0 ? 'the caller was not answered' : 'the bot was not heard at all'
}
