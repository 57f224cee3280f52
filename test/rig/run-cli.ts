import {type ChildProcess, spawn} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {afterAll} from 'vitest'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const bin = join(root, 'bin/run.js')

export type Ended = {
  readonly stdout: string
  readonly stderr: string
  readonly exit: number | null
  readonly signal: NodeJS.Signals | null
}

type Running = {
  readonly ended: Promise<Ended>
  /** Resolves with all of stdout once it matches; rejects when the process ends without it. */
  said(pattern: RegExp): Promise<string>
  /** The same of stderr. */
  told(pattern: RegExp): Promise<string>
  kill(signal: NodeJS.Signals): void
  /** Closes our end of its stdout, as `head` does when it has seen enough. */
  stopReading(): void
}

type RunOptions = {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Longer than the longest call of a test; a process that hangs must not outlive its test run. */
const DEADLINE_MS = 110_000

const children = new Set<ChildProcess>()
const folders = new Set<string>()

// A test that fails half-way leaves nothing behind: this file is imported where tests are collected.
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, {recursive: true, force: true})
})

/** A folder of its own, which is gone after the tests of the file. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'exostream-e2e-'))
  folders.add(folder)
  return folder
}

/** Runs the built bin to its end. */
export function runCli(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return startCli(args, options).ended
}

export function startCli(args: readonly string[], options: RunOptions = {}): Running {
  return start(process.execPath, [bin, ...args], options)
}

/** Runs any program, in an environment that says nothing of this one: no CI, no colour, no size. */
export function start(
  command: string,
  args: readonly string[],
  {cwd = root, env = {}}: RunOptions = {},
): Running {
  const child = spawn(command, args, {
    cwd,
    env: {...plainEnv(), ...env},
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  })
  children.add(child)
  const text = {stdout: '', stderr: ''}
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (part: string) => {
      text[name] += part
    })
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exit, signal) => {
      children.delete(child)
      resolve({...text, exit, signal})
    })
  })
  const matched = (name: keyof typeof text, pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (pattern.test(text[name])) resolve(text[name])
      }
      child[name].on('data', look)
      look()
      ended.then((end) => {
        reject(new Error(`it ended without saying ${String(pattern)}: ${JSON.stringify(end)}`))
      }, reject)
    })
  return {
    ended,
    said: (pattern) => matched('stdout', pattern),
    told: (pattern) => matched('stderr', pattern),
    kill(signal) {
      child.kill(signal)
    },
    stopReading() {
      child.stdout.destroy()
    },
  }
}

const OURS =
  /^(CI|VITEST.*|TEST|DEBUG|NODE_(ENV|OPTIONS|V8_COVERAGE)|EXOSTREAM_.*|NO_COLOR|FORCE_COLOR|COLUMNS|LANG|LC_.*)$/
// An npm that is run by an npm would otherwise work in the folder of the outer one.
const OUTER_NPM = /^(INIT_CWD|npm_config_local_prefix|npm_(package|lifecycle)_.*)$/

function plainEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !OURS.test(name) && !OUTER_NPM.test(name),
  )
  return Object.fromEntries(kept)
}
