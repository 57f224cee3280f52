import {readNumber} from './fields.js'
import {SAMPLE_RATES_HZ} from './limits.js'
import type {SampleRateHz} from './messages.js'

/** With an underscore in the example of developer.exotel.com/docs/agentstream/developer-guide. */
const RATE_NAMES: readonly string[] = ['sample-rate', 'sample_rate']

/** What a stream URL says of the rate: as written, and as the rate of Exotel's that it means. */
export type NamedRate = {readonly text: string; readonly sampleRateHz?: SampleRateHz}

/** The rate that a query names, as leniently as the one in `start`: `16kHz` is understood. */
export function readSampleRate(query: URLSearchParams): NamedRate | undefined {
  const name = RATE_NAMES.find((candidate) => query.has(candidate))
  if (name === undefined) return undefined
  const text = query.get(name) ?? ''
  const sampleRateHz = offeredRate(readNumber(text, []))
  return sampleRateHz === undefined ? {text} : {text, sampleRateHz}
}

/** The same number, when Exotel offers it as a rate. */
export function offeredRate(hz: number | undefined): SampleRateHz | undefined {
  return SAMPLE_RATES_HZ.find((rateHz) => rateHz === hz)
}

/** Whether a parameter of the URL is about the rate, and so none of the user's own. */
export function isSampleRateName(name: string): boolean {
  return RATE_NAMES.includes(name)
}
