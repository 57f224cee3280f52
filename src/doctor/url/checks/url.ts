import {exotelError, goWords} from '../../../stream/exotel/go-words.js'
import type {Check, CheckContext, CheckResult, Fix} from '../../check.js'
import {useMendedUrl} from '../../corrected-url.js'
import {grammarMistake} from '../grammar.js'
import {rawUrl, shownUrl, urlName} from '../shown-url.js'
import {readParts} from '../url-parts.js'

export const urlCheck: Check = {
  id: 'url',
  title: 'The URL is well formed',
  group: 'url',
  roles: ['stream', 'dynamic', 'passthru'],
  needs: ['placeholder'],
  limitMs: 1000,
  run: (context) => Promise.resolve(judge(context)),
}

function judge({hop, target}: CheckContext): CheckResult {
  const {text = '', role} = hop
  const name = urlName({target, hop})
  const mistake = grammarMistake(text, role)
  if (mistake !== undefined) {
    return {
      status: 'fail',
      summary: `${name} ${mistake}`,
      detail: rawUrl(text),
      fix: useMendedUrl,
      exotelError: exotelError(goWords.badUrl()),
      hop: {shown: shownUrl(text)},
    }
  }
  const url = new URL(text)
  const found = {hop: {url, shown: shownUrl(text)}}
  const oddity = ODDITIES.find(({isThere}) => isThere({url, text, isLocal: target.isLocal}))
  if (!oddity) {
    return {status: 'pass', summary: `${name} is well formed${inTheDns(url, text)}`, ...found}
  }
  const {summary, fix} = oddity
  return {status: 'warn', summary: `${name} ${summary}`, detail: rawUrl(text), fix, ...found}
}

type Written = {readonly url: URL; readonly text: string; readonly isLocal: boolean}

type Oddity = {
  readonly isThere: (written: Written) => boolean
  readonly summary: string
  readonly fix: Fix
}

/** What does not stop a call, yet is hardly meant. */
const ODDITIES: readonly Oddity[] = [
  {
    isThere: ({text}) => text.includes('#'),
    summary: 'has a "#", and what stands behind it is never sent',
    fix: useMendedUrl,
  },
  {
    isThere: ({text, isLocal}) => !isLocal && readParts(text).host.includes('_'),
    summary: 'has an underscore in its host name, for which no authority issues a certificate',
    fix: 'Give the bot a host name of letters, digits and hyphens, and write that into the URL.',
  },
  {
    isThere: ({url}) => /%(?![\da-f]{2})/i.test(url.search),
    summary: 'has a "%" in its query that begins no percent escape',
    fix: 'Write %25 for a percent sign.',
  },
  {
    isThere: ({text}) => /[|^"`]/.test(text),
    summary: 'has characters that belong percent-encoded, and not every program mends them',
    fix: useMendedUrl,
  },
]

/** A name in other letters is looked up in its ASCII form (RFC 5891). */
function inTheDns({hostname}: URL, text: string): string {
  return /[^\p{ASCII}]/u.test(readParts(text).host)
    ? `; in the DNS its host is called ${hostname}`
    : ''
}
