import {stat} from 'node:fs/promises'
import {resolve} from 'node:path'
import {pathToFileURL} from 'node:url'

import {ExostreamError} from '../errors.js'
import type {Bot} from './bot.js'

/**
 * The bot of a user's module: its default export.
 * @throws ExostreamError EXO_BOT_INVALID
 */
export async function loadBot(path: string): Promise<Bot> {
  await mustBeFile(path)
  const loaded = await load(path)
  const bot: unknown = loaded['default']
  if (bot === undefined) throw invalid(`The bot ${path} has no default export.`)
  if (!isBot(bot)) {
    throw invalid(`The default export of the bot ${path} is ${nameType(bot)}, not a function.`)
  }
  return bot
}

async function mustBeFile(path: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    throw invalid(`There is no bot ${path}: the file cannot be found.`, cause)
  })
  if (!found.isFile()) throw invalid(`The bot ${path} is not a file.`)
}

async function load(path: string): Promise<Record<string, unknown>> {
  try {
    // A module is an object of its exports, whatever is in it.
    return (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>
  } catch (cause) {
    if (cause instanceof SyntaxError) {
      const where = `"node --check ${path}" shows where`
      throw invalid(`The bot ${path} has a syntax error: ${firstLine(cause)} (${where}).`, cause)
    }
    throw invalid(`The bot ${path} threw while it was loaded: ${firstLine(cause)}`, cause)
  }
}

/** Anything that can be called is taken at its word: its parameters show only in a call. */
function isBot(value: unknown): value is Bot {
  return typeof value === 'function'
}

function firstLine(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return text.split('\n', 1).join('')
}

function nameType(value: unknown): string {
  if (value === null) return 'null'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function invalid(message: string, cause?: unknown): ExostreamError {
  return new ExostreamError('EXO_BOT_INVALID', message, cause === undefined ? undefined : {cause})
}
