import {
  access,
  constants,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import {dirname, join, resolve} from 'node:path'

import {ExostreamError} from './errors.js'

export const DEFAULT_DATA_DIR = '.exostream'

/** The folder, `.exostream/` unless said, where calls are kept and where a running `serve` is noted. */
export type Workspace = {
  readonly dir: string
  /** Notes the `serve` of this folder, so that other commands find it. */
  noteServe(note: ServeNote): Promise<void>
  /** Takes the note back, unless it is another's by now. */
  forgetServe(nonce: string): Promise<void>
  /** A new folder for one call; its name begins with the time. */
  newCallFolder(scenario: string, now: Date): Promise<string>
  /** Deletes the oldest calls, and nothing that is not a call of ours. */
  pruneCalls(keep?: number): Promise<void>
}

type ServeNote = {
  readonly pid: number
  /** What to dial from this machine, such as ws://127.0.0.1:5000/media. */
  readonly url: string
  /** The URL for the applet, without credentials, where the server has a public name. */
  readonly publicUrl?: string
  /** Who calls has to show credentials; nothing of them is here. */
  readonly asksCredentials?: true
  /** Told by the `/health` of that process and no other. */
  readonly nonce: string
  readonly startedAt: string
}

const NOTE = 'serve.json'
const CALL_FOLDER = /^\d{8}T\d{6}Z-/
const KEPT_CALLS = 50

/** @throws ExostreamError EXO_DATA_DIR */
export async function openWorkspace(dir: string): Promise<Workspace> {
  await guarded(dir, () => makeFolder(dir))
  return {
    dir,
    noteServe: (note) => guarded(dir, () => writeNote(dir, note)),
    forgetServe: (nonce) => removeNote(dir, (note) => note?.nonce === nonce),
    newCallFolder: (scenario, now) => guarded(dir, () => makeCallFolder(dir, scenario, now)),
    pruneCalls: (keep = KEPT_CALLS) => guarded(dir, () => prune(join(dir, 'calls'), keep)),
  }
}

type FoundServe = {
  /** As it noted it. */
  readonly pid: number
  readonly url: string
  readonly publicUrl?: string
  readonly asksCredentials?: true
  /** It did not answer in time, so that nobody knows whether it is this folder's; it may be busy. */
  readonly isSilent?: true
  /** It speaks TLS: its certificate names a host, and that is how it has to be dialled. */
  readonly isTls?: true
}

/**
 * The `serve` that runs in this folder, if one does: its note is believed only after the process
 * itself has said the same nonce. A note that is left from a killed process is removed.
 */
export async function findServe(dir: string): Promise<FoundServe | undefined> {
  const note = await readNote(dir)
  if (!note) return undefined
  if (note.url.startsWith('wss://')) {
    // Without its certificate the nonce cannot be asked for; a process that has ended is no server.
    return isAlive(note.pid) ? {...noted(note), isTls: true} : undefined
  }
  const health = healthUrl(note.url)
  if (!health) return undefined
  const nonce = await askNonce(health)
  if (nonce === note.nonce) return noted(note)
  if (nonce === LATE) return {...noted(note), isSilent: true}
  await removeNote(dir, (now) => now?.nonce === note.nonce)
  return undefined
}

function noted({pid, url, publicUrl, asksCredentials}: ServeNote): FoundServe {
  return {
    pid,
    url,
    ...(publicUrl === undefined ? {} : {publicUrl}),
    ...(asksCredentials === undefined ? {} : {asksCredentials}),
  }
}

/**
 * Makes the folder, and those it lies in; the first of them that it made, undefined when all were
 * there. Node's own recursion never ends behind a link to nowhere or in /proc, where a folder that is
 * there takes no other (github.com/nodejs/node/issues/27198 is its like on Windows).
 */
export async function makeFolders(dir: string, mode?: number): Promise<string | undefined> {
  const path = resolve(dir)
  const parent = dirname(path)
  const isFirst = parent === path || (await isFolder(parent))
  const first = isFirst ? undefined : await makeFolders(parent, mode)
  try {
    await mkdir(path, mode)
    return first ?? path
  } catch (error) {
    // Made by another meanwhile, or there all along.
    if (await isFolder(path)) return first
    throw error
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() ?? false
}

async function makeFolder(dir: string): Promise<void> {
  const made = await makeFolders(dir)
  const isOurs = made !== undefined || (await readdir(dir)).length === 0
  // Not into a folder that someone uses: there it would hide all their files from git.
  if (isOurs) await writeFile(join(dir, '.gitignore'), '*\n')
  await access(dir, constants.W_OK)
}

/** Renamed into place, so that a reader never sees half of it. */
async function writeNote(dir: string, note: ServeNote): Promise<void> {
  const half = join(dir, `${NOTE}.${String(note.pid)}.part`)
  await writeFile(half, `${JSON.stringify(note)}\n`)
  await rename(half, join(dir, NOTE))
}

async function removeNote(
  dir: string,
  isMeant: (note: ServeNote | undefined) => boolean,
): Promise<void> {
  if (isMeant(await readNote(dir))) await rm(join(dir, NOTE), {force: true})
}

const MOST_NOTE_BYTES = 4096

/** The note, when it is one; it may have been written by anybody. */
async function readNote(dir: string): Promise<ServeNote | undefined> {
  const path = join(dir, NOTE)
  try {
    const {size} = await stat(path)
    if (size > MOST_NOTE_BYTES) return undefined
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isNote(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isNote(value: unknown): value is ServeNote {
  if (typeof value !== 'object' || value === null) return false
  const {pid, url, publicUrl, asksCredentials, nonce, startedAt} = value as Record<string, unknown>
  const isText = (given: unknown) => typeof given === 'string' && given !== ''
  if (publicUrl !== undefined && !isText(publicUrl)) return false
  if (asksCredentials !== undefined && asksCredentials !== true) return false
  return typeof pid === 'number' && isText(url) && isText(nonce) && isText(startedAt)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Only this machine is ever asked, and only by address: a name could lead anywhere. */
function healthUrl(url: string): URL | undefined {
  if (!URL.canParse(url)) return undefined
  const {protocol, hostname, port, username, password} = new URL(url)
  const isLoopback = /^127(\.\d{1,3}){3}$/.test(hostname) || hostname === '[::1]'
  if (protocol !== 'ws:' || !isLoopback || username !== '' || password !== '') return undefined
  return new URL(`http://${hostname}:${port === '' ? '80' : port}/health`)
}

const ANSWER_MS = 1000
const LATE = Symbol('no answer in time')

async function askNonce(health: URL): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS)
    const response = await fetch(health, {signal, redirect: 'error'})
    const answer: unknown = JSON.parse(await firstBytes(response))
    return typeof answer === 'object' && answer !== null && 'nonce' in answer
      ? answer.nonce
      : undefined
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? LATE : undefined
  }
}

/** As much of an answer as a health answer can be; whoever listens there now may send without end. */
async function firstBytes(response: Response): Promise<string> {
  if (!response.body) return ''
  const body: AsyncIterable<Uint8Array> = response.body
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body) {
    parts.push(part)
    bytes += part.length
    if (bytes > MOST_NOTE_BYTES) break
  }
  return Buffer.concat(parts).toString('utf8')
}

async function makeCallFolder(dir: string, scenario: string, now: Date): Promise<string> {
  const calls = join(dir, 'calls')
  await makeFolders(calls)
  const time = now.toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '')
  for (let attempt = 1; ; attempt += 1) {
    const suffix = attempt === 1 ? '' : `-${String(attempt)}`
    const folder = join(calls, `${time}-${safeName(scenario)}${suffix}`)
    if (await isNew(folder)) return folder
  }
}

function safeName(scenario: string): string {
  const safe = scenario
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '')
  return safe === '' ? 'call' : safe
}

async function isNew(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, {mode: 0o700})
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

async function prune(calls: string, keep: number): Promise<void> {
  const entries = await readdir(calls, {withFileTypes: true}).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  })
  const kept = entries
    .filter((entry) => entry.isDirectory() && CALL_FOLDER.test(entry.name))
    .map(({name}) => name)
    .sort()
  for (const name of kept.slice(0, Math.max(0, kept.length - keep))) {
    await rm(join(calls, name), {recursive: true, force: true})
  }
}

async function guarded<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new ExostreamError('EXO_DATA_DIR', `The data folder ${dir} cannot be used.`, {cause})
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
