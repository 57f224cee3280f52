import type {GrammarMistake, UrlRole} from '../../../stream/written-url/grammar.js'
import {UNSEEN} from '../../../stream/written-url/url-parts.js'
import type {Found, Rule, RuleOptions} from '../../finding.js'
import type {Flow} from '../../flow.js'
import {sentence} from '../names.js'
import {VOICEBOT_PAGE} from '../sources.js'
import {copyLine} from './copy-line.js'
import {urlName, type WrittenUrl, writtenUrls} from './written-urls.js'

export const wrongScheme: Rule = {
  id: 'wrong-scheme',
  severity: 'error',
  source: VOICEBOT_PAGE,
  find: (flow, options) =>
    misspelt(flow, options, {isTold: ({rule}) => OF_SCHEMES.has(rule), fix: fixScheme}),
}

export const malformedUrl: Rule = {
  id: 'malformed-url',
  severity: 'error',
  source: 'RFC 3986, and what Go takes for a URL, in which Exotel dials',
  find: (flow, options) =>
    misspelt(flow, options, {isTold: ({rule}) => !OF_SCHEMES.has(rule), fix: fixSpelling}),
}

/** The mistakes of grammar that are about the scheme. */
const OF_SCHEMES: ReadonlySet<GrammarMistake['rule']> = new Set([
  'schemes',
  'colon',
  'slashes',
  'noScheme',
  'scheme',
])

type Telling = {
  readonly isTold: (mistake: GrammarMistake) => boolean
  readonly fix: (written: WrittenUrl, options: RuleOptions) => string
}

function misspelt(flow: Flow, options: RuleOptions, {isTold, fix}: Telling): readonly Found[] {
  return writtenUrls(flow, options).flatMap((written) => {
    const {applet, field, placeholder, mistake} = written
    if (placeholder || !mistake || !isTold(mistake)) return []
    const summary = `${sentence(urlName(written))} ${mistake.words}.`
    return [{applet, field, summary, fix: fix(written, options)}]
  })
}

const SCHEMES: Readonly<Record<UrlRole, string>> = {
  stream: 'wss://',
  dynamic: 'https://',
  passthru: 'https://',
}

/** Schemes before the host, also with a slip in them. */
const UP_TO_HOST = /^(?:[a-z][a-z\d+.-]*:\/+|(?:wss?|https?)(?:\/\/+|:(?!\d)))*/i

function fixScheme(written: WrittenUrl, options: RuleOptions): string {
  const {text, role, applet} = written
  const scheme = SCHEMES[role]
  const meant = scheme + text.trim().replace(UP_TO_HOST, '')
  const also =
    role === 'stream' && applet.kind !== 'connect-voice-ai'
      ? ', or https:// where an endpoint of yours answers the URL of the stream'
      : ''
  return `Let it begin with ${scheme}${also}.${copyLine({...written, text: meant}, options)}`
}

function fixSpelling(written: WrittenUrl, options: RuleOptions): string {
  const {text, role} = written
  const cleaned = text
    .replace(UNSEEN, '')
    .replaceAll('\\', '/')
    .replace(/[“”‘’«»"'`]/g, '')
    .trim()
  const line = cleaned === text ? '' : copyLine({...written, text: cleaned}, options)
  return line === ''
    ? `Write the URL anew: ${SCHEMES[role]}, the public host, the path.`
    : `Write it so:${line}`
}
