import {type ChildProcess, fork} from 'node:child_process'
import {once} from 'node:events'
import {closeSync, mkdtempSync, openSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {systemClock} from '../../../src/clock.js'
import {compileInto} from './compiled.js'
import type {Asked, Measured, Settings, Told} from './server-process.js'

/** A server in a process of its own, to be stormed. */
export type StormServer = {
  /** Where its files are. */
  readonly dir: string
  readonly ports: Readonly<Record<string, number>>
  /** What was thrown past everybody there, and the end of the process if it came. */
  readonly thrown: readonly string[]
  measure(): Promise<Measured>
  /** What it has said on stderr. */
  log(): string
  /** Drains it; again, nothing. */
  close(): Promise<void>
  /** Ends what is left of it, and its files. */
  remove(): void
}

const MEGABYTE = 1024 * 1024
const CLOSE_MS = 20_000
const LOOK_AGAIN_MS = 250

export async function startStormServer(settings: Omit<Settings, 'dir'>): Promise<StormServer> {
  const dir = mkdtempSync(join(tmpdir(), 'exostream-storm-'))
  const code = join(dir, 'code')
  await compileInto(code, ['src', 'test/rig/storm'])
  const logPath = join(dir, 'stderr.log')
  // A file, because a pipe that is read late would hold up the server.
  const stderr = openSync(logPath, 'w')
  const program = join(code, 'test/rig/storm/server-process.js')
  const child = fork(program, [JSON.stringify({dir, ...settings})], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', stderr, 'ipc'],
  })
  closeSync(stderr)
  return new Stormed({dir, logPath, child}).started()
}

type Parts = {readonly dir: string; readonly logPath: string; readonly child: ChildProcess}

class Stormed implements StormServer {
  readonly dir: string
  readonly thrown: string[] = []
  ports: Readonly<Record<string, number>> = {}
  readonly #child: ChildProcess
  readonly #logPath: string
  readonly #exited: Promise<unknown>
  #isClosing = false

  constructor({dir, logPath, child}: Parts) {
    this.dir = dir
    this.#child = child
    this.#logPath = logPath
    this.#exited = once(child, 'exit')
    child.on('message', (told: Told) => {
      if (told.type === 'thrown') this.thrown.push(told.what)
    })
    child.once('exit', (exitCode, signal) => {
      if (!this.#isClosing) this.thrown.push(`the process ended: ${String(exitCode ?? signal)}`)
    })
  }

  async started(): Promise<this> {
    const {ports} = await this.#told('listening')
    this.ports = ports
    return this
  }

  async measure(): Promise<Measured> {
    const told = this.#told('measured')
    this.#ask('measure')
    return (await told).measured
  }

  log(): string {
    return readFileSync(this.#logPath, 'utf8')
  }

  async close(): Promise<void> {
    if (this.#isClosing) return
    this.#isClosing = true
    this.#ask('close')
    const late = setTimeout(() => {
      this.thrown.push('the process did not end when it was closed')
      this.#child.kill('SIGKILL')
    }, CLOSE_MS)
    await this.#exited
    clearTimeout(late)
  }

  remove(): void {
    this.#isClosing = true
    this.#child.kill('SIGKILL')
    rmSync(this.dir, {recursive: true, force: true, maxRetries: 5})
  }

  #ask(asked: Asked): void {
    if (this.#child.connected) this.#child.send(asked)
  }

  /** Rejects when the process ends instead. */
  #told<T extends Told['type']>(type: T): Promise<Extract<Told, {type: T}>> {
    return new Promise((resolve, reject) => {
      const letGo = () => {
        this.#child.off('message', heard).off('exit', ended)
      }
      const heard = (told: Told) => {
        if (told.type !== type) return
        letGo()
        // By its type it is the one that was waited for.
        resolve(told as Extract<Told, {type: T}>)
      }
      const ended = () => {
        letGo()
        reject(new Error(`The server ended before it was ${type}: ${this.log().slice(-2000)}`))
      }
      this.#child.on('message', heard).on('exit', ended)
    })
  }
}

/** Waits until nothing of a storm is open, and memory has stopped to fall; as it is then, or at the deadline. */
export async function settled(
  server: StormServer,
  {asBefore, withinMs}: {readonly asBefore: Measured; readonly withinMs: number},
): Promise<Measured> {
  const until = systemClock.now() + withinMs
  let last = await server.measure()
  for (;;) {
    await systemClock.sleepUntil(systemClock.now() + LOOK_AGAIN_MS)
    const next = await server.measure()
    const isStill = last.bytes - next.bytes < MEGABYTE / 4
    if ((isStill && isFree(next, asBefore)) || systemClock.now() > until) return next
    last = next
  }
}

function isFree(now: Measured, before: Measured): boolean {
  const names = ['descriptors', 'sockets', 'timers', 'streams'] as const
  return names.every((name) => (now[name] ?? 0) <= (before[name] ?? 0))
}
