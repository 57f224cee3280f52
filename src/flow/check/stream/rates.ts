import {SAMPLE_RATES_HZ} from '../../../protocol/limits.js'
import {RATE_NAME} from '../../../stream/written-url/rate-names.js'
import type {Rule, RuleOptions} from '../../finding.js'
import {appletName, sentence} from '../names.js'
import {VOICEBOT_PAGE} from '../sources.js'
import {copyLine, meantRate} from '../urls/copy-line.js'
import {legibleUrls, urlName} from '../urls/written-urls.js'
import {claimedRate} from './foreign-values.js'
import {isRate, type Pair, ratesBeside, ratesOfParameters} from './named-rates.js'
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
        const ignored =
          claimedRate(query.applet.foreign) === undefined
            ? ''
            : '; the sample rate beside the URL is a field that no applet has'
        return {
          applet: query.applet,
          field: 'url',
          summary: `${sentence(appletName(query.applet))} names no sample rate, so that the bot cannot be sure of 8000 Hz${ignored}.`,
          fix: `Name it in the URL (or as sampleRate in flow.yaml):${withRate(query, options)}`,
        }
      }),
}

export const rateNotOffered: Rule = {
  id: 'rate-not-offered',
  severity: 'error',
  source: VOICEBOT_PAGE,
  find: (flow, options) =>
    staticQueries(flow, options).flatMap((query) => {
      const odd = ratesIn(query).find(([, value]) => isNotOffered(value))
      if (odd === undefined) return []
      const place = placeOf(query, odd)
      return [
        {
          applet: query.applet,
          field: place.field,
          summary: `${place.words} asks for the sample rate ${short(odd[1])}, and Exotel has ${OFFERED.join(', ')}.`,
          fix: `${place.fix} one that it has:${withRate(query, options)}`,
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
      const {applet, pairs} = query
      const all = [...pairs.filter(isRate), ...ratesBeside(applet)].map(([, value]) => value)
      const [one, other] = [...new Set(all)]
      if (one === undefined || other === undefined || ratesIn(query).some(isOdd)) return []
      const meant = String(meantRate(applet, pairs))
      return [
        {
          applet,
          field: String(applet.sampleRateHz) === other ? 'sampleRate' : 'url',
          summary: `${sentence(appletName(applet))} asks for two sample rates, ${one} and ${other}, and a stream has one.`,
          fix: `Keep the one that the bot is made for, everywhere; with ${meant} the URL is:${withRate(query, options)}`,
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
      const odd = rates.find(([spelling]) => spelling !== RATE_NAME)
      if (odd === undefined || rates.some((rate) => isOdd(rate) || rate[1] !== odd[1])) return []
      const place = placeOf(query, odd)
      return [
        {
          applet: query.applet,
          field: place.field,
          summary: `${place.words} names its sample rate as ${short(odd[0])}, and Exotel reads ${RATE_NAME}.`,
          fix: `${place.fix} ${RATE_NAME}:${withRate(query, options)}`,
        },
      ]
    }),
}

/** In the URL that is asked, the rate is a parameter like any other. */
export const rateInAskedUrl: Rule = {
  id: 'rate-in-asked-url',
  severity: 'info',
  source: VOICEBOT_PAGE,
  find: (flow, options) =>
    legibleUrls(flow, options).flatMap((written) => {
      const {applet, field, text, role} = written
      const rate = role === 'dynamic' && [...new URL(text).searchParams].find(isRate)
      if (!rate) return []
      return [
        {
          applet,
          field,
          summary: `${sentence(urlName(written))} names a sample rate in its own query, which sets none: the stream has that of the URL in the answer.`,
          fix: `Let the endpoint put ${RATE_NAME} into the URL that it answers, and take it out of this one.`,
        },
      ]
    }),
}

/** Those of the URL and of the parameters, which go into its query. */
function ratesIn({applet, pairs}: StaticQuery): readonly Pair[] {
  return [...pairs.filter(isRate), ...ratesOfParameters(applet)]
}

/** Where a rate stands, as the subject of a sentence, and what to do there. */
function placeOf({applet, pairs}: StaticQuery, rate: Pair) {
  if (pairs.includes(rate)) {
    return {field: 'url', words: `The URL of ${appletName(applet)}`, fix: 'Name in the URL'}
  }
  return {
    field: `parameters.${rate[0]}`,
    words: `A parameter of ${appletName(applet)}`,
    fix: 'Take it out of the parameters, and name in the URL',
  }
}

function isNotOffered(rate: string): boolean {
  return !OFFERED.includes(rate)
}

function isOdd([, rate]: Pair): boolean {
  return isNotOffered(rate)
}

function short(text: string): string {
  return JSON.stringify(text.slice(0, 40))
}

/** The URL with the rate that is meant; where that is nothing to copy, the pair of the query. */
function withRate({written, applet, pairs}: StaticQuery, options: RuleOptions): string {
  return copyLine(written, options) || `\n?${RATE_NAME}=${String(meantRate(applet, pairs))}`
}
