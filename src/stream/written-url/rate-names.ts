import {readNumber} from '../../protocol/fields.js'
import {DEFAULT_SAMPLE_RATE_HZ, SAMPLE_RATES_HZ} from '../../protocol/limits.js'
import type {SampleRateHz} from '../../protocol/messages.js'

/** The one name that Exotel reads (docs.exotel.com, voicebot-applet). */
export const RATE_NAME = 'sample-rate'

/** Less is a number of something else, or of kilohertz. */
const LEAST_RATE_HZ = 4000

/** Whether a parameter is meant as the rate; `rate` alone may be many things, so its value has a say. */
export function isRateName(name: string, value: string): boolean {
  if (/^sample[-_ ]?rate(?:[-_]?hz)?$/i.test(name)) return true
  return /^rate$/i.test(name) && numberIn(value) >= LEAST_RATE_HZ
}

/** The rate of Exotel's that is nearest to what was written; its default where that is no number. */
export function meantRateHz(value: string): SampleRateHz {
  const number = numberIn(value)
  const hz = number < 100 ? number * 1000 : number
  if (hz === 0) return DEFAULT_SAMPLE_RATE_HZ
  return SAMPLE_RATES_HZ.reduce((nearest, rateHz) =>
    Math.abs(rateHz - hz) < Math.abs(nearest - hz) ? rateHz : nearest,
  )
}

function numberIn(value: string): number {
  return readNumber(value.replace(/[,_](?=\d{3}$)/, '').replace(/k$/i, 'khz'), []) ?? 0
}
