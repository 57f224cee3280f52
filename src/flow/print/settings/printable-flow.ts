import {isSecretName, maskSecrets, withoutControls} from '../../../mask.js'
import type {Applet, Auth, Flow, StreamingApplet, StreamSettings} from '../../flow.js'
import {isStreaming} from '../../flow.js'
import {USUAL_AUTH} from '../../make-flow.js'
import {isDynamic} from '../../stream-address.js'
import {HIDDEN, hiddenIn, usableUrl} from './usable-url.js'

/** A URL of the flow that cannot be entered as it is. */
export type Unusable = {
  readonly applet: Applet
  /** As the dashboard or the API names it. */
  readonly label: string
  /** As what follows "the URL"; absent where there is none yet. */
  readonly why?: string
  readonly lacksHost: boolean
  /** What is known of it without its host, in words. */
  readonly shape?: string
}

export type PrintableFlow = {
  /** Without the URLs that nobody could enter, without credentials, in one line each text. */
  readonly flow: Flow
  readonly unusable: readonly Unusable[]
}

/** The flow as it may be shown: whatever stands in the place of a value is left out, and told of. */
export function printableFlow({name, applets}: Flow): PrintableFlow {
  const unusable: Unusable[] = []
  const cleaned = applets.map((applet) => {
    const printed = withUrls(applet, (found) => unusable.push(found))
    return withTexts(printed)
  })
  return {flow: {name: withoutControls(name), applets: cleaned}, unusable}
}

type Tell = (found: Unusable) => void

function withUrls(applet: Applet, tell: Tell): Applet {
  if (isStreaming(applet)) return streaming(applet, tell)
  switch (applet.kind) {
    case 'passthru':
      return withUrl(applet, 'url', {label: 'URL', isNeeded: true, tell})
    case 'connect':
      return withUrl(applet, 'url', {label: 'Primary URL', isNeeded: false, tell})
    case 'greeting':
      return withUrl(applet, 'audioUrl', {label: 'Audio', isNeeded: false, tell})
    default:
      return applet
  }
}

type HttpField = {readonly label: string; readonly isNeeded: boolean; readonly tell: Tell}

/** Of a URL that Exotel asks over HTTP. */
function withUrl<Key extends string, T extends Applet & Readonly<Partial<Record<Key, string>>>>(
  applet: T,
  key: Key,
  {label, isNeeded, tell}: HttpField,
): T {
  const given = applet[key]
  if (given === undefined) {
    if (isNeeded) tell({applet, label, lacksHost: true})
    return applet
  }
  const found = usableUrl(given, 'passthru')
  if ('url' in found) return {...applet, [key]: found.url}
  tell({applet, label, ...found})
  return without(applet, key)
}

/** The cast says what `Omit` cannot of a generic type: only what may be absent is left out. */
function without<T extends object>(object: T, key: string): T {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key)) as T
}

function streaming(applet: StreamingApplet, tell: Tell): Applet {
  const shown = {
    ...withAddress(applet, tell),
    parameters: shownParameters(applet.parameters),
    foreign: shownForeign(applet.foreign),
  }
  return shown.kind === 'connect-voice-ai'
    ? withUrl(shown, 'statusCallback', {label: 'StatusCallback', isNeeded: false, tell})
    : shown
}

function withAddress<T extends StreamingApplet>(applet: T, tell: Tell): T {
  const label = applet.kind === 'connect-voice-ai' ? 'StreamUrl' : 'URL'
  if (applet.url === undefined) {
    tell({applet, label, lacksHost: true})
    return applet
  }
  const found = usableUrl(applet.url, isDynamic(applet) ? 'dynamic' : 'stream')
  if ('url' in found) {
    const {url, hadCredentials} = found
    return {...applet, url, ...(hadCredentials ? {auth: withCredentials(applet.auth)} : {})}
  }
  tell({applet, label, ...found})
  return without(applet, 'url')
}

/** Credentials that stand in the URL belong into the environment. */
function withCredentials(auth: Auth): Auth {
  return auth.kind === 'basic' ? auth : USUAL_AUTH
}

function shownParameters(parameters: StreamSettings['parameters']): StreamSettings['parameters'] {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      withoutControls(name),
      isSecretName(name) ? HIDDEN : withoutControls(value),
    ]),
  )
}

/** What it holds is data of any shape, and as hostile as the rest. */
function shownForeign(foreign: StreamSettings['foreign']): StreamSettings['foreign'] {
  const shown = JSON.stringify(foreign, (key, value: unknown) => {
    if (isSecretName(key)) return HIDDEN
    return typeof value === 'string' ? withoutControls(maskSecrets(value)) : value
  })
  // What was an object is one again.
  return JSON.parse(shown) as StreamSettings['foreign']
}

/** What is typed into a field is one line. */
function withTexts(applet: Applet): Applet {
  switch (applet.kind) {
    case 'greeting':
    case 'gather':
      return {...applet, ...(applet.say === undefined ? {} : {say: withoutControls(applet.say)})}
    case 'connect':
      return {...applet, ...(applet.to === undefined ? {} : {to: applet.to.map(withoutControls)})}
    default:
      return applet
  }
}

/** The names of what is not printed of such a flow, each once. */
export function hiddenOf({applets}: Flow): readonly string[] {
  const names = applets.flatMap((applet) => [
    ...urlsOf(applet).flatMap(hiddenIn),
    ...(isStreaming(applet)
      ? Object.entries(applet.parameters).flatMap(([name, value]) =>
          value === HIDDEN && isSecretName(name) ? [name] : [],
        )
      : []),
  ])
  return [...new Set(names)]
}

function urlsOf(applet: Applet): readonly string[] {
  const urls = [
    'url' in applet ? applet.url : undefined,
    applet.kind === 'greeting' ? applet.audioUrl : undefined,
    applet.kind === 'connect-voice-ai' ? applet.statusCallback : undefined,
  ]
  return urls.filter((url) => url !== undefined)
}
