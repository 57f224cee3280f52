import {goWords} from '../../../stream/exotel/go-words.js'
import type {Check, CheckContext, CheckResult} from '../../check.js'
import {useMendedUrl} from '../../corrected-url.js'
import {shownByExotel} from '../../exotel-error.js'
import {hasTls} from '../../endpoint.js'
import {urlName} from '../url-name.js'
import {readParts} from '../../../stream/written-url/url-parts.js'

/** Never says what the credentials are, only how they are written. */
export const userinfoCheck: Check = {
  id: 'userinfo',
  title: 'The credentials in the URL can be read',
  group: 'url',
  roles: ['stream', 'dynamic', 'passthru'],
  needs: ['url'],
  limitMs: 1000,
  run: (context) => Promise.resolve(judge(context)),
}

const ENCODE =
  'Percent-encode the key and the token, each by itself; this prints one of them encoded:\nnode -p "encodeURIComponent(process.argv[1])" \'the key or token\''

/** What Go's URL parser takes before the @ (net/url, validUserinfo). */
const GO_TAKES = /^(?:[\w.:~!$&'()*+,;=@-]|%[\da-f]{2})*$/i

function judge({hop, target}: CheckContext): CheckResult {
  const {userinfo} = readParts(hop.text ?? '')
  const name = urlName({target, hop})
  if (userinfo === undefined) return {status: 'pass', summary: `${name} has no credentials`}
  if (!GO_TAKES.test(userinfo)) {
    return {
      status: 'fail',
      summary: `${name} has a character in its key or token that has to be percent-encoded`,
      fix: ENCODE,
      ...shownByExotel(hop.role, goWords.badUrl()),
    }
  }
  const oddity = oddityOf(userinfo)
  if (oddity) return {status: 'warn', summary: `${name} ${oddity.summary}`, fix: oddity.fix}
  if (hop.url && !hasTls(hop.url) && !target.isLocal) {
    return {
      status: 'warn',
      summary: `${name} sends its credentials without TLS, where anybody on the way can read them`,
      fix: (facts) =>
        `Serve the bot with TLS, then change the token. ${useMendedUrl(facts, {isSecure: true})}`,
    }
  }
  return {status: 'pass', summary: `${name} has credentials, which go out as Basic authentication`}
}

/** What can be sent, but is hardly what the bot compares with. */
function oddityOf(userinfo: string): {readonly summary: string; readonly fix: string} | undefined {
  const colon = userinfo.indexOf(':')
  const key = colon === -1 ? userinfo : userinfo.slice(0, colon)
  const token = colon === -1 ? '' : userinfo.slice(colon + 1)
  if (key === '' || token === '') {
    return {
      summary: 'has only one half of KEY:TOKEN before the @',
      fix: 'Write both, with a colon between them. A bot that asks for none needs nothing before the @.',
    }
  }
  if (!/[@:]/.test(token) && !key.includes('@')) return undefined
  return {
    summary: 'has an @ or a colon in its key or token as it is, which programs read differently',
    fix: ENCODE,
  }
}
