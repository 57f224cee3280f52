import {exotelError, goWords} from '../../stream/exotel/go-words.js'
import {withAuthorization} from '../../stream/exotel/headers.js'
import {parseStreamUrl} from '../../stream/exotel/stream-url.js'
import type {Check, CheckContext, CheckResult, Hop} from '../check.js'
import {type AskedUpgrade, askUpgrade} from './asking/ask-upgrade.js'
import {type Answered, wordsOf} from './asking/server-words.js'
import {hasAuthorization, withoutAuthorization} from './authorization.js'
import {hostOf, putIntoApplet, rightUrl} from './right-url.js'

/** A bot that opens, and closes within this, has refused after the upgrade. */
const LISTEN_MS = 1000

export const credentialsCheck: Check = {
  id: 'credentials',
  title: 'The credentials are right, and are asked for',
  group: 'answer',
  roles: ['stream'],
  needs: ['open-time'],
  limitMs: 13_000,
  run: credentials,
}

/** Whether an answer to the upgrade is about who calls. */
export function wantsCredentials({status, headers}: Answered): boolean {
  return status === 401 || (status === 403 && headers['www-authenticate'] !== undefined)
}

async function credentials(context: CheckContext): Promise<CheckResult> {
  const {hop, target} = context
  const {answer} = hop
  const {authorization} = parseStreamUrl(hop.text ?? '')
  if (answer?.kind === 'answered' && wantsCredentials(answer)) return refused(context, answer)
  if (answer?.kind !== 'opened') return notAsked
  if (authorization !== undefined) return tryOthers(context)
  if (hasAuthorization(target.headers)) return tryWithoutHeader(context)
  return {status: 'pass', summary: `${hostOf(hop)} asks for no credentials, and the URL has none`}
}

const notAsked: CheckResult = {
  status: 'skip',
  summary: 'what the server answered is not about credentials',
  mayGoOn: true,
}

function refused({hop, target}: CheckContext, answer: Answered): CheckResult {
  const schemes = answer.headers['www-authenticate'] ?? ''
  const isBearer = /\bbearer\b/i.test(schemes) && !/\bbasic\b/i.test(schemes)
  const hasUserinfo = parseStreamUrl(hop.text ?? '').authorization !== undefined
  const {means, fix} = reasonFor({
    isBearer,
    hasUserinfo,
    hasHeader: hasAuthorization(target.headers),
  })
  return {
    status: 'fail',
    summary: `${hostOf(hop)} ${means}`,
    detail: wordsOf(answer),
    fix: `${fix} ${putCredentials(hop)}`,
    exotelError: exotelError(goWords.handshakeStatus(answer.status)),
  }
}

type Shown = {
  readonly isBearer: boolean
  readonly hasUserinfo: boolean
  readonly hasHeader: boolean
}

function reasonFor({isBearer, hasUserinfo, hasHeader}: Shown): {means: string; fix: string} {
  if (isBearer) {
    return {
      means: 'wants a Bearer token, which Exotel cannot send',
      fix: 'Let the bot take Basic credentials as well, which Exotel makes of the URL.',
    }
  }
  if (hasUserinfo) {
    return {
      means: 'refuses the credentials in the URL',
      fix: 'Compare KEY and TOKEN with those of the bot; in the URL an @ is written as %40, a colon as %3A, a slash as %2F.',
    }
  }
  if (hasHeader) {
    return {
      means: 'refuses the Authorization of --header, and the URL has no credentials',
      fix: 'Exotel sends no header but Basic, which it makes of the URL.',
    }
  }
  return {
    means: 'wants credentials, and the URL has none',
    fix: 'Exotel sends those that stand in the URL, as Basic.',
  }
}

function putCredentials(hop: Hop): string {
  return putIntoApplet(
    rightUrl(hop, (url) => {
      url.username = 'KEY'
      url.password = 'TOKEN'
    }),
  )
}

/** Whether somebody who has no credentials, or wrong ones, gets in as well. */
async function tryOthers(context: CheckContext): Promise<CheckResult> {
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

/** What a Passthru is told of a stream that the bot closed. */
const CLOSED_BY_BOT = 'Stream[Status]=completed&Stream[DisconnectedBy]=bot'

function isIn({answer, closeCode}: AskedUpgrade): boolean {
  return answer.kind === 'opened' && closeCode === undefined
}

/** Exotel does not send what `--header` adds. */
async function tryWithoutHeader(context: CheckContext): Promise<CheckResult> {
  const {hop, target} = context
  const headers = withoutAuthorization(target.headers)
  const {answer} = await askUpgrade(context, {headers, listenMs: LISTEN_MS})
  const host = hostOf(hop)
  if (answer.kind !== 'answered' || !wantsCredentials(answer)) {
    return {status: 'pass', summary: `${host} opens without the Authorization of --header, too`}
  }
  return {
    status: 'warn',
    summary: `${host} opens only with the Authorization of --header, which Exotel does not send`,
    detail: wordsOf(answer),
    fix: putCredentials(hop),
    exotelError: exotelError(goWords.handshakeStatus(answer.status)),
  }
}
