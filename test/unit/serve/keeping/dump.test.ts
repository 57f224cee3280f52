import {readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test} from 'vitest'

import {pcm16ToUlaw} from '../../../../src/audio/g711.js'
import {pcm16ToBytes} from '../../../../src/audio/pcm16.js'
import {tone} from '../../../../src/audio/tone.js'
import {systemClock} from '../../../../src/clock.js'
import {silentLogger} from '../../../../src/log.js'
import {readWav} from '../../../../src/record/wav-reader.js'
import {WriteBudget} from '../../../../src/record/write-budget.js'
import {CallDump} from '../../../../src/serve/keeping/call-dump.js'
import {WriteQueue} from '../../../../src/serve/keeping/write-queue.js'
import {
  ended,
  identity,
  keepingLog,
  linesOf,
  newFolder,
  of,
  onlyFolder,
  totalsIn,
  withKeeping,
} from './keeping-rig.js'

const budget = new WriteBudget(1_000_000)

let dir = ''
beforeEach(async () => {
  dir = await newFolder()
})
afterEach(() => rm(dir, {recursive: true, force: true}))

const visible = async (folder: string) =>
  (await readdir(folder)).filter((name) => !name.startsWith('.')).sort()

test('each media message is a WAV of its own, in a folder named by the call', async () => {
  const pcm = tone({hz: 400, ms: 100, sampleRateHz: 16_000})

  await withKeeping({dumpDir: dir}, ({stream}) => {
    const call = stream()
    call.start({sampleRateHz: 16_000})
    call.hear(of(3, 320), 7)
    call.hear(pcm, 8)
    call.close()
  })

  const folder = join(dir, 'call1')
  expect(await visible(folder)).toEqual(['chunk-000001.wav', 'chunk-000002.wav', 'index.ndjson'])
  expect(await readWav(join(folder, 'chunk-000001.wav'), {sampleRateHz: 16_000})).toEqual(
    of(3, 320),
  )
  expect(await readWav(join(folder, 'chunk-000002.wav'), {sampleRateHz: 16_000})).toEqual(pcm)
})

test('the index says of each file what it is, in order', async () => {
  await withKeeping({dumpDir: dir}, async ({stream, sleep}) => {
    const call = stream()
    call.start()
    await sleep(20)
    call.hear(of(0, 160), 7)
    call.hear(of(16_384, 80), 8)
    call.close()
  })

  expect(await linesOf(join(dir, 'call1', 'index.ndjson'))).toEqual([
    {
      sequence: 9,
      chunk: 7,
      file: 'chunk-000001.wav',
      bytes: 320,
      sampleRateHz: 8000,
      format: 'pcm16',
      durationMs: 20,
      levelDbfs: -96,
      atMs: 20,
    },
    {
      sequence: 10,
      chunk: 8,
      file: 'chunk-000002.wav',
      bytes: 160,
      sampleRateHz: 8000,
      format: 'pcm16',
      durationMs: 10,
      levelDbfs: -6,
      atMs: 20,
    },
  ])
})

test.each([
  {codec: 'pcm16', extension: 'raw', bytes: pcm16ToBytes(of(3, 160))},
  {codec: 'ulaw', extension: 'ulaw', bytes: pcm16ToUlaw(of(3, 160))},
] as const)(
  'as raw the bytes of $codec are kept as they came',
  async ({codec, extension, bytes}) => {
    await withKeeping({dumpDir: dir, dumpFormat: 'raw'}, ({stream}) => {
      const call = stream()
      call.start()
      const message = {event: 'media', payload: ''} as const
      call.tell({type: 'audio', atMs: 0, message, bytes, pcm: of(3, 160), codec})
      call.close()
    })

    const file = join(dir, 'call1', `chunk-000001.${extension}`)
    expect(new Uint8Array(await readFile(file))).toEqual(bytes)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await linesOf(join(dir, 'call1', 'index.ndjson'))).toMatchObject([{format: codec}])
  },
)

test('a second socket of a call, and one without any id, have folders of their own', async () => {
  await withKeeping({dumpDir: dir}, async ({stream, sleep}) => {
    const ids = [{}, {}, {callSid: ''}, {callSid: '', streamSid: ''}]
    for (const [index, own] of ids.entries()) {
      const call = stream(`conn-${String(index)}`)
      call.start(own)
      call.hear(of(1, 160))
      await sleep(1)
      call.close()
    }
  })

  expect((await visible(dir)).sort()).toEqual(['call1', 'call1-2', 'conn-3', 'stream1'])
})

