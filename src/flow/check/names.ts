import type {Applet, AppletKind} from '../flow.js'

/** As the public pages have them. */
const NAMES: Readonly<Record<AppletKind, string>> = {
  greeting: 'Greeting',
  passthru: 'Passthru',
  voicebot: 'Voicebot',
  stream: 'Stream',
  'stream-stop': 'Stream (stop)',
  gather: 'Gather',
  connect: 'Connect',
  hangup: 'Hangup',
  'connect-voice-ai': 'Connect Voice AI call',
}

/** As part of a sentence: `the Passthru "before"`. */
export function appletName(applet: Applet): string {
  return `the ${NAMES[applet.kind]} "${applet.id}"`
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
