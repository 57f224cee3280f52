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

/** Whose names are given out anew at each start, save those that an account has reserved. */
const PASSING = /\.(?:trycloudflare\.com|ngrok-free\.(?:app|dev)|ngrok\.io|loca\.lt|lhr\.life)$/i

export const passingHost: Rule = {
  id: 'passing-host',
  severity: 'info',
  source:
    'inferred: a free tunnel gets its name when it starts, unless the account has one that stays',
  find: (flow, options) => {
    const told = new Set<string>()
    return hostedUrls(flow, options).flatMap((written) => {
      const {applet, field, text} = written
      const {hostname} = new URL(text)
      if (!PASSING.test(hostname) || told.has(hostname)) return []
      told.add(hostname)
      return [
        {
          applet,
          field,
          summary: `${sentence(urlName(written))} has the host ${hostname} of a free tunnel, whose name changes at each start of the tunnel.`,
          fix: 'After each start, put the new name into every URL of the flow, in the dashboard, too; or give the bot a name that stays.',
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
