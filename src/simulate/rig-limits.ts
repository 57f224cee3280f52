/** What this machine may be off by before its own numbers say less; each of them stands here alone. */

/**
 * Beyond this a latency is at most what was measured, and a call is no longer at real pace: a report counts
 * those that were, so that the number itself is there.
 */
export {AT_PACE_MS as UPPER_BOUND_MS} from '../report/load-counts.js'

/** Beyond this the rig itself was the limit. */
export const VOID_MS = 50

/** Of its cores: a rig that is busy for longer is late where no frame shows it. */
export const MOST_CPU = 0.7
