import {type ChildProcess, spawn} from 'node:child_process'
import type {Readable} from 'node:stream'

import type {Clock} from '../../clock.js'

/** What of `process` tells that it ends; a test hands in its own. */
export type ExitSource = {
  on(name: 'exit', listener: () => void): unknown
  off(name: 'exit', listener: () => void): unknown
}

export type Child = {
  /** How it ended, such as `exit code 1`, once it has and all that it said is read. */
  readonly ended: Promise<string>
  /** Asks it to end, and after a while makes it. */
  stop(): Promise<void>
}

type Start = {
  readonly program: string
  readonly args: readonly string[]
  readonly clock: Clock
  readonly onLine: (line: string) => void
  readonly exits?: ExitSource | undefined
}

const GRACE_MS = 3000
/** Between a kill that nobody survives and the word of it. */
const KILLED_MS = 1000
const MOST_LINE_CHARACTERS = 16 * 1024
const HAS_GROUPS = process.platform !== 'win32'
/**
 * A guard beside the program, which takes the place of the shell, ends them both when our end of pipe 3
 * closes: so it does even where this process is killed and can do nothing more.
 */
const GUARD = '(read -r _ <&3; kill -9 0) >/dev/null 2>&1 & exec "$@" 3<&-'
const GUARDED = ['/bin/sh', '-c', GUARD, 'sh'] as const

/** Starts a program that does not outlive this one, and hears its lines on stdout and stderr. */
export function startChild({program, args, clock, onLine, exits = process}: Start): Child {
  const [file, ...words] = HAS_GROUPS
    ? ([...GUARDED, program, ...args] as const)
    : ([program, ...args] as const)
  const child = spawn(file, words, {
    // A group of its own: Ctrl-C has to leave it running while calls are drained, and what it starts ends with it.
    detached: HAS_GROUPS,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: foreignEnv(),
  })
  // The guard hears its end of the pipe close; nothing is ever written.
  child.stdio[3]?.on('error', () => undefined)
  const ended = endOf(child, exits)
  let hasEnded = false
  void ended.then(() => {
    hasEnded = true
  })
  for (const stream of [child.stdout, child.stderr]) if (stream) readLines(stream, onLine)
  const isEnded = (withinMs: number): Promise<boolean> => endsWithin(ended, withinMs, clock)
  return {
    ended,
    async stop() {
      // Its number may be another's by now.
      if (hasEnded) return
      killAll(child.pid, 'SIGTERM')
      if (await isEnded(GRACE_MS)) return
      killAll(child.pid, 'SIGKILL')
      await isEnded(KILLED_MS)
    },
  }
}

/** Ends what is left of it when either ends: the program, or this process. */
function endOf(child: ChildProcess, exits: ExitSource): Promise<string> {
  // Windows has no guard; elsewhere it is only sooner than that.
  const onExit = (): void => {
    killAll(child.pid, 'SIGKILL')
  }
  exits.on('exit', onExit)
  return new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message)
    })
    // Else what it started could hold its output open, and `close` would not come.
    child.once('exit', onExit)
    child.once('close', (code, signal) => {
      resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`)
    })
  }).finally(() => exits.off('exit', onExit))
}

async function endsWithin(ended: Promise<string>, ms: number, clock: Clock): Promise<boolean> {
  const waiting = new AbortController()
  const late = clock.sleepUntil(clock.now() + ms, waiting.signal).then(
    () => false,
    () => true,
  )
  try {
    return await Promise.race([ended.then(() => true), late])
  } finally {
    waiting.abort()
  }
}

function killAll(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(HAS_GROUPS ? -pid : pid, signal)
  } catch {
    // It is gone already.
  }
}

/** Lines, however they are cut; of one without end nothing is kept. */
function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('error', () => undefined)
  stream.on('data', (text: string) => {
    const lines = (rest + text).split(/\r?\n/)
    rest = lines.pop() ?? ''
    if (rest.length > MOST_LINE_CHARACTERS) rest = ''
    for (const line of lines) onLine(line.slice(0, MOST_LINE_CHARACTERS))
  })
  stream.on('end', () => {
    if (rest !== '') onLine(rest)
  })
}

/** Our credentials are none of its business; `lt` would take HOST for its server (yargs, env). */
function foreignEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(EXOSTREAM_.*|HOST|PORT)$/.test(name)),
  )
}
