import {mkdir, readdir, readFile, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test} from 'vitest'

import {type Logger, silentLogger} from '../../../../src/log.js'
import {readRecording} from '../../../../src/record/recording-reader.js'
import {ended, keepingLog, linesOf, newFolder, of, onlyFolder, withKeeping} from './keeping-rig.js'

let dir = ''
beforeEach(async () => {
  dir = await newFolder()
})
afterEach(() => rm(dir, {recursive: true}))

test('a call is kept as one stereo WAV: left the caller, right the bot when it was sent', async () => {
  await withKeeping({recordDir: dir}, async ({stream, sleep}) => {
    const call = stream()
    call.start()
    for (let chunk = 1; chunk <= 50; chunk += 1) {
      await sleep(20)
      call.hear(of(chunk, 160), chunk)
      if (chunk === 25) call.say(of(-7, 800))
    }
    call.close()
  })

  const {caller, heard, sampleRateHz} = await readRecording(join(await onlyFolder(dir), 'call.wav'))
  expect(sampleRateHz).toBe(8000)
  expect([...caller.filter((_, index) => index % 160 === 0)]).toEqual(
    Array.from({length: 50}, (_, index) => index + 1),
  )
  expect({from: heard.indexOf(-7), to: heard.lastIndexOf(-7)}).toEqual({from: 4000, to: 4799})
})

test('what a clear cuts off was never heard', async () => {
  await withKeeping({recordDir: dir}, async ({stream, sleep}) => {
    const call = stream()
    call.start()
    call.say(of(-7, 8000))
    await sleep(300)
    call.send({event: 'clear'})
    call.close()
  })

  const {heard} = await readRecording(join(await onlyFolder(dir), 'call.wav'))
  expect([...heard]).toEqual([...of(-7, 2400)])
})

test('what the bot had sent when the call ended is kept to its end', async () => {
  await withKeeping({recordDir: dir}, ({stream}) => {
    const call = stream()
    call.start({sampleRateHz: 16_000})
    for (let second = 0; second < 100; second += 1) call.say(of(-7, 16_000))
    call.close()
  })

  const {heard, sampleRateHz} = await readRecording(join(await onlyFolder(dir), 'call.wav'))
  expect(sampleRateHz).toBe(16_000)
  expect(heard).toHaveLength(100 * 16_000)
  expect(new Set(heard)).toEqual(new Set([-7]))
})

test('the journal has every message, those before the start too, and of media its size', async () => {
  const start = '{ "event":"start", "start":{"call_sid":"call1","from":"+910000012345"} }'

  await withKeeping({recordDir: dir}, async ({stream, sleep}) => {
    const call = stream()
    call.receive('{"event":"connected"}')
    await sleep(10)
    call.receive(start)
    call.start()
    call.hear(of(1, 160), 4)
    call.receive(Buffer.from('{"event":"dtmf","dtmf":{"digit":"5"}}'))
    call.send({event: 'mark', mark: {name: 'a'}})
    call.tell({type: 'metric', atMs: 11, name: 'llmMs', value: 42})
    for (const isFirst of [true, false]) {
      const violation = {rule: 'flat-dtmf'} as const
      call.tell({type: 'violation', atMs: 12, by: 'caller', violation, isFirst})
    }
    call.close()
  })

  const lines = await linesOf(join(await onlyFolder(dir), 'journal.ndjson'))
  expect(lines).toMatchObject([
    {type: 'call', journalVersion: 1, connection: 'c1', path: '/media'},
    {type: 'received', atMs: 0, text: '{"event":"connected"}'},
    {type: 'received', atMs: 10, text: start},
    {type: 'started', identity: {callSid: 'call1', from: '+********2345'}},
    {type: 'received', media: {sequence: 6, chunk: 4, bytes: 320}},
    {type: 'received', binary: true, text: '{"event":"dtmf","dtmf":{"digit":"5"}}'},
    {type: 'sent', text: '{"event":"mark","mark":{"name":"a"}}'},
    {type: 'metric', name: 'llmMs', value: 42},
    {type: 'violation', by: 'caller', rule: 'flat-dtmf'},
    {type: 'closed', ended},
  ])
})

test('the record of a call tells who called, masked, how it ended and what was lost', async () => {
  await withKeeping({recordDir: dir}, ({stream}) => {
    const call = stream()
    call.start({customParameters: {token: 'tell-no-one', name: 'Asha'}})
    call.close()
  })

  const folder = await onlyFolder(dir)
  expect(JSON.parse(await readFile(join(folder, 'call.json'), 'utf8'))).toMatchObject({
    recordVersion: 1,
    connection: 'c1',
    startedAt: '2026-01-01T00:00:00.000Z',
    identity: {from: '+********2345', customParameters: {token: '***', name: 'Asha'}},
    ended,
    files: {recording: 'call.wav', journal: 'journal.ndjson'},
    lost: {audioMs: 0, journalLines: 0},
  })
})

