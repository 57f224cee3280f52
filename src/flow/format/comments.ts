import {type Applet, END, type Flow, isStreaming, type Next} from '../flow.js'
import {reachableFrom} from '../graph.js'

/** What an applet is for, in a line, for somebody who opens the file; undefined where its name says it. */
export function commentOf(applet: Applet, flow: Flow): string | undefined {
  switch (applet.kind) {
    case 'passthru':
      return `${isBehindStream(applet, flow) ? 'Told how the stream ended' : 'Told of the call so far'}; ${branches(applet)}${missingUrl(applet)}.`
    case 'voicebot':
      return `The caller talks to the bot, until it closes the stream${missingUrl(applet)}.`
    case 'stream':
      return `The bot hears the caller, and the flow goes on at once${missingUrl(applet)}.`
    case 'stream-stop':
      return 'The stream of the Stream applet before ends here.'
    case 'gather':
      return 'Collects digits; a Passthru behind it is told of them.'
    case 'connect':
      return applet.to === undefined && applet.url === undefined
        ? 'Whom to connect to is chosen in the dashboard.'
        : undefined
    case 'connect-voice-ai':
      return `No flow in the dashboard: the API places the call and opens the stream${missingUrl(applet)}.`
    default:
      return undefined
  }
}

function isBehindStream(applet: Applet, flow: Flow): boolean {
  return flow.applets.some((other) => isStreaming(other) && reachableFrom(flow, other).has(applet))
}

function branches({isAsync, on200, on302}: Extract<Applet, {kind: 'passthru'}>): string {
  if (isAsync)
    return `the flow waits for no answer and ${on200 === END ? 'ends' : `goes on to ${on200}`}`
  const on200Leads = `200 ${leads(on200)}`
  return on302 === undefined ? on200Leads : `${on200Leads}, 302 ${leads(on302)}`
}

function leads(to: Next): string {
  return to === END ? 'ends the call' : `leads to ${to}`
}

function missingUrl({url}: {readonly url?: string}): string {
  return url === undefined ? '; put in its url' : ''
}
