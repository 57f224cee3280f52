import {fileURLToPath} from 'node:url'

import type {WatchThrows} from '../stream/bot/bot-loader.js'

type StrayThrows = {
  /** From now on hears what a user's module throws in a timer, a listener or a forgotten promise. */
  readonly watch: WatchThrows
  /** Gives everything that is thrown back to whoever heard it before. */
  dispose(): void
}

const EVENT = 'uncaughtException'

/**
 * Keeps a user's bot from ending the whole process with what nobody awaits, as Node would have it.
 * A bug of ours still does.
 */
export function catchThrows(): StrayThrows {
  let others: readonly NodeJS.UncaughtExceptionListener[] = []
  let dispose: () => void = () => undefined
  const watch: WatchThrows = (hear) => {
    const onThrown: NodeJS.UncaughtExceptionListener = (thrown, origin) => {
      const blamed = whoThrew(thrown)
      if (blamed === 'the bot') hear(unwrapped(thrown))
      if (blamed === 'exostream') for (const other of others) other(thrown, origin)
    }
    // In their place, because each of them would end the process.
    others = process.listeners(EVENT)
    for (const other of others) process.off(EVENT, other)
    process.on(EVENT, onThrown)
    dispose = () => {
      process.off(EVENT, onThrown)
      for (const other of others) process.on(EVENT, other)
    }
  }
  return {
    watch,
    dispose() {
      dispose()
    },
  }
}

/**
 * By the files of its stack. The bot's is also what we throw when its timer calls us wrongly, and
 * what has no stack: our own code rejects with errors.
 */
function whoThrew(thrown: unknown): 'the bot' | 'exostream' | 'nobody' {
  const files = filesOf(thrown)
  if (files.some((file) => !isOurs(file) && !isOfPackage(file))) return 'the bot'
  // At the end of a call whatever still waits for it is rejected, and nothing is wrong.
  if (thrown instanceof Error && thrown.name === 'AbortError') return 'nobody'
  return files.some(isOurs) ? 'exostream' : 'the bot'
}

/** Of a promise that was rejected with something else than an error Node tells only its text. */
function unwrapped(thrown: unknown): unknown {
  const text = thrown instanceof Error ? String(thrown) : ''
  const isWrapped = text.startsWith('UnhandledPromiseRejection')
  return (isWrapped ? / with the reason "([^]*)"\.$/.exec(text)?.[1] : undefined) ?? thrown
}

const OURS = new URL('..', import.meta.url)

/** A stack names ES modules by URL, and others by path. */
function isOurs(file: string): boolean {
  return file.startsWith(OURS.href) || file.startsWith(fileURLToPath(OURS))
}

/** A dependency, of ours or of the bot's. */
function isOfPackage(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file)
}

/** The files in the stack, without Node's own. */
function filesOf(thrown: unknown): readonly string[] {
  const stack = thrown instanceof Error ? String(thrown.stack) : ''
  return [...stack.matchAll(/^ +at (?:.* \()?(?:async )?(.+?):\d+:\d+\)?$/gm)]
    .map(([, file = '']) => file)
    .filter((file) => !file.startsWith('node:'))
}