test.each(['../../escaped', '/etc/escaped', 'a\0b', 'NUL', 'x'.repeat(5120), '..', 'name. '])(
  'a call that names itself %j stays in the folder',
  async (callSid) => {
    await withKeeping({dumpDir: join(dir, 'dumps')}, ({stream}) => {
      const call = stream()
      call.start({callSid})
      call.hear(of(1, 160))
      call.close()
    })

    expect(await readdir(dir)).toEqual(['dumps'])
    expect(await readdir(await onlyFolder(join(dir, 'dumps')))).toContain('chunk-000001.wav')
  },
)

test('what the disk does not keep up with is counted, told at the end, and costs no memory', async () => {
  const {log, logged} = keepingLog()
  const queue = new WriteQueue({mostBytes: 1_000_000, mostFiles: 10, atOnce: 1})
  const stream = {connection: 'c1', startedAt: systemClock.wallNow(), path: '/media'}
  const dump = new CallDump({dir, format: 'wav', queue, budget, stream, log})
  dump.watch({type: 'started', atMs: 0, identity})

  // Nothing reaches the disk before this loop ends.
  for (let chunk = 0; chunk < 25; chunk += 1) dump.watch(audio(of(1, 160)))
  dump.watch({type: 'closed', atMs: 1, ended})
  await dump.finish()

  expect(dump.counts).toMatchObject({chunks: 10, chunksLostQueueFull: 15})
  expect(logged).toMatchObject([
    {
      level: 'warn',
      values: {category: 'MEDIA', chunks: 10, lost: {'queue-full': 15}},
      message: 'audio dumped, but not whole',
    },
  ])
})

test('room in the queue comes back once the disk has what was in it', async () => {
  const queue = new WriteQueue({mostBytes: 640, mostFiles: 10, atOnce: 1})
  const stream = {connection: 'c1', startedAt: systemClock.wallNow(), path: '/media'}

  for (const round of [1, 2, 3]) {
    const dump = new CallDump({dir, format: 'wav', queue, budget, stream, log: silentLogger})
    dump.watch({type: 'started', atMs: 0, identity})
    dump.watch(audio(of(round, 160)))
    await dump.finish()

    expect(dump.counts).toMatchObject({chunks: 1, chunksLostQueueFull: 0})
  }
})

test('a call gets so many chunks and no more, which is said once', async () => {
  const {log, logged} = keepingLog()
  const queue = new WriteQueue({mostBytes: 1_000_000, mostFiles: 100, atOnce: 4})
  const stream = {connection: 'c1', startedAt: systemClock.wallNow(), path: '/media'}
  const dump = new CallDump({dir, format: 'wav', queue, budget, stream, log, mostChunks: 3})
  dump.watch({type: 'started', atMs: 0, identity})

  for (let chunk = 0; chunk < 5; chunk += 1) dump.watch(audio(of(1, 160)))
  await dump.finish()

  expect(dump.counts).toMatchObject({chunks: 3, chunksLostOverLimit: 2})
  expect(logged.filter(({message}) => message.includes('it has its most'))).toHaveLength(1)
})

test('a disk that refuses costs the dump, is said once, and the call goes on', async () => {
  const {log, logged} = keepingLog()

  await withKeeping({dumpDir: dir, log}, async ({stream}) => {
    await rm(dir, {recursive: true})
    await writeFile(dir, 'a file in its place')
    const call = stream()
    call.start()
    for (let chunk = 1; chunk <= 20; chunk += 1) call.hear(of(1, 160), chunk)
    call.close()
  })

  expect(totalsIn(logged)).toEqual({chunksLostDiskError: 20})
  expect(logged.filter(({level}) => level === 'error')).toMatchObject([
    {
      values: {category: 'ERROR', err: {code: 'ENOTDIR'}},
      message: 'the audio dump of this call has stopped; the call goes on',
    },
  ])
})

test('an index that the disk refuses costs its lines, not the chunks', async () => {
  const {log, logged} = keepingLog()
  const queue = new WriteQueue({mostBytes: 1_000_000, mostFiles: 100, atOnce: 1})
  const stream = {connection: 'c1', startedAt: systemClock.wallNow(), path: '/media'}
  const none = new WriteBudget(0)
  const dump = new CallDump({dir, format: 'wav', queue, budget: none, stream, log})
  dump.watch({type: 'started', atMs: 0, identity})

  for (let chunk = 0; chunk < 5; chunk += 1) dump.watch(audio(of(1, 160)))
  await dump.finish()

  expect(dump.counts).toMatchObject({chunks: 5, indexLinesLost: 5})
  expect(logged).toMatchObject([{level: 'warn', values: {chunks: 5, lost: {'index-lines': 5}}}])
})

function audio(pcm: Int16Array) {
  return {
    type: 'audio',
    atMs: 0,
    message: {event: 'media', payload: ''},
    bytes: pcm16ToBytes(pcm),
    pcm,
    codec: 'pcm16',
  } as const
}
