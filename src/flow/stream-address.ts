import {isDynamicUrl} from '../stream/exotel-http/dynamic-url.js'
import {isRateName, RATE_NAME} from '../stream/written-url/rate-names.js'
import type {StreamSettings} from './flow.js'

/** Whether Exotel asks the URL for the stream's, once a call. */
export function isDynamic({url = ''}: Pick<StreamSettings, 'url'>): boolean {
  return isDynamicUrl(url.trim())
}

/**
 * The URL that belongs into the field of the applet: with the rate and the custom parameters in the query
 * of a static one, as it is written where it is dynamic. Text that is no URL stays as it is. Undefined
 * where the public host is not known yet. The credentials of `auth` are not in it.
 */
export function boxUrl(settings: StreamSettings): string | undefined {
  const {url} = settings
  if (url === undefined || isDynamic(settings)) return url?.trim()
  return withQuery(url.trim(), settings)
}

/** The URL with the rate, once, and the parameters that it does not name itself, behind its own. */
export function withQuery(
  url: string,
  {sampleRateHz, parameters}: Pick<StreamSettings, 'sampleRateHz' | 'parameters'>,
): string {
  const [, base = '', query = '', hash = ''] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(url) ?? []
  const own = new URLSearchParams(query)
  const rate = [...own].some(isRate) ? undefined : sampleRateHz
  const hasRate = sampleRateHz !== undefined || [...own].some(isRate)
  const others = Object.entries(parameters).filter(
    (pair) => !own.has(pair[0]) && !(hasRate && isRate(pair)),
  )
  const added = new URLSearchParams(rate === undefined ? '' : `${RATE_NAME}=${String(rate)}`)
  for (const [name, value] of others) added.append(name, value)
  const whole = [query, added.toString()].filter((part) => part !== '').join('&')
  return `${base}${whole === '' ? '' : `?${whole}`}${hash}`
}

function isRate([name, value]: readonly [string, string]): boolean {
  return isRateName(name, value)
}
