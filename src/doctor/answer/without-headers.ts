import {exotelError, goWords} from '../../stream/exotel/go-words.js'
import {withAuthorization} from '../../stream/exotel/headers.js'
import {parseStreamUrl} from '../../stream/exotel/stream-url.js'
import type {CheckContext, CheckResult, Hop} from '../check.js'
import {type AskedUpgrade, askUpgrade, CLOSED_BY_BOT, LISTEN_MS} from './asking/ask-upgrade.js'
import {wordsOf} from './asking/server-words.js'
import {
  fixCredentials,
  hasAuthorization,
  wantsCredentials,
  wantsOnlyBearer,
} from './authorization.js'
import {breakOf} from './refusals/broken.js'
import {hostOf} from './right-url.js'

/** Whether a bot that opened to what `--header` adds opens to Exotel, which sends none of it. */
export async function tryWithoutHeaders(context: CheckContext): Promise<CheckResult> {
  const {hop, target} = context
  const {authorization} = parseStreamUrl(hop.text ?? '')
  const headers = withAuthorization({}, authorization)
  const asked = await askUpgrade(context, {headers, listenMs: LISTEN_MS})
  const {answer} = asked
  const refusal = refusalIn(asked, hop)
  if (refusal) {
    const isAuthorization =
      hasAuthorization(target.headers) && answer.kind === 'answered' && wantsCredentials(answer)
    const which = isAuthorization ? 'the Authorization' : namesOf(target.headers)
    return {
      status: 'fail',
      summary: `${hostOf(hop)} opens only with ${which} of --header, which Exotel does not send`,
      ...refusal,
      fix: isAuthorization
        ? (facts) => fixCredentials(facts, wantsOnlyBearer(answer))
        : 'Let the bot do without it. Exotel sends no header of yours but Basic credentials, which it makes of KEY:TOKEN@ in the URL; what else the bot has to know can stand in the query of the URL, in up to 3 parameters.',
    }
  }
  if (answer.kind === 'opened') {
    return {status: 'pass', summary: `${hostOf(hop)} opens without what --header adds, too`}
  }
  return {
    status: 'skip',
    summary: 'what becomes of a request without what --header adds was not told',
    mayGoOn: true,
  }
}

type Refused = {readonly detail: string; readonly exotelError: string}

/** Those of a server that is only too busy for one more. */
const BUSY = [408, 429, 502, 503, 504]

function refusalIn({answer, closeCode}: AskedUpgrade, hop: Hop): Refused | undefined {
  switch (answer.kind) {
    case 'answered':
      if (BUSY.includes(answer.status)) return undefined
      return {
        detail: wordsOf(answer),
        exotelError: exotelError(goWords.handshakeStatus(answer.status)),
      }
    case 'broken':
      return {detail: answer.words, exotelError: exotelError(breakOf(answer.words, hop).goCause)}
    case 'opened':
      return closeCode !== undefined && isPolicy(closeCode)
        ? {detail: `closed with ${String(closeCode)}`, exotelError: CLOSED_BY_BOT}
        : undefined
    case 'late':
      return undefined
  }
}

/** RFC 6455, section 7.4: the code for a policy, and those that libraries and programs have for their own. */
function isPolicy(closeCode: number): boolean {
  return closeCode === 1008 || closeCode >= 3000
}

const MOST_NAMES = 3

function namesOf(headers: Readonly<Record<string, string>>): string {
  const names = Object.keys(headers).map((name) => name.slice(0, 60))
  const more = names.length > MOST_NAMES ? ' and more' : ''
  return names.slice(0, MOST_NAMES).join(', ') + more
}
