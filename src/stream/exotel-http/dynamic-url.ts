import {ExostreamError} from '../../errors.js'
import type {Violation} from '../../protocol/events.js'
import {
  MAX_CUSTOM_PARAMETER_CHARACTERS,
  MAX_CUSTOM_PARAMETERS,
  MAX_STREAM_URL_CHARACTERS,
} from '../../protocol/limits.js'
import type {Profile} from '../../protocol/profiles.js'
import {exotelError, goWords} from '../exotel/go-words.js'
import type {CallIdentity} from '../exotel/identity.js'
import {parseStreamUrl} from '../exotel/stream-url.js'
import {callQuery} from './call-query.js'
import {
  type Answer,
  type Body,
  get,
  HTTP_SLOW_MS,
  type HttpWorld,
  parseHttpUrl,
  post,
  shownText,
  withQuery,
} from './get.js'

/** An answer over HTTP as the report tells it. */
export type AskedUrl = {
  readonly url: string
  readonly status?: number
  readonly tookMs: number
  readonly problem?: string
}

export type DynamicAnswer = {
  readonly answer: AskedUrl
  readonly violations: readonly Violation[]
  /** As it came, with whatever credentials it has; absent when there is a failure. */
  readonly streamUrl?: string
  /** Why Exotel would open no stream. */
  readonly failure?: ExostreamError
  /** Of an answer that came: its status, what its body is, or the URL that it names. */
  readonly fault?: Fault
}

type Fault = 'status' | 'json' | 'named-url'

export type DynamicWorld = HttpWorld & {
  readonly identity: CallIdentity
  readonly applet?: Profile['applet']
  /** GET unless said: no page names the method, and one public stand-in posts. */
  readonly method?: 'GET' | 'POST'
}

/** Whether the URL of a stream is one that is asked for the stream's URL first. */
export function isDynamicUrl(text: string): boolean {
  return /^https?:\/\//i.test(text)
}

/**
 * Asks a dynamic URL for the URL of one stream: GET with the details of the call, 200 and JSON with
 * `url` (docs.exotel.com, voicebot-applet). What the network or the endpoint does wrong is returned.
 * @throws ExostreamError EXO_URL_INVALID when it is no http(s) URL, EXO_USAGE for impossible headers
 */
export async function askDynamicUrl(text: string, world: DynamicWorld): Promise<DynamicAnswer> {
  const {identity, clock, headers = {}} = world
  const url = parseHttpUrl(text)
  const now = clock.wallNow()
  const details = callQuery(identity, {startedAt: now, now})
  const asking = {...world, headers: {Accept: 'application/json', ...headers}}
  const {tookMs, ...came} = await (world.method === 'POST'
    ? post(url, formOf(details), asking)
    : get(url, withQuery(url.dialled, details), asking))
  const told = {url: url.shown, tookMs}
  if (came.failure) return unanswered(told, came.failure)
  const {status} = came.answer
  const read = readAnswer(came.answer)
  if (read.problem !== undefined) {
    return unusable({...told, status, problem: `${url.shown} ${read.problem}`}, read.fault)
  }
  const oddities = [
    ...(tookMs > HTTP_SLOW_MS ? [`It took ${String(Math.round(tookMs))} ms to answer.`] : []),
    ...beyondLimits(read.streamUrl, world.applet),
  ]
  return {
    answer: {...told, status},
    violations: oddities.map((detail) => ({rule: 'dynamic-url-wrong', detail})),
    streamUrl: read.streamUrl,
  }
}

function formOf(details: readonly (readonly [string, string])[]): Body {
  const text = new URLSearchParams(Object.fromEntries(details)).toString()
  return {type: 'application/x-www-form-urlencoded', text}
}

function unanswered(told: AskedUrl, failure: ExostreamError): DynamicAnswer {
  const {message, code, exotelError, cause} = failure
  const answer = {...told, problem: message}
  if (code === 'EXO_INTERRUPTED') return {answer, violations: [], failure}
  return {
    answer,
    violations: [{rule: 'dynamic-url-wrong', detail: message}],
    failure: new ExostreamError('EXO_DYNAMIC_URL', message, {
      cause,
      ...(exotelError === undefined ? {} : {exotelError}),
    }),
  }
}

