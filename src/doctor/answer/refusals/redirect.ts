import {withoutControls} from '../../../mask.js'
import {masked, withoutUserinfo} from '../../../stream/exotel/stream-url.js'
import type {Hop} from '../../check.js'
import {putUrl} from '../../corrected-url.js'
import {hasTls} from '../../endpoint.js'
import {rightUrl} from '../right-url.js'
import type {Refusal} from './refusal.js'

const NOT_FOLLOWED = 'Nothing says that Exotel follows a redirect.'

/** The places that ask a person who they are. */
const LOGIN = /\b(log-?in|sign-?in|sso|oauth2?|authorize|cloudflareaccess)\b/i

/** What a redirect of the upgrade means, by where it leads. */
export function redirected(hop: Hop, location: string | undefined): Refusal {
  const {text = ''} = hop
  const from = new URL(text)
  const to = placeOf(location, from)
  if (!to || !/^(http|ws)s?:$/.test(to.protocol)) {
    return {
      means: 'a redirect that names no URL to go to',
      fix: 'Put the path on which the bot takes its WebSocket into the URL.',
    }
  }
  const shown = shownPlace(to)
  if (LOGIN.test(`${to.hostname}${to.pathname}`)) {
    return {
      means: `a redirect to ${shown}, which is a page to log in`,
      fix: 'Let the path of the bot in without a login; to keep strangers out, put credentials into the URL (wss://KEY:TOKEN@…).',
    }
  }
  const url = rightUrl(hop, (changed) => {
    changed.protocol = hasTls(to) ? 'wss:' : 'ws:'
    changed.host = to.host
    if (to.port === '') changed.port = ''
    changed.pathname = to.pathname
    if (to.search !== '') changed.search = to.search
  })
  return {means: meaning(from, to, shown), fix: (facts) => `${NOT_FOLLOWED} ${putUrl(facts, url)}`}
}

function meaning(from: URL, to: URL, shown: string): string {
  if (to.hostname !== from.hostname) return `a redirect to another host, ${shown}`
  if (hasTls(to) && !hasTls(from)) {
    return 'a redirect to https: it takes streams over TLS only'
  }
  return `a redirect to ${shown}`
}

function placeOf(location: string | undefined, from: URL): URL | undefined {
  const base = new URL(from)
  base.protocol = hasTls(from) ? 'https:' : 'http:'
  if (location === undefined || !URL.canParse(location, base.href)) return undefined
  return new URL(location, base)
}

function shownPlace(url: URL): string {
  return withoutControls(masked(withoutUserinfo(url.href))).slice(0, 100)
}
