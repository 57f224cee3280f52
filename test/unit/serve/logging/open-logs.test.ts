import {readFile, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {describe, expect, test} from 'vitest'

import {systemClock} from '../../../../src/clock.js'
import type {LogCategory, LogLevel} from '../../../../src/log.js'
import {type Logs, openLogs} from '../../../../src/serve/logging/open-logs.js'
import {linesOf, logFolder} from './log-folder.js'

const folder = logFolder()
const pathOf = (name: string) => join(folder(), 'logs', name)

type Given = {
  readonly level?: LogLevel
  readonly stderrLevel?: LogLevel
  readonly categories?: readonly LogCategory[]
  readonly maxBytes?: number
}

async function open(given: Given = {}): Promise<{logs: Logs; told: string[]}> {
  const told: string[] = []
  const {level = 'info', stderrLevel = level, categories, maxBytes} = given
  const destination = {
    write(line: string) {
      told.push(line)
    },
  }
  const logs = await openLogs({
    dir: join(folder(), 'logs'),
    level,
    stderr: {level: stderrLevel, pretty: true, categories, destination},
    clock: systemClock,
    keepFiles: 100,
    ...(maxBytes === undefined ? {} : {maxBytes}),
  })
  return {logs, told}
}

const text = (name: string) => readFile(pathOf(name), 'utf8')

describe('the logs of a server', () => {
  test('a line goes to stderr, to exostream.log and to events.ndjson', async () => {
    const {logs, told} = await open()

    logs.log.child({connection: '3f2a-17'}).info({category: 'DTMF', digit: '5'}, 'digit received')
    await logs.close()

    const readable = / info {2}DTMF {10}3f2a-17 digit received digit=5\n$/
    expect(told.join('')).toMatch(readable)
    expect(await text('exostream.log')).toMatch(readable)
    expect(JSON.parse(await text('events.ndjson'))).toEqual({
      timestamp: expect.stringMatching(/Z$/) as unknown,
      level: 'info',
      category: 'DTMF',
      connection: '3f2a-17',
      message: 'digit received',
      values: {digit: '5'},
    })
  })

  test('exostream.log has the level that was asked for, events.ndjson info and above', async () => {
    const {logs, told} = await open({level: 'debug', stderrLevel: 'error'})

    logs.log.debug({}, 'a')
    logs.log.info({}, 'b')
    await logs.close()

    expect(told).toEqual([])
    expect(await linesOf(pathOf('exostream.log'))).toHaveLength(2)
    expect(await linesOf(pathOf('events.ndjson'))).toHaveLength(1)
  })

  test('only stderr is narrowed to categories', async () => {
    const {logs, told} = await open({categories: ['DTMF']})

    logs.log.info({category: 'MEDIA'}, 'first media received')
    await logs.close()

    expect(told).toEqual([])
    expect(await linesOf(pathOf('events.ndjson'))).toHaveLength(1)
  })

  test('folder and files are for the eyes of their owner', async () => {
    const {logs} = await open()
    await logs.close()

    const modes = await Promise.all(
      ['', 'exostream.log', 'events.ndjson', 'calls.ndjson'].map(async (name) =>
        ((await stat(pathOf(name))).mode & 0o777).toString(8),
      ),
    )
    expect(modes).toEqual(['700', '600', '600', '600'])
  })

  test('the notes say where they are and how much of it is kept', async () => {
    const {logs} = await open()
    await logs.close()

    expect(logs.notes.join('\n')).toContain(pathOf('').replace(/\/$/, ''))
    expect(logs.notes.join('\n')).toContain('each file up to 10 MB, and 100 older ones of it')
  })

  test('no secret, number or escape sequence is in any of them', async () => {
    const {logs, told} = await open({level: 'debug'})
    const hostile = {
      headers: {authorization: 'Basic c2VjcmV0', cookie: 'sid=s3cr3t'},
      url: 'wss://KEY:s3cr3t@bot.example/media?token=s3cr3t',
      from: '+919876543210',
      reason: '\u001b[2J\n2026-01-31T10:15:02.123Z info SYSTEM forged\u202e',
      payload: 'QUJD'.repeat(50),
    }

    for (const level of ['debug', 'info', 'error'] as const) logs.log[level](hostile, 'x')
    logs.log.child(hostile).warn({}, 'x')
    await logs.close()

    const all = [told.join(''), await text('exostream.log'), await text('events.ndjson')]
    expect(all.join('')).not.toMatch(/c2VjcmV0|s3cr3t|987654|QUJD/)
    expect(all.join('')).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u)
    expect(all.map((one) => one.split('\n').length - 1)).toEqual([4, 4, 3])
  })

  test('custom values are in exostream.log at debug, and never in events.ndjson', async () => {
    const {logs} = await open({level: 'debug'})
    const customParameters = {plan: 'gold-card'}

    logs.log.debug({customParameters}, 'custom parameters')
    logs.log.info({customParameters}, 'stream started')
    await logs.close()

    expect((await text('exostream.log')).match(/gold-card/g)).toHaveLength(1)
    expect(await text('events.ndjson')).not.toContain('gold-card')
  })

  test('under load every line is kept, across every rotation, in order', async () => {
    const {logs} = await open({stderrLevel: 'silent', maxBytes: 20_000})

    for (let round = 0; round < 100; round += 1) {
      for (let line = 0; line < 20; line += 1) logs.log.info({at: round * 20 + line}, 'x')
      await new Promise(setImmediate)
    }
    await logs.close()

    const seen = (await linesOf(pathOf('events.ndjson'))).map(
      (line) => (JSON.parse(line) as {values: {at: number}}).values.at,
    )
    expect(seen).toEqual(Array.from({length: 2000}, (_, at) => at))
  })
})

describe('the disk on its worst day', () => {
  test('a folder that cannot be made is told at the start', async () => {
    await writeFile(join(folder(), 'logs'), 'a file')

    await expect(open()).rejects.toMatchObject({code: 'EXO_DATA_DIR'})
  })

  test('so is a file that cannot be opened', async () => {
    const {logs} = await open()
    await logs.close()
    await rm(pathOf('calls.ndjson'))
    await symlink(pathOf('calls.ndjson'), pathOf('calls.ndjson'))

    await expect(open()).rejects.toMatchObject({code: 'EXO_DATA_DIR'})
  })

  test.skipIf(process.platform !== 'linux')(
    'a full one costs the file; stderr says it once, and what was lost when there is room again',
    async () => {
      const {logs, told} = await open({categories: ['DTMF']})
      await rm(pathOf('exostream.log'))
      await symlink('/dev/full', pathOf('exostream.log'))

      logs.log.info({}, 'lost')
      await expect.poll(() => told).toHaveLength(1)
      logs.log.info({}, 'another')
      await rm(pathOf('exostream.log'))
      logs.log.info({}, 'written')
      await expect.poll(() => text('events.ndjson')).toContain('a log file is written again')
      await logs.close()

      expect(told[0]).toMatch(/error ERROR {9}a log file cannot be written.*file=exostream\.log/)
      expect(told).toHaveLength(1)
      const written = await text('exostream.log')
      expect(written).toMatch(/ SYSTEM {8}written\n/)
      expect(written).toMatch(/ lostLines=[12]\n/)
    },
  )
})
