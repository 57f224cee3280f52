import type {Finding} from '../../protocol/events.js'
import {type Rule, rules} from '../../protocol/rules.js'
import type {RuleResult} from '../../report/report.js'
import {mergeFindings} from '../../report/summary.js'
import type {RunPlan} from '../plan.js'
import type {Seen} from './calls.js'

/** What the calls gave to be judged by a rule: why it could not be tried, or how it was. */
type Watched = {readonly notTried: string} | {readonly tried: string}

type Watching = {readonly plan: RunPlan; readonly seen: readonly Seen[]}

/** The rules that any call can show, one row a number of the catalogue, C1 to C40. */
export function watchedRules(
  watching: Watching,
  byTrial: ReadonlySet<string>,
): readonly RuleResult[] {
  const ordinary = watching.seen.filter(({isOrdinary}) => isOrdinary)
  const findings = mergeFindings(ordinary.flatMap(({report}) => report.findings))
  return refs()
    .filter((ref) => !byTrial.has(ref))
    .map((ref) => rowOf(ref, {...watching, seen: ordinary, findings}))
}

/** Each number once, in its order. */
function refs(): readonly string[] {
  const all = new Set<string>(Object.values(rules).map(({ref}) => ref))
  return [...all]
    .filter((ref) => ref.startsWith('C'))
    .toSorted((one, other) => Number(one.slice(1)) - Number(other.slice(1)))
}

type Found = Watching & {readonly findings: readonly Finding[]}

const SEVERITIES = ['error', 'warning', 'info'] as const
const STATUS = {error: 'fail', warning: 'warn', info: 'pass'} as const

function rowOf(ref: string, found: Found): RuleResult {
  const [worst] = found.findings
    .filter((finding) => finding.ref === ref)
    .toSorted((one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity))
  const {id} = worst ? rules[worst.rule] : firstOf(ref)
  const watched = watch(ref, found)
  const base = {rule: id, ref}
  if (worst) {
    const tried = 'tried' in watched ? watched.tried : CALLS
    return {...base, status: STATUS[worst.severity], tried, detail: worst.summary}
  }
  return 'tried' in watched
    ? {...base, status: 'pass', tried: watched.tried}
    : {...base, status: 'not-tried', tried: watched.notTried}
}

function firstOf(ref: string): Rule {
  const rule = Object.values(rules).find((one) => one.ref === ref)
  if (!rule) throw new RangeError(`there is no rule ${ref}`)
  return rule
}

const CALLS = 'Watched in every ordinary call of the run.'

function watch(ref: string, {plan, seen}: Watching): Watched {
  const own = OWN_WAYS[ref]
  if (own) return own({plan, seen})
  const number = Number(ref.slice(1))
  const isOfMedia = number >= FIRST_OF_MEDIA && number <= LAST_OF_MEDIA
  return isOfMedia ? after(seen, 'bot-audio', 'The bot sent no audio.') : whenSpoken(seen)
}

/** C5 to C12 are about payloads. */
const FIRST_OF_MEDIA = 5
const LAST_OF_MEDIA = 12

type EventType = Parameters<Seen['events']['has']>[0]

function after(seen: readonly Seen[], event: EventType, otherwise: string): Watched {
  return seen.some(({events}) => events.has(event)) ? {tried: CALLS} : {notTried: otherwise}
}

function whenSpoken(seen: readonly Seen[]): Watched {
  return after(seen, 'received', 'The bot sent no message.')
}

function whenOpened(seen: readonly Seen[]): Watched {
  return seen.some(({isOpened}) => isOpened)
    ? {tried: CALLS}
    : {notTried: 'No stream was ever opened.'}
}

const AUDIO = 'The bot sent no audio.'
const NO_MARK = 'The bot sent no mark that came back.'

/** Those of which not every call gives an occasion. */
const OWN_WAYS: Readonly<Record<string, (watching: Watching) => Watched>> = {
  C8: ({plan, seen}) =>
    plan.sampleRateHz === 8000
      ? {notTried: 'At 8000 Hz it says no more than C7; run it at 16000 or 24000 Hz.'}
      : after(seen, 'bot-audio', AUDIO),
  C14: ({plan, seen}) =>
    plan.profile.applet === 'stream'
      ? whenOpened(seen)
      : {notTried: 'The bot was called as by a Voicebot applet, to which it may speak.'},
  C15: ({seen}) => after(seen, 'bot-audio', AUDIO),
  C16: ({seen}) => after(seen, 'bot-audio', AUDIO),
  C17: ({seen}) =>
    isSpokenOver(seen)
      ? {tried: 'The caller spoke over the bot.'}
      : {notTried: 'The bot said nothing long enough to be spoken over.'},
  C18: ({seen}) => after(seen, 'cleared', 'The bot sent no clear.'),
  C19: ({seen}) => after(seen, 'cleared', 'The bot sent no clear.'),
  C20: ({seen}) => after(seen, 'mark-echoed', NO_MARK),
  C21: ({seen}) => after(seen, 'bot-audio', AUDIO),
  C22: ({seen}) => whenOpened(seen),
  C24: ({seen}) => whenOpened(seen),
  C25: ({seen}) => greeted(seen),
  C26: ({seen}) =>
    seen.some(({report}) => report.closing?.by === 'bot')
      ? {tried: 'The bot ended a call.'}
      : {notTried: 'The caller hung up first in every call.'},
  C33: ({plan}) =>
    plan.dynamicUrl === undefined
      ? {notTried: 'No dynamic URL was given.'}
      : {tried: 'Asked before every call.'},
  C34: ({plan}) =>
    plan.passthru === undefined
      ? {notTried: 'No Passthru URL was given.'}
      : {tried: 'Asked after every call.'},
  C36: ({plan, seen}) =>
    plan.url.dialled.protocol === 'wss:' && plan.dynamicUrl === undefined
      ? {tried: 'The certificate was checked at every dial.'}
      : whenSecure(seen),
  C38: () => ({notTried: "The bot's logs cannot be seen from here."}),
}

function whenSecure(seen: readonly Seen[]): Watched {
  return seen.some(({report}) => report.dynamicUrl !== undefined)
    ? {tried: 'The certificate was checked where the dynamic URL named a wss:// one.'}
    : {notTried: 'The URL is ws://, which has no certificate.'}
}

function isSpokenOver(seen: readonly Seen[]): boolean {
  return seen.some(({report: {turns, speech}}) =>
    turns.some(
      ({kind, startMs, bargeInStopMs}) =>
        kind === 'interrupt' &&
        bargeInStopMs !== undefined &&
        speech.caller.length > 0 &&
        startMs > 0,
    ),
  )
}

function greeted(seen: readonly Seen[]): Watched {
  return seen.some(({report}) => report.turns.some(({greetingMs}) => greetingMs !== undefined))
    ? {tried: 'The bot spoke first.'}
    : {notTried: 'The bot waits for the caller to speak first.'}
}

/** The results of trials and those of watching, in the order of the catalogue. */
export function inOrder(results: readonly RuleResult[]): readonly RuleResult[] {
  const order = refs()
  return results.toSorted((one, other) => order.indexOf(one.ref) - order.indexOf(other.ref))
}
