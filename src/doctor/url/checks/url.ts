import {goWords} from '../../../stream/exotel/go-words.js'
import type {Check, CheckContext, CheckResult, Fix, FixFacts} from '../../check.js'
import {useCorrectedUrl, useMendedUrl} from '../../corrected-url.js'
import {shownByExotel} from '../../exotel-error.js'
import {grammarMistake, type GrammarMistake} from '../../../stream/written-url/grammar.js'
import {isOfOwnNetwork} from '../../../stream/written-url/own-names.js'
import {urlName} from '../url-name.js'
import {rawUrl, shownUrl} from '../../../stream/written-url/shown-url.js'
import {readParts} from '../../../stream/written-url/url-parts.js'
import {useWrittenUrl} from '../whole-url.js'

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
      summary: `${name} ${mistake.words}`,
      detail: rawUrl(text),
      fix: FIXES[mistake.rule] ?? useWrittenUrl,
      ...shownByExotel(role, goWords.badUrl()),
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

/** Where the URL mended by itself would not do. */
const FIXES: Partial<Readonly<Record<GrammarMistake['rule'], Fix>>> = {
  empty: (facts) =>
    `Look whether the variable, or the field of the applet, that it comes from is set. ${useCorrectedUrl(facts)}`,
  noScheme: beginIt,
  // Any other in its place would be a guess.
  port: 'Write the real port: the one that the bot listens on, or the proxy or tunnel in front of it.',
}

/** A bot on this machine hardly has TLS; what Exotel is to be given is another matter. */
function beginIt(facts: FixFacts): string {
  const {host} = readParts(facts.hop.text ?? '')
  const {target} = facts
  if (!target.isLocal && !isOfOwnNetwork(host)) return useMendedUrl(facts)
  const local = useMendedUrl({...facts, target: {...target, isLocal: true}}, {isSecure: false})
  if (target.isLocal) return local
  return `${local}\nWith --local it is tried from this machine alone; for Exotel: ${useWrittenUrl(facts)}`
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
