import {
  DEFAULT_SAMPLE_RATE_HZ,
  MAX_CUSTOM_PARAMETER_CHARACTERS,
  MAX_CUSTOM_PARAMETERS,
  MAX_STREAM_URL_CHARACTERS,
} from '../../protocol/limits.js'
import {readSampleRate} from '../../protocol/sample-rate.js'
import {filledPath} from '../stream-paths.js'
import {callSidOf, customFields} from './call-fields.js'
import type {Fields} from './fields.js'

export type DynamicUrl = {
  readonly url: string
  readonly protocol: 'ws' | 'wss'
  /** Of the URL, with the prefix of the public URL. */
  readonly path: string
  /** Names of the parameters that Exotel would not take. */
  readonly leftOut: readonly string[]
}

type Asked = {
  /** The path of the stream, or its pattern. */
  readonly path: string
  readonly fields: Fields
}

/** The URL of one stream, as the applet takes it (docs.exotel.com, voicebot-applet). */
export function dynamicUrlOf(base: string, {path, fields}: Asked): DynamicUrl {
  const callSid = callSidOf(fields)
  const query = new URLSearchParams(fields.map((pair): [string, string] => [...pair]))
  const rateHz = readSampleRate(query)?.sampleRateHz ?? DEFAULT_SAMPLE_RATE_HZ
  const bare = `${base}${filledPath(path, callSid)}`
  const {pathname} = new URL(bare)
  const rated = `${bare}?sample-rate=${rateHz}`
  const own = callSid === undefined ? [] : [['CallSid', callSid] as const]
  const {taken, leftOut} = withinLimits([...own, ...customFields(fields)], rated.length)
  return {
    url: [rated, ...taken].join('&'),
    protocol: base.startsWith('wss:') ? 'wss' : 'ws',
    path: pathname,
    leftOut,
  }
}

/** The pairs that Exotel passes on, counted as they are written, which is the strictest reading. */
function withinLimits(
  pairs: Fields,
  urlCharacters: number,
): {readonly taken: readonly string[]; readonly leftOut: readonly string[]} {
  const taken: string[] = []
  const leftOut: string[] = []
  let characters = 0
  for (const [name, value] of pairs) {
    const pair = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
    const withPair = characters + pair.length
    const isTaken =
      taken.length < MAX_CUSTOM_PARAMETERS &&
      withPair <= MAX_CUSTOM_PARAMETER_CHARACTERS &&
      // One ampersand before each pair.
      urlCharacters + withPair + taken.length + 1 < MAX_STREAM_URL_CHARACTERS
    if (isTaken) {
      taken.push(pair)
      characters = withPair
    } else {
      leftOut.push(name)
    }
  }
  return {taken, leftOut}
}
