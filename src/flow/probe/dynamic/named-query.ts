import {isRateName} from '../../../stream/written-url/rate-names.js'
import {mulawClaimed} from '../../check/stream/foreign-fields.js'
import {parameterTwice} from '../../check/stream/parameters.js'
import {rateMisspelt, twoRates} from '../../check/stream/rates.js'
import type {Rule} from '../../finding.js'
import type {StreamApplet, VoicebotApplet} from '../../flow.js'
import {plain} from '../asker.js'
import type {Fault} from '../rules.js'

type QueryFaults = {readonly ofRate: readonly Fault[]; readonly others: readonly Fault[]}

/** What check finds in the query of a static URL, found in that of a URL which an endpoint named. */
export function queryFaults(applet: VoicebotApplet | StreamApplet, streamUrl: string): QueryFaults {
  const {sampleRateHz: _, ...settings} = applet
  const pairs = [...new URL(streamUrl).searchParams]
  const parameters = Object.fromEntries(pairs.filter(([name, value]) => !isRateName(name, value)))
  const asStatic = {...settings, url: streamUrl, parameters, foreign: {}}
  const found = (id: Fault['id'], rule: Rule): readonly Fault[] =>
    rule.find({name: '', applets: [asStatic]}, {isLocal: true}).map(({summary, fix}) => ({
      id,
      summary: plain(`In the answer of the dynamic URL: ${summary}`),
      fix,
    }))
  return {
    ofRate: [
      ...found('probe-dynamic-two-rates', twoRates),
      ...found('probe-dynamic-rate-misspelt', rateMisspelt),
    ],
    others: [
      ...found('probe-dynamic-parameter-twice', parameterTwice),
      ...found('probe-dynamic-mulaw', mulawClaimed),
    ],
  }
}
