import type {Clock} from '../../clock.js'
import type {Logger} from '../../log.js'
import {type Answer, type HttpRequest, json, type Peer, text} from '../http.js'
import type {PublicUrl} from '../public-url.js'
import {type HttpPath, isHttpPath, type StreamPaths, withoutLastSlash} from '../stream-paths.js'
import {callSidOf, customerFields, hasStream, isCallSid} from './call-fields.js'
import {Customers} from './customers.js'
import {dynamicUrlOf} from './dynamic-url.js'
import {fieldOf, type Fields, readFields} from './fields.js'
import {MissingStreams} from './missing-streams.js'
import {branchOf, type PassthruRule, streamFacts} from './passthru.js'
import {Recent} from './recent.js'

/** What `/health` tells; `nonce` is how another process knows that it found the one it looks for. */
export type Health = {
  readonly version: string
  readonly nonce?: string | undefined
  readonly streams: number
  readonly uptimeSeconds: number
  /** It takes no new streams, and ends when those that are open have ended. */
  readonly isDraining: boolean
}

type Options = {
  readonly paths: StreamPaths
  /** How the one who asks calls this server from outside. */
  readonly publicUrl: (peer: Peer) => PublicUrl
  readonly health: () => Health
  readonly passthruRules?: readonly PassthruRule[] | undefined
  readonly clock: Clock
  readonly log: Logger
}

/** What Exotel asks over HTTP beside its streams: where to dial, which branch to take, what became of a call. */
export type ExotelRoutes = {
  /** Undefined where nothing is. */
  answer(request: HttpRequest): Promise<Answer | undefined>
  /** No Passthru of this call waits for its stream any more. */
  streamStarted(callSid: string): void
  /** What a Passthru said of the customer, for the bot of this call. */
  customerOf(stream: StartedStream): Readonly<Record<string, string>>
  close(): void
}

type StartedStream = {readonly callSid: string; readonly connection: string}

const METHODS = ['GET', 'HEAD', 'POST']
const MOST_NAMES_SHOWN = 10
const MOST_SHOWN_CHARACTERS = 64
const MOST_GIVEN = 10_000
const GIVEN_KEPT_MS = 60 * 60 * 1000

export function createExotelRoutes(options: Options): ExotelRoutes {
  return new Routes(options)
}

type Asked = {readonly request: HttpRequest; readonly fields: Fields}
/** An answer, and what the log says of it. */
type Told = {readonly answer: Answer; readonly values: object; readonly sentence: string}

class Routes implements ExotelRoutes {
  readonly #options: Options
  readonly #customers: Customers
  readonly #missing: MissingStreams
  /** Calls whose bot has asked about the customer: however often it does, the log says so once. */
  readonly #given: Recent<true>
  /** What is wrong with every answer alike is told with the first. */
  readonly #said = new Set<string>()

  constructor(options: Options) {
    this.#options = options
    this.#customers = new Customers(options)
    this.#missing = new MissingStreams(options)
    this.#given = new Recent({clock: options.clock, most: MOST_GIVEN, keepMs: GIVEN_KEPT_MS})
  }

  async answer(request: HttpRequest): Promise<Answer | undefined> {
    const {method} = request
    const path = withoutLastSlash(request.path)
    if (path === '/health') return this.#health(request)
    const asks = this.#routeOf(path)
    if (!asks) return undefined
    if (!METHODS.includes(method)) return wrongMethod(METHODS)
    const {fields, refusal} = await readFields(request)
    const told: Told = refusal
      ? {answer: refusal, values: {reason: refusal.body.trim()}, sentence: 'a request was refused'}
      : asks({request, fields})
    const {status} = told.answer
    const callSid = fields && callSidOf(fields)
    const shown = this.#options.paths.shown(path)
    const values = {category: 'CONNECTION', method, path: shown, status, callSid, ...told.values}
    this.#options.log.info(values, told.sentence)
    return told.answer
  }

  streamStarted(callSid: string): void {
    if (isCallSid(callSid)) this.#missing.settle(callSid)
  }

  customerOf({callSid, connection}: StartedStream): Readonly<Record<string, string>> {
    if (!isCallSid(callSid)) return {}
    const customer = this.#customers.of(callSid)
    const names = Object.keys(customer)
    if (names.length > 0 && !this.#given.get(callSid)) {
      this.#given.set(callSid, true)
      const values = {category: 'CONNECTION', connection, callSid, fields: names}
      this.#options.log.debug(values, 'what a Passthru said of the customer was given to the bot')
    }
    return customer
  }

  close(): void {
    this.#missing.close()
  }

  #routeOf(path: string): ((asked: Asked) => Told) | undefined {
    if (isHttpPath(path)) return this.#routes[path]
    const {paths} = this.#options
    return paths.match(path) && ((asked) => this.#streamPath(asked, path))
  }

