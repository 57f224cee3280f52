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

/** The URL with the rate and the parameters that it does not name itself, behind its own. */
export function withQuery(
  url: string,
  {sampleRateHz, parameters}: Pick<StreamSettings, 'sampleRateHz' | 'parameters'>,
): string {
  const [, base = '', query = '', hash = ''] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(url) ?? []
  const own = new URLSearchParams(query)
  const hasRate = [...own].some(([name, value]) => isRateName(name, value))
  const added = new URLSearchParams()
  if (sampleRateHz !== undefined && !hasRate) added.append(RATE_NAME, String(sampleRateHz))
  for (const [name, value] of Object.entries(parameters)) {
    if (!own.has(name)) added.append(name, value)
  }
  const whole = [query, added.toString()].filter((part) => part !== '').join('&')
  return `${base}${whole === '' ? '' : `?${whole}`}${hash}`
}
