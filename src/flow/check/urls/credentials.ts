import {isUnfilled} from '../../../stream/written-url/placeholders.js'
import {readParts} from '../../../stream/written-url/url-parts.js'
import type {Found, Rule} from '../../finding.js'
import {type Applet, isStreaming} from '../../flow.js'
import {appletName, sentence} from '../names.js'
import {GUIDE_PAGE, VOICEBOT_PAGE} from '../sources.js'
import {copyLine} from './copy-line.js'
import {legibleUrls, urlName, type WrittenUrl} from './written-urls.js'

export const credentialsInUrl: Rule = {
  id: 'credentials-in-url',
  severity: 'error',
  source: VOICEBOT_PAGE,
  find: (flow, options) =>
    legibleUrls(flow, options)
      .filter(
        ({text, placeholder}) =>
          placeholder?.where !== 'credentials' && (readParts(text).userinfo ?? '') !== '',
      )
      .map((written) => ({
        applet: written.applet,
        field: written.field,
        summary: `${sentence(urlName(written))} holds credentials before the @, where whoever reads this file has them.`,
        fix: withoutCredentials(written),
      })),
}

function withoutCredentials({text, role, applet}: WrittenUrl): string {
  const ofStream = isStreaming(applet) && role === 'stream'
  const instead = ofStream
    ? 'name the environment variables that hold them, as auth: {key: BOT_KEY, token: BOT_TOKEN}'
    : 'enter them in the dashboard alone'
  const line = copyLine(text, role)
  return `Change the token, take both out of the file, and ${instead}${line === '' ? '.' : `; the URL is then:${line}`}`
}

export const secretInTheOpen: Rule = {
  id: 'secret-in-the-open',
  severity: 'warning',
  source: `inferred: Stream[StreamUrl] and the logs on the way have the whole query (${GUIDE_PAGE})`,
  find: (flow, options) => [
    ...legibleUrls(flow, options).flatMap(({applet, field, text, role, placeholder}) => {
      const name = placeholder ? undefined : secretAmong([...new URL(text).searchParams])
      const fix = role === 'stream' ? BASIC : ALLOW_LIST
      return name === undefined ? [] : [{applet, field, summary: told(applet, name), fix}]
    }),
    ...flow.applets
      .filter(isStreaming)
      .flatMap((applet) => [
        ...inFields(applet, {fields: applet.parameters, before: 'parameters.'}),
        ...inFields(applet, {fields: applet.foreign, before: ''}),
      ]),
  ],
}

const BASIC =
  'Leave it out and change it; let Exotel send a key and a token as Basic authentication, whose values stay in environment variables:\nauth: {key: BOT_KEY, token: BOT_TOKEN}'

/** No page tells of credentials for a URL that is asked. */
const ALLOW_LIST =
  "Leave it out of this file and change it; Exotel's addresses, which hello@exotel.com names, tell who asks."

type Fields = {
  readonly fields: Readonly<Record<string, unknown>>
  /** Of their place in the file. */
  readonly before: string
}

function inFields(applet: Applet, {fields, before}: Fields): readonly Found[] {
  const name = secretAmong(Object.entries(fields))
  if (name === undefined) return []
  return [{applet, field: before + name, summary: told(applet, name), fix: BASIC}]
}

/** Narrower than what is masked in an output: what is told as a fault has to be one. */
const SECRET =
  /token|secret|passw|pwd|(?:api|access|auth|private|client)[-_. ]?key$|authorization|credential|jwt|signature/i

function secretAmong(pairs: readonly (readonly [string, unknown])[]): string | undefined {
  return pairs.find(
    ([name, value]) =>
      SECRET.test(name) &&
      typeof value === 'string' &&
      value !== '' &&
      !isUnfilled(`${name}=${value}`),
  )?.[0]
}

function told(applet: Applet, name: string): string {
  return `${sentence(appletName(applet))} has what looks like a secret under "${name.slice(0, 80)}", where this file and every log on the way show it.`
}
