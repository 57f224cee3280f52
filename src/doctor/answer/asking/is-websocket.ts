import {ExostreamError} from '../../../errors.js'
import {withAuthorization} from '../../../stream/exotel/headers.js'
import {parseStreamUrl} from '../../../stream/exotel/stream-url.js'
import type {CheckContext} from '../../check.js'
import {askUpgrade} from './ask-upgrade.js'
import {within} from './within.js'

/** For one more look at a server that has just answered. */
const LOOK_LIMIT_MS = 2000

/** Whether a WebSocket opens at this URL, which is another writing of the hop's own. */
export async function isWebSocket(context: CheckContext, text: string): Promise<boolean> {
  const {hop, target, world, signal} = context
  const authorization = authorizationIn(text)
  if (authorization === false) return false
  const done = new AbortController()
  const asking = {
    hop: {...hop, text},
    world,
    signal: AbortSignal.any([signal, done.signal]),
  }
  try {
    const headers = withAuthorization(target.headers, authorization)
    const {clock} = world
    const asked = await within(askUpgrade(asking, {headers}), LOOK_LIMIT_MS, {clock, signal})
    return asked?.answer.kind === 'opened'
  } finally {
    done.abort()
  }
}

/** False where it is no URL of a stream, as one with a rate that Exotel has not. */
function authorizationIn(text: string): string | undefined | false {
  try {
    return parseStreamUrl(text).authorization
  } catch (error) {
    if (error instanceof ExostreamError) return false
    throw error
  }
}
