import type {Listener} from '../../check.js'
import {programName} from '../processes.js'

const MOST_LISTENERS = 50

/** What `lsof -nP -iTCP:PORT -sTCP:LISTEN -Fpcn` says: a letter, then the field (lsof(8), OUTPUT FOR OTHER PROGRAMS). */
export function readLsof(text: string, port: number): readonly Listener[] {
  const listeners: Listener[] = []
  let owner: Omit<Listener, 'address' | 'port'> = {}
  for (const line of text.split('\n')) {
    const value = line.slice(1)
    if (line.startsWith('p')) owner = /^\d+$/.test(value) ? {pid: Number(value)} : {}
    if (line.startsWith('c')) owner = {...owner, ...named(value)}
    if (line.startsWith('n')) listeners.push({address: withoutPort(value), port, ...owner})
  }
  return listeners.slice(0, MOST_LISTENERS)
}

/** What `netstat -ano -p tcp` says. Its words for the states are those of the country, but only who listens has no peer. */
export function readNetstat(text: string, port: number): readonly Listener[] {
  const listeners = text.split('\n').flatMap((line): Listener[] => {
    const [protocol, local = '', peer = '', ...rest] = line.trim().split(/\s+/)
    const pid = rest.at(-1) ?? ''
    if (protocol !== 'TCP' || !local.endsWith(`:${String(port)}`)) return []
    if (!/^(?:0\.0\.0\.0|\[::\]):0$/.test(peer) || !/^\d+$/.test(pid)) return []
    return [{address: withoutPort(local), port, pid: Number(pid)}]
  })
  return listeners.slice(0, MOST_LISTENERS)
}

/** What `tasklist /FI "PID eq N" /FO CSV /NH` says of one process. */
export function readTasklist(text: string): string | undefined {
  const [, name = ''] = /^"([^"]+)","\d+"/m.exec(text) ?? []
  return programName(name)
}

function named(text: string): {readonly program?: string} {
  const program = programName(text)
  return program === undefined ? {} : {program}
}

/** `*:5000`, `127.0.0.1:5000`, `[::1]:5000` without what is not the address. */
function withoutPort(text: string): string {
  const address = text.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return address === '*' ? '0.0.0.0' : address
}
