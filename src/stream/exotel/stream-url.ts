import {ExostreamError} from '../../errors.js'
import {isSecretName} from '../../mask.js'
import {SAMPLE_RATES_HZ} from '../../protocol/limits.js'
import type {SampleRateHz} from '../../protocol/messages.js'
import {isSampleRateName, readSampleRate} from '../../protocol/sample-rate.js'

/** A stream URL taken apart as Exotel does it. */
export type StreamUrl = {
  /** What goes over the wire: without userinfo, the query untouched. */
  readonly dialled: URL
  /** The same, safe to print and to keep: values that look like secrets are masked. */
  readonly shown: string
  /** The value of the Authorization header, when the URL had userinfo. */
  readonly authorization?: string
  /** From `sample-rate` (or the misspelt `sample_rate`). */
  readonly sampleRateHz?: SampleRateHz
  /** The query's other pairs, decoded; they come back in `start.custom_parameters`. */
  readonly customParameters: Readonly<Record<string, string>>
}

/** @throws ExostreamError EXO_URL_INVALID when it is not a ws or wss URL, or names a rate that Exotel has not */
export function parseStreamUrl(text: string): StreamUrl {
  const dialled = URL.canParse(text) ? new URL(text) : undefined
  if (!dialled || !/^wss?:$/.test(dialled.protocol)) {
    throw new ExostreamError(
      'EXO_URL_INVALID',
      `${JSON.stringify(masked(withoutUserinfo(text)))} is not a ws:// or wss:// URL${meant(masked(text))}.`,
    )
  }
  const authorization = basicAuthorization(dialled)
  dialled.username = ''
  dialled.password = ''
  dialled.hash = ''
  const sampleRateHz = rateOf(dialled)
  const pairs = [...dialled.searchParams].filter(([name]) => !isSampleRateName(name))
  return {
    dialled,
    shown: masked(dialled.href),
    customParameters: Object.fromEntries(pairs),
    ...(authorization === undefined ? {} : {authorization}),
    ...(sampleRateHz === undefined ? {} : {sampleRateHz}),
  }
}

/** What was probably meant: the same under another scheme; nothing where an `@` may end a password. */
function meant(text: string): string {
  const bare = /^(?:http(s?):\/\/)?([\w.-]+(?::\d+)?(?:\/[^\s@]*)?)$/.exec(text)
  // A word alone is rather a scenario that lacks its flag.
  return bare && /[.:/]/.test(text)
    ? ` (did you mean "ws${bare[1] ?? ''}://${bare[2] ?? ''}"?)`
    : ''
}

/** The URL with `sample-rate` named in it, as its owner would write it for that rate. */
export function withSampleRate(url: URL, sampleRateHz: SampleRateHz): URL {
  const named = new URL(url)
  if (readSampleRate(named.searchParams) === undefined) {
    named.searchParams.set('sample-rate', String(sampleRateHz))
  }
  return named
}

/** The URL with further custom parameters in its query; one of the same name is replaced. */
export function withParameters(
  url: StreamUrl,
  parameters: Readonly<Record<string, string>> = {},
): StreamUrl {
  const pairs = Object.entries(parameters)
  if (pairs.length === 0) return url
  const dialled = new URL(url.dialled)
  for (const [name, value] of pairs) dialled.searchParams.set(name, value)
  const customParameters = {...url.customParameters, ...parameters}
  return {...url, dialled, shown: masked(dialled.href), customParameters}
}

function rateOf(url: URL): SampleRateHz | undefined {
  const named = readSampleRate(url.searchParams)
  if (named === undefined || named.sampleRateHz !== undefined) return named?.sampleRateHz
  const offered = SAMPLE_RATES_HZ.join(', ').replace(/, (\d+)$/, ' and $1')
  throw new ExostreamError(
    'EXO_URL_INVALID',
    `The URL names the sample rate ${JSON.stringify(named.text)}; Exotel has ${offered}.`,
  )
}

/** The userinfo as a header; percent-decoded before base64, so that `@` and `:` can stand in a token. */
export function basicAuthorization(url: URL): string | undefined {
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
export function withoutUserinfo(text: string): string {
  return text.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1')
}

/**
 * With the values of such parameters masked, in anything that looks like a query: a value ends at white space
 * or a quote, which no parsed URL holds in its query, so that the sentence around a URL stays whole.
 */
export function masked(text: string): string {
  return text.replace(/([?&])([^?&=#]+)=[^&#\s"']+/g, (pair, mark: string, name: string) =>
    isSecretName(decoded(name)) ? `${mark}${name}=***` : pair,
  )
}