function unusable(answer: AskedUrl & {readonly problem: string}, fault: Fault): DynamicAnswer {
  const {problem} = answer
  return {
    answer,
    violations: [{rule: 'dynamic-url-wrong', detail: problem}],
    failure: new ExostreamError('EXO_DYNAMIC_URL', problem, {
      exotelError: exotelError(goWords.badUrl()),
    }),
    fault,
  }
}

type Read =
  | {readonly streamUrl: string; readonly problem?: never}
  /** The problem is what follows the URL in a sentence. */
  | {readonly problem: string; readonly fault: Fault}

/** RFC 9110, section 15.5.22. */
const UPGRADE_REQUIRED = 426

/** Keys that Exotel's own hosted bots and samples are read by elsewhere. */
const OTHER_KEYS = ['stream_url', 'streamUrl', 'websocket_url'] as const

function readAnswer(answer: Answer): Read {
  const problem = problemOfStatus(answer)
  return problem === undefined ? readBody(answer) : {problem, fault: 'status'}
}

function problemOfStatus({status, location}: Answer): string | undefined {
  if (status >= 300 && status < 400) {
    const to = location === undefined ? '' : ` to ${shownText(location)}`
    return `answered ${String(status)}, a redirect${to}; Exotel needs the answer itself, with 200.`
  }
  if (status === UPGRADE_REQUIRED) {
    return 'answered 426, as a WebSocket endpoint does: give its URL with ws, not http.'
  }
  return status === 200 ? undefined : `answered ${String(status)}, not 200.`
}

function readBody({body, isCut}: Answer): Read {
  const notJson = (problem: string): Read => ({problem, fault: 'json'})
  if (isCut) return notJson('answered with more than 64 kB, not with a small JSON object.')
  if (body.trimStart().startsWith('<')) {
    return notJson('answered with XML or HTML; it has to be JSON: {"url": "wss://..."}.')
  }
  const fields = parsedObject(body)
  if (!fields) {
    return notJson('answered with text that is not a JSON object such as {"url": "wss://..."}.')
  }
  const {url} = fields
  if (typeof url === 'string') return readUrl(url)
  const other = OTHER_KEYS.find((key) => typeof fields[key] === 'string')
  const instead = other === undefined ? '' : `; it has "${other}", which Exotel does not read`
  return notJson(`answered with JSON that has no text under "url"${instead}.`)
}

function readUrl(text: string): Read {
  const fault = 'named-url'
  if (isDynamicUrl(text)) {
    return {
      problem: `answered with the url ${shownText(text)}, which is to be ws:// or wss://, not http.`,
      fault,
    }
  }
  try {
    parseStreamUrl(text)
    return {streamUrl: text}
  } catch (error) {
    if (!(error instanceof ExostreamError)) throw error
    return {problem: `answered with a url that cannot be dialled: ${error.message}`, fault}
  }
}

function parsedObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return {...value}
  } catch {
    return undefined
  }
}

/** What Exotel would cut or refuse of a URL that is named, one sentence each. */
export function beyondLimits(
  text: string,
  applet: Profile['applet'] | undefined,
): readonly string[] {
  const pairs = Object.entries(parseStreamUrl(text).customParameters)
  const characters = pairs.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  const details: string[] = []
  if (pairs.length > MAX_CUSTOM_PARAMETERS) {
    details.push(
      `Its url has ${String(pairs.length)} custom parameters; Exotel takes ${String(MAX_CUSTOM_PARAMETERS)}.`,
    )
  }
  if (characters > MAX_CUSTOM_PARAMETER_CHARACTERS) {
    details.push(
      `The custom parameters of its url have ${String(characters)} characters; Exotel takes ${String(MAX_CUSTOM_PARAMETER_CHARACTERS)}.`,
    )
  }
  // Only a call without a flow has that limit.
  if (applet === 'none' && text.length >= MAX_STREAM_URL_CHARACTERS) {
    details.push(
      `Its url has ${String(text.length)} characters; with Connect Voice AI it must have fewer than ${String(MAX_STREAM_URL_CHARACTERS)}.`,
    )
  }
  return details
}
