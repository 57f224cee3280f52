import {randomBytes, randomUUID} from 'node:crypto'
import {networkInterfaces} from 'node:os'

import {systemClock} from '../clock.js'
import {ExostreamError} from '../errors.js'
import type {Logger, LogSink} from '../log.js'
import type {StreamWatch} from '../stream/bot/stream-watch.js'
import {DEFAULT_DATA_DIR, openWorkspace, type Workspace} from '../workspace.js'
import {listAddresses} from './addresses.js'
import type {Announced} from './announcement.js'
import {DEFAULT_TEMPLATE, resolveBot} from './bots/index.js'
import {openDoor} from './door.js'
import {type Keeping, openKeeping} from './keeping/keeping.js'
import {type Logs, openLogs} from './logging/open-logs.js'
import {type OpenStream, opensBot} from './open-stream.js'
import type {AcceptedStream} from './open-streams.js'
import {opensRelay} from './relay/relay.js'
import type {ServeRequest} from './serve-request.js'
import {startServer, type StreamServer} from './server.js'
import {openTunnel, type Tunnel} from './tunnel/tunnel.js'

export type Serving = {
  readonly announced: Announced
  /** Drains, and takes the note of this process back. */
  close(): Promise<void>
}

/**
 * The whole of `exostream serve`: the bot, its server, what is kept of its calls, the tunnel, and the
 * note by which others find it.
 * @throws ExostreamError of whatever cannot be as it was asked for
 */
export async function openServing(request: ServeRequest): Promise<Serving> {
  const opened: (() => Promise<unknown>)[] = []
  const close = async () => {
    // The last first: a server that drains still logs.
    for (const closeOne of opened.splice(0).reverse()) await closeOne()
  }
  try {
    const announced = await open(request, (closeOne) => opened.push(closeOne))
    return {announced, close}
  } catch (error) {
    await close()
    throw error
  }
}

async function open(
  request: ServeRequest,
  onClose: (close: () => Promise<unknown>) => void,
): Promise<Announced> {
  const door = await openDoor(request)
  const workspace = await openWorkspace(request.dataDir)
  const logs = await openLogs({
    dir: request.logDir,
    level: request.logLevel,
    stderr: stderrOf(request),
    clock: systemClock,
  })
  onClose(() => logs.close())
  const {log} = logs
  const openStream = await openerOf(request, log)
  const keeping = await keepingOf(request, log)
  onClose(async () => keeping?.close())
  const nonce = randomUUID()
  // It is opened once its port is known, and asked for with every request.
  const reach: {tunnel?: Tunnel | undefined} = {}
  const server = await startServer({
    ...door.options,
    open: openStream,
    botName: request.bot,
    log,
    nonce,
    tunnelUrl: () => reach.tunnel?.url,
    watch: watchedBy(request, {logs, keeping}),
    runId: randomBytes(2).toString('hex'),
  })
  // After the server has drained: calls through a tunnel are told of the end too.
  onClose(async () => reach.tunnel?.close())
  onClose(() => server.close())
  const addresses = listAddresses(request.host, networkInterfaces())
  // What others look for is on loopback; a server that is not there has to be named to them.
  if (addresses.some(({reach}) => reach === 'loopback')) {
    await note(workspace, server, nonce)
    onClose(() => workspace.forgetServe(nonce))
  }
  reach.tunnel = await tunnelOf(request, {server, log})
  const {bot, botOptions, dataDir} = request
  return {
    port: server.port,
    addresses,
    isTls: door.options.tls !== undefined,
    isGuarded: request.basicAuth !== undefined || request.bearerToken !== undefined,
    publicBase: door.options.publicUrl ?? reach.tunnel?.url,
    patterns: door.options.paths.patterns,
    botName: bot,
    template: bot === 'playback' ? (botOptions.template ?? DEFAULT_TEMPLATE) : undefined,
    dataDir: dataDir === DEFAULT_DATA_DIR ? undefined : dataDir,
    notes: [...door.notes, ...(keeping?.notes ?? []), ...logs.notes],
  }
}

/** A log for a person on stderr, or one for a program. */
function stderrOf({logLevel, logCategories, prettyLog}: ServeRequest): LogSink {
  return {level: logLevel, pretty: prettyLog, categories: logCategories}
}

async function openerOf(request: ServeRequest, log: Logger): Promise<OpenStream> {
  const {bot: name, botOptions, to, realign, maxQueueMs, watchThrows} = request
  if (name === 'relay') {
    if (to === undefined) {
      throw new ExostreamError('EXO_USAGE', 'The relay needs --to: the URL of the bot behind it.')
    }
    return opensRelay({to, realign, clock: systemClock})
  }
  if (to !== undefined || realign) {
    const flag = to === undefined ? '--realign' : '--to'
    throw new ExostreamError('EXO_USAGE', `${flag} is for --bot relay, and the bot is ${name}.`)
  }
  const beforeModule = () => {
    watchThrows((thrown) => {
      log.error({category: 'ERROR', err: thrown}, 'a bot threw outside its own function')
    })
  }
  const bot = await resolveBot(name, {...botOptions, beforeModule})
  return opensBot(bot, {clock: systemClock, maxQueueMs})
}

async function keepingOf(request: ServeRequest, log: Logger): Promise<Keeping | undefined> {
  const {recordDir, dumpDir, dumpFormat, keepDays, keepBytes} = request
  if (recordDir === undefined && dumpDir === undefined) return undefined
  const retention = {maxAgeDays: keepDays, maxBytes: keepBytes}
  return openKeeping({recordDir, dumpDir, dumpFormat, retention, clock: systemClock, log})
}

/** Each stream is heard by whoever writes the record of the call, and by whoever keeps its audio. */
function watchedBy(
  {bot}: ServeRequest,
  {logs, keeping}: {readonly logs: Logs; readonly keeping: Keeping | undefined},
): (stream: AcceptedStream) => StreamWatch {
  return (stream) => {
    const record = logs.watchFor({...stream, botName: bot})
    const keep = keeping?.watchFor(stream)
    return (event) => {
      keep?.(event)
      record(event)
    }
  }
}

async function tunnelOf(
  {tunnel, signal}: ServeRequest,
  {server, log}: {readonly server: StreamServer; readonly log: Logger},
): Promise<Tunnel | undefined> {
  if (tunnel === undefined) return undefined
  const upstream = new URL(server.url('/').replace(/^ws/, 'http'))
  return openTunnel(tunnel, {upstream, signal, clock: systemClock, log})
}

async function note(workspace: Workspace, server: StreamServer, nonce: string): Promise<void> {
  const startedAt = systemClock.wallNow().toISOString()
  await workspace.noteServe({pid: process.pid, url: server.url('/media'), nonce, startedAt})
}
