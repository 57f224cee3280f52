import {isSampleRateName} from '../../protocol/sample-rate.js'
import type {Headers} from '../../stream/exotel/headers.js'
import {masked, parseStreamUrl, type StreamUrl} from '../../stream/exotel/stream-url.js'
import type {StreamContext} from '../open-stream.js'

/** How the bot of one stream is dialled. */
export type BotTarget = {readonly url: StreamUrl; readonly headers: Headers}

type Asked = Pick<StreamContext, 'query' | 'authorization'>

/**
 * Who stands behind a relay: for each stream the URL given, with what the caller's own URL adds. The
 * caller's Authorization goes on as it was given here, unless the URL has credentials of its own. The
 * server gives none where it has asked for one itself: the key to its own gate is not the bot's.
 * @throws ExostreamError EXO_URL_INVALID
 */
export function botTarget(to: string): (asked: Asked) => BotTarget {
  const url = parseStreamUrl(to)
  return ({query, authorization}) => ({
    url: withQuery(url, query),
    headers: url.authorization !== undefined || authorization === undefined ? {} : {authorization},
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
