import {isOfOwnNetwork} from '../../stream/written-url/own-names.js'
import {writtenUrls, type WrittenUrl} from '../check/urls/written-urls.js'
import type {RuleOptions} from '../finding.js'
import type {Applet, Flow} from '../flow.js'
import {reachable} from '../graph.js'
import type {Asker} from './asker.js'
import {probeCallback} from './callback.js'
import {probeConnect} from './connect.js'
import {probeDynamic} from './dynamic/dynamic.js'
import {probePassthru} from './passthru/passthru.js'
import type {Fault} from './rules.js'

/** A URL of the flow: how it is asked, or why it is not. */
export type Endpoint = {
  readonly applet: Applet
  readonly field: string
  readonly url?: string
} & (
  | {readonly notAsked: string; readonly probe?: never}
  | {readonly probe: (asker: Asker) => Promise<readonly Fault[]>; readonly notAsked?: never}
)

/** In the order of the flow. */
export function endpointsOf(flow: Flow, options: RuleOptions): readonly Endpoint[] {
  const written = writtenUrls(flow, options)
  const reached = reachable(flow)
  return flow.applets.flatMap((applet): readonly Endpoint[] => {
    const own = written.filter((url) => url.applet === applet)
    const unknown: readonly Endpoint[] = isWithoutUrl(applet)
      ? [{applet, field: 'url', notAsked: 'its URL is not known yet'}]
      : []
    return [...unknown, ...own.map((url) => endpointOf(url, {flow, options, reached}))]
  })
}

function isWithoutUrl(applet: Applet): boolean {
  switch (applet.kind) {
    case 'voicebot':
    case 'stream':
    case 'connect-voice-ai':
    case 'passthru':
      return applet.url === undefined
    default:
      return false
  }
}

type Around = {
  readonly flow: Flow
  readonly options: RuleOptions
  readonly reached: ReadonlySet<Applet>
}

function endpointOf(written: WrittenUrl, around: Around): Endpoint {
  const {applet, field, text: url} = written
  const at = {applet, field, url}
  const notAsked = whyNotAsked(written, around)
  return notAsked === undefined
    ? {...at, probe: (asker) => probeOf(written, around.flow, asker)}
    : {...at, notAsked}
}

function whyNotAsked(
  {applet, field, text, role, placeholder, mistake}: WrittenUrl,
  {options, reached}: Around,
): string | undefined {
  if (placeholder) return 'it still holds a placeholder'
  if (mistake) return `it ${mistake.words}`
  if (role === 'stream') return 'a stream is dialled by "exostream doctor" and "exostream simulate"'
  if (field === 'audioUrl') return 'a sound is fetched by Exotel alone'
  if (!reached.has(applet)) return 'no call comes to this applet'
  return !options.isLocal && isOfOwnNetwork(new URL(text).hostname)
    ? 'its host is of your own network; with --local it is asked'
    : undefined
}

async function probeOf(
  {applet, field}: WrittenUrl,
  flow: Flow,
  asker: Asker,
): Promise<readonly Fault[]> {
  switch (applet.kind) {
    case 'voicebot':
    case 'stream':
      return probeDynamic(applet, asker)
    case 'passthru':
      return probePassthru(applet, flow, asker)
    case 'connect':
      return probeConnect(asker)
    default:
      return field === 'statusCallback' ? probeCallback(asker) : []
  }
}
