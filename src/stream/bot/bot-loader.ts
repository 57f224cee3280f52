import {spawn} from 'node:child_process'
import {readFile, stat} from 'node:fs/promises'
import {resolve} from 'node:path'
import {text} from 'node:stream/consumers'
import {pathToFileURL} from 'node:url'

import {ExostreamError} from '../../errors.js'
import type {Bot} from './bot.js'

/** How whoever runs a user's module hears what it throws where nobody awaits it. */
export type WatchThrows = (hear: (thrown: unknown) => void) => void

/**
 * The bot of a user's module: its default export.
 * @throws ExostreamError EXO_BOT_INVALID, EXO_BOT_NOT_LOADED
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
      const line = await syntaxErrorLine(path)
      const told =
        line === undefined
          ? `The bot ${path}, or a module it imports, has a syntax error`
          : `The bot ${path} has a syntax error: line ${line}`
      throw notLoaded(`${told}: ${firstLine(cause)}.`, cause)
    }
    throw notLoaded(`The bot ${path} threw while it was loaded: ${firstLine(cause)}`, cause)
  }
}

/** Node tells the line of a module's syntax error only on stderr, so it is asked once more. */
async function syntaxErrorLine(path: string): Promise<string | undefined> {
  const source = await readFile(path)
  const check = spawn(process.execPath, ['--input-type=module', '--check'], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  // A child that cannot be started or dies early has nothing to say, and says so by its silence.
  check.on('error', () => undefined)
  check.stdin.on('error', () => undefined)
  check.stdin.end(source)
  const said = await text(check.stderr)
  return /^\[stdin\]:(\d+)/m.exec(said)?.[1]
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

function notLoaded(message: string, cause: unknown): ExostreamError {
  return new ExostreamError('EXO_BOT_NOT_LOADED', message, {cause})
}

function invalid(message: string, cause?: unknown): ExostreamError {
  return new ExostreamError('EXO_BOT_INVALID', message, cause === undefined ? undefined : {cause})
}
