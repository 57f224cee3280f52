import {withAuthorization} from '../../stream/exotel/headers.js'
import type {CheckContext, CheckResult} from '../check.js'
import {type AskedUpgrade, askUpgrade, CLOSED_BY_BOT, LISTEN_MS} from './asking/ask-upgrade.js'
import {hostOf} from './right-url.js'

/** Whether somebody who has no credentials, or wrong ones, gets in as well. */
export async function tryStrangers(context: CheckContext): Promise<CheckResult> {
  const {hop, target} = context
  const host = hostOf(hop)
  const wrong = withAuthorization(target.headers, WRONG)
  const [without, other] = await Promise.all([
    askUpgrade(context, {headers: target.headers, listenMs: LISTEN_MS}),
    askUpgrade(context, {headers: wrong, listenMs: LISTEN_MS}),
  ])
  if (without.answer.kind === 'opened' || other.answer.kind === 'opened') {
    return letIn(host, {without, other})
  }
  if (![without, other].every(isRefused)) return notTold
  return {status: 'pass', summary: `${host} takes the credentials in the URL, and refuses others`}
}

const notTold: CheckResult = {
  status: 'skip',
  summary: 'the credentials in the URL are taken; what becomes of others was not told',
  mayGoOn: true,
}

/** A server that is only too busy for one more has refused nobody. */
function isRefused({answer}: AskedUpgrade): boolean {
  if (answer.kind === 'broken') return true
  return answer.kind === 'answered' && [401, 403, 404].includes(answer.status)
}

/** A user and a password that nobody has. */
const WRONG = `Basic ${Buffer.from('exostream-doctor:not-the-password').toString('base64')}`

function letIn(
  host: string,
  {without, other}: {readonly without: AskedUpgrade; readonly other: AskedUpgrade},
): CheckResult {
  if (!isIn(without) && !isIn(other)) {
    const codes = [without, other].flatMap(({closeCode}) => closeCode ?? [])
    return {
      status: 'warn',
      summary: `${host} refuses wrong credentials only after the upgrade; Exotel sees a stream that opened`,
      detail: `closed with ${[...new Set(codes)].join(' and ')}`,
      fix: 'Answer 401 to the upgrade in place of closing the stream after it: then Exotel says what is wrong.',
      exotelError: CLOSED_BY_BOT,
    }
  }
  const whom = isIn(without) ? 'a caller without credentials' : 'a caller with wrong credentials'
  return {
    status: 'warn',
    summary: `${host} lets ${whom} in as well; anybody who knows the URL can open a stream`,
    fix: 'Let the bot compare the Authorization header of the upgrade with the credentials, and answer 401 where it differs.',
  }
}

function isIn({answer, closeCode}: AskedUpgrade): boolean {
  return answer.kind === 'opened' && closeCode === undefined
}
