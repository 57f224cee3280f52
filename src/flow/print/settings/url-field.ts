import {withoutControls} from '../../../mask.js'
import {isRateName} from '../../../stream/written-url/rate-names.js'
import type {Auth, StreamingApplet, StreamSettings} from '../../flow.js'
import {boxUrl, isDynamic} from '../../stream-address.js'
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
    why: [...why, ...authNotes(applet)],
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
  return found?.why === undefined
    ? 'Not known yet: there is no public host.'
    : `Not printed: the URL given ${found.why}.`
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
  const rate = pairs.find(([name, value]) => isRateName(name, value))
  const names = pairs
    .filter(([name, value]) => !isRateName(name, value))
    .map(([name]) => withoutControls(name))
  return [
    rate
      ? `${rate[0]}=${withoutControls(rate[1])} sets the rate of the audio, in Hz: it has no field of its own.`
      : 'It names no sample-rate, so that Exotel takes 8000 Hz.',
    ...(names.length === 0
      ? []
      : [
          `Custom parameters, in the query too: ${names.join(', ')}; the bot gets them as start.custom_parameters.`,
        ]),
  ]
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
        : ['Exotel sends the two as a Basic Authorization header, and not in the URL.']
    case 'ip-allow-list':
      return [
        "For the firewall of your bot: ask hello@exotel.com for Exotel's address ranges. Nothing of them goes into the URL.",
      ]
    case 'none':
      return []
  }
}
