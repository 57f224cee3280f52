import {ExostreamError} from '../../errors.js'
import type {Bot} from '../../stream/bot/bot.js'
import {loadBot} from '../../stream/bot/bot-loader.js'
import {loadTemplate} from '../template.js'
import {echo} from './echo.js'
import {playback} from './playback.js'
import {sink} from './sink.js'

const BOT_NAMES = ['playback', 'echo', 'sink'] as const

export const DEFAULT_TEMPLATE = 'sales'

const silentBots: ReadonlyMap<string, Bot> = new Map([
  ['echo', echo],
  ['sink', sink],
])

type BotOptions = {
  /** The name of a built-in template, or a folder with a template.yaml. */
  readonly template?: string | undefined
  /** Called before a user's module is loaded into this process. */
  readonly beforeModule?: (() => void) | undefined
}

/**
 * A bot by its name, or by the path of a module.
 * @throws ExostreamError EXO_BOT_INVALID, EXO_TEMPLATE_NOT_FOUND, EXO_TEMPLATE_INVALID, EXO_USAGE
 */
export async function resolveBot(
  nameOrPath: string,
  {template, beforeModule}: BotOptions = {},
): Promise<Bot> {
  if (nameOrPath === 'playback') return playback(await loadTemplate(template ?? DEFAULT_TEMPLATE))
  if (template !== undefined) {
    throw new ExostreamError(
      'EXO_USAGE',
      `A template is for the playback bot, and the bot asked for is ${nameOrPath}.`,
    )
  }
  const builtIn = silentBots.get(nameOrPath)
  if (builtIn) return builtIn
  if (/^[\w-]+$/.test(nameOrPath)) {
    throw new ExostreamError(
      'EXO_BOT_INVALID',
      `There is no bot ${nameOrPath}; built in are ${BOT_NAMES.join(', ')}.`,
    )
  }
  beforeModule?.()
  return loadBot(nameOrPath)
}
