import {
  type GrammarMistake,
  grammarMistake,
  type UrlRole,
} from '../../../stream/written-url/grammar.js'
import {
  findCallDetail,
  findPlaceholder,
  type Placeholder,
} from '../../../stream/written-url/placeholders.js'
import type {RuleOptions} from '../../finding.js'
import type {Applet, Flow} from '../../flow.js'
import {isDynamic} from '../../stream-address.js'
import {appletName} from '../names.js'

/** A URL that stands in a flow, and what is to be told of it as text, before any other rule looks at it. */
export type WrittenUrl = {
  readonly applet: Applet
  /** Its name in the file. */
  readonly field: string
  readonly text: string
  readonly role: UrlRole
  readonly placeholder?: Placeholder
  /** What stops it from being read; a placeholder goes before it. */
  readonly mistake?: GrammarMistake
}

export function writtenUrls(flow: Flow, {isLocal}: RuleOptions): readonly WrittenUrl[] {
  return flow.applets.flatMap((applet) =>
    fieldsOf(applet).flatMap(({field, text, role}) => {
      if (text === undefined) return []
      const placeholder = placeholderIn(text, isLocal)
      const mistake = grammarMistake(asIfFilled(text, placeholder), role)
      return [
        {
          applet,
          field,
          text,
          role,
          ...(placeholder === undefined ? {} : {placeholder}),
          ...(mistake === undefined ? {} : {mistake}),
        },
      ]
    }),
  )
}

/** Those that can be read as URLs; a placeholder may still be in them, behind the host. */
export function legibleUrls(flow: Flow, options: RuleOptions): readonly WrittenUrl[] {
  return writtenUrls(flow, options).filter(({mistake}) => mistake === undefined)
}

/** Those that name a host of somebody's own. */
export function hostedUrls(flow: Flow, options: RuleOptions): readonly WrittenUrl[] {
  return legibleUrls(flow, options).filter(
    ({placeholder}) => placeholder?.where !== 'host' && placeholder?.where !== 'port',
  )
}

/** As the subject of a sentence: `the dynamic URL of the Voicebot "bot"`. */
export function urlName({applet, field, role}: WrittenUrl): string {
  if (role === 'dynamic') return `the dynamic URL of ${appletName(applet)}`
  return field === 'url'
    ? `the URL of ${appletName(applet)}`
    : `the ${field} of ${appletName(applet)}`
}

/** What is wrong with a URL because of a detail of the call in it, such as a space, goes with that detail. */
function asIfFilled(text: string, placeholder: Placeholder | undefined): string {
  const word = placeholder ? undefined : findCallDetail(text)
  return word === undefined ? text : text.replaceAll(word, 'x')
}

/** A name under `.test` may be known to a developer's own machine (RFC 6761). */
function placeholderIn(text: string, isLocal: boolean): Placeholder | undefined {
  const found = findPlaceholder(text)
  if (isLocal && found?.where === 'host' && /\.test\.?$/i.test(found.word)) return undefined
  return found
}

type Field = {readonly field: string; readonly text: string | undefined; readonly role: UrlRole}

function fieldsOf(applet: Applet): readonly Field[] {
  switch (applet.kind) {
    case 'voicebot':
    case 'stream':
      return [{field: 'url', text: applet.url, role: isDynamic(applet) ? 'dynamic' : 'stream'}]
    case 'connect-voice-ai':
      return [
        // StreamUrl is ws:// or wss://; nobody is asked for it (developer.exotel.com, connect-voice-ai).
        {field: 'url', text: applet.url, role: 'stream'},
        {field: 'statusCallback', text: applet.statusCallback, role: 'passthru'},
      ]
    case 'passthru':
    case 'connect':
      return [{field: 'url', text: applet.url, role: 'passthru'}]
    case 'greeting':
      return [{field: 'audioUrl', text: applet.audioUrl, role: 'passthru'}]
    default:
      return []
  }
}
