import {systemClock} from './clock.js'
import {ExostreamError} from './errors.js'
import type {Logger} from './log.js'
import type {Target} from './report/report.js'
import {resolveBot} from './serve/bots/index.js'
import {opensBot} from './serve/open-stream.js'
import {startServer} from './serve/server.js'
import type {Bot} from './stream/bot/bot.js'
import type {WatchThrows} from './stream/bot/bot-loader.js'
import {parseStreamUrl} from './stream/exotel/stream-url.js'
import {isDynamicUrl} from './stream/exotel-http/dynamic-url.js'
import {parseHttpUrl} from './stream/exotel-http/get.js'
import {type VirtualWorld, virtualWorld} from './virtual.js'
import {findServe} from './workspace.js'

/**
 * Where the doors join two rooms: what `simulate` calls may be a bot that `serve` runs, in another
 * process of this folder or, for one run, in this one.
 */
export type TargetRequest = {
  readonly url?: string | undefined
  readonly bot?: string | Bot | undefined
  readonly template?: string | undefined
  readonly clock?: 'real' | 'virtual' | undefined
  readonly dataDir?: string | undefined
  /** With CI set nothing is guessed: no target is an error. */
  readonly isCi: boolean
  readonly version: string
  readonly log: Logger
  readonly watchThrows?: WatchThrows | undefined
  /** A bot is called that runs elsewhere, and none is made up. */
  readonly isElsewhere?: true
}

/** What a bot in this process threw during its call. */
export type Thrown = {
  /** In one line. */
  readonly words: string
  /** Not from the function of the bot, but from a timer, a listener or a promise it had left alone. */
  readonly isStray: boolean
}

export type OpenTarget = {
  readonly target: Target
  /** What is dialled; may hold credentials. */
  readonly url: string
  /** Of the process that is called, where it is the `serve` of this folder. */
  readonly pid?: number
  /** Where the call is made when it is made in virtual time. */
  readonly virtual?: VirtualWorld
  /** The first that a bot in this process threw while its call was open. */
  readonly thrown: () => Thrown | undefined
  close(): Promise<void>
}

/** What a bot is told it was dialled at where nothing is dialled. */
const IN_MEMORY_URL = 'ws://127.0.0.1/media'

const thrownElsewhere = () => undefined
const nothingToClose = () => Promise.resolve()

/** @throws ExostreamError EXO_NO_TARGET, EXO_SERVE_SILENT, EXO_URL_INVALID, EXO_BOT_INVALID, EXO_TEMPLATE_… */
export async function openTarget(request: TargetRequest): Promise<OpenTarget> {
  const {url, bot, template, dataDir, isCi} = request
  refuseMixture(request)
  if (url !== undefined) {
    const {shown} = isDynamicUrl(url) ? parseHttpUrl(url) : parseStreamUrl(url)
    return outside({kind: 'url', url: shown}, url)
  }
  if (bot !== undefined) return openBot(bot, request)
  const serving = template === undefined ? await servingIn(dataDir) : undefined
  if (serving) {
    return {...outside({kind: 'serve', url: serving.url}, serving.url), pid: serving.pid}
  }
  if (request.isElsewhere) throw noTarget('no URL, and no exostream serve in this folder.')
  if (isCi) throw noTarget(missingIn(dataDir))
  return openBot('playback', request)
}

/** The `serve` of that folder, if it can be called from here. */
async function servingIn(dataDir: string | undefined) {
  const serving = dataDir === undefined ? undefined : await findServe(dataDir)
  if (serving?.isSilent) {
    throw new ExostreamError(
      'EXO_SERVE_SILENT',
      `The exostream serve of this folder (${serving.url}) did not answer within 1 s.`,
    )
  }
  if (serving?.isTls) {
    throw new ExostreamError(
      'EXO_NO_TARGET',
      'The exostream serve of this folder speaks TLS, so it has to be called by the name in its certificate: give its URL.',
    )
  }
  return serving
}

function refuseMixture({url, bot, clock, dataDir}: TargetRequest): void {
  if (url !== undefined && bot !== undefined) {
    const both = dataDir === undefined ? 'A url and a bot' : 'A URL and --bot'
    throw new ExostreamError(
      'EXO_USAGE',
      `${both} were both given; the call can go to one of them.`,
    )
  }
  if (clock === 'virtual' && bot === undefined) {
    throw new ExostreamError(
      'EXO_USAGE',
      'In virtual time only a bot of this process can be called: give a bot, and no URL.',
    )
  }
}

function noTarget(missing: string): ExostreamError {
  return new ExostreamError('EXO_NO_TARGET', `There is no bot to call: ${missing}`)
}

/** The library has no flags and no folder of its own. */
function missingIn(dataDir: string | undefined): string {
  return dataDir === undefined
    ? 'give a url or a bot.'
    : 'no URL, no --bot, and no exostream serve in this folder.'
}

/** What runs in another process says in its own log what went wrong there. */
function outside(target: Target, url: string): OpenTarget {
  return {target, url, thrown: thrownElsewhere, close: nothingToClose}
}

/** Serves the bot on a free port of loopback until `close`, or in memory in virtual time. */
async function openBot(nameOrBot: string | Bot, request: TargetRequest): Promise<OpenTarget> {
  const {clock, version, log} = request
  const name = typeof nameOrBot === 'string' ? nameOrBot : nameOrBot.name || 'a function'
  const {bot, thrown} = await watchBot(nameOrBot, request)
  const called = {target: {kind: 'bot' as const, bot: name}, thrown}
  if (clock === 'virtual') {
    const virtual = virtualWorld(bot, log)
    return {...called, url: IN_MEMORY_URL, virtual, close: nothingToClose}
  }
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    open: opensBot(bot, {clock: systemClock}),
    botName: name,
    clock: systemClock,
    log,
    version,
  })
  return {...called, url: server.url('/media'), close: () => server.close()}
}

/** The bot as it is run, and the first that it threw. */
async function watchBot(
  nameOrBot: string | Bot,
  {template, watchThrows}: TargetRequest,
): Promise<{readonly bot: Bot; readonly thrown: OpenTarget['thrown']}> {
  let thrown: Thrown | undefined
  const beforeModule = () => {
    watchThrows?.((stray) => {
      thrown ??= {words: inOneLine(stray), isStray: true}
    })
  }
  const bot =
    typeof nameOrBot === 'string'
      ? await resolveBot(nameOrBot, {template, beforeModule})
      : nameOrBot
  return {
    thrown: () => thrown,
    async bot(call) {
      try {
        await bot(call)
      } catch (error) {
        // After the end of the call whatever waits for it rejects, and nothing is wrong.
        if (!call.signal.aborted) thrown ??= {words: inOneLine(error), isStray: false}
        throw error
      }
    },
  }
}

/** The words, and the first place of the stack that is not ours. */
function inOneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const places = (error.stack ?? '').match(/^ +at .*$/gm) ?? []
  const place = places
    .find((line) => !line.includes(import.meta.dirname) && !line.includes('node:'))
    ?.trim()
  return place === undefined ? String(error) : `${String(error)} (${place})`
}
