import {spawn} from 'node:child_process'
import {mkdtempSync, openSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

/** The processes of a run. Whatever ends it, none of them outlives it. */

export const root = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * @typedef {import('node:child_process').ChildProcess} ChildProcess
 * @typedef {{readonly child: ChildProcess, readonly pid: number, readonly folder: string, readonly stop: () => Promise<void>}} Running
 */

/** @type {Set<ChildProcess>} */
const children = new Set()
/** @type {Set<string>} */
const folders = new Set()

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, {recursive: true, force: true})
})
for (const [signal, exit] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])) {
  process.on(signal, () => process.exit(exit))
}

/** How often a file is looked at for what it is to say. */
const LOOK_MS = 25
const START_TIMEOUT_MS = 20_000

/**
 * A Node process in an empty folder of its own; what it says goes into files there, so that nobody who reads is
 * what makes it slow.
 * @param {readonly string[]} args
 * @returns {Running}
 */
export function startNode(args) {
  const folder = mkdtempSync(join(tmpdir(), 'exostream-bench-'))
  folders.add(folder)
  const stdio = /** @type {const} */ ([
    'pipe',
    openSync(join(folder, 'stdout'), 'w'),
    openSync(join(folder, 'stderr'), 'w'),
  ])
  const child = spawn(process.execPath, args, {cwd: folder, stdio: [...stdio], env: plainEnv()})
  children.add(child)
  const ended = new Promise((resolve) => child.once('close', resolve))
  return {
    child,
    pid: child.pid ?? 0,
    folder,
    async stop() {
      child.kill('SIGKILL')
      await ended
      children.delete(child)
      rmSync(folder, {recursive: true, force: true})
      folders.delete(folder)
    },
  }
}

/**
 * The first match in what the process says.
 * @param {Running} running
 * @param {{file: 'stdout' | 'stderr', pattern: RegExp}} what
 * @returns {Promise<string>}
 */
export async function said({child, folder}, {file, pattern}) {
  const until = performance.now() + START_TIMEOUT_MS
  for (;;) {
    const text = readFileSync(join(folder, file), 'utf8')
    const found = pattern.exec(text)?.[1]
    if (found !== undefined) return found
    if (child.exitCode !== null || performance.now() > until) {
      const words = readFileSync(join(folder, 'stderr'), 'utf8')
      throw new Error(`${child.spawnargs.join(' ')} did not say ${pattern}: ${text}${words}`)
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

/**
 * Runs a Node process to its end and hands over each line of its stdout.
 * @param {readonly string[]} args
 * @param {(line: string) => void} [onLine]
 * @returns {Promise<{exit: number | null, stdout: string, stderr: string}>}
 */
export async function runNode(args, onLine = () => undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'exostream-bench-'))
  folders.add(folder)
  const child = spawn(process.execPath, args, {cwd: folder, env: plainEnv()})
  children.add(child)
  let stdout = ''
  let stderr = ''
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    stdout += text
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  })
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text))
  /** @type {number | null} */
  const exit = await new Promise((resolve) => child.once('close', resolve))
  children.delete(child)
  rmSync(folder, {recursive: true, force: true})
  folders.delete(folder)
  return {exit, stdout, stderr}
}

/** What would set flags of ours, or make Node watch itself, is left out. */
function plainEnv() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(EXOSTREAM_|NODE_OPTIONS$|PORT$|DEBUG$)/.test(name),
    ),
  )
}
