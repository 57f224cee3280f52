import {isSecretName, withoutControls} from '../../mask.js'
import {isOfOwnNetwork} from '../../stream/written-url/own-names.js'
import {findPlaceholder} from '../../stream/written-url/placeholders.js'
import {type Auth, type Flow, isStreaming, type StreamingApplet} from '../flow.js'
import {USUAL_AUTH} from '../make-flow.js'
import {isDynamic, withQuery} from '../stream-address.js'
import type {Printing} from './printing.js'
import {usableUrl} from './settings/usable-url.js'

/** Where the bot takes its stream, as a printed program may hold it. */
export type BotUrl = {
  /** With the rate and the parameters, without credentials. */
  readonly url?: string
  /** Why there is none, as a sentence; then the program is told when it runs. */
  readonly why?: string
  /** The rate and the parameters alone: `sample-rate=8000&campaign=emi`. */
  readonly query: string
  /** Where the credentials are found that go before the host. */
  readonly credentials?: Extract<Auth, {kind: 'basic'}>
}

export function botUrlOf({flow, localUrl}: Printing): BotUrl {
  const applet = streamingOf(flow)
  const query = queryOf(applet)
  if (localUrl !== undefined) {
    const why = `There is no public host yet: the bot is at ${plain(localUrl)}.`
    return {why, query, ...credentialsOf(applet)}
  }
  const why = applet ? whyNotPrinted(applet) : 'No applet of the flow opens a stream.'
  if (why !== undefined) return {why, query, ...credentialsOf(applet)}
  return {url: bareUrl(withQuery(urlOf(applet), applet ?? NONE)), query, ...credentialsOf(applet)}
}

/** The applet that the other forms of printing call the bot: the first of them. */
export function streamingOf(flow: Flow): StreamingApplet | undefined {
  return flow.applets.find(isStreaming)
}

/** What belongs into the query; what seems to be a secret is left out. */
export function queryOf(applet: StreamingApplet | undefined): string {
  const {sampleRateHz = 8000, parameters} = applet ?? NONE
  const shown = Object.entries(parameters).filter(([name]) => !isSecretName(name))
  return withQuery('', {sampleRateHz, parameters: Object.fromEntries(shown)}).slice(1)
}

/** The host of a URL, where it is one that Exotel can call; a port stays with it. */
export function publicUrl(text: string | undefined): URL | undefined {
  if (text === undefined || findPlaceholder(text) || !URL.canParse(text.trim())) return undefined
  const url = new URL(text.trim())
  const isOwn = isOfOwnNetwork(url.hostname.replace(/^\[|\]$/g, ''))
  return /^(?:wss?|https?):$/.test(url.protocol) && HOST.test(url.hostname) && !isOwn
    ? url
    : undefined
}

/** A URL's own grammar takes more, of which some mean something to a shell or to nginx. */
const HOST = /^(?:[a-z\d_.-]+|\[[\da-f:.]+\])$/i

/** A text of the user's in a comment: one line, and not endless. */
export function plain(text: string): string {
  const line = withoutControls(text)
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}...` : line
}

const MOST_CHARACTERS = 80
const NONE = {sampleRateHz: 8000, parameters: {}} as const

function whyNotPrinted(applet: StreamingApplet): string | undefined {
  const text = urlOf(applet)
  if (text === '') return 'The flow does not say yet where the bot is.'
  if (isDynamic(applet)) {
    return 'The URL of the flow is dynamic: Exotel asks it for the URL of the stream, which the flow itself does not hold.'
  }
  const usable = usableUrl(text, 'stream')
  if ('why' in usable) return `The URL of the flow ${usable.why}.`
  if (!publicUrl(text)) return 'The host of the flow is none that Exotel can reach.'
  const names = [...new URL(text).searchParams.keys(), ...Object.keys(applet.parameters)]
  if (names.some(isSecretName)) return 'The URL of the flow has what seems to be a secret.'
  return undefined
}

function urlOf(applet: StreamingApplet | undefined): string {
  return applet?.url?.trim() ?? ''
}

function bareUrl(text: string): string {
  const url = new URL(text)
  url.username = ''
  url.password = ''
  url.hash = ''
  return url.href
}

/** Credentials that stand in the URL are not repeated: the program takes them from the environment. */
function credentialsOf(applet: StreamingApplet | undefined): Pick<BotUrl, 'credentials'> {
  if (applet?.auth.kind === 'basic') return {credentials: applet.auth}
  const url = urlOf(applet)
  const isOpen = URL.canParse(url) && new URL(url).username !== ''
  return isOpen && applet && !isDynamic(applet) ? {credentials: USUAL_AUTH} : {}
}
