import type {Stats} from 'node:fs'
import {lstat, readdir, rm} from 'node:fs/promises'
import {join} from 'node:path'

import {keptFoldersIn} from './kept-folder.js'

const MS_PER_DAY = 24 * 60 * 60 * 1000

/** What was written to a moment ago is a call that goes on, in this process or in another. */
const FRESH_MS = 60_000

export type Retention = {readonly maxAgeDays: number; readonly maxBytes: number}

type Pruning = {
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

type Measured = Kept & {
  /** When a file last came into the folder, or went from it. */
  readonly changedAt: number
}

/** Keeps the folders of calls, in these parents, to an age and a size. */
export class Pruner {
  readonly #parents: ReadonlySet<string>
  readonly #retention: Retention
  /** Of calls that have ended, so that not every file of theirs is looked at again. */
  #measured: ReadonlyMap<string, Measured> = new Map()

  constructor(parents: readonly string[], retention: Retention) {
    this.#parents = new Set(parents)
    this.#retention = retention
  }

  /**
   * Deletes the folders that are too old, and then the oldest until the rest is small enough; never
   * one that we did not make, or that is still written to.
   */
  async prune(pruning: Pruning): Promise<Pruned> {
    const {now, isLive, signal} = pruning
    const {maxAgeDays, maxBytes} = this.#retention
    const kept = await this.#measure(pruning)
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
  async #measure({now, isLive, signal}: Pruning): Promise<readonly Kept[]> {
    const kept: Kept[] = []
    const ended = new Map<string, Measured>()
    for (const parent of this.#parents) {
      for (const path of await keptFoldersIn(parent)) {
        if (signal?.aborted) return []
        const measured = await measure(path, this.#measured.get(path))
        kept.push(measured)
        const isOver = now.getTime() - measured.writtenAt >= FRESH_MS && !isLive(path)
        if (isOver) ended.set(path, measured)
      }
    }
    this.#measured = ended
    return kept.sort((one, other) => one.writtenAt - other.writtenAt)
  }
}

/** Files may go while we look: what is not there any more counts nothing. */
async function measure(path: string, before: Measured | undefined): Promise<Measured> {
  const folder = await lstat(path).catch(() => undefined)
  const changedAt = folder?.mtimeMs ?? 0
  if (before?.changedAt === changedAt) return before
  let bytes = folder ? takenBytes(folder) : 0
  let writtenAt = changedAt
  for (const name of await readdir(path).catch(() => [])) {
    const found = await lstat(join(path, name)).catch(() => undefined)
    if (!found) continue
    writtenAt = Math.max(writtenAt, found.mtimeMs)
    bytes += takenBytes(found)
  }
  return {path, bytes, writtenAt, changedAt}
}

/** A block as POSIX counts them, whatever the disk's own are. */
const BLOCK_BYTES = 512

/** What the disk gives for it, which of a short file is a multiple of its length. */
function takenBytes({blocks, size}: Stats): number {
  // Some file systems count no blocks.
  return blocks > 0 ? blocks * BLOCK_BYTES : size
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
