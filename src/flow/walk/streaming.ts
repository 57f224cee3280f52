import {inSeconds} from '../../report/text/units.js'
import type {StreamFacts} from '../../stream/exotel-http/passthru.js'
import type {ConnectVoiceAi, Next, StreamApplet, StreamingApplet, VoicebotApplet} from '../flow.js'
import {answerStep, failAnswer} from './answered.js'
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
  const answer = await postStatusCallback(statusCallback, journey.durationMs)
  failAnswer(applet, answer, journey)
  journey.tell(applet, {...answerStep(answer, journey), kind: 'status-callback', began})
}

/** Why its dynamic URL named no stream stands in the step of that. */
type Ended = EndedStream & {readonly isUnnamed?: boolean}

type Open = {
  /** After the dynamic URL, where there is one. */
  readonly began: () => Moment
  readonly opened: Promise<undefined>
  readonly ended: Promise<Ended>
  readonly stop: () => void
}

function open(applet: StreamingApplet, journey: Journey): Open {
  let began = journey.moment()
  let isNamed = true
  const stopping = new AbortController()
  journey.beginStream()
  const {opened, onOpen} = opening()
  const watch: StreamWatch = {
    onDynamicUrl: (answer) => {
      isNamed = answer.problem === undefined
      journey.tell(applet, {...answerStep(answer, journey), kind: 'dynamic-url', began})
      began = journey.moment()
    },
    onOpen,
    stop: stopping.signal,
  }
  const ended = journey.world.openStream(applet, watch).then((end) => {
    journey.endStream(end.facts)
    if (end.failure) journey.fail(end.failure)
    return isNamed ? end : {...end, isUnnamed: true}
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

function endStep({facts, shownUrl, failure, notDialled, isUnnamed = false}: Ended): Told {
  const {streamSid} = facts
  const told = {url: shownUrl, streamSid}
  if (notDialled !== undefined) {
    return {...told, summary: `not dialled: ${notDialled}; ${valuesOf(facts)}`}
  }
  if (failure?.code === 'EXO_INTERRUPTED') return {...told, summary: 'interrupted'}
  if (isUnnamed) {
    const summary = `not opened: the dynamic URL named no stream; ${valuesOf(facts)}`
    return {...told, summary}
  }
  const problem = failure ? {problem: failure.message} : {}
  return {...told, summary: endWords(facts), ...problem}
}

const WHO: Readonly<Record<StreamFacts['disconnectedBy'], string>> = {
  bot: 'the bot closed it',
  user: 'the caller hung up',
  NA: 'neither side ended it',
}

function endWords(facts: StreamFacts): string {
  const {disconnectedBy, durationMs, error} = facts
  if (error !== undefined) return `no stream: ${valuesOf(facts)}`
  return `streamed for ${inSeconds(durationMs)}, ${WHO[disconnectedBy]}: ${valuesOf(facts)}`
}

/** What a Passthru behind the stream is told of its end. */
function valuesOf({status, disconnectedBy, error}: StreamFacts): string {
  const why = error === undefined ? '' : `, Stream[Error]=${error}`
  return `Stream[Status]=${status}, Stream[DisconnectedBy]=${disconnectedBy}${why}`
}
