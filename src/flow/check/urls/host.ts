import {classOf, isAddress, nameOfClass} from '../../../stream/written-url/address-class.js'
import {whyOwnName} from '../../../stream/written-url/own-names.js'
import type {Rule} from '../../finding.js'
import {sentence} from '../names.js'
import {REACH_PAGE} from '../sources.js'
import {hostedUrls, urlName} from './written-urls.js'

export const unreachableHost: Rule = {
  id: 'unreachable-host',
  severity: 'error',
  source: REACH_PAGE,
  find: (flow, options) => {
    if (options.isLocal) return []
    return hostedUrls(flow, options).flatMap((written) => {
      const {applet, field, text} = written
      const host = new URL(text).hostname.replace(/\.$/, '').toLowerCase()
      const why = whyUnreachable(host)
      if (why === undefined) return []
      return [
        {
          applet,
          field,
          summary: `${sentence(urlName(written))} has the host ${host}, which ${why}, so that Exotel cannot reach it.`,
          fix: 'Write a public host; a tunnel has one, and this prints the whole URL (for a try on this machine alone, pass --local):\nexostream serve --tunnel cloudflared',
        },
      ]
    })
  },
}

/** What follows "which" in a sentence. */
function whyUnreachable(host: string): string | undefined {
  if (!isAddress(host)) return whyOwnName(host)
  const kind = classOf(host)
  return kind === 'public' ? undefined : `is ${nameOfClass(kind)}`
}
