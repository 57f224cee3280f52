import {type Answer, text} from './http.js'

/** What is answered over plain HTTP on the listener that Exotel calls. */

const STREAM_PATHS: readonly string[] = ['/media', '/']

type Asked = {readonly method: string; readonly path: string}

/** What `/health` tells; `nonce` is how another process knows that it found the one it looks for. */
export type Health = {
  readonly version: string
  readonly nonce?: string | undefined
  readonly streams: number
  readonly uptimeSeconds: number
}

/** A longer request target is no stream URL: Exotel's own limit is 600 characters (developer.exotel.com, agentstream). */
const MOST_TARGET_CHARACTERS = 4096

export function isStreamPath(path: string): boolean {
  return STREAM_PATHS.includes(path)
}

export function answerHttp({method, path}: Asked, health: () => Health): Answer {
  if (path.length > MOST_TARGET_CHARACTERS) {
    return text(414, `The request target is longer than ${MOST_TARGET_CHARACTERS} characters.`)
  }
  if (path !== '/health' && !isStreamPath(path)) return notFound()
  if (method !== 'GET' && method !== 'HEAD') {
    return text(405, 'Only GET and HEAD are answered here.', {allow: 'GET, HEAD'})
  }
  if (path === '/health') {
    const body = JSON.stringify({status: 'ok', name: 'exostream', ...health()})
    return {status: 200, headers: {'content-type': 'application/json'}, body: `${body}\n`}
  }
  const sentence = 'This is a WebSocket endpoint: open it with a ws:// or wss:// URL.'
  return text(426, sentence, {upgrade: 'websocket'})
}

export function notFound(): Answer {
  return text(404, `Nothing is here; streams are taken on ${STREAM_PATHS.join(' and ')}.`)
}
