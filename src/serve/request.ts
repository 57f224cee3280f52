import type {IncomingMessage, ServerResponse} from 'node:http'

import type {Answer, HttpRequest, Peer} from './http.js'

/** Exotel's own requests have a few hundred bytes. */
const MOST_BODY_BYTES = 64 * 1024

/** A request target, taken apart without a URL parser: hostile ones must not throw. */
type RequestTarget = {readonly path: string; readonly query: URLSearchParams}

export function targetOf({url = '/'}: IncomingMessage): RequestTarget {
  const mark = url.indexOf('?')
  if (mark === -1) return {path: url, query: new URLSearchParams()}
  return {path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1))}
}

export function httpRequestOf(request: IncomingMessage, peer: Peer): HttpRequest {
  const {method = 'GET', headers} = request
  return {method, headers, peer, ...targetOf(request), body: () => readBody(request)}
}

/** What is longer is read no further, so that it can still be answered. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let bytes = 0
    request.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes <= MOST_BODY_BYTES) parts.push(part)
      else {
        request.pause()
        resolve(undefined)
      }
    })
    request.once('end', () => {
      resolve(Buffer.concat(parts))
    })
    // The listener's own time limit ends a body that does not come.
    request.once('close', () => {
      resolve(undefined)
    })
  })
}

export function respond(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const {status, headers, body} = answer
  // What was not read of a body would be taken for the next request.
  const unread = request.complete ? {} : {connection: 'close'}
  response.writeHead(status, {...headers, ...unread, 'content-length': Buffer.byteLength(body)})
  response.end(request.method === 'HEAD' ? '' : body)
}
