import {ExostreamError} from '../../errors.js'
import {printable} from '../../report/text/plain.js'
import {parseHttpUrl} from '../../stream/exotel-http/get.js'
import {END, type Flow, isStreaming, type StreamingApplet} from '../flow.js'
import {appletOf} from '../graph.js'
import type {ReadFlow} from '../source.js'
import {flowAtHost, readHost} from './at-host.js'

export type WalkWish = {
  /** HOST:PORT that every URL of the flow is asked at. */
  readonly host?: string | undefined
  readonly digits?: string | undefined
  readonly endsAt?: string | undefined
}

type Walkable = {
  readonly flow: Flow
  readonly streaming: readonly [StreamingApplet, ...StreamingApplet[]]
}

/**
 * The flow as it is walked; what would only come to light on the way is refused here.
 * @throws ExostreamError EXO_FLOW_INVALID, EXO_USAGE, EXO_URL_INVALID
 */
export function walkable({flow: read, file = 'The flow'}: ReadFlow, wish: WalkWish): Walkable {
  const {host, digits, endsAt} = wish
  const flow = host === undefined ? read : flowAtHost(read, readHost(host))
  const [first, ...others] = flow.applets.filter(isStreaming)
  if (!first) {
    throw new ExostreamError(
      'EXO_FLOW_INVALID',
      `${file} has no applet that streams, so there is nothing to call; "exostream flow check ${file}" says what is missing.`,
    )
  }
  if (endsAt !== undefined) refuseStranger(flow, endsAt)
  if (digits !== undefined && !/^[\d*#]+$/.test(digits)) {
    throw new ExostreamError(
      'EXO_USAGE',
      `--digits takes what a caller can press, 0-9, * and #, not "${printable(digits)}".`,
    )
  }
  refuseUnaskable(flow, file)
  return {flow, streaming: [first, ...others]}
}

function refuseStranger(flow: Flow, endsAt: string): void {
  if (endsAt === END || appletOf(flow, endsAt)) return
  const known = [...flow.applets.map(({id}) => id), END].join(', ')
  throw new ExostreamError(
    'EXO_USAGE',
    `--ends-at names "${printable(endsAt)}", and the flow has ${known}.`,
  )
}

function refuseUnaskable({applets}: Flow, file: string): void {
  for (const applet of applets) {
    if (applet.kind === 'passthru') {
      if (applet.url === undefined) {
        throw new ExostreamError(
          'EXO_FLOW_INVALID',
          `${file}: the Passthru applet ${applet.id} has no URL yet; write one into the file to walk the flow.`,
        )
      }
      parseHttpUrl(applet.url)
    }
    if (applet.kind === 'connect-voice-ai' && applet.statusCallback !== undefined) {
      parseHttpUrl(applet.statusCallback)
    }
  }
}
