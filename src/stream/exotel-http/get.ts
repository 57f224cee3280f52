import {type IncomingMessage, request as requestHttp} from 'node:http'
import {request as requestHttps} from 'node:https'

import type {Clock} from '../../clock.js'
import {ExostreamError} from '../../errors.js'
import {type ConnectionOptions, connectionOptions} from '../exotel/connection-options.js'
import {USER_AGENT} from '../exotel/dial.js'
import {dialFailure} from '../exotel/dial-failure.js'
import {type Headers, withAuthorization} from '../exotel/headers.js'
import {basicAuthorization, masked, withoutUserinfo} from '../exotel/stream-url.js'

/** How Exotel asks a URL of the user's: one request, no redirects, and little patience. */

/** The limit is that of the handshake, because no source names one (support.exotel.com 3000132302). */
const HTTP_LIMIT_MS = 10_000
/** Exotel's caller hears nothing meanwhile; longer than this is told. Our policy. */
export const HTTP_SLOW_MS = 1000
/** What is longer than this is no answer to any of Exotel's questions. */
const MAX_BODY_BYTES = 64 * 1024

export type HttpUrl = {
  /** Without userinfo. */
  readonly dialled: URL
  /** The same, safe to print: values that look like secrets are masked. */
  readonly shown: string
  readonly authorization?: string
}

export type HttpWorld = {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly headers?: Headers
  readonly limitMs?: number
} & ConnectionOptions

/** An answer, whatever it says, or why there is none. */
export type HttpResult = {readonly tookMs: number} & (
  {readonly answer: Answer; readonly failure?: never} | {readonly failure: ExostreamError}
)

export type Answer = {
  readonly status: number
  readonly location?: string
  /** At most 64 kB of it. */
  readonly body: string
  readonly isCut: boolean
}

/** @throws ExostreamError EXO_URL_INVALID when it is not an http or https URL */
export function parseHttpUrl(text: string): HttpUrl {
  const dialled = URL.canParse(text) ? new URL(text) : undefined
  if (!dialled || !/^https?:$/.test(dialled.protocol)) {
    const shown = JSON.stringify(masked(withoutUserinfo(text)))
    throw new ExostreamError('EXO_URL_INVALID', `${shown} is not an http:// or https:// URL.`)
  }
  const authorization = basicAuthorization(dialled)
  dialled.username = ''
  dialled.password = ''
  dialled.hash = ''
  return {
    dialled,
    shown: masked(dialled.href),
    ...(authorization === undefined ? {} : {authorization}),
  }
}

/** The URL with these pairs behind the query that it has. */
export function withQuery(url: URL, pairs: readonly (readonly [string, string])[]): URL {
  const asked = new URL(url)
  const added = new URLSearchParams()
  for (const [name, value] of pairs) added.append(name, value)
  asked.search = `${url.search === '' ? '' : `${url.search}&`}${added.toString()}`
  return asked
}

/** Asks `asked`, which is `url` with its query; never rejects for what the network does. */
export function get(url: HttpUrl, asked: URL, world: HttpWorld): Promise<HttpResult> {
  return ask(url, {method: 'GET', asked}, world)
}

export type Body = {readonly type: string; readonly text: string}

/** Posts the body; never rejects for what the network does. */
export function post(url: HttpUrl, body: Body, world: HttpWorld): Promise<HttpResult> {
  return ask(url, {method: 'POST', asked: url.dialled, body}, world)
}

type Question = {readonly method: 'GET' | 'POST'; readonly asked: URL; readonly body?: Body}

function ask(url: HttpUrl, {method, asked, body}: Question, world: HttpWorld): Promise<HttpResult> {
  const {clock, signal, limitMs = HTTP_LIMIT_MS} = world
  const askedAt = clock.now()
  const request = asked.protocol === 'https:' ? requestHttps : requestHttp
  const headers = {
    'User-Agent': USER_AGENT,
    ...(body ? {'Content-Type': body.type, 'Content-Length': Buffer.byteLength(body.text)} : {}),
    ...withAuthorization(world.headers ?? {}, url.authorization),
  }
  return new Promise((resolve) => {
    const settled = new AbortController()
    const settle = (result: {answer: Answer} | {failure: ExostreamError}) => {
      settled.abort()
      asking.destroy()
      resolve({...result, tookMs: Math.round(clock.now() - askedAt)})
    }
    const fail = (error: Error) => {
      settle({failure: failureOf(url, error, limitMs)})
    }
    const how = {method, agent: false, headers, ...connectionOptions(world)}
    const asking = request(asked, how, (response) => {
      readBody(response, (answer) => {
        settle({answer})
      })
      response.once('error', fail)
    })
    asking.on('error', fail)
    const waiting = AbortSignal.any([signal, settled.signal])
    clock.sleepUntil(askedAt + limitMs, waiting).then(
      () => {
        settle({failure: tooLate(url, limitMs)})
      },
      () => {
        if (!settled.signal.aborted) settle({failure: interrupted()})
      },
    )
    asking.end(body?.text)
  })
}

function readBody(response: IncomingMessage, done: (answer: Answer) => void): void {
  const {statusCode: status = 0, headers} = response
  const parts: Buffer[] = []
  let bytes = 0
  const finish = (isCut: boolean) => {
    const body = Buffer.concat(parts).subarray(0, MAX_BODY_BYTES).toString('utf8')
    const {location} = headers
    done({status, body, isCut, ...(location === undefined ? {} : {location})})
  }
  response.on('data', (part: Buffer) => {
    parts.push(part)
    bytes += part.length
    if (bytes > MAX_BODY_BYTES) finish(true)
  })
  response.once('end', () => {
    finish(false)
  })
}

function failureOf(url: HttpUrl, error: Error, limitMs: number): ExostreamError {
  const seen = dialFailure(url, error, limitMs)
  if (
    seen.code !== 'EXO_NOT_WEBSOCKET' &&
    !seen.message.includes('before the WebSocket was open')
  ) {
    return seen
  }
  const {exotelError, cause} = seen
  const message = `${url.shown} closed the connection, or does not speak HTTP: ${error.message}.`
  return new ExostreamError('EXO_DIAL_FAILED', message, {
    cause,
    ...(exotelError === undefined ? {} : {exotelError}),
  })
}

function tooLate(url: HttpUrl, limitMs: number): ExostreamError {
  const timedOut = dialFailure(url, Object.assign(new Error(), {code: 'ETIMEDOUT'}), limitMs)
  const message = `${url.shown} did not answer within ${String(limitMs / 1000)} s.`
  const {exotelError = ''} = timedOut
  return new ExostreamError('EXO_DIAL_TIMEOUT', message, {exotelError})
}

function interrupted(): ExostreamError {
  return new ExostreamError('EXO_INTERRUPTED', 'The call was interrupted while a URL was asked.')
}

/** A text from the network as part of a sentence: short, in quotes, without secrets. */
export function shownText(text: string): string {
  return JSON.stringify(masked(withoutUserinfo(text)).slice(0, 100))
}
