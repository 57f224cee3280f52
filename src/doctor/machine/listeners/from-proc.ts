import {readdir, readFile, readlink} from 'node:fs/promises'
import {join} from 'node:path'

import type {Clock} from '../../../clock.js'
import type {Listener} from '../../check.js'
import {processIds, programOf} from '../processes.js'
import {type ListeningSocket, readSocketTable} from './socket-table.js'

/** A busy machine has very many open files; without a name the port is told all the same. */
const SEARCH_MS = 1000
const MOST_FILES = 4096

type ProcWorld = {
  readonly procDir: string
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** What listens on the port, by Linux' own tables; undefined where they cannot be read. */
export async function listenersInProc(
  port: number,
  world: ProcWorld,
): Promise<readonly Listener[] | undefined> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) =>
      readFile(join(world.procDir, 'net', name), 'utf8').catch(() => undefined),
    ),
  )
  if (tables.every((table) => table === undefined)) return undefined
  const sockets = tables
    .flatMap((table = '') => readSocketTable(table))
    .filter((socket) => socket.port === port)
  const owners = await findOwners(sockets, world)
  return sockets.map(({address, inode}) => ({address, port, ...owners.get(inode)}))
}

type Owner = {readonly pid: number; readonly program?: string}

/** Files of other users are hidden from who is not root: their sockets stay without an owner. */
async function findOwners(
  sockets: readonly ListeningSocket[],
  {procDir, clock, signal}: ProcWorld,
): Promise<ReadonlyMap<string, Owner>> {
  const wanted = new Set(sockets.map(({inode}) => inode))
  const owners = new Map<string, Owner>()
  if (wanted.size === 0) return owners
  const deadline = clock.now() + SEARCH_MS
  for (const pid of await processIds(procDir)) {
    if (owners.size === wanted.size || signal.aborted || clock.now() > deadline) break
    const held = (await socketsOf(procDir, pid)).filter((inode) => wanted.has(inode))
    if (held.length === 0) continue
    const program = await programOf(procDir, pid)
    for (const inode of held) owners.set(inode, {pid, ...(program === undefined ? {} : {program})})
  }
  return owners
}

async function socketsOf(procDir: string, pid: number): Promise<readonly string[]> {
  const folder = join(procDir, String(pid), 'fd')
  const files = (await readdir(folder).catch(() => [])).slice(0, MOST_FILES)
  const links = await Promise.all(files.map((file) => readlink(join(folder, file)).catch(() => '')))
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
}
