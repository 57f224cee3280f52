import type {IncomingHttpHeaders} from 'node:http'

/** What is answered over plain HTTP on the listener that Exotel calls. */
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An HTTP request on the public listener, taken apart without a URL parser: hostile ones must not throw. */
export type HttpRequest = {
  readonly method: string
  /** As it was sent, percent signs and all. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** Who asks, and by which name and scheme: behind a trusted proxy as the proxy says. */
  readonly peer: Peer
  /** At most 64 KiB; undefined when it was longer, or did not come in time. */
  body(): Promise<Buffer | undefined>
}

/** Who is at the other end of a connection. */
export type Peer = {
  /** The address of the client; that of the proxy's client where a proxy is trusted. */
  readonly address: string
  /** The Host header, or what a trusted proxy forwards of it, where it can stand in a URL. */
  readonly host: string | undefined
  readonly isSecure: boolean
  /** The host and scheme were said by a trusted proxy. */
  readonly isForwarded: boolean
}

export function text(
  status: number,
  sentence: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: {'content-type': 'text/plain; charset=utf-8', ...headers},
    body: `${sentence}\n`,
  }
}

export function json(status: number, value: object): Answer {
  return {
    status,
    headers: {'content-type': 'application/json'},
    body: `${JSON.stringify(value)}\n`,
  }
}
