import {spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {WebSocket, WebSocketServer} from 'ws'

import {pcm16ToBytes} from '../../src/audio/pcm16.js'
import {readWavHeader} from '../../src/audio/wav.js'
import {systemClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import {encodePayload} from '../../src/protocol/payload.js'
import {readRecording} from '../../src/record/recording-reader.js'
import {type Keeping, openKeeping} from '../../src/serve/keeping/keeping.js'
import {NOTHING_KEPT} from '../../src/serve/keeping/kept-call.js'
import type {Bot} from '../../src/stream/bot/bot.js'
import {BotEnd} from '../../src/stream/bot/bot-end.js'
import {overWebSocket} from '../../src/stream/socket.js'
import {keepingLog, type Logged, totalsIn} from '../unit/serve/keeping/keeping-rig.js'

const echo: Bot = async (call) => {
  for await (const event of call.events) {
    if (event.type === 'audio') call.playPayload(event.payload)
  }
}

let dir = ''
const endings: (() => Promise<unknown> | undefined)[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'exostream-keeping-'))
})
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end()
  await rm(dir, {recursive: true})
})

/** An echo on a free port whose calls are recorded and dumped in `into`. */
async function serve(into: string): Promise<{url: string; keeping: Keeping; logged: Logged[]}> {
  const clock = systemClock
  const {log, logged} = keepingLog()
  const keeping = await openKeeping({
    recordDir: join(into, 'recordings'),
    dumpDir: join(into, 'dumps'),
    dumpFormat: 'wav',
    retention: {maxAgeDays: 7, maxBytes: 1_000_000_000},
    clock,
    log,
  })
  const server = new WebSocketServer({host: '127.0.0.1', port: 0})
  let connections = 0
  server.on('connection', (ws) => {
    connections += 1
    const stream = {connection: `c${String(connections)}`, startedAt: clock.wallNow(), path: '/'}
    const watch = keeping.watchFor(stream)
    new BotEnd(overWebSocket(ws), {bot: echo, clock, log: silentLogger, watch})
  })
  await once(server, 'listening')
  endings.push(
    () => keeping.close(),
    () => {
      for (const ws of server.clients) ws.terminate()
      server.close()
      return undefined
    },
  )
  // Of a listener over TCP it is an object; the cast says so.
  const {port} = server.address() as AddressInfo
  return {url: `ws://127.0.0.1:${String(port)}/`, keeping, logged}
}

const chunkOf = (value: number) => encodePayload(pcm16ToBytes(new Int16Array(160).fill(value)))

/** A call of so many chunks, each sent once the one before has come back, and how many came back. */
async function call(url: string, {sid, chunks}: {sid: unknown; chunks: number}): Promise<number> {
  const ws = new WebSocket(url)
  await once(ws, 'open')
  const ids = {call_sid: sid, stream_sid: sid, account_sid: sid}
  ws.send(JSON.stringify({event: 'connected'}))
  ws.send(JSON.stringify({event: 'start', stream_sid: sid, start: {...ids, from: sid, to: sid}}))
  let echoed = 0
  while (echoed < chunks) {
    const media = {chunk: sid, timestamp: sid, payload: chunkOf(echoed + 1)}
    ws.send(JSON.stringify({event: 'media', sequence_number: sid, stream_sid: sid, media}))
    await once(ws, 'message')
    echoed += 1
  }
  ws.send(JSON.stringify({event: 'stop', stream_sid: sid, stop: {reason: sid}}))
  ws.close(1000)
  await once(ws, 'close')
  return echoed
}

const HOSTILE = [
  '../../escaped',
  '/tmp/exostream-escaped',
  String.raw`..\..\escaped`,
  'C:\\escaped',
  'a\0b',
  'NUL',
  'com1.txt',
  '.',
  '..',
  'x'.repeat(5120),
  '\u202Eescaped',
  {toString: '../../escaped'},
  ['../../escaped'],
  null,
]

