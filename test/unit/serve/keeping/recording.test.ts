import {mkdir, readdir, readFile, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import {type Logger, silentLogger} from '../../../../src/log.js'
import {decodeExotel} from '../../../../src/protocol/decode.js'
import {readRecording} from '../../../../src/record/recording-reader.js'
import {WriteBudget} from '../../../../src/record/write-budget.js'
import {CallRecording} from '../../../../src/serve/keeping/call-recording.js'
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
  const {log, logged} = keepingLog()
  await withKeeping({recordDir: dir, log}, ({stream}) => {
    const call = stream()
    for (let message = 0; message < 1000; message += 1) call.receive('x'.repeat(10_000))
    call.close()
  })

  expect(await readdir(dir)).toEqual([])
  expect(totalsIn(logged)).toBeUndefined()
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

  await withKeeping({recordDir: dir, log}, async ({stream, sleep}) => {
    await rm(dir, {recursive: true})
    const call = stream()
    call.start()
    for (let chunk = 1; chunk <= 50; chunk += 1) {
      await sleep(20)
      call.hear(of(1, 160), chunk)
    }
    call.close()
  })
  await mkdir(dir)

  const errors = logged.filter(({level}) => level === 'error')
  expect(errors).toMatchObject([
    {
      values: {category: 'ERROR', err: {code: 'ENOENT'}},
      message: 'the recording of this call has stopped; the call goes on',
    },
  ])
  expect(totalsIn(logged)).toMatchObject({
    recordings: 1,
    recordingsStopped: 1,
    recordingLostMs: 1000,
    journalLinesLost: 52,
  })
})

test('a burst of four minutes is kept whole, sound and journal', async () => {
  const {log, logged} = keepingLog()

  await withKeeping({recordDir: dir, log}, ({stream}) => {
    const call = stream()
    call.start()
    for (let chunk = 1; chunk <= 12_000; chunk += 1) call.hear(of(chunk, 160), chunk)
    call.close()
  })

  const folder = await onlyFolder(dir)
  const {caller} = await readRecording(join(folder, 'call.wav'))
  expect(caller).toHaveLength(12_000 * 160)
  expect(await linesOf(join(folder, 'journal.ndjson'))).toHaveLength(12_000 + 3)
  expect(logged.map(({message}) => message)).toEqual(['recording kept', 'kept over all calls'])
})

test('what no budget has room for is lost, and the reason is told', async () => {
  const {log, logged} = keepingLog()
  const clock = virtualClock()
  const stream = {connection: 'c1', startedAt: clock.wallNow(), path: '/media'}
  const budget = new WriteBudget(4000)
  const recording = new CallRecording({dir, stream, clock, log, budget})
  const pcm = of(1, 8000)
  const audio = {type: 'audio', codec: 'pcm16', pcm, bytes: new Uint8Array(), atMs: 0} as const

  recording.watch({type: 'started', atMs: 0, identity})
  for (let second = 0; second < 11; second += 1) {
    recording.watch({...audio, message: {event: 'media', payload: ''}})
  }
  recording.watch({type: 'closed', atMs: 1, ended})
  await recording.finish()

  const record = await readFile(join(await onlyFolder(dir), 'call.json'), 'utf8')
  const lost = {audioMs: 10_000, journalLines: 1, why: ['queue-full']}
  expect(JSON.parse(record)).toMatchObject({lost})
  expect(logged).toMatchObject([{values: {lost}, message: 'recording kept, but not whole'}])
  expect(budget.take(4000)).toBe(true)
})

test('a call that never started gives back the room of its messages', async () => {
  const clock = virtualClock()
  const stream = {connection: 'c1', startedAt: clock.wallNow(), path: '/media'}
  const budget = new WriteBudget(4000)
  const recording = new CallRecording({dir, stream, clock, log: silentLogger, budget})
  const raw = 'x'.repeat(5000)

  recording.watch({type: 'received', atMs: 0, raw, message: decodeExotel(raw).message})
  expect(budget.take(1)).toBe(false)
  recording.watch({type: 'closed', atMs: 1, ended})
  await recording.finish()

  expect(budget.take(1)).toBe(true)
})

test('what was lost is said, also where the disk does not take the record of it', async () => {
  const {log, logged} = keepingLog()

  await withKeeping({recordDir: dir, log}, async ({stream, sleep}) => {
    const call = stream()
    call.start()
    await sleep(1000)
    // Nothing can be renamed to the name of a folder.
    await mkdir(join(await onlyFolder(dir), 'call.json'))
    call.close()
  })

  expect(logged).toMatchObject([
    {level: 'error', message: 'the recording of this call has stopped; the call goes on'},
    {
      level: 'warn',
      values: {lost: {audioMs: 0, journalLines: 0}, missing: 'call.json'},
      message: 'recording kept, but not whole',
    },
    {message: 'kept over all calls'},
  ])
})

test('no secret is left in the files, whatever quotes it', async () => {
  const leaks = {
    url: 'https://u:LEAK@h/x',
    note: 'my token=LEAK',
    cookie: 'a=LEAK',
    list: '["Bearer LEAK"]',
    'token=LEAK': 'x',
  }
  const violation = {rule: 'unknown-event', detail: 'the event "Bearer LEAK"'} as const
  const finding = {rule: 'x', severity: 'warn', count: 1, summary: 'password: LEAK'} as const
  const custom_parameters = {...leaks, list: ['Bearer LEAK']}

  await withKeeping({recordDir: dir}, ({stream}) => {
    const call = stream()
    call.receive(
      JSON.stringify({event: 'start', start: {encoding: 'token=LEAK', custom_parameters}}),
    )
    call.receive('not JSON, and secret=LEAK')
    call.start({encoding: 'token=LEAK', callSid: 'secret=LEAK', customParameters: leaks})
    // Of rules that a later version may have.
    const told = {type: 'violation', atMs: 1, by: 'caller', violation, isFirst: true}
    call.tell(told as unknown as Parameters<typeof call.tell>[0])
    const findings = [finding] as unknown as (typeof ended)['findings']
    call.tell({type: 'closed', atMs: 2, ended: {...ended, reason: 'token=LEAK', findings}})
  })

  const folder = await onlyFolder(dir)
  for (const name of ['journal.ndjson', 'call.json']) {
    const text = await readFile(join(folder, name), 'utf8')
    expect(text).not.toContain('LEAK')
    expect(text).toContain('redacted')
  }
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
