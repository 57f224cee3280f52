import type {Closing, Violation} from '../../protocol/events.js'
import type {CallIdentity} from '../exotel/identity.js'
import {callQuery} from './call-query.js'
import type {AskedUrl} from './dynamic-url.js'
import {get, HTTP_SLOW_MS, type HttpWorld, parseHttpUrl, shownText, withQuery} from './get.js'

/** How the query carries the stream: a key for each member, or one JSON text (support.exotel.com 3000132269). */
export type PassthruForm = 'flat' | 'json'

/** What a Passthru applet tells of the call; of a stream only where one ran before it. */
export type PassthruFacts = {
  readonly identity: CallIdentity
  readonly startedAt: Date
  /** What the caller pressed at a Gather applet before it; Exotel wraps them in quotes (support.exotel.com 48283). */
  readonly digits?: string
  readonly stream?: StreamFacts
}

/** How the stream went, for the applet behind it. */
export type StreamFacts = {
  readonly streamSid: string
  /** Without userinfo. */
  readonly streamUrl: string
  readonly status: 'completed' | 'failed' | 'cancelled'
  readonly disconnectedBy: 'user' | 'bot' | 'NA'
  readonly durationMs: number
  /** "3009 failed to establish ws conn …", where the stream was never opened. */
  readonly error?: string
}

export type PassthruResult = {
  readonly answer: AskedUrl & {readonly form: PassthruForm; readonly branch?: 'A' | 'B'}
  /** Of a redirect, as it came: it is not followed, and may hold a secret. */
  readonly location?: string
  readonly violations: readonly Violation[]
}

/**
 * What Exotel says of a stream that ended so. A caller who hung up is `cancelled`, as public logs have
 * it; a stream that the limit or the flow ended is `completed`; one that broke, or was never opened,
 * `failed` by nobody.
 */
export function endOfStream(
  closing: Closing | undefined,
): Pick<StreamFacts, 'status' | 'disconnectedBy'> {
  if (closing?.by === 'bot') return {status: 'completed', disconnectedBy: 'bot'}
  if (closing?.by !== 'caller') return {status: 'failed', disconnectedBy: 'NA'}
  if (closing.reason === 'stopped') return {status: 'completed', disconnectedBy: 'NA'}
  return {status: 'cancelled', disconnectedBy: 'user'}
}

/**
 * Asks a Passthru applet's URL, before a stream or after it, as a synchronous one is asked: 200 takes
 * branch A of the flow, 302 branch B; the body is ignored. What the endpoint does wrong is returned.
 * @throws ExostreamError EXO_URL_INVALID when it is no http(s) URL
 */
export async function askPassthru(
  text: string,
  {form, facts, ...world}: HttpWorld & {readonly form: PassthruForm; readonly facts: PassthruFacts},
): Promise<PassthruResult> {
  const url = parseHttpUrl(text)
  const asked = withQuery(url.dialled, queryOf(facts, form, world.clock.wallNow()))
  const {tookMs, ...came} = await get(url, asked, world)
  const told = {url: url.shown, tookMs, form}
  const theForm = facts.stream ? ` the ${form === 'json' ? 'JSON' : form} form` : ''
  if (came.failure) {
    const {message: problem, code} = came.failure
    const isOurs = code === 'EXO_INTERRUPTED'
    return {answer: {...told, problem}, violations: isOurs ? [] : [wrong(problem)]}
  }
  const {status, location} = came.answer
  const redirect = location === undefined ? {} : {location}
  const branch = BRANCHES.get(status)
  if (branch === undefined) {
    const said = `answered ${String(status)}${theForm === '' ? '' : ` to${theForm}`}`
    const to = location === undefined ? '' : `, a redirect to ${shownText(location)}`
    const problem = `${url.shown} ${said}${to}; Exotel knows 200 and 302.`
    return {answer: {...told, status, problem}, violations: [wrong(problem)], ...redirect}
  }
  const slow = `It took ${String(Math.round(tookMs))} ms to answer${theForm}.`
  return {
    answer: {...told, status, branch},
    violations: tookMs > HTTP_SLOW_MS ? [wrong(slow)] : [],
    ...redirect,
  }
}

const BRANCHES: ReadonlyMap<number, 'A' | 'B'> = new Map([
  [200, 'A'],
  [302, 'B'],
])

function wrong(detail: string): Violation {
  return {rule: 'passthru-wrong', detail}
}

function queryOf(
  {identity, startedAt, digits, stream}: PassthruFacts,
  form: PassthruForm,
  now: Date,
): readonly (readonly [string, string])[] {
  return [
    ...callQuery(identity, {startedAt, now}),
    ['CallType', 'call-attempt'],
    ['DialCallDuration', '0'],
    // The same in every call (support.exotel.com 48283).
    ['EndTime', '1970-01-01 05:30:00'],
    ...(digits === undefined ? [] : [['digits', `"${digits}"`] as const]),
    ...(stream ? inForm(streamBlock(stream), form) : []),
  ]
}

function inForm(
  block: readonly (readonly [string, string])[],
  form: PassthruForm,
): readonly (readonly [string, string])[] {
  return form === 'json'
    ? [['Stream', JSON.stringify(Object.fromEntries(block))]]
    : block.map(([key, value]) => [`Stream[${key}]`, value])
}

function streamBlock({
  streamSid,
  status,
  durationMs,
  streamUrl,
  disconnectedBy,
  error,
}: StreamFacts): readonly (readonly [string, string])[] {
  return [
    ['StreamSID', streamSid],
    ['Status', status],
    ['Duration', String(Math.round(durationMs / 1000))],
    ['StreamUrl', streamUrl],
    ['DisconnectedBy', disconnectedBy],
    ...(error === undefined ? [] : [['Error', error] as const]),
  ]
}
