import {randomBytes, randomUUID} from 'node:crypto'
import {isIP} from 'node:net'
import {networkInterfaces} from 'node:os'

import {systemClock} from '../clock.js'
import type {Logger, LogSink} from '../log.js'
import type {StreamWatch} from '../stream/bot/stream-watch.js'
import {DEFAULT_DATA_DIR, openWorkspace, type Workspace} from '../workspace.js'
import {type Address, listAddresses} from './addresses.js'
import {type Announced, publicStreamUrl} from './announcement.js'
import {DEFAULT_TEMPLATE} from './bots/index.js'
import {type Door, openDoor} from './door.js'
import {type Keeping, openKeeping} from './keeping/keeping.js'
import {type Logs, openLogs} from './logging/open-logs.js'
import type {OpenStream} from './open-stream.js'
import type {AcceptedStream} from './open-streams.js'
import {botOf} from './opener.js'
import type {ServeRequest} from './serve-request.js'
import {startServer, type StreamServer} from './server.js'
import {dialablePath} from './stream-paths.js'
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

type OnClose = (close: () => Promise<unknown>) => void

async function open(request: ServeRequest, onClose: OnClose): Promise<Announced> {
  const door = await openDoor(request)
  const workspace = await openWorkspace(request.dataDir)
  const logs = await openLogs({
    dir: request.logDir,
    level: request.logLevel,
    stderr: stderrOf(request),
    clock: systemClock,
  })
  onClose(() => logs.close())
  const opener = door.relay ?? (await botOf(request, logs.log))
  const keeping = await keepingOf(request, logs.log)
  onClose(async () => keeping?.close())
  const nonce = randomUUID()
  const reached = await listenIn(request, {door, opener, logs, keeping, nonce, onClose})
  const addresses = listAddresses(request.host, networkInterfaces())
  // What others look for is on loopback; a server that is not there has to be named to them.
  const isNoted = addresses.some(({reach}) => reach === 'loopback')
  const {patterns} = door.options.paths
  const noteIt = (publicUrl?: string) =>
    note(workspace, {
      url: reached.server.url(dialablePath(patterns)),
      publicUrl,
      asks: asksOf(request),
      nonce,
    })
  if (isNoted) {
    await noteIt()
    onClose(() => workspace.forgetServe(nonce))
  }
  await reached.openTunnel()
  const notes = [...door.notes, ...(keeping?.notes ?? []), ...logs.notes]
  const announced = announcedOf(request, {door, addresses, notes, reached})
  const publicUrl = publicStreamUrl(announced)
  if (isNoted && publicUrl !== undefined) await noteIt(publicUrl)
  return announced
}

type Opened = {
  readonly door: Door
  readonly opener: OpenStream
  readonly logs: Logs
  readonly keeping: Keeping | undefined
  readonly nonce: string
  readonly onClose: OnClose
}

/** The server, and the tunnel to it while there is one. */
type Reached = {
  readonly server: StreamServer
  tunnelUrl(): string | undefined
  openTunnel(): Promise<void>
}

async function listenIn(
  request: ServeRequest,
  {door, opener, logs, keeping, nonce, onClose}: Opened,
): Promise<Reached> {
  const {log} = logs
  // It is opened once its port is known, and asked for with every request.
  let tunnel: Tunnel | undefined
  const tunnelUrl = () => tunnel?.url
  const server = await startServer({
    ...door.options,
    open: opener,
    botName: request.bot,
    log,
    nonce,
    tunnelUrl,
    watch: watchedBy(request, {logs, keeping}),
    runId: randomBytes(2).toString('hex'),
  })
  // After the server has drained: calls through a tunnel are told of the end too.
  onClose(async () => tunnel?.close())
  onClose(() => server.close())
  return {
    server,
    tunnelUrl,
    async openTunnel() {
      tunnel = await tunnelOf(request, {server, log})
    },
  }
}

type Known = {
  readonly door: Door
  readonly addresses: readonly Address[]
  readonly notes: readonly string[]
  readonly reached: Reached
}

function announcedOf(request: ServeRequest, {door, addresses, notes, reached}: Known): Announced {
  const {bot, botOptions, dataDir} = request
  const {tls, publicUrl, paths, access} = door.options
  return {
    port: reached.server.port,
    addresses,
    isTls: tls !== undefined,
    asks: asksOf(request),
    // Which address a name stands for is not known here.
    isAllowed: (address) => isIP(address) === 0 || access.isAllowed(address),
    publicBase: publicUrl ?? reached.tunnelUrl(),
    patterns: paths.patterns,
    botName: bot,
    template: bot === 'playback' ? (botOptions.template ?? DEFAULT_TEMPLATE) : undefined,
    dataDir: dataDir === DEFAULT_DATA_DIR ? undefined : dataDir,
    notes,
  }
}

/** Where Basic and Bearer are both taken, Basic is what Exotel and a URL can give. */
function asksOf({basicAuth, bearerToken, apiVersion}: ServeRequest): Announced['asks'] {
  const bearer = bearerToken === undefined ? undefined : ('bearer' as const)
  return {
    credentials: basicAuth === undefined ? bearer : 'basic',
    hasApiVersion: apiVersion !== undefined,
  }
}

/** A log for a person on stderr, or one for a program. */
function stderrOf({logLevel, logCategories, prettyLog}: ServeRequest): LogSink {
  return {level: logLevel, pretty: prettyLog, categories: logCategories}
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
    if (!keeping) return record
    const keep = keeping.watchFor(stream)
    return (event) => {
      keep(event)
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

type Noted = {
  readonly url: string
  readonly publicUrl: string | undefined
  readonly asks: Announced['asks']
  readonly nonce: string
}

async function note(workspace: Workspace, {url, publicUrl, asks, nonce}: Noted): Promise<void> {
  const startedAt = systemClock.wallNow().toISOString()
  const known = {
    ...(publicUrl === undefined ? {} : {publicUrl}),
    ...(asks?.credentials === undefined ? {} : {asksCredentials: true as const}),
  }
  await workspace.noteServe({pid: process.pid, url, ...known, nonce, startedAt})
}