  readonly #routes: Readonly<Partial<Record<HttpPath, (asked: Asked) => Told>>> = {
    '/passthru': (asked) => this.#passthru(asked),
    '/passthru-handler': (asked) => this.#passthru(asked),
    '/status-callback': (asked) => this.#statusCallback(asked),
    '/voicebot-url': (asked) => this.#dynamicUrl(asked, this.#firstPattern()),
    '/websocket-url': (asked) => this.#dynamicUrl(asked, this.#firstPattern()),
  }

  #firstPattern(): string {
    return this.#options.paths.patterns[0] ?? '/'
  }

  #health({method}: HttpRequest): Answer {
    if (method !== 'GET' && method !== 'HEAD') return wrongMethod(['GET', 'HEAD'])
    const {isDraining, ...health} = this.#options.health()
    const status = isDraining ? 'draining' : 'ok'
    return json(isDraining ? 503 : 200, {status, name: 'exostream', ...health})
  }

  #streamPath(asked: Asked, path: string): Told {
    // A client of WebSocket sends no key without an upgrade: something on the way took it out.
    if (asked.request.headers['sec-websocket-key'] === undefined) {
      return this.#dynamicUrl(asked, path)
    }
    const sentence =
      'The request for an upgrade lost its Upgrade header: a proxy did not pass it on.'
    return {
      answer: text(426, sentence, {upgrade: 'websocket'}),
      values: {reason: sentence},
      sentence: 'a WebSocket handshake came without its upgrade',
    }
  }

  #dynamicUrl({request, fields}: Asked, path: string): Told {
    const {base, source, isLocal} = this.#options.publicUrl(request.peer)
    const dynamic = dynamicUrlOf(base, {path, fields})
    const {url, protocol, leftOut} = dynamic
    if (leftOut.length > 0) {
      this.#warnOnce(
        {parameters: leftOut.slice(0, MOST_NAMES_SHOWN)},
        'custom parameters were left out of the URL of a stream: Exotel takes 3 of them, and 256 characters',
      )
    }
    if (isLocal && !isLoopback(base)) {
      this.#warnOnce(
        {base},
        'the URL of a stream has the host that the client called: give --public-url or --trust-proxy if Exotel calls another, or needs wss',
      )
    }
    const isWhole = withoutLastSlash(request.path) === '/websocket-url'
    return {
      answer: json(200, {
        url,
        ...(isWhole ? {protocol, path: dynamic.path} : {}),
        ...(isLocal ? {local: true} : {}),
      }),
      values: {streamHost: new URL(base).host, hostFrom: source},
      sentence: 'the URL of a stream was asked',
    }
  }

  #warnOnce(values: object, sentence: string): void {
    if (this.#said.has(sentence)) return
    this.#said.add(sentence)
    this.#options.log.warn({category: 'CONNECTION', ...values}, sentence)
  }

  #passthru({request, fields}: Asked): Told {
    const callSid = callSidOf(fields)
    const customer = customerFields(fields)
    const {passthruRules = []} = this.#options
    const status = branchOf(passthruRules, [...fields, ...Object.entries(customer)])
    const isOver = hasStream(fields)
    if (callSid !== undefined && request.method !== 'HEAD') {
      this.#customers.keep(callSid, customer)
      if (isOver) this.#missing.settle(callSid)
      // A rule that sends the call down the second branch may well send it past the stream.
      else if (status === 200) this.#missing.expect(callSid)
    }
    const values = isOver ? streamFacts(fields) : {customerFields: Object.keys(customer).length}
    const sentence = isOver ? 'a Passthru came after a stream' : 'a Passthru came before any stream'
    return {answer: ok(status), values, sentence}
  }

  #statusCallback({fields}: Asked): Told {
    const callStatus = fieldOf(fields, 'Status')?.slice(0, MOST_SHOWN_CHARACTERS)
    const eventType = fieldOf(fields, 'EventType')?.slice(0, MOST_SHOWN_CHARACTERS)
    return {
      answer: ok(200),
      values: {callStatus, eventType, ...streamFacts(fields)},
      sentence: 'a status callback came',
    }
  }
}

/** A 302 names no place to go: Exotel takes the status alone, and who follows would be led away from it. */
function ok(status: 200 | 302): Answer {
  return {status, headers: {'content-type': 'text/plain; charset=utf-8'}, body: 'OK'}
}

function wrongMethod(allowed: readonly string[]): Answer {
  const allow = allowed.join(', ')
  return text(405, `Only ${allow.replace(/, (\w+)$/, ' and $1')} are answered here.`, {allow})
}

function isLoopback(base: string): boolean {
  return /^wss?:\/\/(localhost|127\.[\d.]+|\[::1\])(:|$)/i.test(base)
}
