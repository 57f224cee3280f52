/**
 * The library door: what a user's own test imports.
 */
import {systemClock} from './clock.js'
import {ExostreamError} from './errors.js'
import {type Logger, silentLogger} from './log.js'
import type {ProfileId} from './protocol/profiles.js'
import {plainPaint} from './report/text/look.js'
import type {RunReport} from './report/report.js'
import {renderReport} from './report/text/text.js'
import {resolveBot} from './serve/bots/index.js'
import {opensBot} from './serve/open-stream.js'
import {startServer as openServer} from './serve/server.js'
import {prepare, type SimulationRequest} from './simulation.js'
import type {Bot} from './stream/bot/bot.js'
import {packageVersion} from './version.js'

export {ExostreamError, type ErrorCode} from './errors.js'
export type {Logger} from './log.js'
export type {Finding} from './protocol/events.js'
export type {ProfileId} from './protocol/profiles.js'
export type {FlowStep, FlowWalk} from './report/flow-walk.js'
export type {CallReport, MetricSummary, RunReport, TurnReport} from './report/report.js'
export {readWav} from './record/wav-reader.js'
export {recompute} from './simulate/recompute/recompute.js'
export type {Bot, BotCall, BotEvent} from './stream/bot/bot.js'

export type SimulateCallOptions = {
  /** The bot's WebSocket URL, ws:// or wss://, or a dynamic http(s):// one. Give this or `bot`. */
  readonly url?: string
  /** A bot to run in this process: an async function of a call, a built-in name, or a module's path. */
  readonly bot?: Bot | string
  /** The voice template of the built-in playback bot: a name or a folder. */
  readonly template?: string
  /** A built-in scenario, the path of a YAML file, or several; `basic` when left out. */
  readonly scenario?: string | readonly string[]
  /** How often each scenario is called; once when left out. */
  readonly repeat?: number
  /** Added to the upgrade request, for a bot behind a Bearer token; Exotel itself sends only Basic. */
  readonly headers?: Readonly<Record<string, string>>
  /** Asked after each call as a Passthru applet behind the bot does; `flat` when no form is named. */
  readonly passthru?: {readonly url: string; readonly forms?: readonly ('flat' | 'json')[]}
  /** A flow file that each call walks; a `url` or `bot` takes the place of its stream URLs. */
  readonly flow?: {
    readonly file: string
    /** HOST:PORT that every URL of the flow is taken from, without TLS. */
    readonly host?: string
    /** What the caller presses at a Gather applet; `1` when left out. */
    readonly digits?: string
    /** The id of the applet that the walk is to end at, or `end`. */
    readonly endsAt?: string
    /** The applets whose streams are meant to fail, by id: not dialled, and no failure; needs `endsAt`. */
    readonly streamFails?: readonly string[]
    /** How a Passthru is told of the stream; `flat` when left out. */
    readonly form?: 'flat' | 'json'
  }
  /** WAV files to say, instead of a scenario. */
  readonly say?: readonly string[]
  /** Dialects of Exotel; `docs-strings` when left out. */
  readonly profiles?: readonly ProfileId[]
  /** What counts as started when `clear` arrives; `packet` when left out. */
  readonly clear?: 'packet' | 'message'
  /** What becomes of the marks of cleared audio; `drop` when left out. */
  readonly marksOnClear?: 'drop' | 'echo'
  /**
   * `virtual` makes the call of a `bot` in memory and as fast as this machine can: an hour takes
   * seconds, and the same seed gives the same journal, byte by byte. What the bot waits for with
   * `call.sleep`, `call.speak` and its events takes its time; a timer or a service of its own takes none.
   */
  readonly clock?: 'real' | 'virtual'
  /** When a stream is ended as Exotel ends one at its limit, which is 60 minutes. */
  readonly maxSessionMs?: number
  /** The same seed makes the same call. */
  readonly seed?: number
  /** Keeps recording, journal and report in this folder; nothing is kept when left out. */
  readonly out?: string
  /** Hangs up and reports what was measured so far. */
  readonly signal?: AbortSignal
}

