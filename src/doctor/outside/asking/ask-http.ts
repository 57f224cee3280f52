import {type IncomingHttpHeaders, type IncomingMessage, request as requestHttp} from 'node:http'
import {request as requestHttps} from 'node:https'

import {printable} from '../../../report/text/plain.js'
import {connectionOptions} from '../../../stream/exotel/connection-options.js'
import type {DoctorWorld} from '../../world.js'

/** One question to somebody who is no part of the way of a call: no redirects, little patience. */

export type HttpQuestion = {
  readonly url: URL
  readonly method?: 'GET' | 'PUT'
  readonly headers?: Readonly<Record<string, string>>
  readonly limitMs: number
  readonly maxBytes: number
}

export type HttpAnswer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Undefined when it is longer than it may be. */
  readonly body: string | undefined
}

/** An answer, whatever it says, or why there is none. */
export type HttpAsked =
  | {readonly answer: HttpAnswer; readonly words?: never}
  | {readonly words: string; readonly answer?: never}

type AskingWorld = Pick<DoctorWorld, 'clock' | 'lookup' | 'ca'> & {readonly signal: AbortSignal}

/** Never rejects for what the network does. */
export function askHttp(question: HttpQuestion, world: AskingWorld): Promise<HttpAsked> {
  const {url, method = 'GET', headers, limitMs, maxBytes} = question
  const {clock, signal} = world
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const options = {
    method,
    agent: false,
    headers: {'User-Agent': 'exostream', ...headers},
    ...connectionOptions(world),
  }
  return new Promise((resolve) => {
    const settled = new AbortController()
    const settle = (asked: HttpAsked) => {
      settled.abort()
      asking.destroy()
      resolve(asked)
    }
    const fail = (error: Error) => {
      settle({words: wordsOf(error)})
    }
    const asking = request(url, options, (response) => {
      readBody(response, maxBytes, (body) => {
        settle({answer: {status: response.statusCode ?? 0, headers: response.headers, body}})
      })
      response.once('error', fail)
    })
    asking.on('error', fail)
    const waiting = AbortSignal.any([signal, settled.signal])
    clock.sleepUntil(clock.now() + limitMs, waiting).then(
      () => {
        settle({words: `did not answer within ${String(limitMs / 1000)} s`})
      },
      () => {
        if (!settled.signal.aborted) settle({words: 'was not waited for'})
      },
    )
    asking.end()
  })
}

function readBody(
  response: IncomingMessage,
  maxBytes: number,
  done: (body: string | undefined) => void,
): void {
  const parts: Buffer[] = []
  let bytes = 0
  response.on('data', (part: Buffer) => {
    parts.push(part)
    bytes += part.length
    if (bytes > maxBytes) done(undefined)
  })
  response.once('end', () => {
    done(Buffer.concat(parts).toString('utf8'))
  })
}

/** The machine's own words, safe to print. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error)).slice(0, 300)
  // Node says nothing but the code when several addresses failed.
  const code = 'code' in error ? String(error.code) : error.name
  return printable(error.message === '' ? code : error.message).slice(0, 300)
}
