import {isOfOwnNetwork} from '../../../stream/written-url/own-names.js'
import {readParts} from '../../../stream/written-url/url-parts.js'
import type {Found, Rule, RuleOptions} from '../../finding.js'
import {type Flow, isStreaming} from '../../flow.js'
import {sentence} from '../names.js'
import {GUIDE_PAGE, VOICEBOT_PAGE} from '../sources.js'
import {copyLine} from './copy-line.js'
import {hostedUrls, urlName, type WrittenUrl} from './written-urls.js'

export const credentialsWithoutTls: Rule = {
  id: 'credentials-without-tls',
  severity: 'error',
  source: 'RFC 7617, section 4',
  find: (flow, options) =>
    inTheOpen(flow, options, {
      isTold: hasBasic,
      why: 'has no TLS, so that anybody on the way can read the key and the token',
      fix: 'Put a certificate before the bot, change the token, and write:',
    }),
}

export const dynamicUrlNotHttps: Rule = {
  id: 'dynamic-url-not-https',
  severity: 'error',
  source: `${VOICEBOT_PAGE} asks for an HTTPS endpoint`,
  find: (flow, options) =>
    inTheOpen(flow, options, {
      isTold: (written) => written.role === 'dynamic' && !hasBasic(written),
      why: 'is not https, so that anybody on the way can send your calls elsewhere',
      fix: 'Put a certificate before the endpoint, and write:',
    }),
}

export const withoutTls: Rule = {
  id: 'without-tls',
  severity: 'warning',
  source: `${GUIDE_PAGE} asks for wss:// in production`,
  find: (flow, options) =>
    inTheOpen(flow, options, {
      isTold: (written) => written.role !== 'dynamic' && !hasBasic(written),
      why: 'has no TLS, so that anybody on the way can listen',
      fix: 'Put a certificate before it, and write:',
    }),
}

type Telling = {
  readonly isTold: (written: WrittenUrl) => boolean
  /** What follows the URL in a sentence. */
  readonly why: string
  readonly fix: string
}

function inTheOpen(
  flow: Flow,
  options: RuleOptions,
  {isTold, why, fix}: Telling,
): readonly Found[] {
  if (options.isLocal) return []
  return hostedUrls(flow, options)
    .filter((written) => isWithoutTls(written) && isTold(written))
    .map((written) => {
      const {applet, field} = written
      const line = copyLine(written, options)
      return {
        applet,
        field,
        summary: `${sentence(urlName(written))} ${why}.`,
        fix:
          line === ''
            ? fix.replace(/, and write:$/, ', and write wss:// or https://.')
            : fix + line,
      }
    })
}

/** A sound is no secret; a host that is to be replaced takes its scheme along, and what stands before an @, too. */
function isWithoutTls({text, field}: WrittenUrl): boolean {
  const {protocol, hostname} = new URL(text)
  const isOpen = /^(?:ws|http):$/.test(protocol) && (readParts(text).userinfo ?? '') === ''
  return isOpen && field !== 'audioUrl' && !isOfOwnNetwork(hostname)
}

function hasBasic({applet, field}: WrittenUrl): boolean {
  return isStreaming(applet) && field === 'url' && applet.auth.kind === 'basic'
}
