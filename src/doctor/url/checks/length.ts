import {MAX_STREAM_URL_CHARACTERS} from '../../../protocol/limits.js'
import type {Check} from '../../check.js'
import {urlName} from '../url-name.js'

/** No page names a limit for an applet's URL; servers and proxies begin to refuse from here on. */
const LONG_CHARACTERS = 2000

/** What the fixes of a URL that is too long have in common. */
const SHORTEN =
  'Let the bot look up what belongs to the call by its call_sid, instead of the query.'

export const lengthCheck: Check = {
  id: 'length',
  title: 'The URL is short enough',
  group: 'url',
  roles: ['stream', 'dynamic', 'passthru'],
  needs: ['url'],
  limitMs: 1000,
  run({hop, target}) {
    const {length} = hop.text ?? ''
    const name = urlName({target, hop})
    const summary = `${name} has ${String(length)} characters`
    if (hop.role === 'stream' && target.applet === 'none' && length >= MAX_STREAM_URL_CHARACTERS) {
      return Promise.resolve({
        status: 'fail',
        summary: `${summary}; Connect Voice AI takes fewer than ${String(MAX_STREAM_URL_CHARACTERS)}`,
        // Its API refuses the call before there is a stream; in which words is not published.
        fix: SHORTEN,
      })
    }
    if (length <= LONG_CHARACTERS) return Promise.resolve({status: 'pass', summary})
    return Promise.resolve({
      status: 'warn',
      summary: `${summary}, more than many servers and proxies take`,
      fix: SHORTEN,
    })
  },
}
