import type {Failure} from '../../failure.js'
import type {ArrivalsSummary, BotLoad, LoadReport, MixPart} from '../../load-report.js'
import {inShort} from '../units.js'

/** A whole number as a person reads it: `12,040`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `412 of 1,000 calls`. */
export function ofCalls(part: number, all: number): string {
  return `${grouped(part)} of ${grouped(all)} ${all === 1 ? 'call' : 'calls'}`
}

/** How the calls were spread over time, as it was asked for. */
export function arrivalsWords({arrivals}: {readonly arrivals: ArrivalsSummary}): string {
  const {rampMs, durationMs} = arrivals
  const spread =
    arrivals.model === 'concurrency'
      ? `${grouped(arrivals.concurrency)} ${arrivals.concurrency === 1 ? 'call' : 'calls'} at once`
      : `${String(arrivals.ratePerS)} calls a second`
  const ramp = rampMs > 0 ? `, reached over ${inShort(rampMs)}` : ''
  return `${spread}${ramp}${durationMs === undefined ? '' : `, for ${inShort(durationMs)}`}`
}

/** The scenarios by weight; one alone is no mix. */
export function mixWords({mix}: {readonly mix: readonly MixPart[]}): string {
  const isOne = mix.length === 1
  return mix
    .map(({scenario, weight}) => (isOne ? scenario : `${scenario} x${String(weight)}`))
    .join(', ')
}

/** What the bot's process took, with its children. */
export function botWords({pid, cpu, rssStartBytes, rssPeakBytes}: BotLoad): string {
  const parts = [
    cpu === undefined ? '' : `CPU ${cpu.toFixed(2)} cores`,
    rssStartBytes === undefined ? '' : `resident ${megabytes(rssStartBytes)} at the start`,
    rssPeakBytes === undefined ? '' : `${megabytes(rssPeakBytes)} at most`,
  ].filter((part) => part !== '')
  const seen = parts.length === 0 ? 'could not be watched' : parts.join(', ')
  return `the bot (process ${String(pid)}): ${seen}`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}

/** Which of a merged report are not there: `shards 2, 4 of 4 are missing`; undefined where all are. */
export function missingWords({shards = [], missing = []}: LoadReport): string | undefined {
  if (missing.length === 0) return undefined
  const [word, are] = missing.length === 1 ? ['shard', 'is'] : ['shards', 'are']
  return `${word} ${missing.join(', ')} of ${String(shards[0]?.of ?? 0)} ${are} missing`
}

/** Why there is nothing but the one call before the others; undefined where calls were opened. */
export function notOpenedCause({opened, calibration}: LoadReport): Failure | undefined {
  if (opened > 0) return undefined
  const {failure, problem} = calibration ?? {}
  return (
    failure ?? (problem === undefined ? undefined : {code: 'failed', message: problem, hint: ''})
  )
}
