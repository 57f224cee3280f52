import type {Found, Rule} from '../../finding.js'
import {type Flow, isStreaming, type PassthruApplet} from '../../flow.js'
import {reachable, reachableFrom} from '../../graph.js'
import {appletName, sentence} from '../names.js'
import {APPLETS_PAGE} from '../sources.js'

const ADD =
  'add a Voicebot applet (or a Stream applet, which only listens), and put the URL of the bot into its field URL: wss://, the public host, the path, ?sample-rate=8000. This prints the URL, then every field:\nexostream serve --tunnel cloudflared\nexostream flow print'

/** The classic: what is behind the flow is healthy, and no call ever gets there. */
export const noStreamAfterPassthru: Rule = {
  id: 'no-stream-after-passthru',
  severity: 'error',
  source: APPLETS_PAGE,
  find: (flow) => {
    const passthru = lastPassthru(flow)
    return passthru ? [missingBehind(flow, passthru)] : []
  },
}

function missingBehind(flow: Flow, applet: PassthruApplet): Found {
  const isOver = [...reachableFrom(flow, applet)].every(({kind}) => kind === 'hangup')
  const then = isOver ? 'the call ends at once' : 'the call goes on without the bot'
  return {
    applet,
    summary: `Nothing behind ${appletName(applet)} opens a stream: the Passthru is asked and may answer well, then ${then}, and the bot and all behind it may be healthy.`,
    fix: `In the flow, behind "${applet.id}", ${ADD}`,
  }
}

export const noStream: Rule = {
  id: 'no-stream',
  severity: 'error',
  source: APPLETS_PAGE,
  find: (flow) =>
    flow.applets.some(isStreaming) || lastPassthru(flow)
      ? []
      : [
          {
            summary: 'No applet of the flow opens a stream, so that no bot hears the call.',
            fix: sentence(ADD),
          },
        ],
}

/** Behind which the streaming applet is missing, of a flow that has none. */
function lastPassthru(flow: Flow): PassthruApplet | undefined {
  if (flow.applets.some(isStreaming)) return undefined
  const reached = reachable(flow)
  return flow.applets
    .filter((applet) => applet.kind === 'passthru')
    .findLast((applet) => reached.has(applet))
}
