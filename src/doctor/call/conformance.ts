import type {Finding} from '../../protocol/events.js'
import type {RuleId} from '../../protocol/rules.js'
import type {CallReport, Diagnosis} from '../../report/report.js'
import {printable} from '../../report/text/plain.js'
import {counted} from '../../report/text/units.js'
import type {Check, CheckResult} from '../check.js'

/** What the bot sent in the call is legal, and sounds as it was meant. */
export const conformanceCheck: Check = {
  id: 'conformance',
  title: 'What the bot sends is legal',
  group: 'call',
  roles: ['stream'],
  needs: ['call'],
  limitMs: 1000,
  run({known: {call}}) {
    return Promise.resolve(
      call ? judge(call) : {status: 'skip', summary: 'not checked: there was no call'},
    )
  },
}

/** What other checks say, or only a conversation can show: the caller here speaks over the bot. */
const NOT_HERE: readonly RuleId[] = [
  'handshake-slow',
  'handshake-timeout',
  'tls-not-trusted',
  'close-not-1000',
  'first-audio-slow',
  'first-audio-late',
  'sent-after-stop',
  'audio-after-clear',
  'clear-storm',
  'no-clear-on-barge-in',
]

/** The same of the causes that simulate knows. */
const NOT_HERE_CAUSES: readonly string[] = [
  'hears-itself',
  'sends-after-clear',
  'leaves-queue',
  'never-clears',
  'clears-late',
  'clear-storm',
  'missing-stream-sid',
]

const PACE: readonly RuleId[] = [
  'underrun-in-utterance',
  'slower-than-real-time',
  'chunk-small-irregular',
]
const PACE_CAUSES: readonly string[] = ['slower-than-real-time', 'chunk-too-small']
/** A hole now and then may be the network's, and so short a call cannot tell. */
const FEW_HOLES = 3
/** Where this machine itself was so late, a hole may be of its making. */
const RIG_LATE_MS = 50
/** Unless the bot fell behind by so many times as much as this machine ever was. */
const CLEARLY = 3

function judge(call: CallReport): CheckResult {
  if (isRateUncertain(call)) return rateNotJudged(call)
  const {findings} = call
  const isPaceKnown = isPaceShown(call)
  const counting = findings.filter(
    ({rule, severity}) => severity !== 'info' && isCounted(rule, isPaceKnown),
  )
  const [worst] = counting
  if (!worst) {
    if (hasHoles(call) && !isPaceKnown) return notJudged(call)
    const notes = findings.map(({rule}) => rule).join(', ')
    return {
      status: 'pass',
      summary: 'what the bot sent is legal',
      ...(notes === '' ? {} : {detail: `of no weight here: ${notes}`}),
    }
  }
  const told = tell(worst, counting, causeOf(call, isPaceKnown))
  // Exotel shows nothing of it: the caller hears it.
  return {status: worst.severity === 'error' ? 'fail' : 'warn', ...told}
}

/** A rate is told by the pace, which a stall of this machine moves as well. */
function isRateUncertain({diagnosis, uncertaintyMs = 0}: CallReport): boolean {
  return uncertaintyMs >= RIG_LATE_MS && (diagnosis?.cause ?? '').startsWith('sample-rate-too-')
}

function rateNotJudged({diagnosis, uncertaintyMs = 0}: CallReport): CheckResult {
  const late = `${String(Math.round(uncertaintyMs))} ms`
  return {
    status: 'skip',
    summary: `not judged whether the audio is at the rate of the stream: this machine was ${late} late itself; run it again on a quiet machine`,
    detail: printable(diagnosis?.summary ?? ''),
    mayGoOn: true,
  }
}

function hasHoles({metrics, findings}: CallReport): boolean {
  const holes = metrics['underruns'] ?? 0
  return holes >= FEW_HOLES && findings.some(({rule}) => PACE.includes(rule))
}

function isPaceShown(call: CallReport): boolean {
  const {uncertaintyMs = 0} = call
  return hasHoles(call) && (uncertaintyMs < RIG_LATE_MS || isSlowByItself(call, uncertaintyMs))
}

/** The median of its pace says so, which no single late moment of ours moves, and so does what it lacked in the end. */
function isSlowByItself({diagnosis, metrics, speech}: CallReport, lateMs: number): boolean {
  if (diagnosis?.cause !== 'slower-than-real-time') return false
  const saidMs = speech.bot.reduce((sum, {startMs, endMs}) => sum + endMs - startMs, 0)
  const behindMs = (1 - (metrics['deliveryRatio'] ?? 1)) * saidMs
  return behindMs > CLEARLY * lateMs
}

function notJudged({metrics, uncertaintyMs = 0}: CallReport): CheckResult {
  const late = `${String(Math.round(uncertaintyMs))} ms`
  return {
    status: 'skip',
    summary: `not judged whether it sounds choppy: this machine was ${late} late itself; run it again on a quiet machine`,
    detail: `${counted(metrics['underruns'] ?? 0, 'hole')} in what the bot said; else it is legal`,
    mayGoOn: true,
  }
}

function isCounted(rule: RuleId, isPaceKnown: boolean): boolean {
  return PACE.includes(rule) ? isPaceKnown : !NOT_HERE.includes(rule)
}

function causeOf({diagnosis}: CallReport, isPaceKnown: boolean): Diagnosis | undefined {
  if (!diagnosis || NOT_HERE_CAUSES.includes(diagnosis.cause)) return undefined
  return !isPaceKnown && PACE_CAUSES.includes(diagnosis.cause) ? undefined : diagnosis
}

/** In the words of the diagnosis, which knows the number that tells; else in those of the worst rule. */
function tell(worst: Finding, all: readonly Finding[], diagnosis: Diagnosis | undefined) {
  const rules = all.map(
    ({rule, ref, severity, count}) => `${severity} ${ref} ${rule}, ${counted(count, 'time')}`,
  )
  const [what = worst.summary, ...more] = worst.summary.split(/(?<=\.) /)
  return {
    summary: asSummary(diagnosis?.summary ?? what),
    detail: [...(diagnosis?.evidence ?? more), ...rules].map(printable).join('\n'),
    fix: diagnosis?.fix ?? worst.fix,
  }
}

/** A sentence as verdicts are: without its full stop, and a capital only where a name has one. */
function asSummary(sentence: string): string {
  const bare = printable(sentence).replace(/\.$/, '')
  return bare.replace(/^(The|A|An|None|Most|Chunks|Up|Of)\b/, (word) => word.toLowerCase())
}
