import {readParts} from '../../../stream/written-url/url-parts.js'
import type {Found, Rule, RuleOptions} from '../../finding.js'
import {isStreaming, type StreamingApplet} from '../../flow.js'
import {appletName, sentence} from '../names.js'
import {isSecret} from '../secrets.js'
import {GUIDE_PAGE, VOICEBOT_PAGE} from '../sources.js'
import {foreignValues} from '../stream/foreign-values.js'
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
        fix: `Change the token. ${withoutCredentials(written, options)}`,
      })),
}

/** How to take them out, with the URL that is left. */
export function withoutCredentials(written: WrittenUrl, options: RuleOptions): string {
  const {text, role, applet} = written
  const ofStream = isStreaming(applet) && role === 'stream'
  const instead = ofStream
    ? 'name the environment variables that hold them, as auth: {key: BOT_KEY, token: BOT_TOKEN}'
    : 'enter them in the dashboard alone'
  const isOpen = !options.isLocal && readParts(text).isSecure === false
  const certificate = isOpen ? 'put a certificate before the host, ' : ''
  const line = copyLine(written, options)
  return `Take what stands before the @ out of the file, ${certificate}and ${instead}${line === '' ? '.' : `; the URL is then:${line}`}`
}

export const secretInTheOpen: Rule = {
  id: 'secret-in-the-open',
  severity: 'warning',
  source: `inferred: Stream[StreamUrl] and the logs on the way have the whole query (${GUIDE_PAGE})`,
  find: (flow, options) => {
    const ofUrls = legibleUrls(flow, options).flatMap((written): readonly Found[] => {
      const {applet, field, text, role, placeholder} = written
      const pairs = placeholder ? [] : [...new URL(text).searchParams]
      const [name] = pairs.find(([key, value]) => isSecret(key, value)) ?? []
      return name === undefined
        ? []
        : [
            {
              applet,
              field,
              summary: told(applet, name),
              fix: role === 'stream' ? BASIC : ALLOW_LIST,
            },
          ]
    })
    const isTold = (applet: StreamingApplet) => ofUrls.some((found) => found.applet === applet)
    return [
      ...ofUrls,
      ...flow.applets
        .filter(isStreaming)
        .flatMap((applet) => (isTold(applet) ? [] : beside(applet))),
    ]
  },
}

const BASIC =
  'Leave it out, wherever it stands, and change it; let Exotel send a key and a token as Basic authentication, whose values stay in environment variables:\nauth: {key: BOT_KEY, token: BOT_TOKEN}'

/** No page tells of credentials for a URL that is asked. */
const ALLOW_LIST =
  "Leave it out of this file and change it; Exotel's addresses, which hello@exotel.com names, tell who asks."

/** Among the parameters and in the fields of older guides, however deep. */
function beside(applet: StreamingApplet): readonly Found[] {
  const [parameter] =
    Object.entries(applet.parameters).find(([name, value]) => isSecret(name, value)) ?? []
  const foreign = foreignValues(applet.foreign).find(({name, value}) => isSecret(name, value))
  return [
    ...(parameter === undefined
      ? []
      : [{field: `parameters.${parameter}`, summary: told(applet, parameter)}]),
    ...(foreign ? [{field: foreign.path, summary: told(applet, foreign.name)}] : []),
  ].map((found) => ({applet, ...found, fix: BASIC}))
}

function told(applet: Found['applet'] & object, name: string): string {
  return `${sentence(appletName(applet))} has what looks like a secret under "${name.slice(0, 80)}", where this file and every log on the way show it.`
}