/**
 * Calls a bot as Exotel would, at real pace, and resolves to the run report (schema v1). A bot that
 * cannot be reached, or does badly, is a report with `verdict: 'fail'`, not an error.
 * @throws ExostreamError when the call cannot be tried: no target, a bad URL, scenario, bot or WAV
 */
export async function simulateCall(options: SimulateCallOptions): Promise<RunReport> {
  const prepared = await prepare(requestOf(options))
  const {report} = await prepared.run({})
  return report
}

/** Every option there is: its type keeps it whole. */
const OPTIONS: Readonly<Record<keyof Required<SimulateCallOptions>, true>> = {
  url: true,
  bot: true,
  template: true,
  scenario: true,
  repeat: true,
  headers: true,
  passthru: true,
  flow: true,
  say: true,
  profiles: true,
  clear: true,
  marksOnClear: true,
  maxSessionMs: true,
  seed: true,
  clock: true,
  out: true,
  signal: true,
}

/** JavaScript has no types to tell a misspelt option. */
function refuseMistakes(options: SimulateCallOptions): void {
  const {clock = 'real', seed = 0, repeat = 1} = options
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(OPTIONS, name))
  const mistakes = [
    unknown === undefined ? '' : `simulateCall has no option ${JSON.stringify(unknown)}.`,
    ['real', 'virtual'].includes(clock) ? '' : 'The clock is either "real" or "virtual".',
    Number.isSafeInteger(seed) && seed >= 0 ? '' : 'The seed is a whole number from 0 on.',
    Number.isSafeInteger(repeat) && repeat >= 1 ? '' : 'A repeat is a whole number from 1 on.',
  ].filter((mistake) => mistake !== '')
  if (mistakes.length > 0) throw new ExostreamError('EXO_USAGE', mistakes.join(' '))
}

function requestOf(options: SimulateCallOptions): SimulationRequest {
  refuseMistakes(options)
  const {scenario, passthru, signal = new AbortController().signal, ...rest} = options
  return {
    ...rest,
    ...(scenario === undefined
      ? {}
      : {scenarios: typeof scenario === 'string' ? [scenario] : scenario}),
    ...(passthru === undefined ? {} : {passthru: {forms: ['flat'], ...passthru}}),
    isCi: true,
    signal,
  }
}

/** The report as a person reads it, for the message of a failed assertion. */
export function describeReport(report: RunReport): string {
  return renderReport(report, {width: 100, paint: plainPaint, ascii: false})
}

export type StartServerOptions = {
  /** `127.0.0.1` when left out. */
  readonly host?: string
  /** 0, any free port, when left out. */
  readonly port?: number
  /** A function, a built-in name (`playback`, `echo`, `converse`, `sink`) or a module's path; `playback` when left out. */
  readonly bot?: Bot | string
  /** The voice template of the built-in playback bot: a name or a folder. */
  readonly template?: string
  /** Silent when left out. */
  readonly log?: Logger
}

export type RunningServer = {
  /** What to dial, such as `ws://127.0.0.1:41234/media`. */
  readonly url: string
  readonly port: number
  /** Closes every stream with 1001 and stops. */
  close(): Promise<void>
}

/**
 * Serves a bot as `exostream serve` does.
 * @throws ExostreamError EXO_PORT_IN_USE, EXO_LISTEN_FAILED, EXO_BOT_INVALID, EXO_TEMPLATE_…
 */
export async function startServer(options: StartServerOptions = {}): Promise<RunningServer> {
  const {host = '127.0.0.1', port = 0, bot = 'playback', template, log = silentLogger} = options
  const resolved =
    typeof bot === 'string' ? await resolveBot(bot, template === undefined ? {} : {template}) : bot
  const botName = typeof bot === 'string' ? bot : bot.name || 'a function'
  const server = await openServer({
    host,
    port,
    open: opensBot(resolved, {clock: systemClock}),
    botName,
    clock: systemClock,
    log,
    version: packageVersion(),
  })
  return {url: server.url('/media'), port: server.port, close: () => server.close()}
}
