import type {HttpAnswer} from '../../report/report.js'
import type {ConnectVoiceAi, PassthruApplet} from '../flow.js'
import type {Journey, Told} from './journey.js'

/** An answer over HTTP, or that none came, as a step tells it; the URL stands beside the words. */
export function answerStep(answer: HttpAnswer, journey: Journey): Told {
  const {url, status} = answer
  if (isInterrupted(answer, journey)) return {summary: 'interrupted', url}
  const said = wordsOf(answer)
  return {
    summary: status === undefined ? 'no answer' : `answered ${String(status)}`,
    url,
    ...(status === undefined ? {} : {status}),
    ...(said === undefined ? {} : {problem: said.isOfUrl ? `It${said.words}` : said.words}),
  }
}

/** An interruption of ours is no fault of the endpoint. */
export function isInterrupted({status}: HttpAnswer, journey: Journey): boolean {
  return journey.isInterrupted && status === undefined
}

/** Fails the walk where the endpoint of the applet did not answer as it has to. */
export function failAnswer(
  {id, kind}: PassthruApplet | ConnectVoiceAi,
  answer: HttpAnswer,
  journey: Journey,
): void {
  const said = wordsOf(answer)
  if (said === undefined || isInterrupted(answer, journey)) return
  const who = kind === 'passthru' ? `The Passthru ${id}` : `The status callback of ${id}`
  const message = said.isOfUrl ? who + said.words : `${who}: ${said.words}`
  journey.failWith('EXO_FLOW_STEP_FAILED', message, hintFor(kind, answer.status))
}

type Words = {
  readonly words: string
  /** They go on from the URL that they began with. */
  readonly isOfUrl: boolean
}

/** What went wrong without the URL, which a query with a secret in it would end in the middle. */
function wordsOf({url, problem}: HttpAnswer): Words | undefined {
  if (problem === undefined) return undefined
  const isOfUrl = problem.startsWith(`${url} `)
  return {isOfUrl, words: isOfUrl ? problem.slice(url.length) : problem.replaceAll(url, 'it')}
}

const MOVED = 'put the URL that it redirects to into the applet, for no redirect is followed'

function hintFor(kind: 'passthru' | 'connect-voice-ai', status: number | undefined): string {
  const isPassthru = kind === 'passthru'
  const wanted = isPassthru ? '200 or 302' : '200'
  if (status === undefined) {
    return `Check that it runs and can be reached from here; it has to answer ${wanted} within 10 s, better within one.`
  }
  if (status === 404) return 'Check the path of the URL: what runs there does not know it.'
  if (status >= 500)
    return `Look for that moment in the log of its handler; it has to answer ${wanted}.`
  if (status < 300 || status >= 400) return `Let it answer ${wanted}.`
  return isPassthru
    ? `For branch B let it answer 302; if it has moved, ${MOVED}.`
    : `Let it answer ${wanted}, or ${MOVED}.`
}
