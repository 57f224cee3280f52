import {seededRandom} from '../../random.js'
import {withoutControls} from '../../report/text/plain.js'
import {askDynamicUrl, type DynamicAnswer} from '../../stream/exotel-http/dynamic-url.js'
import {HTTP_SLOW_MS, parseHttpUrl} from '../../stream/exotel-http/get.js'
import {makeIdentity} from '../../stream/exotel/identity.js'
import {masked, withoutUserinfo} from '../../stream/exotel/stream-url.js'
import type {Check, CheckContext, CheckResult} from '../check.js'
import {lookupFor} from '../host/hop-lookup.js'
import {hasAuthorization, twoAuthorizations} from './authorization.js'
import {hostOf} from './right-url.js'

/** Of a URL that is shown. */
const MOST_URL_CHARACTERS = 700

/** Asks for a call that never was, and hands on what it names. */
export const dynamicAnswerCheck: Check = {
  id: 'answer',
  title: 'The dynamic URL answers with the URL of a stream',
  group: 'answer',
  roles: ['dynamic'],
  needs: ['tls'],
  limitMs: 12_000,
  run: dynamicAnswer,
}

async function dynamicAnswer({hop, target, world, signal}: CheckContext): Promise<CheckResult> {
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
  if (asked.failure || asked.streamUrl === undefined) return failed(asked)
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
    ...(exotelError === undefined ? {} : {exotelError}),
  }
}

type Problem = {
  readonly statuses?: readonly number[]
  /** Of the sentence that tells what is wrong. */
  readonly says?: RegExp
  readonly fix: string
}

const EXAMPLE = '{"url": "wss://HOST/PATH?sample-rate=8000"}'

const OTHERWISE = `Let it answer every GET with 200 and JSON:\n${EXAMPLE}`

/** What is to be done about each; the first row that fits is the one. */
const PROBLEMS: readonly Problem[] = [
  {
    says: /a redirect/,
    fix: 'Put the URL that it redirects to into the applet: nothing says that Exotel follows a redirect.',
  },
  {
    statuses: [401, 403],
    fix: 'Let this path in without a login, and keep strangers out by a secret in its query: Exotel documents credentials for wss URLs only.',
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
    fix: 'It is the endpoint of the stream itself: write wss:// in place of https:// (ws:// in place of http://) into the applet.',
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
    fix: `Name the URL of the stream itself, with wss:// in place of https://:\n${EXAMPLE}`,
  },
  {
    says: /cannot be dialled/,
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
