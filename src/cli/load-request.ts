import type {Interfaces} from '@oclif/core'

import {parseHeaderFlags} from '../stream/exotel/headers.js'
import type {loadFlags} from './load-flags.js'
import {listOf} from './simulate-request.js'

type Flags = Interfaces.InferredFlags<typeof loadFlags>

/** Machines that share a plan share its chance, without agreeing on a seed beforehand. */
const SEED_OF_SHARDS = 1

/** What the flags ask for, in the words of a load run. */
export function requestOf(flags: Flags) {
  const {shard, seed} = flags
  const headers = listOf(flags.header)
  return {
    calls: flags.calls,
    concurrency: flags.concurrency,
    ratePerS: flags.rate,
    rampMs: flags.ramp,
    durationMs: flags.duration,
    scenarios: listOf(flags.scenario),
    mix: flags.mix?.parts,
    data: flags.data,
    findKnee: flags['find-knee'],
    from: flags.from,
    thresholds: listOf(flags.threshold)?.flatMap((text) => text.split(',')),
    workers: flags.workers,
    botPid: flags['bot-pid'],
    shard,
    profiles: listOf(flags.profile),
    ...(headers === undefined ? {} : {headers: parseHeaderFlags(headers)}),
    maxSessionMs: flags['max-session-ms'],
    seed: seed ?? (shard ? SEED_OF_SHARDS : undefined),
    out: flags.out,
    dataDir: flags['data-dir'],
  }
}
