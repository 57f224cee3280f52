import type {Check, FixFacts} from '../../check.js'
import {correctedUrl, useCorrectedUrl} from '../../corrected-url.js'
import {hasTls} from '../../endpoint.js'
import {urlName} from '../url-name.js'

export const schemeCheck: Check = {
  id: 'scheme',
  title: 'The URL asks for TLS',
  group: 'url',
  roles: ['stream', 'dynamic', 'passthru'],
  needs: ['url'],
  limitMs: 1000,
  run({hop, target}) {
    const {url} = hop
    if (!url) return Promise.resolve({status: 'skip', summary: 'not checked: no URL was read'})
    const scheme = url.protocol.replace(':', '')
    if (target.isLocal) {
      const summary = `not checked: --local, and ${scheme}:// only matters from outside`
      return Promise.resolve({status: 'skip', summary, mayGoOn: true})
    }
    const name = urlName({target, hop})
    if (hasTls(url)) {
      return Promise.resolve({status: 'pass', summary: `${name} begins with ${scheme}://`})
    }
    // StreamUrl takes ws:// (developer.exotel.com), yet the AgentStream guide asks for wss:// in production.
    return Promise.resolve({
      status: 'warn',
      summary: `${name} begins with ${scheme}://, and Exotel's guides ask for ${scheme}s:// in production`,
      fix: fixOf,
    })
  },
}

function fixOf(facts: FixFacts): string {
  const secure = /^(?:wss|https):/.test(correctedUrl(facts) ?? '')
  const way = secure
    ? useCorrectedUrl(facts)
    : 'A tunnel has one and prints the whole URL:\nexostream serve --tunnel cloudflared'
  return `In the open anybody on the way can listen to the call: put a proxy with a certificate before the bot. ${way}`
}