test('a call has a folder of its own, by time, call and connection, for its owner only', async () => {
  await withKeeping({recordDir: dir}, ({stream}) => {
    const call = stream('3f2a-17')
    call.start({callSid: '../../../etc/passwd'})
    call.close()
  })

  const folder = await onlyFolder(dir)
  expect(folder.slice(dir.length + 1)).toMatch(/^20260101T000000Z-etc_passwd~[\da-f]{16}-3f2a-17$/)
  const names = (await readdir(folder)).sort()
  expect(names).toEqual(['.exostream', 'call.json', 'call.wav', 'journal.ndjson'])
  const modes = await Promise.all(['', ...names].map((name) => stat(join(folder, name))))
  expect(modes.map(({mode}) => mode & 0o077)).toEqual([0, 0, 0, 0, 0])
})

test('two sockets of one call are kept apart', async () => {
  await withKeeping({recordDir: dir}, ({stream}) => {
    for (const connection of ['c1', 'c2']) {
      const call = stream(connection)
      call.start()
      call.close()
    }
  })

  expect(await readdir(dir)).toHaveLength(2)
})

test('a caller who is known only later keeps the folder', async () => {
  await withKeeping({recordDir: dir}, async ({stream, sleep}) => {
    const call = stream()
    call.start({callSid: '', streamSid: '', isImplied: true})
    call.hear(of(1, 160))
    await sleep(20)
    call.identify({callSid: 'late'})
    call.close()
  })

  const folder = await onlyFolder(dir)
  expect(await readFile(join(folder, 'call.json'), 'utf8')).toContain('"callSid": "late"')
})

test('who never starts a stream leaves nothing', async () => {
  const stats = await withKeeping({recordDir: dir}, ({stream, keeping}) => {
    const call = stream()
    for (let message = 0; message < 1000; message += 1) call.receive('x'.repeat(10_000))
    call.close()
    return keeping.stats()
  })

  expect(await readdir(dir)).toEqual([])
  expect(stats.recordings).toBe(0)
})

test('a call that goes on is on disk but for its last second, without a message', async () => {
  await withKeeping({recordDir: dir}, async ({stream, sleep}) => {
    const call = stream()
    call.start()
    call.say(of(-7, 80_000))
    await sleep(5000)

    const bytes = await readFile(join(await onlyFolder(dir), 'call.wav'))

    expect((bytes.length - 44) / 32).toBeGreaterThan(4000)
    expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44)
    call.close()
  })
})

test('an end of the server finishes what is still open', async () => {
  await withKeeping({recordDir: dir}, async ({stream, sleep}) => {
    const call = stream()
    call.start()
    await sleep(20)
    call.hear(of(1, 160))
  })

  const folder = await onlyFolder(dir)
  expect((await readRecording(join(folder, 'call.wav'))).caller).toHaveLength(160)
  expect(await readdir(folder)).toContain('call.json')
})

test('a folder that cannot be made costs the recording, is said once, and the call goes on', async () => {
  const {log, logged} = keepingLog()

  const stats = await withKeeping({recordDir: dir, log}, async ({stream, sleep, keeping}) => {
    await rm(dir, {recursive: true})
    const call = stream()
    call.start()
    for (let chunk = 1; chunk <= 50; chunk += 1) {
      await sleep(20)
      call.hear(of(1, 160), chunk)
    }
    call.close()
    return keeping.stats()
  })
  await mkdir(dir)

  const errors = logged.filter(({level}) => level === 'error')
  expect(errors).toMatchObject([
    {
      values: {category: 'ERROR', err: {code: 'ENOENT'}},
      message: 'the recording of this call has stopped; the call goes on',
    },
  ])
  expect(stats).toMatchObject({recordings: 1, recordingsStopped: 1})
})

test('each line of the log says whose recording it is of', async () => {
  const children: object[] = []
  const log: Logger = {
    ...silentLogger,
    child(bindings) {
      children.push(bindings)
      return log
    },
  }

  await withKeeping({recordDir: dir, log}, ({stream}) => {
    stream('c9').start()
  })

  expect(children).toEqual([{connection: 'c9'}, {streamSid: 'stream1', callSid: 'call1'}])
})
