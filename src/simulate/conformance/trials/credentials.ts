import type {StreamUrl} from '../../../stream/exotel/stream-url.js'
import type {Calls, Seen} from '../calls.js'
import {diagnosed} from '../causes.js'
import {greet, HANG_UP, say} from '../scenario.js'
import type {Trial, Verdict} from '../trial.js'

/** C32: who does not know the password hears 401 in place of the upgrade. */
export const credentials: Trial = {
  rule: 'auth-not-before-upgrade',
  missing: ({plan, isOverNetwork}) => {
    if (!isOverNetwork) return 'A bot in this process is called without an upgrade request.'
    if (plan.dynamicUrl !== undefined) return 'The dynamic URL decides on the credentials.'
    return plan.url.authorization === undefined
      ? 'The URL has no user and password before its host.'
      : undefined
  },
  run: async (calls) => {
    const {dialled, shown, customParameters, sampleRateHz} = calls.plan.url
    const rate = sampleRateHz === undefined ? {} : {sampleRateHz}
    const missing = {dialled, shown, customParameters, ...rate}
    const wrong = {...missing, authorization: `Basic ${btoa('exostream:not-the-password')}`}
    return verdictOf([
      {what: 'wrong credentials', seen: await strange(calls, 'wrong-credentials', wrong)},
      {what: 'no credentials', seen: await strange(calls, 'no-credentials', missing)},
    ])
  },
}

/** Expected to fail, so that no try is made again. */
function strange(calls: Calls, name: string, url: StreamUrl): Promise<Seen> {
  return calls.makeUnwanted(name, {
    plan: {url, retryDelayMs: 0},
    steps: (clip) => [greet(Math.min(calls.greetMs, 2000)), say(clip), HANG_UP],
  })
}

type Knock = {readonly what: string; readonly seen: Seen}

function verdictOf(knocks: readonly Knock[]): Verdict {
  const tried = 'Called with wrong credentials, and with none.'
  const faults = knocks.flatMap(faultOf)
  const [worst] = faults.toSorted((one, other) => weight(other) - weight(one))
  if (!worst) return {status: 'pass', tried}
  const sentences = faults.map(({detail}) => detail)
  const late = faults.filter(({isAfterUpgrade}) => isAfterUpgrade).map(({detail}) => detail)
  return {
    status: worst.status,
    tried,
    detail: sentences.join(' '),
    ...(late.length === 0 ? {} : {diagnosis: diagnosed('refuses-after-upgrade', late)}),
  }
}

type Fault = {
  readonly status: 'warn' | 'fail'
  readonly detail: string
  readonly isAfterUpgrade: boolean
}

const weight = ({status}: Fault): number => (status === 'fail' ? 1 : 0)

function faultOf({what, seen}: Knock): readonly Fault[] {
  const {failure, closing, durationMs} = seen.report
  if (closing?.by === 'bot' && !seen.isAnswered) {
    const detail = `With ${what} the upgrade was granted, and the stream closed with ${String(closing.code)} after ${String(Math.round(durationMs))} ms.`
    return [{status: 'fail', detail, isAfterUpgrade: true}]
  }
  if (seen.isOpened) {
    return [{status: 'fail', detail: `With ${what} the call was taken.`, isAfterUpgrade: false}]
  }
  if (failure?.code === 'EXO_UNAUTHORIZED' && failure.message.includes(' 401')) return []
  const how = failure?.message ?? 'It was not dialled.'
  const detail = `With ${what} the upgrade was refused otherwise than with 401: ${how}`
  return [{status: 'warn', detail, isAfterUpgrade: false}]
}
