import type {Clock} from '../../clock.js'
import {shownUrl} from '../../stream/written-url/shown-url.js'
import type {Finding} from '../finding.js'
import type {Place, ReadFlow} from '../source.js'
import {type AskedOfFlow, createAsker} from './asker.js'
import {type Endpoint, endpointsOf} from './endpoints.js'
import {type Fault, ruleOf} from './rules.js'

export type ProbeOptions = {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** The flow is tried on this machine: hosts of its own network are asked, too. */
  readonly isLocal: boolean
  /** Told of each question before it is put. */
  readonly on?: (asking: Asking) => void
}

export type Asking = {readonly path: string; readonly question: string}

export type ProbeResult = {
  readonly findings: readonly Finding[]
  /** In the order of the flow. */
  readonly asked: readonly AskedOfFlow[]
  /** The signal came before the last answer: there may be more to find. */
  readonly isInterrupted: boolean
}

/** After it no question is begun; the last may take another 10 s. */
const WHOLE_LIMIT_MS = 60_000
/** A flow has a handful of URLs; one of hundreds is not to become a flood. */
const MOST_AT_ONCE = 8

/** Asks every URL of the flow over HTTP as Exotel would, and judges the answers. A stream is not dialled. */
export async function probeFlow(read: ReadFlow, options: ProbeOptions): Promise<ProbeResult> {
  const {flow, placeOf} = read
  const deadline = options.clock.now() + WHOLE_LIMIT_MS
  const endpoints = endpointsOf(flow, options)
  const probed = await eachAtOnce(endpoints, (endpoint) =>
    probeEndpoint(endpoint, placeOf(endpoint.applet, endpoint.field), {...options, deadline}),
  )
  return {
    findings: findingsOf(read, probed),
    asked: probed.flatMap(({asked}) => asked),
    isInterrupted: options.signal.aborted,
  }
}

type Probed = {
  readonly endpoint: Endpoint
  readonly asked: readonly AskedOfFlow[]
  readonly faults: readonly Fault[]
}

async function probeEndpoint(
  endpoint: Endpoint,
  {path}: Place,
  {on, ...options}: ProbeOptions & {readonly deadline: number},
): Promise<Probed> {
  const {url, notAsked, probe} = endpoint
  const asked: AskedOfFlow[] = []
  const tell = (told: Omit<AskedOfFlow, 'path' | 'url'>) => {
    asked.push({path, ...(url === undefined ? {} : {url: shownUrl(url)}), ...told})
  }
  const begin = (question: string) => on?.({path, question})
  if (notAsked !== undefined) tell({notAsked})
  const faults = await probe?.(createAsker({...options, url: url ?? '', label: path, tell, begin}))
  return {endpoint, asked, faults: faults ?? []}
}

/** One fault of an endpoint is one finding, however often and wherever the endpoint was asked. */
function findingsOf({placeOf}: ReadFlow, probed: readonly Probed[]): readonly Finding[] {
  const told = new Set<string>()
  return probed.flatMap(({endpoint: {applet, field, url = ''}, faults}) =>
    faults.flatMap(({id, field: ownField, summary, fix}) => {
      const {severity, source, isOfEndpoint = false} = ruleOf(id)
      const key = JSON.stringify([id, url, isOfEndpoint ? '' : applet.id])
      if (told.has(key)) return []
      told.add(key)
      const {path, line} = placeOf(applet, ownField ?? field)
      return [{id, severity, path, ...(line === undefined ? {} : {line}), summary, fix, source}]
    }),
  )
}

/** Several at a time, their results in the order of the items. */
async function eachAtOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const waiting = items.entries()
  const worker = async () => {
    for (const [at, item] of waiting) results[at] = await work(item)
  }
  await Promise.all(Array.from({length: MOST_AT_ONCE}, worker))
  return results
}
