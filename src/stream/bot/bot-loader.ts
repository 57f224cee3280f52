import {spawn} from 'node:child_process'
import {readFile, realpath, stat} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {basename, resolve} from 'node:path'
import {text} from 'node:stream/consumers'
import {fileURLToPath, pathToFileURL} from 'node:url'

import {ExostreamError} from '../../errors.js'
import type {Logger} from '../../log.js'
import type {Bot, BotCall} from './bot.js'

/** How whoever runs a user's module hears what it throws where nobody awaits it. */
export type WatchThrows = (hear: (thrown: unknown) => void) => void

/**
 * The bot of a user's module: its default export.
 * @throws ExostreamError EXO_BOT_INVALID, EXO_BOT_NOT_LOADED
 */
export async function loadBot(path: string): Promise<Bot> {
  await versionOf(path)
  return loadVersion(path)
}

/**
 * The bot of a user's module, taken anew for the next call when its file has changed; a call that
 * has begun goes on with what it began with. What the module imports is loaded once, so that a
 * change there is not seen, and each version stays in memory: for the time of writing a bot.
 * @throws ExostreamError EXO_BOT_INVALID, EXO_BOT_NOT_LOADED
 */
export async function reloadingBot(path: string): Promise<Bot> {
  const version = await versionOf(path)
  const module = new ChangingModule(path, {version, bot: await loadVersion(path)})
  return async (call) => {
    const bot = await module.take(call)
    await bot(call)
  }
}

/** A call waits so long for a changed module, which may wait for anything while it is loaded. */
const MOST_LOADING_MS = 3000

class ChangingModule {
  readonly #path: string
  /** The last good one. */
  #bot: Bot
  /** The last one tried. */
  #version: string
  #tries = 1
  #loading: Promise<void> = Promise.resolve()

  constructor(path: string, {version, bot}: {readonly version: string; readonly bot: Bot}) {
    this.#path = path
    this.#version = version
    this.#bot = bot
  }

  async take(call: BotCall): Promise<Bot> {
    const enough = new AbortController()
    const patience = call.sleep(MOST_LOADING_MS, enough.signal).then(
      () => {
        call.log.warn({bot: this.#path}, 'the changed bot is not loaded yet; the last one goes on')
      },
      // Loaded in time, or the call has ended.
      () => undefined,
    )
    await Promise.race([this.#refresh(call.log), patience])
    enough.abort()
    return this.#bot
  }

  async #refresh(log: Logger): Promise<void> {
    // An editor may be writing the file just now; that it is gone is told by the try.
    const version = await versionOf(this.#path).catch(() => 'none')
    if (version !== this.#version) {
      this.#version = version
      this.#loading = this.#try(version, log)
    }
    await this.#loading
  }

  async #try(version: string, log: Logger): Promise<void> {
    this.#tries += 1
    const place = {bot: this.#path}
    try {
      const bot = await loadVersion(this.#path, this.#tries)
      // A version that was slow to load must not take the place of a newer one.
      if (version !== this.#version) return
      this.#bot = bot
      log.info(place, 'the bot has changed; this call is answered by the new version')
    } catch (error) {
      // A mistake of somebody who is writing a bot; to be told, and no reason to lose calls.
      log.error(
        {category: 'ERROR', ...place, err: error},
        'the changed bot cannot be loaded; the last good one goes on',
      )
    }
  }
}

/** Changes with the file. */
async function versionOf(path: string): Promise<string> {
  const found = await stat(path).catch((cause: unknown) => {
    throw invalid(`There is no bot ${path}: the file cannot be found.`, cause)
  })
  if (!found.isFile()) throw invalid(`The bot ${path} is not a file.`)
  return `${found.mtimeMs} ${found.size}`
}

async function loadVersion(path: string, version?: number): Promise<Bot> {
  const loaded = await load(path, version)
  const bot: unknown = loaded['default']
  if (bot === undefined) throw invalid(`The bot ${path} has no default export.`)
  if (!isBot(bot)) {
    throw invalid(`The default export of the bot ${path} is ${nameType(bot)}, not a function.`)
  }
  return bot
}

async function load(path: string, version?: number): Promise<Record<string, unknown>> {
  try {
    const url = pathToFileURL(resolve(path))
    if (version !== undefined) {
      url.search = `version=${version}`
      // Node keeps CommonJS modules by their file alone.
      Reflect.deleteProperty(createRequire(import.meta.url).cache, await realpath(path))
    }
    // A module is an object of its exports, whatever is in it.
    return (await import(url.href)) as Record<string, unknown>
  } catch (cause) {
    const place = placeOf(cause, path)
    if (cause instanceof SyntaxError && place === undefined) {
      const line = await syntaxErrorLine(path)
      const told =
        line === undefined
          ? `The bot ${path}, or a module it imports, has a syntax error`
          : `The bot ${path} has a syntax error: line ${line}`
      throw notLoaded(`${told}: ${firstLine(cause)}.`, cause)
    }
    const where = place === undefined ? '' : `, at ${place}`
    throw notLoaded(`The bot ${path} threw while it was loaded${where}: ${firstLine(cause)}`, cause)
  }
}

/** The first place of the stack that is neither Node's nor ours. */
function placeOf(thrown: unknown, path: string): string | undefined {
  const stack = thrown instanceof Error ? String(thrown.stack) : ''
  const places = stack.matchAll(
    /^ +at (?:.*\()?(file:.+?|[/\\].+?|[A-Z]:\\.+?)(?:\?version=\d+)?:(\d+):\d+\)?$/gim,
  )
  for (const [, file = '', line = ''] of places) {
    if (file === import.meta.url) return undefined
    const name = basename(file.startsWith('file:') ? fileURLToPath(file) : file)
    return name === basename(path) ? `line ${line}` : `line ${line} of ${name}`
  }
  return undefined
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
  return typeof value === 'function' && !isClass(value)
}

function isClass(value: unknown): boolean {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value))
}

function firstLine(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return text.split('\n', 1).join('')
}

function nameType(value: unknown): string {
  if (value === null) return 'null'
  if (isClass(value)) return 'a class'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function notLoaded(message: string, cause: unknown): ExostreamError {
  return new ExostreamError('EXO_BOT_NOT_LOADED', message, {cause})
}

function invalid(message: string, cause?: unknown): ExostreamError {
  return new ExostreamError('EXO_BOT_INVALID', message, cause === undefined ? undefined : {cause})
}
