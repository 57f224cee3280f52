import {ExostreamError} from '../errors.js'
import {SAMPLE_RATES_HZ} from '../protocol/limits.js'
import type {SampleRateHz} from '../protocol/messages.js'

/** A stream URL taken apart as Exotel does it. */
export type StreamUrl = {
  /** What goes over the wire: without userinfo, the query untouched. */
  readonly dialled: URL
  /** The same, safe to print and to keep. */
  readonly shown: string
  /** The value of the Authorization header, when the URL had userinfo. */
  readonly authorization?: string
  /** From `sample-rate` (or the misspelt `sample_rate`). */
  readonly sampleRateHz?: SampleRateHz
  /** The query's other pairs, decoded; they come back in `start.custom_parameters`. */
  readonly customParameters: Readonly<Record<string, string>>
}

const RATE_NAMES = ['sample-rate', 'sample_rate']

/** @throws ExostreamError EXO_URL_INVALID when it is not a ws or wss URL */
export function parseStreamUrl(text: string): StreamUrl {
  const dialled = URL.canParse(text) ? new URL(text) : undefined
  if (!dialled || !/^wss?:$/.test(dialled.protocol)) {
    throw new ExostreamError(
      'EXO_URL_INVALID',
      `${JSON.stringify(withoutUserinfo(text))} is not a ws:// or wss:// URL.`,
    )
  }
  const authorization = basicAuthorization(dialled)
  dialled.username = ''
  dialled.password = ''
  dialled.hash = ''
  const sampleRateHz = rateOf(dialled)
  const pairs = [...dialled.searchParams].filter(([name]) => !RATE_NAMES.includes(name))
  return {
    dialled,
    shown: dialled.href,
    customParameters: Object.fromEntries(pairs),
    ...(authorization === undefined ? {} : {authorization}),
    ...(sampleRateHz === undefined ? {} : {sampleRateHz}),
  }
}

/** The URL with `sample-rate` named in it, as its owner would write it for that rate. */
export function withSampleRate(url: URL, sampleRateHz: SampleRateHz): URL {
  const named = new URL(url)
  if (rateOf(named) === undefined) named.searchParams.set('sample-rate', String(sampleRateHz))
  return named
}

function rateOf(url: URL): SampleRateHz | undefined {
  const text = RATE_NAMES.map((name) => url.searchParams.get(name)).find((value) => value !== null)
  return SAMPLE_RATES_HZ.find((rate) => String(rate) === text)
}

/** Percent-decoded before base64, so that `@` and `:` can stand in a token. */
function basicAuthorization(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined
  const pair = `${decoded(url.username)}:${decoded(url.password)}`
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone percent sign is a character like any other.
    return text
  }
}

/** Up to the last `@`, because a URL that cannot be parsed may have a password that breaks it. */
function withoutUserinfo(text: string): string {
  return text.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1')
}
