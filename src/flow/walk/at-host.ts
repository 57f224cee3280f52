import {ExostreamError} from '../../errors.js'
import {printable} from '../../report/text/plain.js'
import {type Applet, type Flow, isStreaming} from '../flow.js'

const HOST = /^(?:\[[\da-f:.]+\]|[a-z\d](?:[\w.-]*[a-z\d])?):\d{1,5}$/i

/** @throws ExostreamError EXO_USAGE when it is not HOST:PORT */
export function readHost(text: string): string {
  if (HOST.test(text) && URL.canParse(`http://${text}`)) return text
  throw new ExostreamError(
    'EXO_USAGE',
    `--flow-host must be HOST:PORT, such as 127.0.0.1:5000, not "${printable(text)}".`,
  )
}

/** The flow with every URL at that host, without TLS: for one that is tried on this machine. */
export function flowAtHost(flow: Flow, host: string): Flow {
  return {...flow, applets: flow.applets.map((applet) => appletAtHost(applet, host))}
}

function appletAtHost(applet: Applet, host: string): Applet {
  if (applet.kind === 'passthru' || isStreaming(applet)) {
    const {url} = applet
    const moved = url === undefined ? applet : {...applet, url: atHost(url, host)}
    if (moved.kind !== 'connect-voice-ai' || moved.statusCallback === undefined) return moved
    return {...moved, statusCallback: atHost(moved.statusCallback, host)}
  }
  return applet
}

/** The URL at another host, without TLS; what is no URL stays as it is, to be refused as that. */
export function atHost(text: string, host: string): string {
  const written = text.trim()
  if (!/^(https?|wss?):/i.test(written) || !URL.canParse(written)) return text
  const url = new URL(written)
  url.protocol = url.protocol.replace('s:', ':')
  // A host without a port would leave the old one.
  url.port = ''
  url.host = host
  return url.href
}
