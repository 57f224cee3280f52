import {isSampleRateName} from '../../protocol/sample-rate.js'
import {type Headers, withAuthorization} from '../../stream/exotel/headers.js'
import {masked, parseStreamUrl, type StreamUrl} from '../../stream/exotel/stream-url.js'
import type {StreamContext} from '../open-stream.js'

/** How the bot of one stream is dialled. */
export type BotTarget = {readonly url: StreamUrl; readonly headers: Headers}

type Asked = Pick<StreamContext, 'query' | 'authorization'>

/**
 * Who stands behind a relay: for each stream the URL given, with what the caller's own URL adds.
 * @throws ExostreamError EXO_URL_INVALID; EXO_USAGE for headers that cannot be sent
 */
export function botTarget(to: string, headers: Headers = {}): (asked: Asked) => BotTarget {
  const url = parseStreamUrl(to)
  const own = withAuthorization(headers, url.authorization)
  const isKnown = Object.keys(own).some((name) => name.toLowerCase() === 'authorization')
  return ({query, authorization}) => ({
    url: withQuery(url, query),
    headers: isKnown || authorization === undefined ? headers : {...headers, authorization},
  })
}

/** With the pairs that the URL does not name itself; its own stand as they were written. */
function withQuery(url: StreamUrl, query: URLSearchParams): StreamUrl {
  const own = url.dialled.searchParams
  const added = [...query].filter(([name]) =>
    isSampleRateName(name) ? url.sampleRateHz === undefined : !own.has(name),
  )
  if (added.length === 0) return url
  const dialled = new URL(url.dialled)
  const before = dialled.search === '' ? '' : `${dialled.search}&`
  dialled.search = before + new URLSearchParams(added).toString()
  return {...url, dialled, shown: masked(dialled.href)}
}
