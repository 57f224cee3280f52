import {DEFAULT_SAMPLE_RATE_HZ} from '../../protocol/limits.js'
import {seededRandom} from '../../random.js'
import {withoutControls} from '../../mask.js'
import {askDynamicUrl, type DynamicAnswer} from '../../stream/exotel-http/dynamic-url.js'
import {HTTP_SLOW_MS, parseHttpUrl} from '../../stream/exotel-http/get.js'
import {makeIdentity} from '../../stream/exotel/identity.js'
import {masked, withoutUserinfo, withSampleRate} from '../../stream/exotel/stream-url.js'
import type {Check, CheckContext, CheckResult} from '../check.js'
import {putUrl} from '../corrected-url.js'
import {hasTls} from '../endpoint.js'
import {lookupFor} from '../host/hop-lookup.js'
import {isWebSocket} from './asking/is-websocket.js'
import {hasAuthorization, twoAuthorizations} from './authorization.js'
import {hostOf, rightUrl} from './right-url.js'

/** Of a URL that is shown. */
const MOST_URL_CHARACTERS = 700

/** Asks for a call that never was, and hands on what it names. */
export const dynamicAnswerCheck: Check = {
  id: 'answer',
  title: 'The dynamic URL answers with the URL of a stream',
  group: 'answer',
  roles: ['dynamic'],
  needs: ['tls'],
  limitMs: 14_000,
  run: dynamicAnswer,
}

async function dynamicAnswer(context: CheckContext): Promise<CheckResult> {
  const {hop, target, world, signal} = context
  const {text = ''} = hop
  const {clock, ca} = world
  const lookup = lookupFor(hop, world)
  const {headers, applet} = target
  if (parseHttpUrl(text).authorization !== undefined && hasAuthorization(headers)) {
    return twoAuthorizations
  }
  const now = clock.wallNow()
  const identity = makeIdentity(seededRandom(now.getTime()), now)
  const asked = await askDynamicUrl(text, {
    ...{identity, clock, signal, headers, applet, lookup},
    ...(ca === undefined ? {} : {ca}),
  })
  signal.throwIfAborted()
  if (asked.failure || asked.streamUrl === undefined) {
    return (await botInstead(context, asked.answer.status)) ?? failed(asked)
  }
  return answered(hostOf(hop), {tookMs: asked.answer.tookMs, streamUrl: asked.streamUrl})
}

function answered(
  host: string,
  {tookMs, streamUrl}: {readonly tookMs: number; readonly streamUrl: string},
): CheckResult {
  const detail = withoutControls(masked(withoutUserinfo(streamUrl))).slice(0, MOST_URL_CHARACTERS)
  if (tookMs > HTTP_SLOW_MS) {
    return {
      status: 'warn',
      summary: `${host} took ${String(tookMs)} ms to name the URL of the stream; the caller hears nothing meanwhile`,
      detail,
      fix: 'Answer at once, and look things up after the stream has opened.',
      streamUrl,
    }
  }
  const summary = `${host} named the URL of the stream in ${String(tookMs)} ms`
  return {status: 'pass', summary, detail, streamUrl}
}

/** How servers of WebSockets answer a plain GET on their path. */
const AS_A_BOT = [400, 404, 405, 406, 426, 500, 501]

/** Somebody may have written http:// for the URL of the stream itself. */
async function botInstead(
  context: CheckContext,
  status: number | undefined,
): Promise<CheckResult | undefined> {
  const {hop} = context
  if (status === undefined || !AS_A_BOT.includes(status)) return undefined
  const url = withSampleRate(new URL(hop.text ?? ''), DEFAULT_SAMPLE_RATE_HZ)
  const [scheme, given] = hasTls(url) ? ['wss', 'https'] : ['ws', 'http']
  url.protocol = `${scheme}:`
  if (!(await isWebSocket(context, url.href))) return undefined
  return {
    status: 'fail',
    summary: `a WebSocket bot answers at ${hostOf(hop)}: write ${scheme}:// in place of ${given}://`,
    detail: `HTTP ${String(status)} to a plain GET, and a WebSocket that opens`,
    fix: (facts) =>
      putUrl(
        facts,
        rightUrl({...hop, text: url.href}, () => undefined),
      ),
  }
}

