import {ExostreamError} from '../../errors.js'
import type {Bot} from '../../stream/bot/bot.js'
import {loadBot, reloadingBot} from '../../stream/bot/bot-loader.js'
import {loadTemplate} from '../template.js'
import {converse} from './converse.js'
import {type AckMode, echo} from './echo.js'
import {playback} from './playback.js'
import {sink} from './sink.js'

const BOT_NAMES = ['playback', 'echo', 'converse', 'sink', 'relay'] as const

export const DEFAULT_TEMPLATE = 'sales'

export type BotOptions = {
  /** Of playback: the name of a built-in template, or a folder with a template.yaml. */
  readonly template?: string | undefined
  /** Of echo. */
  readonly ack?: AckMode | undefined
  /** Of converse: so much quiet ends the caller's turn. */
  readonly silenceMs?: number | undefined
  /** Of converse: from the end of the turn to the answer. */
  readonly responseDelayMs?: number | undefined
  /** Of a module: takes a changed file for the next call. */
  readonly reload?: boolean | undefined
  /** Called before a user's module is loaded into this process. */
  readonly beforeModule?: (() => void) | undefined
}

const MODULE = 'a module'

/** Which bot takes each option, and what is said of it to another. */
const TAKEN_BY = {
  template: ['playback', 'A template is for the playback bot'],
  ack: ['echo', 'Acknowledging is for the echo bot'],
  silenceMs: ['converse', 'The silence that ends a turn is for the converse bot'],
  responseDelayMs: ['converse', 'A response delay is for the converse bot'],
  reload: [MODULE, 'Reloading is for a bot in a module of its own'],
} as const

/**
 * A bot by its name, or by the path of a module.
 * @throws ExostreamError EXO_BOT_INVALID, EXO_BOT_NOT_LOADED, EXO_TEMPLATE_NOT_FOUND, EXO_TEMPLATE_INVALID, EXO_USAGE
 */
export async function resolveBot(nameOrPath: string, options: BotOptions = {}): Promise<Bot> {
  const isName = /^[\w-]+$/.test(nameOrPath)
  mustTake(options, {nameOrPath, kind: isName ? nameOrPath : MODULE})
  if (!isName) {
    options.beforeModule?.()
    return options.reload ? reloadingBot(nameOrPath) : loadBot(nameOrPath)
  }
  switch (nameOrPath) {
    case 'playback':
      return playback(await loadTemplate(options.template ?? DEFAULT_TEMPLATE))
    case 'echo':
      return echo(options)
    case 'converse':
      return converse(options)
    case 'sink':
      return sink
    case 'relay':
      throw new ExostreamError(
        'EXO_BOT_INVALID',
        'The relay answers no call by itself: exostream serve --bot relay --to URL puts it before another bot.',
      )
    default:
      throw new ExostreamError(
        'EXO_BOT_INVALID',
        `There is no bot ${nameOrPath}; built in are ${BOT_NAMES.join(', ')}.`,
      )
  }
}

/** @throws ExostreamError EXO_USAGE for an option that this kind of bot does not take */
export function mustTake(
  options: BotOptions,
  {nameOrPath, kind}: {readonly nameOrPath: string; readonly kind: string},
): void {
  for (const [option, [taker, told]] of Object.entries(TAKEN_BY)) {
    // The cast restores the keys, which Object.entries forgets.
    const given = options[option as keyof typeof TAKEN_BY]
    if (given === undefined || given === false || taker === kind) continue
    throw new ExostreamError('EXO_USAGE', `${told}, and the bot asked for is ${nameOrPath}.`)
  }
}
