import {findCallDetail} from '../../../stream/written-url/placeholders.js'
import type {Found, Rule} from '../../finding.js'
import {isStreaming, type StreamingApplet} from '../../flow.js'
import {isDynamic} from '../../stream-address.js'
import {appletName, sentence} from '../names.js'
import {CALL_DETAILS_PAGE, STREAM_PAGE} from '../sources.js'
import {copyLine} from './copy-line.js'
import {legibleUrls, urlName, type WrittenUrl} from './written-urls.js'

const PER_CALL =
  'Leave it out, and let the bot read call_sid from start. Where the URL itself has to differ from call to call, write an https:// URL instead: it is asked once a call, with CallSid in the query, and answers the URL of the stream.'

export const callDetailInStaticUrl: Rule = {
  id: 'call-detail-in-static-url',
  severity: 'error',
  source: `${STREAM_PAGE} names the dynamic URL for this; that nothing is filled in is inferred: no page says that it is`,
  find: (flow, options) => [
    ...legibleUrls(flow, options)
      .filter(({role}) => role === 'stream')
      .flatMap((written) =>
        told(written, {
          why: 'and nothing says that Exotel fills it in: each call would dial the same words',
          fix: PER_CALL + copyLine(written, options),
        }),
      ),
    ...flow.applets.filter(isStreaming).flatMap(inParameters),
  ],
}

export const callDetailInAskedUrl: Rule = {
  id: 'call-detail-in-asked-url',
  severity: 'warning',
  source: CALL_DETAILS_PAGE,
  find: (flow, options) =>
    legibleUrls(flow, options)
      .filter(({role}) => role !== 'stream')
      .flatMap((written) =>
        told(written, {
          why: 'and Exotel adds the details of the call to the query by itself, but fills in none',
          fix: `Leave it out, and read CallSid and the others from the query.${copyLine(written, options)}`,
        }),
      ),
}

type Words = {readonly why: string; readonly fix: string}

function told(written: WrittenUrl, {why, fix}: Words): readonly Found[] {
  const {applet, field, text} = written
  const word = findCallDetail(text)
  if (word === undefined) return []
  return [{applet, field, summary: `${sentence(urlName(written))} holds ${word}, ${why}.`, fix}]
}

/** Those of a dynamic URL are for its endpoint, which may well fill them in. */
function inParameters(applet: StreamingApplet): readonly Found[] {
  const found = Object.entries(applet.parameters).find(
    ([name, value]) => findCallDetail(`?${name}=${value}`) !== undefined,
  )
  if (!found || isDynamic(applet)) return []
  return [
    {
      applet,
      field: `parameters.${found[0]}`,
      summary: `The parameter "${found[0].slice(0, 80)}" of ${appletName(applet)} waits for a detail of the call, and nothing says that Exotel fills it in.`,
      fix: PER_CALL,
    },
  ]
}
