import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {setImmediate as nextTurn} from 'node:timers/promises'

import {systemClock} from '../../../src/clock.js'
import {createAccess} from '../../../src/serve/access/access.js'
import {resolveBot} from '../../../src/serve/bots/index.js'
import {openKeeping} from '../../../src/serve/keeping/keeping.js'
import {type Logs, openLogs} from '../../../src/serve/logging/open-logs.js'
import {opensBot} from '../../../src/serve/open-stream.js'
import {startServer, type StreamServer} from '../../../src/serve/server.js'

/** A program: one server a bot, in one process that tells what it holds and what was thrown past everybody. */

export type Settings = {
  readonly dir: string
  readonly bots: readonly string[]
  /** `KEY:TOKEN`, where callers have to prove who they are. */
  readonly basic?: string
  readonly pingMs?: number
}

export type Measured = {
  /** Heap, external memory and array buffers, after a forced collection. */
  readonly bytes: number
  /** File descriptors; absent where the system does not list them. */
  readonly descriptors: number | undefined
  readonly sockets: number
  readonly timers: number
  readonly streams: number
}

export type Told =
  | {readonly type: 'listening'; readonly ports: Readonly<Record<string, number>>}
  | {readonly type: 'measured'; readonly measured: Measured}
  /** What would have ended the process. */
  | {readonly type: 'thrown'; readonly what: string}

export type Asked = 'measure' | 'close'

const tell = (told: Told) => process.send?.(told)
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    tell({
      type: 'thrown',
      what: `${event}: ${error instanceof Error ? error.stack : String(error)}`,
    })
  })
}

// Written by the rig a moment ago.
const settings = JSON.parse(process.argv[2] ?? '') as Settings
const logs = await openLogs({
  dir: join(settings.dir, 'logs'),
  level: 'info',
  stderr: {level: 'info', pretty: true},
  clock: systemClock,
})
const closings: (() => Promise<unknown>)[] = [() => logs.close()]
const servers = new Map<string, StreamServer>()
for (const bot of settings.bots) servers.set(bot, await serve(bot, logs))

// Who has lost its test ends with it.
const orphaned = () => process.exit(1)
process.once('disconnect', orphaned)
process.on('message', (asked: Asked) => {
  answer(asked).catch((error: unknown) => {
    tell({type: 'thrown', what: String(error)})
  })
})
tell({
  type: 'listening',
  ports: Object.fromEntries([...servers].map(([bot, {port}]) => [bot, port])),
})

async function serve(bot: string, {log, watchFor}: Logs): Promise<StreamServer> {
  const {dir, basic, pingMs} = settings
  const clock = systemClock
  const keeping = await openKeeping({
    recordDir: join(dir, bot, 'recordings'),
    dumpDir: bot === 'sink' ? join(dir, bot, 'dumps') : undefined,
    dumpFormat: 'wav',
    retention: {maxAgeDays: 7, maxBytes: 50_000_000_000},
    clock,
    log,
  })
  const answering = await resolveBot(bot, bot === 'echo' ? {ack: 'always'} : {})
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    open: opensBot(answering, {clock}),
    botName: bot,
    clock,
    log,
    version: '0.0.0',
    access: createAccess({clock, basic}),
    life: pingMs === undefined ? {} : {pingMs},
    watch: (stream) => {
      const keep = keeping.watchFor(stream)
      const record = watchFor({...stream, botName: bot})
      return (event) => {
        keep(event)
        record(event)
      }
    },
  })
  closings.push(
    () => keeping.close(),
    () => server.close(),
  )
  return server
}

async function answer(asked: Asked): Promise<void> {
  if (asked === 'measure') {
    tell({type: 'measured', measured: await measure()})
    return
  }
  for (const close of closings.reverse()) await close()
  // From here on nothing is open, and the process ends by itself.
  process.off('disconnect', orphaned)
  process.disconnect()
}

const COLLECTIONS = 6

async function measure(): Promise<Measured> {
  for (let round = 0; round < COLLECTIONS; round += 1) {
    globalThis.gc?.()
    // What was collected may have let go of more.
    await nextTurn()
  }
  const {heapUsed, external, arrayBuffers} = process.memoryUsage()
  const resources = process.getActiveResourcesInfo()
  const count = (kind: string) => resources.filter((name) => name === kind).length
  return {
    bytes: heapUsed + external + arrayBuffers,
    descriptors: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : undefined,
    sockets: count('TCPSocketWrap'),
    timers: count('Timeout'),
    streams: [...servers.values()].reduce((sum, server) => sum + server.streams(), 0),
  }
}
