import {jsonLine, redact} from '../../log.js'
import type {Finding} from '../../protocol/events.js'
import {LEAST_FOR_P95, percentile} from '../../report/summary.js'
import type {
  BotStreamEvent,
  StreamEnded,
  StreamIdentity,
  StreamWatch,
} from '../../stream/bot/stream-watch.js'
import type {Codec} from '../../stream/codec.js'

/** What is known of a stream at its upgrade. */
export type CallContext = {
  readonly connection: string
  readonly startedAt: Date
  /** As it was dialled, without its query. */
  readonly path: string
  /** The address of the caller. */
  readonly peer: string
  readonly botName: string
}

type FinishedCall = {
  readonly context: CallContext
  /** Absent of a stream that sent neither a start nor audio. */
  readonly identity: StreamIdentity | undefined
  readonly codec: Codec | undefined
  readonly ended: StreamEnded
}

/** Follows a stream to its end, and hands over its record as one line of JSON. */
export function watchCall(context: CallContext, keep: (line: string) => void): StreamWatch {
  let identity: StreamIdentity | undefined
  let codec: Codec | undefined
  const watch = (event: BotStreamEvent) => {
    if (event.type === 'started' || event.type === 'identified') identity = event.identity
    else if (event.type === 'audio') codec = event.codec
    else if (event.type === 'closed')
      keep(callLine({context, identity, codec: event.codec ?? codec, ended: event.ended}))
  }
  // The end of a stream has the counts of its messages.
  return Object.assign(watch, {ignoresMessages: true})
}

const SCHEMA_VERSION = 1

/** With no secret, whole phone number or custom value in it. */
function callLine({context, identity, codec, ended}: FinishedCall): string {
  const {connection, startedAt, path, peer, botName} = context
  const {findings, botFindings, metrics, durationMs, ...rest} = ended
  const endedAt = new Date(startedAt.getTime() + durationMs)
  const record = redact({
    schemaVersion: SCHEMA_VERSION,
    connection,
    ...whoOf(identity),
    codec,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    durationMs: Math.round(durationMs),
    path,
    peer,
    bot: botName,
    ...rest,
    heardMs: Math.round(rest.heardMs),
    saidMs: Math.round(rest.saidMs),
  })
  // Ours or bounded where they are kept; a list here must not be cut as one from the network is.
  const lists = {
    findings: findings.map(countOf),
    ...(botFindings ? {botFindings: botFindings.map(countOf)} : {}),
    metrics: Object.fromEntries(Object.entries(metrics).map(spreadOf)),
  }
  return `${jsonLine({...record, ...lists})}\n`
}

function whoOf(identity: StreamIdentity | undefined): object {
  if (!identity) return {}
  const {callSid, streamSid, accountSid, from, to, sampleRateHz, rateFrom, encoding} = identity
  return {callSid, streamSid, accountSid, from, to, sampleRateHz, rateFrom, encoding}
}

function countOf({rule, severity, count}: Finding): object {
  return {rule, severity, count}
}

/** Few values stand for themselves; of many their middle and their high end are kept. */
function spreadOf([name, values]: [string, readonly number[]]): [string, object] {
  const count = values.length
  if (count < LEAST_FOR_P95) return [name, {count, values}]
  const sorted = values.toSorted((a, b) => a - b)
  const [p50, p95, max] = [50, 95, 100].map((p) => percentile(sorted, p))
  return [name, {count, p50, p95, max}]
}
