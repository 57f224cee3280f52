import {
  findCallDetail,
  isUnfilled,
  type Placeholder,
} from '../../../stream/written-url/placeholders.js'
import type {Found, Rule, RuleOptions} from '../../finding.js'
import {isStreaming, type StreamingApplet} from '../../flow.js'
import {appletName, sentence} from '../names.js'
import {copyLine} from './copy-line.js'
import {withoutCredentials} from './credentials.js'
import {urlName, type WrittenUrl, writtenUrls} from './written-urls.js'

export const placeholder: Rule = {
  id: 'placeholder',
  severity: 'error',
  source: 'inferred: Exotel fills nothing into a URL, and no public page says that it would',
  find: (flow, options) => [
    ...writtenUrls(flow, options).flatMap((written) => {
      const {applet, field, placeholder: found} = written
      if (!found) return []
      const summary = `${sentence(urlName(written))} still holds ${subjectOf(found)}, so that Exotel cannot use it.`
      return [{applet, field, summary, fix: fixOf(written, found, options)}]
    }),
    ...flow.applets.filter(isStreaming).flatMap(inParameters),
  ],
}

/** What stands before the @ may be a token that only looks like a template, so it is not repeated. */
function subjectOf({word, where}: Placeholder): string {
  return where === 'credentials'
    ? 'a placeholder in its credentials'
    : `the placeholder "${word.slice(0, 80)}"`
}

function fixOf(written: WrittenUrl, {word, where}: Placeholder, options: RuleOptions): string {
  if (where === 'host' || where === 'port') {
    return 'Write the public host of your own bot in its place; with a bot of exostream, this prints the whole URL:\nexostream serve --tunnel cloudflared'
  }
  if (where === 'credentials') return withoutCredentials(written, options)
  const line = copyLine(written, options)
  return `Write the value itself in the place of "${word.slice(0, 80)}", or leave it out${line === '' ? '.' : `:${line}`}`
}

function inParameters(applet: StreamingApplet): readonly Found[] {
  const found = Object.entries(applet.parameters).find(
    ([name, value]) =>
      isUnfilled(`${name}=${value}`) && findCallDetail(`?${name}=${value}`) === undefined,
  )
  if (!found) return []
  const [name] = found
  return [
    {
      applet,
      field: `parameters.${name}`,
      summary: `The parameter "${name.slice(0, 80)}" of ${appletName(applet)} still holds a placeholder, which the bot would get as it is.`,
      fix: 'Write the value itself, or leave the parameter out.',
    },
  ]
}
