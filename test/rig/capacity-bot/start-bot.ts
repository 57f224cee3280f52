import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {createInterface} from 'node:readline'

export type CapacityBot = {
  readonly url: string
  readonly pid: number
  close(): Promise<void>
}

/** A bot with a hidden capacity, in a process of its own: see `capacity-bot.mjs`. */
export async function startCapacityBot(
  capacity: number,
  manner: 'refuses' | 'late' | 'drops' | 'collapses' | 'leaks',
): Promise<CapacityBot> {
  const file = join(import.meta.dirname, 'capacity-bot.mjs')
  const args = [file, '--capacity', String(capacity), '--manner', manner]
  const child = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'inherit']})
  const [port] = (await once(createInterface(child.stdout), 'line')) as [string]
  if (child.pid === undefined) throw new Error('the bot did not start')
  return {
    url: `ws://127.0.0.1:${port}/media`,
    pid: child.pid,
    async close() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}
