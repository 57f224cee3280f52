import type {FlowStep} from '../../report/report.js'
import type {StreamFacts} from '../../stream/exotel-http/passthru.js'
import type {ConnectVoiceAi, Next, StreamApplet, StreamingApplet, VoicebotApplet} from '../flow.js'
import type {Journey, Moment, Told} from './journey.js'
import type {EndedStream, StreamWatch} from './world.js'

/** The flow waits for the end of the stream. */
export async function converse(applet: VoicebotApplet, journey: Journey): Promise<Next> {
  const {next} = applet
  const stream = open(applet, journey)
  const ended = await stream.ended
  journey.tell(applet, {...endStep(ended), began: stream.began(), next})
  return next
}

/** The flow goes on as soon as the stream is open, or was never opened; its end is told when it comes. */
export async function listen(applet: StreamApplet, journey: Journey): Promise<Next> {
  const {next} = applet
  const {opened, ended, began, stop} = open(applet, journey)
  const failed = await Promise.race([opened, ended])
  if (failed) {
    journey.tell(applet, {...endStep(failed), began: began(), next})
    return next
  }
  journey.tell(applet, {summary: 'the stream is open, and listens', began: began(), next})
  const over = ended.then((end) => {
    journey.tell(applet, {...endStep(end), kind: 'stream-end'})
  })
  journey.leaveStreaming({stop, over})
  return next
}

/** The call ends with the stream, and the API tells that it is over. */
export async function converseDirectly(
  applet: ConnectVoiceAi,
  journey: Journey,
): Promise<undefined> {
  const {statusCallback} = applet
  const stream = open(applet, journey)
  const ended = await stream.ended
  journey.tell(applet, {...endStep(ended), began: stream.began()})
  const {signal, postStatusCallback} = journey.world
  if (statusCallback === undefined || signal.aborted) return
  const began = journey.moment()
  const {url, status, problem} = await postStatusCallback(statusCallback, journey.durationMs)
  journey.failStep(problem)
  journey.tell(applet, {
    kind: 'status-callback',
    summary: status === undefined ? 'no answer' : `answered ${String(status)}`,
    began,
    url,
    ...(status === undefined ? {} : {status}),
    ...(problem === undefined ? {} : {problem}),
  })
}

type Open = {
  /** After the dynamic URL, where there is one. */
  readonly began: () => Moment
  readonly opened: Promise<undefined>
  readonly ended: Promise<EndedStream>
  readonly stop: () => void
}

function open(applet: StreamingApplet, journey: Journey): Open {
  let began = journey.moment()
  const stopping = new AbortController()
  journey.beginStream()
  const {opened, onOpen} = opening()
  const watch: StreamWatch = {
    onDynamicUrl: ({url, status, problem}) => {
      journey.tell(applet, {
        kind: 'dynamic-url',
        summary: status === undefined ? 'no answer' : `answered ${String(status)}`,
        began,
        url,
        ...(status === undefined ? {} : {status}),
        ...(problem === undefined ? {} : {problem}),
      })
      began = journey.moment()
    },
    onOpen,
    stop: stopping.signal,
  }
  const ended = journey.world.openStream(applet, watch).then((end) => {
    journey.endStream(end.facts)
    if (end.failure) journey.fail(end.failure)
    return end
  })
  return {
    opened,
    ended,
    began: () => began,
    stop: () => {
      stopping.abort()
    },
  }
}

function opening(): {readonly opened: Promise<undefined>; readonly onOpen: () => void} {
  // Node 20 has no Promise.withResolvers.
  let onOpen: () => void = () => undefined
  const opened = new Promise<undefined>((resolve) => {
    onOpen = () => {
      resolve(undefined)
    }
  })
  return {opened, onOpen}
}

function endStep({facts, shownUrl, failure}: EndedStream): Told & Pick<FlowStep, 'streamSid'> {
  return {
    summary: endWords(facts),
    url: shownUrl,
    streamSid: facts.streamSid,
    ...(failure ? {problem: failure.message} : {}),
  }
}

const WHO: Readonly<Record<StreamFacts['disconnectedBy'], string>> = {
  bot: 'the bot closed it',
  user: 'the caller hung up',
  NA: 'neither side ended it',
}

/** With the values that a Passthru behind it is told. */
function endWords({status, disconnectedBy, durationMs, error}: StreamFacts): string {
  if (error !== undefined) return `no stream: Stream[Status]=${status}, Stream[Error]=${error}`
  const seconds = (durationMs / 1000).toFixed(1)
  return `streamed for ${seconds} s, ${WHO[disconnectedBy]}: Stream[Status]=${status}, Stream[DisconnectedBy]=${disconnectedBy}`
}
