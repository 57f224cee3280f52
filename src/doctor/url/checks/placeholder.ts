import {withoutControls} from '../../../mask.js'
import {goWords} from '../../../stream/exotel/go-words.js'
import type {Check, FixFacts} from '../../check.js'
import {useMendedUrl} from '../../corrected-url.js'
import {shownByExotel} from '../../exotel-error.js'
import {findPlaceholder, type Placeholder} from '../../../stream/written-url/placeholders.js'
import {urlName} from '../url-name.js'
import {shownUrl} from '../../../stream/written-url/shown-url.js'
import {readParts} from '../../../stream/written-url/url-parts.js'
import {useWholeUrl} from '../whole-url.js'

export const placeholderCheck: Check = {
  id: 'placeholder',
  title: 'The URL holds no words of a guide',
  group: 'url',
  roles: ['stream', 'dynamic', 'passthru'],
  needs: [],
  limitMs: 1000,
  run({hop, target}) {
    const {text} = hop
    if (text === undefined) {
      return Promise.resolve({status: 'skip', summary: 'not checked: the URL is not known'})
    }
    const shown = shownUrl(text)
    const found = findPlaceholder(text)
    if (!found || (target.isLocal && mayBeReal(found))) {
      const summary = `${urlName({target, hop})} holds no placeholder`
      return Promise.resolve({status: 'pass', summary, hop: {shown}})
    }
    const word = withoutControls(found.word).slice(0, 80)
    return Promise.resolve({
      status: 'fail',
      summary: `${urlName({target, hop})} still holds ${subjectOf({...found, word})}`,
      detail: shown,
      fix: (facts) => fixOf({...found, word}, facts),
      ...shownByExotel(hop.role, causeOf(found, text)),
      hop: {shown},
    })
  },
}

/** Between marks before the @ there may be a token that only looks like a template; a guide's own words end in it. */
function subjectOf({word, where}: Placeholder): string {
  return where === 'credentials' && !word.endsWith('@')
    ? 'a placeholder in its credentials'
    : `the placeholder "${word}"`
}

/** On a developer's own machine a name under `.test` may be known (RFC 6761), and user:pass be the real pair. */
function mayBeReal({word, where}: Placeholder): boolean {
  return where === 'credentials'
    ? /^[\w:-]+@$/.test(word)
    : where === 'host' && /\.test\.?$/i.test(word)
}

function fixOf({where, word}: Placeholder, facts: FixFacts): string {
  if (where === 'host' || where === 'port') return useWholeUrl(facts)
  if (where === 'credentials') {
    const bare = useMendedUrl(facts, {hasCredentials: false})
    return `Write the bot's own key and token before the @, percent-encoded. If it asks for none, leave them out. ${bare}`
  }
  return `Put the value itself in the place of "${word}", or leave it out. ${useMendedUrl(facts)}`
}

/** What Go's dialer meets: a name that does not exist, a host that is none, or a bot that knows no such thing. */
function causeOf({where}: Placeholder, text: string): string {
  const {host} = readParts(text)
  if (where === 'credentials') return goWords.handshakeStatus(401)
  if (where === 'rest') return goWords.handshakeStatus(404)
  // Go's URL parser takes `<` and `>` in a host, but none of these.
  if (where === 'port' || /[{}[\]%\s]/.test(host)) return goWords.badUrl()
  return EXISTS.test(host) ? goWords.handshakeStatus(404) : goWords.noSuchHost(host.slice(0, 253))
}

/** Names that do resolve, though nobody's bot answers there. */
const EXISTS = /^(?:www\.)?example\.(?:com|net|org)$|\.ngrok(?:-free)?\.(?:io|app|dev)$/i
