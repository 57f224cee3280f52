import type {Rule} from '../../finding.js'
import {type Applet, isStreaming} from '../../flow.js'
import {appletName, sentence} from '../names.js'
import {VOICEBOT_PAGE} from '../sources.js'

export const urlMissing: Rule = {
  id: 'url-missing',
  severity: 'error',
  source: VOICEBOT_PAGE,
  find: ({applets}) =>
    applets
      .filter((applet) => needsUrl(applet) && applet.url === undefined)
      .map((applet) => ({
        applet,
        field: 'url',
        summary: `${sentence(appletName(applet))} has no URL yet, so Exotel has nothing to ${isStreaming(applet) ? 'open a stream to' : 'ask'}.`,
        fix: `Write its url, once the public host is known; this prints it:\nexostream serve --tunnel cloudflared`,
      })),
}

type Asking = Extract<Applet, {kind: 'passthru' | 'voicebot' | 'stream' | 'connect-voice-ai'}>

function needsUrl(applet: Applet): applet is Asking {
  return isStreaming(applet) || applet.kind === 'passthru'
}
