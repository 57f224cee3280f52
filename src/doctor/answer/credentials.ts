import {parseStreamUrl} from '../../stream/exotel/stream-url.js'
import {exotelError, goWords} from '../../stream/exotel/go-words.js'
import type {Check, CheckContext, CheckResult, Hop} from '../check.js'
import {type Answered, wordsOf} from './asking/server-words.js'
import {
  fixCredentials,
  hasAuthorization,
  wantsCredentials,
  wantsOnlyBearer,
} from './authorization.js'
import {hostOf, rightUrl} from './right-url.js'
import {tryStrangers} from './strangers.js'
import {tryWithoutHeaders} from './without-headers.js'

export const credentialsCheck: Check = {
  id: 'credentials',
  title: 'The credentials are right, and are asked for',
  group: 'answer',
  roles: ['stream'],
  needs: ['open-time'],
  limitMs: 13_000,
  run: credentials,
}

async function credentials(context: CheckContext): Promise<CheckResult> {
  const {hop, target} = context
  const {answer} = hop
  if (answer?.kind === 'answered' && wantsCredentials(answer)) return refused(context, answer)
  if (answer?.kind !== 'opened') return notAsked
  const hasHeaders = Object.keys(target.headers).length > 0
  const [bare, strangers] = await Promise.all([
    hasHeaders ? tryWithoutHeaders(context) : undefined,
    hasUserinfo(hop) ? tryStrangers(context) : undefined,
  ])
  if (bare?.status === 'fail') return bare
  return (
    strangers ??
    bare ?? {
      status: 'pass',
      summary: `${hostOf(hop)} asks for no credentials, and the URL has none`,
    }
  )
}

const notAsked: CheckResult = {
  status: 'skip',
  summary: 'what the server answered is not about credentials',
  mayGoOn: true,
}

function hasUserinfo({text = ''}: Hop): boolean {
  return parseStreamUrl(text).authorization !== undefined
}

function refused({hop, target}: CheckContext, answer: Answered): CheckResult {
  const isBearer = wantsOnlyBearer(answer)
  const hasHeader = hasAuthorization(target.headers)
  if (target.asksCredentials && !isBearer && !hasUserinfo(hop) && !hasHeader) {
    return keptToItself(hop, target.isLocal)
  }
  return {
    status: 'fail',
    summary: `${hostOf(hop)} ${meaning({isBearer, hasUserinfo: hasUserinfo(hop), hasHeader})}`,
    detail: wordsOf(answer),
    fix: (facts) =>
      !isBearer && hasUserinfo(facts.hop) ? COMPARE : fixCredentials(facts, isBearer),
    exotelError: exotelError(goWords.handshakeStatus(answer.status)),
  }
}

/** The bot is well, for all that is known: it is doctor who lacks what opens it. */
function keptToItself(hop: Hop, isLocal: boolean): CheckResult {
  const url = rightUrl(hop, (changed) => {
    changed.username = 'KEY'
    changed.password = 'TOKEN'
  })
  return {
    status: 'skip',
    summary: 'the exostream serve of this folder asks for credentials, which it keeps to itself',
    detail: `give them in the URL:\nexostream doctor '${url}'${isLocal ? ' --local' : ''}`,
  }
}

const COMPARE =
  'Compare KEY and TOKEN with those of the bot; in the URL an @ is written as %40, a colon as %3A, a slash as %2F.'

type Shown = {
  readonly isBearer: boolean
  readonly hasUserinfo: boolean
  readonly hasHeader: boolean
}

function meaning({isBearer, hasUserinfo: hasOwn, hasHeader}: Shown): string {
  if (isBearer) return 'wants a Bearer token, which Exotel cannot send'
  if (hasOwn) return 'refuses the credentials in the URL'
  return hasHeader
    ? 'refuses the Authorization of --header, and the URL has no credentials'
    : 'wants credentials, and the URL has none'
}
