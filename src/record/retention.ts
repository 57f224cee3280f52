import {lstat, readdir, rm} from 'node:fs/promises'
import {join} from 'node:path'

import {keptFoldersIn} from './kept-folder.js'

const MS_PER_DAY = 24 * 60 * 60 * 1000

/** What was written to a moment ago is a call that goes on, in this process or in another. */
const FRESH_MS = 60_000

export type Retention = {readonly maxAgeDays: number; readonly maxBytes: number}

type Pruning = Retention & {
  readonly now: Date
  /** Whether a call that goes on writes into this folder. */
  readonly isLive: (path: string) => boolean
  /** Leaves the rest for another time. */
  readonly signal?: AbortSignal
}

type Pruned = {
  readonly folders: number
  readonly bytes: number
  /** Folders that should have gone and could not be deleted. */
  readonly failed: number
}

type Kept = {readonly path: string; readonly bytes: number; readonly writtenAt: number}

/**
 * Deletes the folders of calls that are too old, and then the oldest until the rest is small enough;
 * never one that we did not make, or that is still written to.
 */
export async function prune(parents: readonly string[], pruning: Pruning): Promise<Pruned> {
  const {maxAgeDays, maxBytes, now, isLive, signal} = pruning
  const kept = await measured(parents, signal)
  let total = kept.reduce((sum, {bytes}) => sum + bytes, 0)
  const pruned = {folders: 0, bytes: 0, failed: 0}
  for (const {path, bytes, writtenAt} of kept) {
    if (signal?.aborted) break
    const ageMs = now.getTime() - writtenAt
    const isUnwanted = ageMs > maxAgeDays * MS_PER_DAY || total > maxBytes
    if (!isUnwanted || ageMs < FRESH_MS || isLive(path)) continue
    if (await isDeleted(path)) {
      total -= bytes
      pruned.folders += 1
      pruned.bytes += bytes
    } else {
      pruned.failed += 1
    }
  }
  return pruned
}

/** The folders, the one longest untouched first. */
async function measured(
  parents: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly Kept[]> {
  const kept: Kept[] = []
  for (const parent of new Set(parents)) {
    for (const path of await keptFoldersIn(parent)) {
      if (signal?.aborted) return []
      kept.push(await measure(path))
    }
  }
  return kept.sort((one, other) => one.writtenAt - other.writtenAt)
}

/** Files may go while we look: what is not there any more counts nothing. */
async function measure(path: string): Promise<Kept> {
  let bytes = 0
  let writtenAt = 0
  for (const name of ['', ...(await readdir(path).catch(() => []))]) {
    const found = await lstat(join(path, name)).catch(() => undefined)
    if (!found) continue
    writtenAt = Math.max(writtenAt, found.mtimeMs)
    if (found.isFile()) bytes += found.size
  }
  return {path, bytes, writtenAt}
}

async function isDeleted(path: string): Promise<boolean> {
  try {
    await rm(path, {recursive: true, force: true})
    return true
  } catch {
    // Another user's file in it; the count tells.
    return false
  }
}
