import {MAX_CUSTOM_PARAMETERS} from '../../../protocol/limits.js'
import {isRateName} from '../../../stream/written-url/rate-names.js'
import {type Flow, isStreaming, type StreamSettings} from '../../flow.js'
import {boxUrl, isDynamic} from '../../stream-address.js'
import {hiddenIn} from '../settings/usable-url.js'

/** How each call gets an address of its own, by a dynamic URL (docs.exotel.com, voicebot-applet). */
export type PerCall = {
  readonly words: readonly string[]
  /** What to enter instead of the static URL. */
  readonly dynamicUrl?: string
  /** What it has to answer; `yours` says what is put in. */
  readonly answer?: string
  readonly yours?: string
}

export function perCallOf({applets}: Flow): PerCall | undefined {
  const applet = applets.find(isStreaming)
  // The API is given a URL of its own for each call.
  if (!applet || applet.kind === 'connect-voice-ai') return undefined
  if (isDynamic(applet)) {
    return {
      words: [
        'The URL is dynamic: Exotel asks it before each call, with CallSid, CallFrom and CallTo in the query, and the answer may differ from call to call.',
      ],
    }
  }
  const words = [
    'Exotel fills nothing into a static URL: {CallSid} in it would reach the bot as it stands. The start message tells the CallSid all the same.',
  ]
  const url = boxUrl(applet)
  if (url === undefined) return {words}
  return {
    words: [
      ...words,
      'To have it in the URL, enter a dynamic one. Exotel asks it by GET before each call, with CallSid, CallFrom and CallTo. exostream serve and the server of --as handler answer at this address; a bot of your own needs an endpoint that does.',
    ],
    dynamicUrl: withoutQuery(url).replace(/^ws/i, 'http'),
    answer: JSON.stringify({url: `${url}${url.includes('?') ? '&' : '?'}CallSid=...`}),
    yours: yoursOf(applet, url),
  }
}

function yoursOf({auth}: StreamSettings, url: string): string {
  const {searchParams} = new URL(url)
  const own = [...searchParams].filter(([name, value]) => !isRateName(name, value))
  return [
    'with the CallSid of the call in the place of the dots',
    ...(auth.kind === 'basic' ? ['with your key and token before the host'] : []),
    ...(hiddenIn(url).length > 0 ? ['with your own values in the place of ***'] : []),
    ...(own.length < MAX_CUSTOM_PARAMETERS
      ? []
      : [`with a parameter less: Exotel takes ${String(MAX_CUSTOM_PARAMETERS)}`]),
  ].join(', ')
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '')
}
