import {readFile} from 'node:fs/promises'

import {ExostreamError} from '../../../errors.js'
import type {LoadPlan} from '../plan/load-plan.js'
import {shareOf} from '../plan/shard.js'

/** What a process opens beside its calls: its own code, threads, logs and recordings. */
const BESIDE_CALLS = 100

/** The code of a load run alone is that many files, opened all at once. */
const LEAST = 256

/** @throws ExostreamError EXO_CALL_DROPPED where not even the code of a load run could be read */
export function checkOpenFiles(most: number | undefined): void {
  if (most === undefined || most >= LEAST) return
  throw new ExostreamError(
    'EXO_CALL_DROPPED',
    `This process may open ${String(most)} files (ulimit -n): a load run takes ${String(LEAST)}, and one more for each call at once.`,
  )
}

/** What Linux says of this process: how many files it may open, sockets among them; undefined elsewhere. */
export async function mostOpenFiles(): Promise<number | undefined> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  const most = /^Max open files\s+(\d+)/m.exec(limits)?.[1]
  return most === undefined ? undefined : Number(most)
}

/** What stands against so many calls at once, in a sentence. */
export function tooFewFiles(
  {arrivals, knee, shard}: Pick<LoadPlan, 'arrivals' | 'knee' | 'shard'>,
  most: number | undefined,
): string | undefined {
  if (most === undefined || arrivals.model === 'rate') return undefined
  const calls = knee?.most ?? shareOf(arrivals.concurrency, shard)
  if (calls + BESIDE_CALLS <= most) return undefined
  return `This process may open ${String(most)} files (ulimit -n), too few for ${String(calls)} calls at once: calls for which it has none will be dropped; "ulimit -n ${String(calls + BESIDE_CALLS)}" before it gives enough.`
}
