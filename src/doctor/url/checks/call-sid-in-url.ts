import {exotelError, goWords} from '../../../stream/exotel/go-words.js'
import type {Check, FixFacts} from '../../check.js'
import {useMendedUrl} from '../../corrected-url.js'
import {findCallDetail} from '../../../stream/written-url/placeholders.js'
import {urlName} from '../url-name.js'

/** No page of Exotel's says that it fills anything into a URL; it adds the details of a call by itself. */
export const callSidInUrlCheck: Check = {
  id: 'call-sid-in-url',
  title: 'The URL waits for nobody to fill in the call',
  group: 'url',
  roles: ['stream', 'dynamic', 'passthru'],
  needs: ['url'],
  limitMs: 1000,
  run({hop, target}) {
    const {text = '', role, shown} = hop
    const name = urlName({target, hop})
    const word = findCallDetail(text)
    if (word === undefined) {
      const summary = `${name} leaves nothing of the call to be filled in`
      return Promise.resolve({status: 'pass', summary})
    }
    const told = shown === undefined ? {} : {detail: shown}
    if (role !== 'stream') {
      return Promise.resolve({
        status: 'warn',
        summary: `${name} holds ${word}, and Exotel adds the call's details to the query by itself`,
        ...told,
        fix: (facts) => `Leave ${word} out. ${useMendedUrl(facts)}`,
      })
    }
    const isAnswered = target.dynamic !== undefined
    return Promise.resolve({
      status: 'fail',
      summary: isAnswered
        ? `${name} still holds ${word}, which the endpoint has to fill in itself`
        : `${name} holds ${word}, and nothing says that Exotel fills it in`,
      ...told,
      fix: (facts) => (isAnswered ? fillInFix(word) : staticFix(word, facts)),
      exotelError: exotelError(goWords.handshakeStatus(404)),
    })
  },
}

function fillInFix(word: string): string {
  return `Let the endpoint put the value in the place of ${word}: Exotel asks it once a call, with CallSid and the others in the query.`
}

function staticFix(word: string, facts: FixFacts): string {
  return `Leave ${word} out and read call_sid from start; or give the applet an https:// URL, which is asked once a call, with CallSid in the query, and answers the URL of the stream, as serve does on every stream path. ${useMendedUrl(facts)}`
}
