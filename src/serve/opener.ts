import {systemClock} from '../clock.js'
import {ExostreamError} from '../errors.js'
import type {Logger} from '../log.js'
import {mustTake, resolveBot} from './bots/index.js'
import {type OpenStream, opensBot} from './open-stream.js'
import {opensRelay} from './relay/relay.js'
import type {ServeRequest} from './serve-request.js'

/**
 * The relay, where one is asked for.
 * @throws ExostreamError EXO_USAGE for what does not go together, EXO_URL_INVALID
 */
export function relayOf({bot, botOptions, to, realign}: ServeRequest): OpenStream | undefined {
  if (bot === 'relay') {
    if (to === undefined) {
      throw new ExostreamError('EXO_USAGE', 'The relay needs --to: the URL of the bot behind it.')
    }
    mustTake(botOptions, {nameOrPath: bot, kind: bot})
    return opensRelay({to, realign, clock: systemClock})
  }
  if (to !== undefined || realign) {
    const flag = to === undefined ? '--realign' : '--to'
    throw new ExostreamError('EXO_USAGE', `${flag} is for --bot relay, and the bot is ${bot}.`)
  }
  return undefined
}

/** @throws ExostreamError EXO_BOT_INVALID, EXO_TEMPLATE_… */
export async function botOf(request: ServeRequest, log: Logger): Promise<OpenStream> {
  const {bot: name, botOptions, maxQueueMs, watchThrows} = request
  const beforeModule = () => {
    watchThrows((thrown) => {
      log.error({category: 'ERROR', err: thrown}, 'a bot threw outside its own function')
    })
  }
  const bot = await resolveBot(name, {...botOptions, beforeModule})
  return opensBot(bot, {clock: systemClock, maxQueueMs})
}
