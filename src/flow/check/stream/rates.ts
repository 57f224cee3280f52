import {DEFAULT_SAMPLE_RATE_HZ, SAMPLE_RATES_HZ} from '../../../protocol/limits.js'
import {isRateName, meantRateHz, RATE_NAME} from '../../../stream/written-url/rate-names.js'
import type {Rule} from '../../finding.js'
import {withQuery} from '../../stream-address.js'
import {appletName, sentence} from '../names.js'
import {VOICEBOT_PAGE} from '../sources.js'
import {copyLine} from '../urls/copy-line.js'
import {claimedRate} from './foreign-values.js'
import {type StaticQuery, staticQueries} from './static-queries.js'

const OFFERED = SAMPLE_RATES_HZ.map(String)

export const rateUnset: Rule = {
  id: 'rate-unset',
  severity: 'warning',
  source: `${VOICEBOT_PAGE} has 8000 as the default; others have met 16000`,
  find: (flow, options) =>
    staticQueries(flow, options)
      .filter((query) => ratesIn(query).length === 0 && query.applet.sampleRateHz === undefined)
      .map((query) => {
        const claimed = claimedRate(query.applet.foreign)
        const rateHz = claimed === undefined ? DEFAULT_SAMPLE_RATE_HZ : meantRateHz(claimed)
        const ignored =
          claimed === undefined
            ? ''
            : '; the sample rate beside the URL is a field that no applet has'
        return {
          applet: query.applet,
          field: 'url',
          summary: `${sentence(appletName(query.applet))} names no sample rate, so that the bot cannot be sure of 8000 Hz${ignored}.`,
          fix: `Name it in the URL (or as sampleRate in flow.yaml):${withRate(query, rateHz)}`,
        }
      }),
}

export const rateNotOffered: Rule = {
  id: 'rate-not-offered',
  severity: 'error',
  source: VOICEBOT_PAGE,
  find: (flow, options) =>
    staticQueries(flow, options).flatMap((query) => {
      const [, odd] = ratesIn(query).find(([, value]) => !OFFERED.includes(value)) ?? []
      if (odd === undefined) return []
      return [
        {
          applet: query.applet,
          field: 'url',
          summary: `The URL of ${appletName(query.applet)} asks for the sample rate ${short(odd)}, and Exotel has ${OFFERED.join(', ')}.`,
          fix: `Ask for the nearest:${withRate(query, meantRateHz(odd))}`,
        },
      ]
    }),
}

export const twoRates: Rule = {
  id: 'two-rates',
  severity: 'error',
  source: `inferred: ${VOICEBOT_PAGE} names one rate a stream`,
  find: (flow, options) =>
    staticQueries(flow, options).flatMap((query) => {
      const {applet} = query
      const inUrl = ratesIn(query).map(([, value]) => value)
      const ofField = applet.sampleRateHz === undefined ? [] : [String(applet.sampleRateHz)]
      const [one, other] = [...new Set([...inUrl, ...ofField])]
      if (one === undefined || other === undefined || inUrl.some(isNotOffered)) return []
      return [
        {
          applet,
          field: ofField.includes(other) ? 'sampleRate' : 'url',
          summary: `${sentence(appletName(applet))} asks for two sample rates, ${one} and ${other}, and a stream has one.`,
          fix: `Keep the one that the bot is made for; with ${one} the URL is:${withRate(query, meantRateHz(one))}`,
        },
      ]
    }),
}

export const rateMisspelt: Rule = {
  id: 'rate-misspelt',
  severity: 'warning',
  source: VOICEBOT_PAGE,
  find: (flow, options) =>
    staticQueries(flow, options).flatMap((query) => {
      const rates = ratesIn(query)
      const [name, value] = rates.find(([spelling]) => spelling !== RATE_NAME) ?? []
      const isTold = rates.some(([, rate]) => isNotOffered(rate) || rate !== value)
      if (name === undefined || value === undefined || isTold) return []
      return [
        {
          applet: query.applet,
          field: 'url',
          summary: `The URL of ${appletName(query.applet)} names its sample rate as ${short(name)}, and Exotel reads ${RATE_NAME}.`,
          fix: `Write it so:${withRate(query, meantRateHz(value))}`,
        },
      ]
    }),
}

function ratesIn({pairs}: StaticQuery): StaticQuery['pairs'] {
  return pairs.filter(([name, value]) => isRateName(name, value))
}

function isNotOffered(rate: string): boolean {
  return !OFFERED.includes(rate)
}

function short(text: string): string {
  return JSON.stringify(text.slice(0, 40))
}

/** The URL with this rate alone; where that is nothing to copy, the pair of the query. */
function withRate({text}: StaticQuery, sampleRateHz: (typeof SAMPLE_RATES_HZ)[number]): string {
  const url = new URL(text)
  const isRate = ([name, value]: readonly [string, string]) => isRateName(name, value)
  for (const [name] of [...url.searchParams].filter(isRate)) url.searchParams.delete(name)
  const line = copyLine(withQuery(url.href, {sampleRateHz, parameters: {}}), 'stream')
  return line === '' ? `\n?${RATE_NAME}=${String(sampleRateHz)}` : line
}
