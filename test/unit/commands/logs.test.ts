import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {captureOutput} from '@oclif/test'
import {afterEach, expect, test} from 'vitest'

import Logs from '../../../src/commands/logs.js'
import {LOG_CATEGORIES} from '../../../src/log.js'
import {eventLine, logFolder} from '../serve/logging/log-folder.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = logFolder()

afterEach(() => {
  process.exitCode = undefined
})

async function keep(text: string): Promise<void> {
  await mkdir(join(folder(), 'logs'))
  await writeFile(join(folder(), 'logs/events.ndjson'), text)
}

const run = (...argv: string[]) =>
  captureOutput(() => Logs.run([...argv, '--data-dir', folder()], root))

test('events are printed as readable lines', async () => {
  await keep(eventLine({category: 'DTMF', connection: '3f2a-17', values: {digit: '5'}}))

  const {stdout, stderr, error} = await run()

  expect({stdout, stderr, error}).toEqual({
    stdout: '2026-01-31T10:15:02.123Z info  DTMF          3f2a-17 x digit=5\n',
    stderr: '',
    error: undefined,
  })
})

test('with --json they are one object a line', async () => {
  await keep(eventLine({message: 'a'}) + eventLine({message: 'b'}))

  const {stdout} = await run('--json')

  expect(stdout).toBe(eventLine({message: 'a'}) + eventLine({message: 'b'}))
})

test('a hostile line of the file cannot move the cursor of the reader', async () => {
  await keep(eventLine({message: '\u001b[2J\u009b31m\u202e', values: {'a\nb': '\u0007'}}))

  const {stdout} = await run()

  expect(stdout.slice(0, -1)).not.toMatch(/[\p{Cc}\u202e]/u)
})

test('filters are taken together', async () => {
  await keep(
    [
      eventLine({message: 'a', category: 'DTMF', callSid: 'one'}),
      eventLine({message: 'b', category: 'ERROR', callSid: 'one', level: 'error'}),
      eventLine({message: 'c', category: 'MEDIA', callSid: 'one', level: 'error'}),
      eventLine({message: 'd', category: 'ERROR', callSid: 'two', level: 'error'}),
    ].join(''),
  )

  const {stdout} = await run(
    ...['--category', 'DTMF', '--category', 'ERROR'],
    ...['--call', 'one', '--level', 'warn'],
  )

  expect(/ one (.)\n/.exec(stdout)?.[1]).toBe('b')
  expect(stdout.split('\n')).toHaveLength(2)
})

test('categories of the variable are parted by commas', async () => {
  await keep(
    (['DTMF', 'ERROR', 'MEDIA'] as const)
      .map((category) => eventLine({message: 'x', category}))
      .join(''),
  )
  process.env['EXOSTREAM_LOGS_CATEGORY'] = 'DTMF, MEDIA'

  const {stdout, error} = await run().finally(() => {
    delete process.env['EXOSTREAM_LOGS_CATEGORY']
  })

  expect(error).toBeUndefined()
  expect(stdout.match(/DTMF|ERROR|MEDIA/g)).toEqual(['DTMF', 'MEDIA'])
})

test('what is no category is refused by the name of its flag', async () => {
  const {error} = await run('--category', 'DTMF,MEDIA')

  expect(error?.message).toContain('--category must be one of CONNECTION, ')
  expect(process.exitCode).toBe(2)
})

test('broken lines are counted on stderr', async () => {
  await keep(`{"half\n${eventLine({})}`)

  expect((await run()).stderr).toBe('Skipped 1 broken line.\n')
})

test('where nothing was logged, that is a mistake of usage, told in one sentence', async () => {
  const {error} = await run()

  expect(error?.message).toContain(`There is no log folder ${join(folder(), 'logs')}.`)
  expect(process.exitCode).toBe(2)
})

test('a log folder may be named', async () => {
  await writeFile(join(folder(), 'events.ndjson'), eventLine({message: 'a'}))

  expect((await run('--log-dir', folder())).stdout).toContain(' a\n')
})

test('it follows until the signal, and that is no failure', async () => {
  await keep(eventLine({message: 'a'}))
  const running = run('--follow')

  await expect.poll(() => process.listenerCount('SIGINT')).toBeGreaterThan(0)
  process.emit('SIGINT')

  expect((await running).error).toBeUndefined()
  expect(process.exitCode ?? 0).toBe(0)
  expect(process.listenerCount('SIGINT')).toBe(0)
})

test('its categories are those of the log', async () => {
  const {error} = await run('--category', 'NONE')

  expect(error?.message).toContain(`must be one of ${LOG_CATEGORIES.join(', ')}, not "NONE"`)
})
