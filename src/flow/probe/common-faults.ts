import type {AskedUrl} from '../../stream/exotel-http/dynamic-url.js'
import {HTTP_SLOW_MS} from '../../stream/exotel-http/get.js'
import {shownUrl} from '../../stream/written-url/shown-url.js'
import {plain} from './asker.js'
import type {Fault} from './rules.js'

/** What an endpoint of any kind can have wrong. */

export function noAnswer({problem = 'there was no answer'}: AskedUrl): Fault {
  return {
    id: 'probe-no-answer',
    summary: plain(problem),
    fix: 'Start the program behind the URL, let it answer within a second, and look that its host, port and scheme are right.',
  }
}

/** The slowest of the answers for which a caller waits. */
export function slowness(url: string, answers: readonly AskedUrl[]): readonly Fault[] {
  const slowestMs = Math.max(0, ...answers.map(({tookMs}) => tookMs))
  if (slowestMs <= HTTP_SLOW_MS) return []
  return [
    {
      id: 'probe-slow',
      summary: `${shownUrl(url)} took ${String(Math.round(slowestMs))} ms to answer, and the caller hears nothing meanwhile.`,
      fix: 'Answer within a second, and do slow work afterwards; a platform that starts only when it is asked has to keep one instance running.',
    },
  ]
}

/** What is to be done about a status that Exotel has no use for. */
export function fixOfStatus(status: number | undefined, method: 'GET' | 'POST' = 'GET'): string {
  if (status === 405) return `Let the endpoint answer ${method}, by which Exotel asks.`
  const known = FIXES.find(({statuses}) => status !== undefined && statuses.includes(status))
  return known?.fix ?? "Look into the endpoint's own log for what went wrong."
}

const FIXES: readonly {readonly statuses: readonly number[]; readonly fix: string}[] = [
  {
    statuses: [301, 302, 303, 307, 308],
    fix: 'Put the URL that it redirects to into the applet: nothing says that Exotel follows a redirect.',
  },
  {
    statuses: [401, 403],
    fix: "Let this path in without a login, and keep strangers out by Exotel's addresses, which hello@exotel.com names: Exotel documents credentials for wss URLs only.",
  },
  {statuses: [404], fix: 'Put the path on which the endpoint is into the URL of the applet.'},
  {
    statuses: [426],
    fix: 'It is the endpoint of the stream itself: write wss:// in place of https://.',
  },
  {statuses: [429], fix: 'Raise the limit of the endpoint: it is asked in every call.'},
  {
    statuses: [502, 503, 504, 520, 521, 522, 523, 524, 530],
    fix: 'Start the program behind the proxy or tunnel, and look that it leads to its port.',
  },
]