function failed({answer, failure}: DynamicAnswer): CheckResult {
  const {status, problem = ''} = answer
  const {message = problem, exotelError} = failure ?? {}
  const row = PROBLEMS.find(
    ({statuses, says}) =>
      (statuses === undefined || (status !== undefined && statuses.includes(status))) &&
      (says === undefined || says.test(message)),
  )
  return {
    status: 'fail',
    summary: withoutControls(message).replace(/\.$/, ''),
    fix: row?.fix ?? OTHERWISE,
    // Of what the endpoint itself does wrong nothing is published.
    ...(row?.isDialled && exotelError !== undefined ? {exotelError} : {}),
  }
}

type Problem = {
  readonly statuses?: readonly number[]
  /** Of the sentence that tells what is wrong. */
  readonly says?: RegExp
  readonly fix: string
  /** Exotel gets a URL, which it fails to dial. */
  readonly isDialled?: true
}

const EXAMPLE = '{"url": "wss://HOST/PATH?sample-rate=8000"}'

const OTHERWISE = `Let it answer every GET with 200 and JSON:\n${EXAMPLE}`

/** What is to be done about each; the first row that fits is the one. */
const PROBLEMS: readonly Problem[] = [
  {
    says: /a redirect/,
    fix: 'Give the URL that it redirects to in its place: nothing says that Exotel follows a redirect.',
  },
  {
    statuses: [401, 403],
    fix: "Let this path in without a login, and keep strangers out by Exotel's addresses, which hello@exotel.com names: Exotel documents credentials for wss URLs only.",
  },
  {
    statuses: [404],
    fix: 'Put the path on which the endpoint is into the URL; of exostream it is /voicebot-url, or the path of the stream itself.',
  },
  {
    statuses: [405],
    fix: `Let the endpoint answer GET, by which Exotel asks, with JSON:\n${EXAMPLE}`,
  },
  {
    statuses: [426],
    fix: 'It is the endpoint of the stream itself: write wss:// in place of https:// (ws:// in place of http://).',
  },
  {
    statuses: [429],
    fix: 'Raise the limit of the endpoint: it is asked once for each call.',
  },
  {
    statuses: [502, 503, 504, 520, 521, 522, 523, 524, 530],
    fix: 'Start the program behind the proxy or tunnel, and look that it leads to its port.',
  },
  {
    statuses: [500],
    fix: 'Look into its own log for what went wrong; the query of the call is such as Exotel sends.',
  },
  {
    says: /XML or HTML/,
    fix: `Answer with JSON; a page or an XML of another provider is not understood:\n${EXAMPLE}`,
  },
  {
    says: /more than 64 kB|not a JSON object/,
    fix: `Answer with nothing but this object, as application/json:\n${EXAMPLE}`,
  },
  {says: /no text under "url"/, fix: `Name the URL of the stream under the key "url":\n${EXAMPLE}`},
  {
    says: /not http\./,
    isDialled: true,
    fix: `Name the URL of the stream itself, with wss:// in place of https://:\n${EXAMPLE}`,
  },
  {
    says: /cannot be dialled/,
    isDialled: true,
    fix: `Name a whole URL of a stream, with a rate of 8000, 16000 or 24000:\n${EXAMPLE}`,
  },
  {
    says: /did not answer within/,
    fix: 'Answer within a second, and look things up after the stream has opened; a platform that starts only when it is asked has to keep one instance running.',
  },
  {
    says: /closed the connection|does not speak HTTP/,
    fix: 'Look into its own log for a crash at this moment, and whether the port speaks TLS (then write https://) or not (then http://).',
  },
]
