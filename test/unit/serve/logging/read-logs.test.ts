import {appendFile, mkdir, rename, rm, truncate, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {describe, expect, test} from 'vitest'

import {systemClock} from '../../../../src/clock.js'
import type {LogEntry} from '../../../../src/log.js'
import {type LogQuery, readLogs} from '../../../../src/serve/logging/read-logs.js'
import {RotatingFile} from '../../../../src/serve/logging/rotating-file.js'
import {eventLine, logFolder} from './log-folder.js'

const folder = logFolder()
const pathOf = (name = 'events.ndjson') => join(folder(), name)

const write = (entries: readonly Partial<LogEntry>[], name?: string) =>
  writeFile(pathOf(name), entries.map(eventLine).join(''))

type Query = Partial<LogQuery>

async function read(query: Query = {}): Promise<{messages: string[]; broken: number}> {
  const {messages, broken} = await readAll(query)
  return {messages, broken}
}

async function readAll(
  query: Query,
): Promise<{messages: string[]; broken: number; hasCall: boolean}> {
  const {signal} = new AbortController()
  const reading = await readLogs({dir: folder(), ...query}, {clock: systemClock, signal})
  const messages: string[] = []
  for await (const {message} of reading.entries) messages.push(message)
  return {messages, broken: reading.broken(), hasCall: reading.hasCall()}
}

describe('a call', () => {
  test('that is the last is the one whose connection was heard of last', async () => {
    await write([{connection: 'a-1', message: 'old'}], 'events.ndjson.1')
    await write([
      {connection: 'a-2', message: 'x'},
      {connection: 'a-2', callSid: 'c2', message: 'y', level: 'warn'},
      {message: 'the server'},
    ])

    expect(await readAll({call: 'last'})).toEqual({messages: ['x', 'y'], broken: 0, hasCall: true})
    expect(await read({call: 'last', level: 'warn'})).toMatchObject({messages: ['y']})
  })

  test.each([
    ['c1', true],
    ['zzz', false],
    ['last', true],
  ])('%s is told apart from one that is not there: %s', async (call, hasCall) => {
    await write([
      {callSid: 'c1', message: 'a Passthru'},
      {connection: 'a-1', message: 'x'},
    ])

    expect(await readAll({call, level: 'error'})).toMatchObject({messages: [], hasCall})
  })
})

describe('reading', () => {
  test('begins with the oldest of the rotated files', async () => {
    await write([{message: 'a'}], 'events.ndjson.10')
    await write([{message: 'b'}, {message: 'c'}], 'events.ndjson.2')
    await write([{message: 'd'}], 'events.ndjson.1')
    await write([{message: 'e'}])
    await write([{message: 'no file of ours'}], 'events.ndjson.bak')

    expect(await read()).toEqual({messages: ['a', 'b', 'c', 'd', 'e'], broken: 0})
  })

  test('is of nothing while nothing is written', async () => {
    expect(await read()).toEqual({messages: [], broken: 0})
  })

  test('skips what is no event, and counts it', async () => {
    await write([{message: 'a'}], 'events.ndjson.1')
    await appendFile(pathOf('events.ndjson.1'), '{"timestamp":"2026-01-3')
    await writeFile(
      pathOf(),
      [
        'null',
        '[]',
        '{}',
        '',
        eventLine({level: 'silent' as 'info'}).trim(),
        '\u0000\u0000',
        'x'.repeat(5_000_000),
        eventLine({message: 'b'}),
      ].join('\n'),
    )

    expect(await read()).toEqual({messages: ['a', 'b'], broken: 7})
  })

  test('takes an event that somebody else wrote as far as it is one', async () => {
    await writeFile(
      pathOf(),
      '{"timestamp":"","level":"info","message":"a","category":7,"callSid":{},"values":[1]}\n',
    )

    expect(await read()).toEqual({messages: ['a'], broken: 0})
  })

  test('reads lines that are longer than a piece of the file', async () => {
    const messages = ['a'.repeat(100_000), 'ई'.repeat(50_000), 'c']
    await write(messages.map((message) => ({message})))

    expect(await read()).toEqual({messages, broken: 0})
  })

  test.each([
    [0, []],
    [1, ['d']],
    [3, ['b', 'c', 'd']],
    [9, ['a', 'b', 'c', 'd']],
  ])('of the last %i lines gives those', async (lines, expected) => {
    await write([{message: 'a'}, {message: 'b'}], 'events.ndjson.1')
    await write([{message: 'c'}, {message: 'd'}])

    expect((await read({lines})).messages).toEqual(expected)
  })

  test('of a folder that there is not fails', async () => {
    await expect(read({dir: pathOf('none')})).rejects.toMatchObject({code: 'EXO_LOGS_NOT_FOUND'})
  })

  test('of files that cannot be read fails', async () => {
    await mkdir(pathOf())

    await expect(read()).rejects.toMatchObject({code: 'EXO_DATA_DIR'})
  })
})

describe('what is wanted', () => {
  const call = {callSid: '5d9a66b5f8f2193m', streamSid: '6f048d2e897a0d2d'}

  test.each<[string, Query, string[]]>([
    ['a category', {categories: ['DTMF']}, ['digit']],
    ['two categories', {categories: ['DTMF', 'ERROR']}, ['digit', 'threw']],
    ['a level', {level: 'warn'}, ['odd', 'threw']],
    ['the beginning of a call', {call: '5d9a66b5'}, ['accepted', 'digit', 'odd']],
    ['the end of a call', {call: '193M'}, ['accepted', 'digit', 'odd']],
    ['a stream', {call: call.streamSid}, ['accepted', 'digit', 'odd']],
    ['a connection', {call: '3f2a-17'}, ['accepted', 'digit', 'odd']],
    ['a call and a level', {call: '5d9a', level: 'warn'}, ['odd']],
    ['the middle of a call, which is none', {call: '66b5'}, []],
    ['a category of the last lines', {categories: ['DTMF'], lines: 1}, ['digit']],
  ])('can be %s', async (_, query, expected) => {
    await write([
      {message: 'listening'},
      {message: 'accepted', category: 'CONNECTION', connection: '3f2a-17'},
      {message: 'other', connection: '3f2a-18', callSid: 'ffff'},
      {message: 'digit', category: 'DTMF', connection: '3f2a-17', ...call},
      {message: 'odd', level: 'warn', connection: '3f2a-17', ...call},
      {message: 'threw', category: 'ERROR', level: 'error', connection: '3f2a-18'},
    ])

    expect((await read(query)).messages).toEqual(expected)
  })
})

describe('following', () => {
  /** Follows until so many have come, while the work goes on. */
  async function follow(
    {count, ...query}: Query & {count: number},
    work: (seen: readonly string[]) => Promise<void>,
  ): Promise<string[]> {
    const stop = new AbortController()
    const world = {clock: systemClock, signal: AbortSignal.any([stop.signal, deadline()])}
    const reading = await readLogs({dir: folder(), follow: true, ...query}, world)
    const seen: string[] = []
    const reads = (async () => {
      for await (const {message} of reading.entries) {
        seen.push(message)
        if (seen.length >= count) stop.abort()
      }
    })()
    await work(seen)
    await reads
    return seen
  }

  const deadline = () => AbortSignal.timeout(10_000)
  const add = (message: string) => appendFile(pathOf(), eventLine({message}))

  test('goes on with what is written later', async () => {
    await write([{message: 'a'}])

    const seen = await follow({count: 3}, async (soFar) => {
      await expect.poll(() => soFar.length).toBe(1)
      await add('b')
      await expect.poll(() => soFar.length).toBe(2)
      await add('c')
    })

    expect(seen).toEqual(['a', 'b', 'c'])
  })

  test('waits for the end of a line', async () => {
    const line = eventLine({message: 'b'})
    await writeFile(pathOf(), eventLine({message: 'a'}) + line.slice(0, 20))

    const seen = await follow({count: 3}, async (soFar) => {
      await expect.poll(() => soFar.length).toBe(1)
      await appendFile(pathOf(), line.slice(20))
      await add('c')
    })

    expect(seen).toEqual(['a', 'b', 'c'])
  })

  test('waits for the first file', async () => {
    const seen = await follow({count: 1}, () => add('a'))

    expect(seen).toEqual(['a'])
  })

  test('begins with the last lines that were asked for', async () => {
    await write([{message: 'a'}, {message: 'b'}])

    const seen = await follow({count: 2, lines: 1}, async (soFar) => {
      await expect.poll(() => soFar.length).toBe(1)
      await add('c')
    })

    expect(seen).toEqual(['b', 'c'])
  })

  test('misses nothing of several rotations at once', async () => {
    await write([{message: 'a'}])

    const seen = await follow({count: 5}, async (soFar) => {
      await expect.poll(() => soFar.length).toBe(1)
      await add('b')
      await rename(pathOf(), pathOf('events.ndjson.2'))
      await write([{message: 'c'}, {message: 'd'}], 'events.ndjson.1')
      await write([{message: 'e'}])
    })

    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  test('sees every line of a file that is rotated again and again', async () => {
    const file = await RotatingFile.open(pathOf(), {
      maxBytes: 2000,
      keepFiles: 60,
      clock: systemClock,
      onFailed: () => undefined,
      onRecovered: () => undefined,
    })
    const all = Array.from({length: 500}, (_, at) => String(at))

    const seen = await follow({count: all.length}, async (soFar) => {
      for (const message of all) {
        file.write(eventLine({message}))
        if (Number(message) % 100 === 99) await expect.poll(() => soFar.length).toBeGreaterThan(0)
        await new Promise(setImmediate)
      }
      await file.close()
    })

    expect(seen).toEqual(all)
  })

  test('goes on with a file that was emptied in its place', async () => {
    await write([{message: 'a'}, {message: 'b'}])

    const seen = await follow({count: 3}, async (soFar) => {
      await expect.poll(() => soFar.length).toBe(2)
      await truncate(pathOf())
      await add('c')
    })

    expect(seen).toEqual(['a', 'b', 'c'])
  })

  test('waits for a folder that was deleted to come again', async () => {
    await write([{message: 'a'}])

    const seen = await follow({count: 2}, async (soFar) => {
      await expect.poll(() => soFar.length).toBe(1)
      await rm(folder(), {recursive: true})
      await mkdir(folder())
      await add('b')
    })

    expect(seen).toEqual(['a', 'b'])
  })

  test('ends with its signal', async () => {
    const stop = new AbortController()
    const world = {clock: systemClock, signal: stop.signal}
    const reading = await readLogs({dir: folder(), follow: true}, world)
    const next = reading.entries[Symbol.asyncIterator]().next()

    stop.abort()

    expect(await next).toMatchObject({done: true})
  })
})
