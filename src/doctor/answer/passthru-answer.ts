import {seededRandom} from '../../random.js'
import {HTTP_SLOW_MS} from '../../stream/exotel-http/get.js'
import {
  askPassthru,
  type PassthruForm,
  type PassthruResult,
  type PassthruFacts,
} from '../../stream/exotel-http/passthru.js'
import {makeIdentity} from '../../stream/exotel/identity.js'
import {withoutUserinfo} from '../../stream/exotel/stream-url.js'
import type {Check, CheckContext, CheckResult} from '../check.js'
import {lookupFor} from '../host/hop-lookup.js'
import {hostOf} from './right-url.js'

/** Asks about a call that never was: both forms, and the first one twice. */
export const passthruAnswerCheck: Check = {
  id: 'answer',
  title: 'The Passthru URL chooses a branch of the flow',
  group: 'answer',
  roles: ['passthru'],
  needs: ['tls'],
  limitMs: 22_000,
  run: passthruAnswer,
}

/** Exotel may ask again when an answer was lost. */
const FORMS: readonly PassthruForm[] = ['flat', 'json', 'flat']

async function passthruAnswer(context: CheckContext): Promise<CheckResult> {
  const {hop, target, world, signal} = context
  const {clock, ca} = world
  const lookup = lookupFor(hop, world)
  const now = clock.wallNow()
  const identity = makeIdentity(seededRandom(now.getTime()), now)
  const facts: PassthruFacts = {
    identity,
    startedAt: now,
    stream: {
      streamSid: identity.streamSid,
      streamUrl: withoutUserinfo(target.stream ?? 'wss://bot.example/media'),
      status: 'completed',
      disconnectedBy: 'bot',
      durationMs: 28_000,
    },
  }
  const asking = {facts, clock, signal, lookup, ...(ca === undefined ? {} : {ca})}
  const answers: PassthruResult['answer'][] = []
  for (const form of FORMS) {
    const {answer} = await askPassthru(hop.text ?? '', {...asking, form})
    signal.throwIfAborted()
    if (answer.branch === undefined) return failed(answer)
    answers.push(answer)
  }
  return judged(hostOf(hop), answers)
}

function failed({status, problem = ''}: PassthruResult['answer']): CheckResult {
  const known = FIXES.find(({statuses}) => status !== undefined && statuses.includes(status))
  return {
    status: 'fail',
    summary: problem.replace(/\.$/, ''),
    fix: known?.fix ?? (status === undefined ? LET_ANSWER : ONLY_TWO),
  }
}

const ONLY_TWO =
  'Answer 200 to go on with the first branch of the flow, or 302 with the second; Exotel documents no other status, and ignores the body.'

const LET_ANSWER =
  'Let the endpoint answer GET within a second, with 200 or 302, and do slow work after it has answered.'

const FIXES: readonly {readonly statuses: readonly number[]; readonly fix: string}[] = [
  {
    statuses: [301, 303, 307, 308],
    fix: 'Give the URL that it redirects to in its place; of the redirects, Exotel takes only 302, for the second branch, and follows none.',
  },
  {
    statuses: [401, 403],
    fix: "Let this path in without a login, and keep strangers out by Exotel's addresses, which hello@exotel.com names: Exotel documents credentials for wss URLs only.",
  },
  {
    statuses: [404],
    fix: 'Put the path on which the endpoint is into the URL; of exostream it is /passthru.',
  },
  {statuses: [405], fix: 'Let the endpoint answer GET, by which Exotel asks, with 200 or 302.'},
  {
    statuses: [500],
    fix: 'Look into its own log for what went wrong. The stream comes either as keys such as Stream[Status] or as one JSON text under Stream; both are to be read.',
  },
  {
    statuses: [502, 503, 504, 520, 521, 522, 523, 524, 530],
    fix: 'Start the program behind the proxy or tunnel, and look that it leads to its port.',
  },
]

function judged(host: string, answers: readonly PassthruResult['answer'][]): CheckResult {
  const [flat, json, again] = answers.map(({branch}) => branch)
  if (flat !== again) {
    return {
      status: 'warn',
      summary: `${host} chose branch ${branchShown(flat)} when it was asked first, and ${branchShown(again)} when it was asked the same again`,
      fix: 'Keep the answer by CallSid and StreamSID, and give it again: Exotel may ask twice.',
    }
  }
  if (flat !== json) {
    return {
      status: 'warn',
      summary: `${host} chose branch ${branchShown(flat)} for the flat form and ${branchShown(json)} for the JSON form of the same stream`,
      fix: 'Read both forms: keys such as Stream[Status], and one JSON text under Stream. Exotel documents either.',
    }
  }
  const detail = ONLY_COMPLETED
  const slowestMs = Math.round(Math.max(...answers.map(({tookMs}) => tookMs)))
  if (slowestMs > HTTP_SLOW_MS) {
    return {
      status: 'warn',
      summary: `${host} took ${String(slowestMs)} ms to choose a branch; the caller hears nothing meanwhile`,
      detail,
      fix: 'Answer at once, and do slow work after it.',
    }
  }
  return {
    status: 'pass',
    summary: `${host} chose branch ${branchShown(flat)} for both forms, the slower in ${String(slowestMs)} ms`,
    detail,
  }
}

/** Of the two that Exotel knows, by what they are chosen with. */
function branchShown(branch: PassthruResult['answer']['branch']): string {
  return branch === 'B' ? 'B (302)' : 'A (200)'
}

const ONLY_COMPLETED =
  'asked of a stream with Stream[Status]=completed; what becomes of failed and cancelled ones was not tried'
