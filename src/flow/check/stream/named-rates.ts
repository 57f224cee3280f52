import {isRateName, RATE_NAME} from '../../../stream/written-url/rate-names.js'
import type {StreamingApplet} from '../../flow.js'

export type Pair = readonly [name: string, value: string]

export function isRate([name, value]: Pair): boolean {
  return isRateName(name, value)
}

/** The rates among the parameters of the file. */
export function ratesOfParameters({parameters}: StreamingApplet): readonly Pair[] {
  return Object.entries(parameters).filter(isRate)
}

/** What the file says of the rate beside the URL: `sampleRate`, and the parameters. */
export function ratesBeside(applet: StreamingApplet): readonly Pair[] {
  const {sampleRateHz} = applet
  const ofField: readonly Pair[] =
    sampleRateHz === undefined ? [] : [[RATE_NAME, String(sampleRateHz)]]
  return [...ofField, ...ratesOfParameters(applet)]
}