test('whatever a caller calls itself, its files stay in their folders', async () => {
  const {url, keeping, logged} = await serve(join(dir, 'kept'))

  for (const sid of HOSTILE) await call(url, {sid, chunks: 2})
  await keeping.close()

  expect(await readdir(dir)).toEqual(['kept'])
  expect((await readdir(join(dir, 'kept'))).sort()).toEqual(['dumps', 'recordings'])
  for (const kind of ['dumps', 'recordings']) {
    const folders = await foldersIn(join(dir, 'kept', kind))
    expect(folders).toHaveLength(HOSTILE.length)
    for (const name of folders) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9_~-]{0,120}$/)
  }
  expect(await readdir(tmpdir())).not.toContain('exostream-escaped')
  expect(totalsIn(logged)).toMatchObject({recordings: HOSTILE.length, chunks: 2 * HOSTILE.length})
})

test('of twenty calls at once each has its own sound, and the echo that it got', async () => {
  const {url, keeping} = await serve(dir)

  const calls = Array.from({length: 20}, (_, index) => call(url, {sid: `sid${index}`, chunks: 25}))
  await Promise.all(calls)
  await keeping.close()

  const folders = await foldersIn(join(dir, 'recordings'))
  expect(folders).toHaveLength(20)
  for (const name of folders) {
    const {caller, heard} = await readRecording(join(dir, 'recordings', name, 'call.wav'))
    const values = Array.from({length: 25}, (_, index) => index + 1)
    expect([...new Set(caller)].filter((sample) => sample !== 0)).toEqual(values)
    expect([...new Set(heard)].filter((sample) => sample !== 0)).toEqual(values)
  }
})

const canMount = spawnSync('mount', ['--version']).status === 0 && process.getuid?.() === 0

test.skipIf(!canMount)(
  'a full disk costs the recording and the dump, never the call',
  async (context) => {
    const small = join(dir, 'small')
    const mounted = mountSmall(small)
    // A container may be root without being allowed to mount.
    if (!mounted) context.skip()
    endings.unshift(() => {
      spawnSync('umount', [small])
      return undefined
    })
    const {url, keeping, logged} = await serve(small)

    const echoed = await call(url, {sid: 'full', chunks: 500})
    await keeping.close()

    expect(echoed).toBe(500)
    const {recordings, chunks, chunksLostDiskError} = {...NOTHING_KEPT, ...totalsIn(logged)}
    expect(recordings).toBe(1)
    expect(chunks + chunksLostDiskError).toBe(500)
    expect(chunksLostDiskError).toBeGreaterThan(0)
    expect(logged.find(({message}) => message.startsWith('recording kept'))).toMatchObject({
      values: {lost: {why: ['disk-error']}},
      message: 'recording kept, but not whole',
    })
    const [name = ''] = await foldersIn(join(small, 'dumps'))
    const wavs = (await readdir(join(small, 'dumps', name))).filter((file) => file.endsWith('.wav'))
    expect(wavs).toHaveLength(chunks)
    for (const file of wavs) {
      const bytes = await readFile(join(small, 'dumps', name, file))
      expect(readWavHeader(bytes)).toMatchObject({dataBytes: 320})
    }
  },
)

test('a call that breaks off without a word is kept all the same', async () => {
  const {url, keeping, logged} = await serve(dir)
  const ws = new WebSocket(url)
  await once(ws, 'open')
  ws.send(JSON.stringify({event: 'start', start: {call_sid: 'cut'}}))
  ws.send(JSON.stringify({event: 'media', media: {payload: chunkOf(1)}}))
  await once(ws, 'message')

  ws.terminate()

  await vi.waitFor(async () => {
    const [name = 'none'] = await foldersIn(join(dir, 'recordings'))
    const record = await readFile(join(dir, 'recordings', name, 'call.json'), 'utf8')
    expect(JSON.parse(record)).toMatchObject({ended: {closedBy: 'network', code: 1006}})
  })
  await keeping.close()
  expect(totalsIn(logged)).toEqual({recordings: 1, chunks: 1, chunkBytes: 44 + 320})
})

async function foldersIn(parent: string): Promise<string[]> {
  return (await readdir(parent)).filter((name) => !name.startsWith('.'))
}

/** A file system of 200 kB; false where that is not allowed. */
function mountSmall(path: string): boolean {
  const made = spawnSync('mkdir', [path]).status === 0
  const options = ['-t', 'tmpfs', '-o', 'size=200k,mode=700', 'tmpfs', path]
  return made && spawnSync('mount', options).status === 0
}
