import {mkdtemp, readdir, readFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {pcm16ToBytes} from '../../../../src/audio/pcm16.js'
import {type VirtualClock, virtualClock} from '../../../../src/clock.js'
import {type Logger, silentLogger} from '../../../../src/log.js'
import {decodeBot, decodeExotel} from '../../../../src/protocol/decode.js'
import type {BotMessage, MediaMessage} from '../../../../src/protocol/messages.js'
import {encodePayload} from '../../../../src/protocol/payload.js'
import {
  type Keeping,
  type KeepingOptions,
  openKeeping,
} from '../../../../src/serve/keeping/keeping.js'
import type {
  BotStreamEvent,
  StreamEnded,
  StreamIdentity,
} from '../../../../src/stream/bot/stream-watch.js'

export const identity: StreamIdentity = {
  streamSid: 'stream1',
  callSid: 'call1',
  accountSid: 'exostream1',
  from: '+910000012345',
  to: '+910000067890',
  customParameters: {},
  sampleRateHz: 8000,
  rateFrom: 'start',
  casing: 'snake',
  isImplied: false,
}

export const ended: StreamEnded = {
  code: 1000,
  reason: '',
  closedBy: 'caller',
  durationMs: 1000,
  received: {start: 1},
  sent: {},
  heardMs: 0,
  saidMs: 0,
  audioDropped: 0,
  unsent: 0,
  findings: [],
  metrics: {},
}

/** A stream as its end would tell of it, at the virtual moment each thing is said. */
export type ToldStream = {
  start(identity?: Partial<StreamIdentity>): void
  identify(identity: Partial<StreamIdentity>): void
  receive(raw: string | Uint8Array): void
  /** A media message of the caller's, as the chunk of this number. */
  hear(pcm: Int16Array, chunk?: number): void
  /** A media message of the bot's. */
  say(pcm: Int16Array): void
  send(message: object): void
  tell(event: BotStreamEvent): void
  close(): void
}

export type KeepingRig = {
  readonly clock: VirtualClock
  readonly keeping: Keeping
  stream(connection?: string): ToldStream
  sleep(ms: number): Promise<void>
}

/** Keeps in virtual time, on the real disk; all is written when it returns. */
export async function withKeeping<T>(
  options: Partial<KeepingOptions>,
  work: (rig: KeepingRig) => Promise<T> | T,
): Promise<T> {
  const clock = virtualClock()
  return clock.run(async () => {
    const keeping = await openKeeping({
      dumpFormat: 'wav',
      retention: {maxAgeDays: 30, maxBytes: 1_000_000_000},
      clock,
      log: silentLogger,
      ...options,
    })
    const done = await work({
      clock,
      keeping,
      stream: (connection = 'c1') => toldStream(keeping, clock, connection),
      sleep: (ms) => clock.sleepUntil(clock.now() + ms),
    })
    await keeping.close()
    return done
  })
}

function toldStream(keeping: Keeping, clock: VirtualClock, connection: string): ToldStream {
  const acceptedAt = clock.now()
  const watch = keeping.watchFor({connection, startedAt: clock.wallNow(), path: '/media'})
  const atMs = () => clock.now() - acceptedAt
  const receive = (raw: string | Uint8Array) => {
    watch({type: 'received', atMs: atMs(), raw, message: decodeExotel(raw).message})
  }
  const send = (message: object) => {
    const raw = JSON.stringify(message)
    const decoded: BotMessage = decodeBot(raw).message
    watch({type: 'sent', atMs: atMs(), raw, message: decoded, codec: 'pcm16'})
  }
  return {
    receive,
    send,
    tell: watch,
    start: (own = {}) => {
      watch({type: 'started', atMs: atMs(), identity: {...identity, ...own}})
    },
    identify: (own) => {
      watch({type: 'identified', atMs: atMs(), identity: {...identity, ...own}})
    },
    hear(pcm, chunk = 1) {
      const bytes = pcm16ToBytes(pcm)
      const payload = encodePayload(bytes)
      const message: MediaMessage = {event: 'media', payload, chunk, sequenceNumber: chunk + 2}
      receive(JSON.stringify({event: 'media', sequence_number: chunk + 2, media: {payload, chunk}}))
      watch({type: 'audio', atMs: atMs(), message, bytes, pcm, codec: 'pcm16'})
    },
    say: (pcm) => {
      send({event: 'media', media: {payload: encodePayload(pcm16ToBytes(pcm))}})
    },
    close: () => {
      watch({type: 'closed', atMs: atMs(), ended})
    },
  }
}

export function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'exostream-keeping-'))
}

export const of = (value: number, samples: number) => new Int16Array(samples).fill(value)

export async function linesOf(path: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** The folder of the one call that is kept there. */
export async function onlyFolder(dir: string): Promise<string> {
  const [name = 'none', ...others] = (await readdir(dir)).filter((entry) => !entry.startsWith('.'))
  if (others.length > 0) throw new Error(`more than one call was kept: ${others.join(', ')}`)
  return join(dir, name)
}

/** What is said at the end over all calls; a count of nothing is left out. */
export function totalsIn(logged: readonly Logged[]): object | undefined {
  return logged.find(({message}) => message === 'kept over all calls')?.values
}

export type Logged = {readonly level: string; readonly values: object; readonly message: string}

export function keepingLog(): {log: Logger; logged: Logged[]} {
  const logged: Logged[] = []
  const at = (level: string) => (values: object, message: string) => {
    logged.push({level, values, message})
  }
  const log: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  }
  return {log, logged}
}
