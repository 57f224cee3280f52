import type {CheckContext, Listener} from '../../check.js'
import {withPort} from '../../endpoint.js'
import {listenersInProc} from './from-proc.js'
import {readLsof, readNetstat, readTasklist} from './from-programs.js'

type ListenerWorld = Pick<CheckContext, 'world' | 'signal'>

/** What listens on the port of this machine, with the program where it can be seen; undefined where nothing tells. */
export async function findListeners(
  port: number,
  {world, signal}: ListenerWorld,
): Promise<readonly Listener[] | undefined> {
  const {platform, procDir, clock} = world
  if (platform === 'linux') return listenersInProc(port, {procDir, clock, signal})
  return platform === 'win32'
    ? listenersOfWindows(port, {world, signal})
    : listenersByLsof(port, {world, signal})
}

/** Exit code 1 without a word is lsof's way to say that there is none. */
async function listenersByLsof(
  port: number,
  {world, signal}: ListenerWorld,
): Promise<readonly Listener[] | undefined> {
  const args = ['-nP', `-iTCP:${String(port)}`, '-sTCP:LISTEN', '-Fpcn']
  const said = await world.runProgram('lsof', args, signal)
  return said.kind === 'ended' && said.code <= 1 ? readLsof(said.stdout, port) : undefined
}

async function listenersOfWindows(
  port: number,
  {world, signal}: ListenerWorld,
): Promise<readonly Listener[] | undefined> {
  const said = await world.runProgram('netstat', ['-ano', '-p', 'tcp'], signal)
  if (said.kind !== 'ended' || said.code !== 0) return undefined
  const listeners = readNetstat(said.stdout, port)
  const [first] = listeners
  if (first?.pid === undefined) return listeners
  const filter = ['/FI', `PID eq ${String(first.pid)}`, '/FO', 'CSV', '/NH']
  const task = await world.runProgram('tasklist', filter, signal)
  const program = task.kind === 'ended' ? readTasklist(task.stdout) : undefined
  return program === undefined
    ? listeners
    : listeners.map((one) => (one.pid === first.pid ? {...one, program} : one))
}

/** `node (process 4711) on 127.0.0.1:5000`, for a person. */
export function shownListeners(listeners: readonly Listener[]): string {
  const shown = listeners.map(({program, pid, address, port}) => {
    const who = program ?? 'a program that only root may see'
    const process = pid === undefined ? '' : ` (process ${String(pid)})`
    return `${who}${process} on ${withPort(address, port)}`
  })
  return [...new Set(shown)].slice(0, MOST_SHOWN).join(', ')
}

const MOST_SHOWN = 5
