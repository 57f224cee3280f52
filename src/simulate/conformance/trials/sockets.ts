import type {Calls, Seen} from '../calls.js'
import {diagnosed} from '../causes.js'
import {outcomeOf} from '../forms.js'
import type {Trial, Verdict} from '../trial.js'
import {
  callSideBySide,
  disturbances,
  type SideBySide,
  silentCaller,
  unaskedSpeech,
} from './side-by-side.js'

const TRIED =
  'Called three times at once, one caller silent and one at another rate where there is one, then by two sockets of one call.'

/** C31: calls run side by side, and a retried handshake brings a second socket for the same call. */
export const sockets: Trial = {
  rule: 'breaks-on-second-socket',
  run: async (calls) => {
    const together = await judgeTogether(calls)
    if (together) return together
    const same = {plan: {identity: {callSid: calls.callSidFor('two sockets of one call')}}}
    const [, newer] = await calls.makeTogether(RETRY_MS, [
      ['same-call-first', same],
      ['same-call-again', same],
    ])
    if (!newer || newer.isAnswered) return {status: 'pass', tried: TRIED}
    const detail = `On the second socket of one call ${outcomeOf(newer)}.`
    return {status: 'fail', tried: TRIED, detail}
  },
}

/** Exotel tries a failed handshake again after about a second. */
const RETRY_MS = 1000

/** Undefined when all is well; what went wrong once is tried again. */
async function judgeTogether(calls: Calls): Promise<Verdict | undefined> {
  for (const isLast of [false, true]) {
    const three = await callSideBySide(calls)
    const verdict = await judge(calls, three)
    if (!verdict || isLast) return verdict
    if (!(await calls.isAlive('three calls at the same time'))) return verdict
  }
  return undefined
}

async function judge(calls: Calls, three: SideBySide): Promise<Verdict | undefined> {
  const mixed = [...(await crosstalk(calls, three)), ...disturbances(calls, three)]
  const failed = failures(calls, three)
  const sentences = [...mixed, ...failed]
  if (sentences.length === 0) return undefined
  const isShared = mixed.length > 0 || !isServedFirst(three)
  return {
    status: 'fail',
    tried: TRIED,
    detail: sentences.join(' '),
    diagnosis: diagnosed(isShared ? 'state-shared-between-calls' : 'single-call-bot', sentences),
  }
}

/** What the silent caller heard of the others; unless a silent caller alone hears the like. */
async function crosstalk(calls: Calls, {silent}: SideBySide): Promise<readonly string[]> {
  const unasked = unaskedSpeech(silent)
  if (unasked.length === 0) return []
  const alone = await calls.make('silent', silentCaller(calls))
  if (unaskedSpeech(alone).length >= unasked.length) return []
  const at = ((unasked[0]?.startMs ?? 0) / 1000).toFixed(1)
  return [
    `A caller who said nothing was spoken to at ${at} s, while two others talked, and not when alone.`,
  ]
}

function failures(calls: Calls, {first, silent, later}: SideBySide): readonly string[] {
  return [
    ...(first.isAnswered ? [] : [`In the first of three calls at once ${outcomeOf(first)}.`]),
    ...(isGreetedAsAlone(calls, silent) ? [] : [`In the second of them ${outcomeOf(silent)}.`]),
    ...(later.isAnswered ? [] : [`In the third of them ${outcomeOf(later)}.`]),
  ]
}

/** A silent caller can only be greeted, by a bot that greets. */
function isGreetedAsAlone({seen: [usual]}: Calls, silent: Seen): boolean {
  const isGreeting = usual?.report.turns.some(({greetingMs}) => greetingMs !== undefined)
  const isLeft = silent.report.closing?.by !== 'caller'
  return !isLeft && (silent.heardMs > 0 || isGreeting !== true)
}

/** One call is served, old or new, and the others are refused, closed, or not spoken to at all. */
function isServedFirst({first, silent, later}: SideBySide): boolean {
  const isRefused = ({report, heardMs}: Seen) => report.closing?.by !== 'caller' || heardMs === 0
  const others = [first, silent, later].filter((seen) => !isRefused(seen))
  return others.length > 0 && others.every((seen) => seen === silent || seen.isAnswered)
}
