import type {Clock} from '../../../clock.js'
import type {Crew, CrewAudience} from './crew.js'
import {openLane} from './lane.js'
import type {LoadPlan} from '../plan/load-plan.js'
import type {OpenStreams} from './open-streams.js'
import {openThreads} from './threads.js'
import {MOST_SPOOLED_BYTES, openWorstAudio} from '../worst/worst-audio.js'

export type CrewWorld = {
  readonly clock: Clock
  /** Where every thread counts those that are open. */
  readonly streams: OpenStreams
  /** A folder that is there, for what was heard while it is not yet known whether it is wanted. */
  readonly audioIn?: string | undefined
  /** The code of a thread; it has to be JavaScript. */
  readonly threadFile?: URL | undefined
}

/** Threads of this process; a plan without any has its calls made in this one. */
export async function crewOf(
  plan: LoadPlan,
  audience: CrewAudience,
  {clock, streams, audioIn, threadFile}: CrewWorld,
): Promise<Crew> {
  if (plan.workers > 0) {
    return openThreads(plan, {
      clock,
      audience,
      streams,
      audioIn,
      ...(threadFile === undefined ? {} : {file: threadFile}),
    })
  }
  const where = {folder: audioIn ?? '', thread: 0, bytes: MOST_SPOOLED_BYTES}
  const audio =
    audioIn === undefined ? undefined : await openWorstAudio(where, plan.run.sampleRateHz)
  return openLane(plan, {clock, audience, streams, audio})
}
