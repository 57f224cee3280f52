import type {LogCategory} from '../../../log.js'
import {type Applet, type Flow, isStreaming, type StreamingApplet} from '../../flow.js'
import {isDynamic} from '../../stream-address.js'
import {mainWay} from '../diagram.js'

/** A line that `exostream serve` logs on a good call. */
export type LogLine = {
  readonly category: LogCategory
  /** As it stands in the log. */
  readonly message: string
  /** What makes it appear. */
  readonly means: string
}

export const LOG_NOTE =
  'In this order, where serve is the bot, or stands before another one with --bot relay:'

/** In the order of a call on which every Passthru answers 200; an asynchronous one may come later. */
export function logLinesOf(flow: Flow): readonly LogLine[] {
  const lines: LogLine[] = []
  let isOpen = false
  let hasStream = false
  for (const applet of mainWay(flow)) {
    // Who is connected listens on while a Stream does: the call goes on when both are over.
    if (isOpen && (applet.kind === 'stream-stop' || applet.kind === 'connect')) {
      lines.push(...CLOSING)
      isOpen = false
    }
    if (applet.kind === 'passthru') lines.push(passthruLine({hasStream, isOpen}))
    if (isStreaming(applet)) {
      lines.push(...opening(applet))
      hasStream = true
      isOpen = applet.kind === 'stream'
      if (!isOpen) lines.push(...CLOSING)
    }
  }
  return [...lines, ...(isOpen ? CLOSING : []), ...callbacks(flow.applets[0])]
}

const BEFORE_STREAM: LogLine = {
  category: 'CONNECTION',
  message: 'a Passthru came before any stream',
  means: 'the Passthru before the bot has asked',
}

function passthruLine({hasStream, isOpen}: {hasStream: boolean; isOpen: boolean}): LogLine {
  if (!hasStream) return BEFORE_STREAM
  return isOpen ? BESIDE_STREAM : AFTER_STREAM
}

const BESIDE_STREAM: LogLine = {
  ...BEFORE_STREAM,
  means: 'one behind the Stream has asked; while that runs Exotel tells nothing of it',
}

const AFTER_STREAM: LogLine = {
  category: 'CONNECTION',
  message: 'a Passthru came after a stream',
  means: 'the Passthru behind the bot has asked, with Stream[...]',
}

const CLOSING: readonly LogLine[] = [
  {
    category: 'WEBSOCKET',
    message: 'stop received',
    means: 'Exotel ends the stream; absent where the bot hangs up first',
  },
  {category: 'CONNECTION', message: 'stream closed', means: 'with the counts of the whole call'},
]

function opening(applet: StreamingApplet): readonly LogLine[] {
  return [
    ...(isDynamic(applet) ? [DYNAMIC] : []),
    {category: 'CONNECTION', message: 'stream accepted', means: 'the WebSocket is open'},
    {category: 'WEBSOCKET', message: 'connected received', means: 'the first message of Exotel'},
    {
      category: 'WEBSOCKET',
      message: 'stream started',
      means: 'the CallSid, the numbers and the rate are known',
    },
    ...(hasParameters(applet) ? [PARAMETERS] : []),
    {category: 'MEDIA', message: 'first media received', means: 'the caller can be heard'},
    ...(applet.kind === 'stream' ? [] : [FIRST_AUDIO]),
  ]
}

const DYNAMIC: LogLine = {
  category: 'CONNECTION',
  message: 'the URL of a stream was asked',
  means: 'the dynamic URL has answered',
}

const PARAMETERS: LogLine = {
  category: 'WEBSOCKET',
  message: 'custom parameters came',
  means: 'their names; their values are logged at debug alone',
}

const FIRST_AUDIO: LogLine = {
  category: 'BIDIRECTIONAL',
  message: 'the bot sent its first audio',
  means: 'the caller hears the bot; it may come before the first media',
}

/** The dynamic URL of `serve` adds the CallSid. */
function hasParameters(applet: StreamingApplet): boolean {
  return isDynamic(applet) || Object.keys(applet.parameters).length > 0
}

function callbacks(applet: Applet | undefined): readonly LogLine[] {
  if (applet?.kind !== 'connect-voice-ai' || applet.statusCallback === undefined) return []
  return [
    {
      category: 'CONNECTION',
      message: 'a status callback came',
      means: 'the API tells the end of the call',
    },
  ]
}
