import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, expect, test} from 'vitest'

import {systemClock} from '../../src/clock.js'
import type {Flow} from '../../src/flow/flow.js'
import {makeFlow, type Wish} from '../../src/flow/make-flow.js'
import {logLinesOf} from '../../src/flow/print/sheet/log-lines.js'
import {simulateCall} from '../../src/index.js'
import {createLogger, type LogEntry} from '../../src/log.js'
import {resolveBot} from '../../src/serve/bots/index.js'
import {opensBot} from '../../src/serve/open-stream.js'
import {startServer, type StreamServer} from '../../src/serve/server.js'
import {seededRandom} from '../../src/random.js'
import {askPassthru} from '../../src/stream/exotel-http/passthru.js'
import {makeIdentity} from '../../src/stream/exotel/identity.js'

/** What `flow print` promises of the log, against the log of a server that really runs. */

let folder = ''
let scenario = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-log-lines-'))
  scenario = join(folder, 'short.yaml')
  await writeFile(scenario, 'version: 1\nname: short\nsteps: [{wait: {ms: 600}}, {hangUp: stop}]\n')
})
afterAll(() => rm(folder, {recursive: true}))

const wish = (more: Partial<Wish>): Wish => ({
  use: 'voicebot',
  url: 'wss://bot.acme.in/media',
  sampleRateHz: 8000,
  parameters: {campaign: 'emi'},
  auth: {kind: 'none'},
  record: false,
  afterwards: 'hangup',
  ...more,
})
const PASSTHRU = {url: 'https://bot.acme.in/passthru'}

type Logged = {readonly category: string; readonly message: string}

/** Runs the work against a server of its own, and gives what that logged at info meanwhile. */
async function logOf(
  bot: 'echo' | 'sink',
  work: (server: StreamServer) => Promise<void>,
): Promise<readonly Logged[]> {
  const entries: LogEntry[] = []
  const destination = {
    write(line: string) {
      entries.push(JSON.parse(line) as LogEntry)
    },
  }
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    open: opensBot(await resolveBot(bot), {clock: systemClock}),
    botName: bot,
    clock: systemClock,
    log: createLogger({level: 'info', pretty: false, destination}),
    version: '0.0.0',
  })
  try {
    await work(server)
  } finally {
    await server.close()
  }
  return entries
    .filter(({message}) => !NOT_OF_A_CALL.includes(message))
    .map(({category, message}) => ({category, message}))
}

/** Of no call, or of one of the built-in bots alone. */
const NOT_OF_A_CALL = ['listening', 'draining', 'sink heard it all']

function promised(flow: Flow): readonly Logged[] {
  return logLinesOf(flow).map(({category, message}) => ({category, message}))
}

function httpUrl(server: StreamServer, path: string): string {
  return server.url(path).replace(/^ws/, 'http')
}

const world = {clock: systemClock, signal: AbortSignal.timeout(20_000)}

async function passthruBefore(server: StreamServer): Promise<void> {
  const now = systemClock.wallNow()
  const identity = makeIdentity(seededRandom(1), now)
  const facts = {identity, startedAt: now}
  await askPassthru(httpUrl(server, '/passthru'), {...world, form: 'flat', facts})
}

test('serve logs the promised lines, in order, on a good call between two Passthrus', async () => {
  const flow = makeFlow(wish({passthru: {before: PASSTHRU, after: PASSTHRU}}))

  const logged = await logOf('echo', async (server) => {
    await passthruBefore(server)
    const url = `${server.url('/media')}?sample-rate=8000&campaign=emi`
    await simulateCall({url, scenario, passthru: {url: httpUrl(server, '/passthru')}})
  })

  expect(logged).toEqual(promised(flow))
})

test('serve logs that its dynamic URL was asked, before the stream', async () => {
  const flow = makeFlow(wish({url: 'https://bot.acme.in/media', parameters: {}}))

  const logged = await logOf('echo', async (server) => {
    await simulateCall({url: httpUrl(server, '/media'), scenario})
  })

  expect(logged).toEqual(promised(flow))
})

test('of a stream that only listens, serve logs no audio of the bot', async () => {
  const flow = makeFlow(wish({use: 'stream', passthru: {before: PASSTHRU}}))

  const logged = await logOf('sink', async (server) => {
    await passthruBefore(server)
    const url = `${server.url('/media')}?sample-rate=8000&campaign=emi`
    await simulateCall({url, scenario, profiles: ['stream-applet']})
  })

  expect(logged.map(({message}) => message)).not.toContain('the bot sent its first audio')
  expect(logged).toEqual(promised(flow))
})

test('behind a Stream the Passthru comes when the stream is closed, for Connect waits for it', async () => {
  const flow = makeFlow(wish({use: 'stream', passthru: {after: PASSTHRU}}))

  const logged = await logOf('sink', async (server) => {
    const url = `${server.url('/media')}?sample-rate=8000&campaign=emi`
    const passthru = {url: httpUrl(server, '/passthru')}
    await simulateCall({url, scenario, profiles: ['stream-applet'], passthru})
  })

  expect(logged).toEqual(promised(flow))
})

test('a Passthru right behind a Stream is told nothing of it, and serve logs it so', () => {
  const {applets} = makeFlow(wish({use: 'stream', passthru: {after: PASSTHRU}}))
  const [stream] = applets
  const past = applets.filter(({kind}) => kind !== 'connect')
  const flow = {
    name: 'sales',
    applets: past.map((one) => (one === stream ? {...one, next: 'after'} : one)),
  } as Flow

  const messages = promised(flow).map(({message}) => message)

  expect(messages.slice(-3)).toEqual([
    'a Passthru came before any stream',
    'stop received',
    'stream closed',
  ])
})

test('of a call without a flow, serve logs the status callback last', async () => {
  const statusCallback = 'https://bot.acme.in/status-callback'
  const flow = makeFlow(wish({use: 'connect-voice-ai', parameters: {}, statusCallback}))

  const logged = await logOf('echo', async (server) => {
    await simulateCall({url: `${server.url('/media')}?sample-rate=8000`, scenario})
    const body = new URLSearchParams({CallSid: 'a'.repeat(32), Status: 'completed'})
    await fetch(httpUrl(server, '/status-callback'), {method: 'POST', body})
  })

  expect(logged).toEqual(promised(flow))
})
