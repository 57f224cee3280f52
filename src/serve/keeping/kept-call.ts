import type {StreamWatch} from '../../stream/bot/stream-watch.js'

/** What is known of a stream before anything has come over it. */
export type KeptStream = {
  /** Of this connection, as in every line of the log. */
  readonly connection: string
  readonly startedAt: Date
  /** As it was dialled, without its query. */
  readonly path: string
}

/** What is kept of one stream, while it goes on. */
export type KeptCall = {
  readonly watch: StreamWatch
  /** Where it is kept, once there is such a place. */
  readonly folder: string | undefined
  readonly counts: KeptCounts
  /** Looks after what has come meanwhile; called several times a second. */
  tick(): void
  /** As if the stream had closed. Resolves, whatever happens, when nothing is left to write. */
  finish(): Promise<void>
}

/** What was kept, and what was not. */
export type KeptCounts = {
  readonly recordings: number
  /** Recordings that the disk did not take to their end. */
  readonly recordingsStopped: number
  /** Audio of both sides that no recording has. */
  readonly recordingLostMs: number
  readonly journalLinesLost: number
  readonly chunks: number
  readonly chunkBytes: number
  /** Chunks that were not dumped: the disk did not keep up, refused, or the call had its share. */
  readonly chunksLostQueueFull: number
  readonly chunksLostDiskError: number
  readonly chunksLostOverLimit: number
  /** Of chunks that are there, and have no line in the index. */
  readonly indexLinesLost: number
}

export const NOTHING_KEPT: KeptCounts = {
  recordings: 0,
  recordingsStopped: 0,
  recordingLostMs: 0,
  journalLinesLost: 0,
  chunks: 0,
  chunkBytes: 0,
  chunksLostQueueFull: 0,
  chunksLostDiskError: 0,
  chunksLostOverLimit: 0,
  indexLinesLost: 0,
}

export function sumOf(all: readonly KeptCounts[]): KeptCounts {
  const sum = {...NOTHING_KEPT}
  // The cast restores the names, which Object.keys forgets.
  const names = Object.keys(NOTHING_KEPT) as (keyof KeptCounts)[]
  for (const counts of all) for (const name of names) sum[name] += counts[name]
  return sum
}
