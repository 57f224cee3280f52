import {exotelError, goWords} from '../../../stream/exotel/go-words.js'
import type {
  PassthruFacts,
  PassthruForm,
  StreamFacts,
} from '../../../stream/exotel-http/passthru.js'
import {type Flow, isStreaming, type PassthruApplet, type StreamingApplet} from '../../flow.js'
import {reachableFrom} from '../../graph.js'
import {boxUrl, isDynamic} from '../../stream-address.js'
import type {Asker} from '../asker.js'
import {streamsBefore} from './streams-before.js'

/** What a Passthru is asked; the branch of all questions of one topic has to be the same. */
export type PassthruQuestion = {
  readonly words: string
  /** Such as `completed`: of a stream that ended so, before any, or beside one that runs. */
  readonly topic: string
  readonly form: PassthruForm
  readonly isRepeat: boolean
  readonly facts: PassthruFacts
}

/** As the place of the applet in the flow says: without a stream that has ended, behind one, or both. */
export function questionsTo(
  applet: PassthruApplet,
  flow: Flow,
  asker: Asker,
): readonly PassthruQuestion[] {
  const digits = isBehindGather(applet, flow) ? {digits: '1'} : {}
  const newFacts = () => ({identity: asker.newCall(), startedAt: asker.startedAt, ...digits})
  const stream = flow.applets
    .filter(isStreaming)
    .find((candidate) => reachableFrom(flow, candidate).has(applet))
  const states = streamsBefore(applet, flow)
  const topic = states.has('none') ? 'before the stream' : 'while the stream runs'
  const isUntold = states.has('none') || states.has('running')
  return [
    ...(isUntold ? twice(withoutStream(topic, newFacts())) : []),
    ...(stream && states.has('ended') ? behindStream(toldUrl(stream), {asker, newFacts}) : []),
  ]
}

/** Before a stream, and while one runs, there is nothing to tell of it. */
function withoutStream(topic: string, facts: PassthruFacts): PassthruQuestion {
  return {words: topic, topic, form: 'flat', isRepeat: false, facts}
}

function behindStream(
  streamUrl: string,
  {asker, newFacts}: {readonly asker: Asker; readonly newFacts: () => PassthruFacts},
): readonly PassthruQuestion[] {
  return OUTCOMES.flatMap((outcome, at) => {
    const topic = outcome.status
    const facts = newFacts()
    const of = (form: PassthruForm, streamSid: string): PassthruQuestion => ({
      words: `${topic}, ${form === 'json' ? 'JSON' : form}`,
      topic,
      form,
      isRepeat: false,
      facts: {...facts, stream: {...outcome, ...errorOf(outcome, streamUrl), streamUrl, streamSid}},
    })
    const flat = of('flat', facts.identity.streamSid)
    // Of another stream, so that an answer kept by StreamSID does not hide that the form is not read.
    return [...(at === 0 ? twice(flat) : [flat]), of('json', asker.newCall().streamSid)]
  })
}

/** Exotel may ask again where an answer was lost. */
function twice(question: PassthruQuestion): readonly PassthruQuestion[] {
  return [question, {...question, words: `${question.words}, again`, isRepeat: true}]
}

type Outcome = Pick<StreamFacts, 'status' | 'disconnectedBy' | 'durationMs'>

const OUTCOMES: readonly Outcome[] = [
  {status: 'completed', disconnectedBy: 'bot', durationMs: 28_000},
  {status: 'cancelled', disconnectedBy: 'user', durationMs: 12_000},
  {status: 'failed', disconnectedBy: 'NA', durationMs: 0},
]

/** The one failure of which the whole text is known from a public log. */
function errorOf({status}: Outcome, streamUrl: string): Pick<StreamFacts, 'error'> {
  if (status !== 'failed') return {}
  return {error: exotelError(goWords.noSuchHost(new URL(streamUrl).hostname))}
}

/** Told where the flow itself does not know the URL of its stream; nothing is dialled there. */
const UNKNOWN_STREAM = 'wss://bot.example/media'

function toldUrl(stream: StreamingApplet): string {
  const text = isDynamic(stream) ? '' : (boxUrl(stream) ?? '')
  const url = new URL(URL.canParse(text) ? text : UNKNOWN_STREAM)
  url.username = ''
  url.password = ''
  return url.href
}

function isBehindGather(applet: PassthruApplet, flow: Flow): boolean {
  return flow.applets.some(
    (candidate) => candidate.kind === 'gather' && reachableFrom(flow, candidate).has(applet),
  )
}
