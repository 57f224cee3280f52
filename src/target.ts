import {systemClock} from './clock.js'
import {ExostreamError} from './errors.js'
import type {Logger} from './log.js'
import type {Target} from './report/report.js'
import {resolveBot} from './serve/bots/index.js'
import {startServer} from './serve/server.js'
import type {Bot} from './stream/bot.js'
import {parseStreamUrl} from './stream/stream-url.js'
import {findServe} from './workspace.js'

/**
 * Where the doors join two rooms: what `simulate` calls may be a bot that `serve` runs, in another
 * process of this folder or, for one run, in this one.
 */
export type TargetRequest = {
  readonly url?: string
  readonly bot?: string | Bot
  readonly template?: string
  readonly dataDir?: string
  /** With CI set nothing is guessed: no target is an error. */
  readonly isCi: boolean
  readonly version: string
  readonly log: Logger
}

export type OpenTarget = {
  readonly target: Target
  /** What is dialled; may hold credentials. */
  readonly url: string
  close(): Promise<void>
}

const nothingToClose = () => Promise.resolve()

/** @throws ExostreamError EXO_NO_TARGET, EXO_URL_INVALID, EXO_BOT_INVALID, EXO_TEMPLATE_… */
export async function openTarget(request: TargetRequest): Promise<OpenTarget> {
  const {url, bot, template, dataDir, isCi} = request
  if (url !== undefined && bot !== undefined) {
    throw new ExostreamError(
      'EXO_USAGE',
      'A URL and --bot were both given; the call can go to one of them.',
    )
  }
  if (url !== undefined) {
    return {target: {kind: 'url', url: parseStreamUrl(url).shown}, url, close: nothingToClose}
  }
  if (bot !== undefined) return openBot(bot, request)
  const serving =
    dataDir === undefined || template !== undefined ? undefined : await findServe(dataDir)
  if (serving)
    return {target: {kind: 'serve', url: serving.url}, url: serving.url, close: nothingToClose}
  if (isCi) {
    throw new ExostreamError(
      'EXO_NO_TARGET',
      'There is no bot to call: no URL, no --bot, and no exostream serve in this folder.',
    )
  }
  return openBot('playback', request)
}

/** Serves the bot on a free port of loopback until `close`. */
async function openBot(
  nameOrBot: string | Bot,
  {template, version, log}: TargetRequest,
): Promise<OpenTarget> {
  const name = typeof nameOrBot === 'string' ? nameOrBot : nameOrBot.name || 'a function'
  const bot =
    typeof nameOrBot === 'string'
      ? await resolveBot(nameOrBot, template === undefined ? {} : {template})
      : nameOrBot
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    bot,
    botName: name,
    clock: systemClock,
    log,
    version,
  })
  return {
    target: {kind: 'bot', bot: name},
    url: server.url('/media'),
    close: () => server.close(),
  }
}
