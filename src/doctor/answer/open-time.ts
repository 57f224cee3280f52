import {HANDSHAKE_TIMEOUT_MS} from '../../protocol/limits.js'
import {exotelError, goWords} from '../../stream/exotel/go-words.js'
import {withAuthorization} from '../../stream/exotel/headers.js'
import {parseStreamUrl} from '../../stream/exotel/stream-url.js'
import type {Check, CheckContext, CheckResult, UpgradeAnswer} from '../check.js'
import {askUpgrade} from './asking/ask-upgrade.js'
import {hasAuthorization, twoAuthorizations} from './authorization.js'
import {hostOf} from './right-url.js'

/** Exotel's caller hears nothing meanwhile. Our policy. */
const SLOW_MS = 2000

export const openTimeCheck: Check = {
  id: 'open-time',
  title: 'The server answers the upgrade in time',
  group: 'answer',
  roles: ['stream'],
  needs: ['tls', 'sample-rate'],
  limitMs: HANDSHAKE_TIMEOUT_MS + 3000,
  run: openTime,
}

async function openTime(context: CheckContext): Promise<CheckResult> {
  const {hop, target} = context
  const {authorization} = parseStreamUrl(hop.text ?? '')
  if (authorization !== undefined && hasAuthorization(target.headers)) return twoAuthorizations
  const headers = withAuthorization(target.headers, authorization)
  const {answer} = await askUpgrade(context, {headers})
  return {...judged(answer, hostOf(hop)), hop: {answer}}
}

function judged(answer: UpgradeAnswer, host: string): CheckResult {
  const took = `${String(answer.tookMs)} ms`
  if (answer.kind === 'late') {
    return {
      status: 'fail',
      summary: `${host} did not answer the request to open the WebSocket within ${String(HANDSHAKE_TIMEOUT_MS / 1000)} s`,
      detail: answer.words,
      fix: 'Accept the upgrade first, and load models or call other services after it; a platform that starts the bot only when somebody calls has to keep one instance running.',
      exotelError: exotelError(goWords.late()),
    }
  }
  if (answer.tookMs > SLOW_MS) {
    return {
      status: 'warn',
      summary: `${host} took ${took} to answer; the caller hears nothing meanwhile, and Exotel gives up after ${String(HANDSHAKE_TIMEOUT_MS / 1000)} s`,
      fix: 'Accept the upgrade before anything slow is done, and keep an instance of the bot running.',
    }
  }
  const what = answer.kind === 'broken' ? 'broke the connection' : 'answered'
  return {status: 'pass', summary: `${host} ${what} in ${took}`}
}
