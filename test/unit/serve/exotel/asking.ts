import type {Clock} from '../../../../src/clock.js'
import type {Logger} from '../../../../src/log.js'
import {createExotelRoutes, type ExotelRoutes} from '../../../../src/serve/exotel/routes.js'
import type {Answer, HttpRequest, Peer} from '../../../../src/serve/http.js'
import {publicUrlOf} from '../../../../src/serve/public-url.js'
import {createStreamPaths} from '../../../../src/serve/stream-paths.js'

type Body = {readonly type?: string | undefined; readonly content: string | Buffer | undefined}

/** A request as the server hands it over; content undefined is one that was too long. */
export function asks(
  method: string,
  target: string,
  {body, peer, headers = {}}: {body?: Body; peer?: Partial<Peer>; headers?: object} = {},
): HttpRequest {
  const [path = '', query = ''] = target.split(/\?(.*)/s)
  const content = body ? body.content : ''
  const type = body?.type === undefined ? {} : {'content-type': body.type}
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers: {...headers, ...type},
    peer: {
      address: '127.0.0.1',
      host: '127.0.0.1:5000',
      isSecure: false,
      isForwarded: false,
      ...peer,
    },
    body: () => Promise.resolve(content === undefined ? undefined : Buffer.from(content)),
  }
}

export const form = (fields: Record<string, string>): Body => ({
  type: 'application/x-www-form-urlencoded',
  content: new URLSearchParams(fields).toString(),
})

export const jsonBody = (value: unknown): Body => ({
  type: 'application/json; charset=utf-8',
  content: JSON.stringify(value),
})

export const multipart = (fields: Record<string, string>): Body => ({
  type: 'multipart/form-data; boundary=xyz',
  content: `${Object.entries(fields)
    .map(
      ([name, value]) =>
        `--xyz\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    .join('')}--xyz--\r\n`,
})

type Line = Readonly<Record<string, unknown>>
type Options = Partial<Parameters<typeof createExotelRoutes>[0]>

export type Rig = {
  readonly routes: ExotelRoutes
  /** What was given to the log, before it takes out what must not be told. */
  readonly lines: readonly Line[]
  ask(...request: Parameters<typeof asks>): Promise<Answer>
}

/** The routes as they run in a server on port 5000. */
export function rig(clock: Clock, options: Options = {}): Rig {
  const lines: Line[] = []
  const log = recorder(lines)
  const routes = createExotelRoutes({
    paths: createStreamPaths(),
    publicUrl: (peer) =>
      publicUrlOf({publicUrl: undefined, tunnelUrl: undefined, peer, port: 5000}),
    health: () => ({version: '1.2.3', nonce: 'n', streams: 2, uptimeSeconds: 9, isDraining: false}),
    clock,
    log,
    ...options,
  })
  return {
    routes,
    lines,
    async ask(...request) {
      const answer = await routes.answer(asks(...request))
      if (!answer) throw new Error('nothing is there')
      return answer
    },
  }
}

function recorder(lines: Line[], bindings: object = {}): Logger {
  const say = (level: string) => (values: object, msg: string) => {
    lines.push({level, msg, ...bindings, ...values})
  }
  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    child: (more) => recorder(lines, {...bindings, ...more}),
  }
}
