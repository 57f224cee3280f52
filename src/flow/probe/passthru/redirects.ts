import type {PassthruResult} from '../../../stream/exotel-http/passthru.js'
import {shownUrl} from '../../../stream/written-url/shown-url.js'
import type {Fault} from '../rules.js'

const LOGIN = /log-?in|sign-?in|oauth|sso|saml/i

/** A 302 is the second branch, whoever answers it: a login page, and a proxy that wants https, too. */
export function redirects(
  url: string,
  answered: readonly Pick<PassthruResult, 'answer' | 'location'>[],
): readonly Fault[] {
  const {href, origin} = new URL(url)
  for (const {answer, location} of answered) {
    if (answer.branch !== 'B' || location === undefined || !URL.canParse(location, href)) continue
    const to = new URL(location, href)
    if (to.origin === origin && !LOGIN.test(to.pathname)) continue
    return [
      {
        id: 'probe-passthru-redirect',
        summary: `${shownUrl(url)} answered 302 with a redirect to ${shownUrl(to.href)}; Exotel follows none, and takes the branch of 302.`,
        fix: 'If a proxy, a login or a redirect to https answered in its place, put the right URL into the applet and let it in without a login; if the branch is meant, answer 302 without a Location.',
      },
    ]
  }
  return []
}
