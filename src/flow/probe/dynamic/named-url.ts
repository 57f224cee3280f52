import {DEFAULT_SAMPLE_RATE_HZ} from '../../../protocol/limits.js'
import {parseStreamUrl, type StreamUrl} from '../../../stream/exotel/stream-url.js'
import {beyondLimits} from '../../../stream/exotel-http/dynamic-url.js'
import {grammarMistake} from '../../../stream/written-url/grammar.js'
import {isOfOwnNetwork} from '../../../stream/written-url/own-names.js'
import {findCallDetail, findPlaceholder} from '../../../stream/written-url/placeholders.js'
import {rawUrl, shownUrl} from '../../../stream/written-url/shown-url.js'
import type {StreamApplet, VoicebotApplet} from '../../flow.js'
import {plain} from '../asker.js'
import type {Fault} from '../rules.js'
import {queryFaults} from './named-query.js'

/** What is wrong with the URL of a stream that an endpoint named, though it could be dialled. */
export function namedUrlFaults(
  applet: VoicebotApplet | StreamApplet,
  streamUrl: string | undefined,
  isLocal: boolean,
): readonly Fault[] {
  if (streamUrl === undefined) return []
  const unfilled = placeholderFaults(streamUrl)
  const misspelt = unfilled.length === 0 ? spellingFaults(streamUrl) : []
  if (misspelt.length > 0) return misspelt
  const named = parseStreamUrl(streamUrl)
  const {ofRate, others} = queryFaults(applet, streamUrl)
  return [
    ...limitFaults(beyondLimits(streamUrl, applet.kind)),
    ...(unfilled.length === 0 ? hostFaults(named, isLocal) : unfilled),
    ...(ofRate.length === 0 ? rateFaults(applet, named) : ofRate),
    ...others,
    ...parameterFaults(applet, named),
  ]
}

/** What Node dials and Go, in which Exotel's dialer is written, does not. */
function spellingFaults(streamUrl: string): readonly Fault[] {
  const mistake = grammarMistake(streamUrl, 'stream')
  if (!mistake) return []
  return [
    {
      id: 'probe-dynamic-named-url',
      summary: `The dynamic URL names ${rawUrl(streamUrl)}, which ${mistake.words}.`,
      fix: 'Name the URL as it is to be dialled: wss://, the host, the path and the query, percent-encoded where it has to be, and nothing around them.',
    },
  ]
}

function limitFaults(details: readonly string[]): readonly Fault[] {
  if (details.length === 0) return []
  return [
    {
      id: 'probe-dynamic-limits',
      summary: plain(
        `The answer of the dynamic URL is beyond what Exotel takes: ${details.join(' ')}`,
      ),
      fix: 'Name three parameters at most, 256 characters together; keep the rest on your side, under the CallSid.',
    },
  ]
}

function placeholderFaults(streamUrl: string): readonly Fault[] {
  const word = findPlaceholder(streamUrl)?.word ?? findCallDetail(streamUrl)
  if (word === undefined) return []
  return [
    {
      id: 'probe-dynamic-placeholder',
      summary: `The dynamic URL names ${shownUrl(streamUrl)}, which still holds a placeholder.`,
      fix: `Put the value itself in the place of "${plain(word)}" before the answer goes out.`,
    },
  ]
}

function hostFaults({dialled, shown}: StreamUrl, isLocal: boolean): readonly Fault[] {
  if (isLocal) return []
  if (isOfOwnNetwork(dialled.hostname)) {
    return [
      {
        id: 'probe-dynamic-own-host',
        summary: `The dynamic URL names ${shown}, whose host is of your own network, and Exotel cannot reach it.`,
        fix: 'Name the public host of the bot; behind a tunnel or proxy, do not build it from the Host header of the inner request.',
      },
    ]
  }
  if (dialled.protocol === 'wss:') return []
  return [
    {
      id: 'probe-dynamic-ws',
      summary: `The dynamic URL names ${shown}, a stream without TLS.`,
      fix: 'Name the URL with wss://; behind a proxy that ends TLS, go by X-Forwarded-Proto.',
    },
  ]
}

function rateFaults(
  {sampleRateHz: wanted}: VoicebotApplet | StreamApplet,
  {sampleRateHz: named}: StreamUrl,
): readonly Fault[] {
  const meant = wanted ?? named ?? DEFAULT_SAMPLE_RATE_HZ
  if (meant !== (named ?? DEFAULT_SAMPLE_RATE_HZ)) {
    const told =
      named === undefined ? 'names no rate, which is 8000 Hz' : `names ${String(named)} Hz`
    return [
      {
        id: 'probe-dynamic-rate',
        field: 'sampleRate',
        summary: `The URL in the answer ${told}, and the flow says ${String(meant)} Hz.`,
        fix: `Put sample-rate=${String(meant)} into the query of the URL that is answered, or the other rate into the flow.`,
      },
    ]
  }
  if (named !== undefined) return []
  return [
    {
      id: 'probe-dynamic-rate-unset',
      summary:
        'The URL in the answer names no rate; by its pages Exotel then streams at 8000 Hz, and one public bridge was sent 16000.',
      fix: `Put sample-rate=${String(meant)} into the query of the URL that is answered.`,
    },
  ]
}

function parameterFaults(
  {parameters}: VoicebotApplet | StreamApplet,
  {customParameters}: StreamUrl,
): readonly Fault[] {
  const missing = Object.keys(parameters).filter((name) => !Object.hasOwn(customParameters, name))
  if (missing.length === 0) return []
  const names = plain(missing.join(', '))
  return [
    {
      id: 'probe-dynamic-parameters',
      field: 'parameters',
      summary: `Of the parameters of the flow, the URL in the answer lacks ${names}, so that the bot is not told.`,
      fix: `Put ${names} into the query of the URL that is answered.`,
    },
  ]
}
