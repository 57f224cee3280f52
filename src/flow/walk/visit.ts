import {maskPhoneNumbers} from '../../mask.js'
import {
  type Applet,
  type ConnectApplet,
  type GatherApplet,
  type GreetingApplet,
  type Next,
  type StreamApplet,
  type StreamStopApplet,
  type VoicebotApplet,
} from '../flow.js'
import type {Journey} from './journey.js'
import {askNext} from './passthru.js'
import {converse, converseDirectly, listen} from './streaming.js'

/** Lets the applet do what it does, and returns what follows; undefined where the call ends with it. */
export async function visit(applet: Applet, journey: Journey): Promise<Next | undefined> {
  if (journey.hasCallerLeft && isForCaller(applet)) {
    journey.tell(applet, {summary: 'the caller has left', next: applet.next})
    return applet.next
  }
  switch (applet.kind) {
    case 'greeting':
      return greet(applet, journey)
    case 'gather':
      return gather(applet, journey)
    case 'passthru':
      return askNext(applet, journey)
    case 'voicebot':
      return converse(applet, journey)
    case 'stream':
      return listen(applet, journey)
    case 'stream-stop':
      return stop(applet, journey)
    case 'connect':
      return connect(applet, journey)
    case 'connect-voice-ai':
      return converseDirectly(applet, journey)
    case 'hangup':
      // Exotel would cut a stream short here; a scenario is played to its end.
      await journey.streamsOver()
      journey.tell(applet, {summary: 'the call is hung up'})
      return undefined
  }
}

type ForCaller = GreetingApplet | GatherApplet | ConnectApplet | VoicebotApplet | StreamApplet

/** What needs somebody on the line; a Passthru is asked all the same. */
function isForCaller(applet: Applet): applet is ForCaller {
  return ['greeting', 'gather', 'connect', 'voicebot', 'stream'].includes(applet.kind)
}

/** Nothing is played: there is nobody to hear it, and a flow has no voice to say it with. */
function greet(applet: GreetingApplet, journey: Journey): Next {
  const {say, audioUrl, next} = applet
  const what =
    say === undefined ? (audioUrl === undefined ? 'its greeting' : 'a sound') : quoted(say)
  journey.tell(applet, {summary: `would play ${what}`, next})
  return next
}

function gather(applet: GatherApplet, journey: Journey): Next {
  const {maxDigits, next} = applet
  const digits = journey.world.digits.slice(0, maxDigits)
  journey.press(digits)
  const summary = `the caller presses ${digits}, of which the next Passthru is told`
  journey.tell(applet, {summary, next})
  return next
}

async function stop(applet: StreamStopApplet, journey: Journey): Promise<Next> {
  const {next} = applet
  const began = journey.moment()
  const wasStreaming = journey.isStreaming
  await journey.stopStreams()
  const summary = wasStreaming ? 'the stream is stopped' : 'no stream was running'
  journey.tell(applet, {began, summary, next})
  return next
}

/** Lasts as long as a stream that listens to it. */
async function connect(applet: ConnectApplet, journey: Journey): Promise<Next> {
  const {to, url, next} = applet
  const began = journey.moment()
  const wasStreaming = journey.isStreaming
  await journey.streamsOver()
  const whom =
    to?.join(', ') ?? (url === undefined ? 'whom the dashboard names' : 'whom its URL names')
  const during = wasStreaming ? ', while the stream listens' : ''
  journey.tell(applet, {
    began,
    summary: maskPhoneNumbers(`would connect to ${whom}${during}`),
    next,
  })
  return next
}

const MOST_WORDS = 60

function quoted(words: string): string {
  return `"${words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS)}...` : words}"`
}
