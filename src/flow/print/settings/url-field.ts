import {withoutControls} from '../../../mask.js'
import {isRateName, RATE_NAME} from '../../../stream/written-url/rate-names.js'
import {SAMPLE_RATES_HZ} from '../../../protocol/limits.js'
import type {Applet, Auth, StreamingApplet, StreamSettings} from '../../flow.js'
import {isStreaming} from '../../flow.js'
import {boxUrl, isDynamic, withQuery} from '../../stream-address.js'
import type {SettingsField} from './field.js'
import type {Unusable} from './printable-flow.js'
import {hiddenIn} from './usable-url.js'

/** The URL of a stream, with everything that has no field of its own (docs.exotel.com, voicebot-applet). */
export function streamUrlField(
  applet: StreamingApplet,
  label: string,
  unusable: readonly Unusable[],
): SettingsField {
  const url = boxUrl(applet)
  if (url === undefined) return missingField(label, whyMissing(unusable, label))
  const why = isDynamic(applet) ? dynamicNotes(applet) : staticNotes(url)
  return {
    label,
    action: 'enter',
    ...(isDynamic(applet)
      ? withOwn(url, hiddenNote(url))
      : withOwn(withCredentialsPlace(url, applet.auth), yoursOf(url, applet.auth))),
    why: [...authNotes(applet), ...why],
  }
}

/** A URL that Exotel asks over HTTP; undefined where there is none, and none is needed. */
export function httpUrlField({
  label,
  url,
  why,
}: {
  readonly label: string
  readonly url: string
  readonly why: string
}): SettingsField {
  return {label, action: 'enter', ...withOwn(url, hiddenNote(url)), why: [why]}
}

export function missingField(label: string, why: string): SettingsField {
  return {label, action: 'yours to fill in', why: [why]}
}

/** What to say of a URL that is not there. */
export function whyMissing(unusable: readonly Unusable[], label: string): string {
  const found = unusable.find((one) => one.label === label)
  if (found?.why !== undefined) return `Not printed: the URL given ${found.why}.`
  return `Not known yet: ${found?.shape ?? 'there is no public host.'}`
}

/** What is known of a URL that has no public host yet. */
export function urlShape(applet: Applet, localUrl: string | undefined): string {
  if (!isStreaming(applet)) {
    return 'https://, the public host, and the path of your handler (of exostream serve /passthru).'
  }
  const path =
    localUrl !== undefined && URL.canParse(localUrl) ? new URL(localUrl).pathname : '/media'
  const place = applet.auth.kind === 'basic' ? 'KEY:TOKEN@ (your own), ' : ''
  return `wss://, ${place}the public host, and ${withQuery(path, applet)}`
}

function withOwn(value: string, yours: string | undefined) {
  return {value, ...(yours === undefined ? {} : {yours})}
}

/** In the place of the secret, which is not for a screen; `yours` says so. */
function withCredentialsPlace(url: string, auth: Auth): string {
  return auth.kind === 'basic' ? url.replace('://', '://KEY:TOKEN@') : url
}

function yoursOf(url: string, auth: Auth): string | undefined {
  const hidden = hiddenNote(url)
  if (auth.kind !== 'basic') return hidden
  const {keyVariable, tokenVariable} = auth
  const credentials = `Put your own key and token, percent-encoded, in the place of KEY and TOKEN: from $${keyVariable} and $${tokenVariable}; they are not printed here.`
  return hidden === undefined ? credentials : `${credentials} ${hidden}`
}

function hiddenNote(url: string): string | undefined {
  const names = hiddenIn(url)
  if (names.length === 0) return undefined
  return `Put your own value of ${names.join(', ')} in the place of ***; it is not printed here.`
}

function staticNotes(url: string): readonly string[] {
  const pairs = [...new URLSearchParams(url.split(/[?#]/, 2)[1] ?? '')]
  const names = pairs
    .filter(([name, value]) => !isRateName(name, value))
    .map(([name]) => withoutControls(name))
  return [
    rateNote(pairs.filter(([name, value]) => isRateName(name, value))),
    ...(names.length === 0
      ? []
      : [
          `Custom parameters, in the query too: ${names.join(', ')}; the bot gets them as start.custom_parameters.`,
        ]),
  ]
}

const RATES = SAMPLE_RATES_HZ.map(String)

/** Only of what Exotel reads is it said that it acts. */
function rateNote(rates: readonly (readonly [string, string])[]): string {
  const [[name, value] = ['', ''], ...others] = rates
  if (name === '') return 'It names no sample-rate, so that Exotel takes 8000 Hz.'
  if (name === RATE_NAME && RATES.includes(value) && others.length === 0) {
    return `${name}=${value} sets the rate of the audio, in Hz: it has no field of its own.`
  }
  return `Its rate is not one that Exotel reads: once, as ${RATE_NAME}, and ${RATES.join(', ')} in Hz.`
}

function dynamicNotes({sampleRateHz, parameters}: StreamSettings): readonly string[] {
  const query = new URLSearchParams({
    ...(sampleRateHz === undefined ? {} : {'sample-rate': String(sampleRateHz)}),
    ...parameters,
  }).toString()
  return [
    'Exotel asks it by GET before each call, and dials what it answers: 200 and JSON with one key, url.',
    ...(query === '' ? [] : [`That url needs this query: ${query}`]),
  ]
}

function authNotes(settings: StreamSettings): readonly string[] {
  const {auth} = settings
  switch (auth.kind) {
    case 'basic':
      return isDynamic(settings)
        ? [
            `Before its host it needs the key and the token, from $${auth.keyVariable} and $${auth.tokenVariable}.`,
          ]
        : ['Exotel sends key and token as a Basic Authorization header, and not in the URL.']
    case 'ip-allow-list':
      return [
        "For the firewall of your bot: ask hello@exotel.com for Exotel's address ranges. Nothing of them goes into the URL.",
      ]
    case 'none':
      return []
  }
}
