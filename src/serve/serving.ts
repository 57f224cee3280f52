import {randomUUID} from 'node:crypto'
import {networkInterfaces} from 'node:os'

import {systemClock} from '../clock.js'
import {createLogger, type LogLevel} from '../log.js'
import type {WatchThrows} from '../stream/bot/bot-loader.js'
import {packageVersion} from '../version.js'
import {DEFAULT_DATA_DIR, openWorkspace, type Workspace} from '../workspace.js'
import {listAddresses} from './addresses.js'
import type {Announced} from './announcement.js'
import {DEFAULT_TEMPLATE, resolveBot} from './bots/index.js'
import {opensBot} from './open-stream.js'
import {startServer, type StreamServer} from './server.js'

type ServeRequest = {
  readonly host: string
  readonly port: number
  /** A built-in name or the path of a module. */
  readonly bot: string
  readonly template?: string | undefined
  readonly dataDir: string
  readonly logLevel: LogLevel
  /** A log for a person, or else one for a program. */
  readonly prettyLog: boolean
  readonly watchThrows: WatchThrows
}

type Serving = {
  readonly announced: Announced
  /** Drains, and takes the note of this process back. */
  close(): Promise<void>
}

/**
 * The whole of `exostream serve`: the bot, its server, and the note by which others find it.
 * @throws ExostreamError of the template, the bot, the data folder or the port
 */
export async function openServing(request: ServeRequest): Promise<Serving> {
  const {host, port, bot: botName, template, dataDir, logLevel, prettyLog} = request
  const log = createLogger({level: logLevel, pretty: prettyLog})
  const beforeModule = () => {
    request.watchThrows((thrown) => {
      log.error({err: thrown}, 'a bot threw outside its own function')
    })
  }
  const bot = await resolveBot(botName, {template, beforeModule})
  const workspace = await openWorkspace(dataDir)
  const nonce = randomUUID()
  const world = {clock: systemClock, version: packageVersion(), log, nonce}
  const server = await startServer({host, port, open: opensBot(bot, world), botName, ...world})
  const addresses = listAddresses(host, networkInterfaces())
  // What others look for is on loopback; a server that is not there has to be named to them.
  const isNoted = addresses.some(({reach}) => reach === 'loopback')
  if (isNoted) await note(workspace, server, nonce)
  const played = botName === 'playback' ? (template ?? DEFAULT_TEMPLATE) : undefined
  return {
    announced: {
      port: server.port,
      addresses,
      botName,
      template: played,
      dataDir: dataDir === DEFAULT_DATA_DIR ? undefined : dataDir,
    },
    async close() {
      await server.close()
      await workspace.forgetServe(nonce)
    },
  }
}

async function note(workspace: Workspace, server: StreamServer, nonce: string): Promise<void> {
  const startedAt = systemClock.wallNow().toISOString()
  try {
    await workspace.noteServe({pid: process.pid, url: server.url('/media'), nonce, startedAt})
  } catch (error) {
    await server.close()
    throw error
  }
}
