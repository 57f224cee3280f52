import {basename} from 'node:path'

import type {LocalTunnel} from '../../check.js'
import {argumentsOf, processIds} from '../processes.js'

/** How many are read at once. */
const BATCH = 64

/** The tunnels that run, by their processes: they tell neither URL nor port. */
export async function tunnelProcesses(procDir: string): Promise<readonly LocalTunnel[]> {
  const names = new Set<string>()
  const pids = await processIds(procDir)
  for (let at = 0; at < pids.length; at += BATCH) {
    const batch = pids.slice(at, at + BATCH)
    for (const words of await Promise.all(batch.map((pid) => argumentsOf(procDir, pid)))) {
      const name = tunnelIn(words)
      if (name !== undefined) names.add(name)
    }
  }
  return [...names].map((name) => ({name}))
}

function tunnelIn([program = '', first = '']: readonly string[]): string | undefined {
  const name = basename(program)
  if (name === 'ngrok' || name === 'cloudflared') return name
  if (name === 'tailscale' && first === 'funnel') return 'tailscale'
  const script = name === 'node' ? basename(first) : name
  return script === 'lt' || script === 'localtunnel' ? 'localtunnel' : undefined
}
