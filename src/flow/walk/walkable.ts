import {ExostreamError} from '../../errors.js'
import {printable} from '../../report/text/plain.js'
import {parseHttpUrl} from '../../stream/exotel-http/get.js'
import {
  type Applet,
  END,
  type Flow,
  isStreaming,
  type PassthruApplet,
  type StreamingApplet,
} from '../flow.js'
import {appletOf} from '../graph.js'
import type {ReadFlow} from '../source.js'
import {flowAtHost, readHost} from './at-host.js'

export type WalkWish = {
  /** HOST:PORT that every URL of the flow is asked at. */
  readonly host?: string | undefined
  readonly digits?: string | undefined
  readonly endsAt?: string | undefined
  /** The applets whose streams are meant to fail, by id: they are not dialled. */
  readonly streamFails?: readonly string[] | undefined
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
  refuseWrongFailures([first, ...others], wish)
  if (digits !== undefined && !/^[\d*#]+$/.test(digits)) {
    throw new ExostreamError(
      'EXO_USAGE',
      `--digits takes what a caller can press, 0-9, * and #, not "${printable(digits)}".`,
    )
  }
  refuseUnaskable(flow)
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

function refuseWrongFailures(
  streaming: readonly StreamingApplet[],
  {streamFails = [], endsAt}: WalkWish,
): void {
  const stranger = streamFails.find((id) => streaming.every((applet) => applet.id !== id))
  if (stranger !== undefined) {
    const known = streaming.map(({id}) => id).join(', ')
    throw new ExostreamError(
      'EXO_USAGE',
      `--stream-fails names "${printable(stranger)}", and the applets of the flow that stream are ${known}.`,
    )
  }
  if (streamFails.length > 0 && endsAt === undefined) {
    throw new ExostreamError(
      'EXO_USAGE',
      '--stream-fails needs --ends-at beside it: what a failed stream shows is where the call ends then.',
    )
  }
}

function refuseUnaskable({applets}: Flow): void {
  for (const applet of applets) {
    if (applet.kind === 'passthru') {
      if (applet.url !== undefined) parseHttpUrl(applet.url)
    }
    if (applet.kind === 'connect-voice-ai' && applet.statusCallback !== undefined) {
      parseHttpUrl(applet.statusCallback)
    }
  }
}

type Lending = {
  readonly file: string
  /** The stream URL of the `serve` that is called; absent where something else is. */
  readonly serveUrl: string | undefined
}

/**
 * The flow with each Passthru that has no URL yet asked at the `serve` that is called.
 * @throws ExostreamError EXO_FLOW_INVALID
 */
export function withLentUrls(flow: Flow, {file, serveUrl}: Lending): Flow {
  const applets = flow.applets.map((applet) => {
    if (!isLent(applet)) return applet
    if (serveUrl !== undefined) {
      return {...applet, url: new URL('/passthru', serveUrl.replace(/^ws/i, 'http')).href}
    }
    throw new ExostreamError(
      'EXO_FLOW_INVALID',
      `${file}: the Passthru applet ${applet.id} has no URL yet; write one into the file to walk the flow.`,
    )
  })
  return {...flow, applets}
}

/** Whether the file names no URL for it. */
export function isLent(applet: Applet): applet is PassthruApplet {
  return applet.kind === 'passthru' && applet.url === undefined
}
