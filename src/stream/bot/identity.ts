import {casingOf} from '../../protocol/casing.js'
import {DEFAULT_SAMPLE_RATE_HZ} from '../../protocol/limits.js'
import type {ExotelMessage, SampleRateHz, StartMessage} from '../../protocol/messages.js'
import type {StreamIdentity} from './stream-watch.js'

type Told = {
  readonly urlSampleRateHz: SampleRateHz | undefined
  /** The message as it came. */
  readonly data: string | Uint8Array
}

export function identityOf(start: StartMessage, {urlSampleRateHz, data}: Told): StreamIdentity {
  const {streamSid, callSid, accountSid, from, to, customParameters, mediaFormat} = start
  const {encoding} = mediaFormat
  return {
    ...{streamSid, callSid, accountSid, from, to, customParameters},
    ...rateOf(mediaFormat.sampleRateHz, urlSampleRateHz),
    ...(encoding === undefined ? {} : {encoding}),
    casing: casingOf(data),
    isImplied: false,
  }
}

/** What is known when audio or another event comes before any `start`. */
export function impliedIdentity(
  message: ExotelMessage,
  {urlSampleRateHz, data}: Told,
): StreamIdentity {
  return {
    streamSid: ('streamSid' in message ? message.streamSid : undefined) ?? '',
    ...{callSid: '', accountSid: '', from: '', to: '', customParameters: {}},
    ...rateOf(undefined, urlSampleRateHz),
    casing: casingOf(data),
    isImplied: true,
  }
}

/** The identity by a `start` that came late: it says who calls, and the rate stays. */
export function identifiedBy(start: StreamIdentity, implied: StreamIdentity): StreamIdentity {
  const {sampleRateHz, rateFrom} = implied
  return {...withSidOf(start, implied), sampleRateHz, rateFrom}
}

/** With the stream's id from the other where it has none itself; all of the other where it is none yet. */
export function withSidOf(
  identity: StreamIdentity | undefined,
  other: StreamIdentity,
): StreamIdentity {
  if (!identity) return other
  return identity.streamSid === '' ? {...identity, streamSid: other.streamSid} : identity
}

function rateOf(
  announced: SampleRateHz | undefined,
  ofUrl: SampleRateHz | undefined,
): Pick<StreamIdentity, 'sampleRateHz' | 'rateFrom'> {
  if (announced !== undefined) return {sampleRateHz: announced, rateFrom: 'start'}
  if (ofUrl !== undefined) return {sampleRateHz: ofUrl, rateFrom: 'url'}
  return {sampleRateHz: DEFAULT_SAMPLE_RATE_HZ, rateFrom: 'default'}
}
