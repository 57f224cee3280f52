import {mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test, vi} from 'vitest'

import {JournalFile} from '../../../src/record/journal-file.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-journal-'))
})
afterEach(() => rm(folder, {recursive: true}))

const text = () => readFile(join(folder, 'journal.ndjson'), 'utf8')
const open = () => JournalFile.open(join(folder, 'journal.ndjson'))

test('each value is one line of JSON, in order', async () => {
  const journal = open()
  journal.write({a: 1})
  journal.write({text: 'two\nlines, "quoted"'})
  await journal.close()

  expect(await text()).toBe('{"a":1}\n{"text":"two\\nlines, \\"quoted\\""}\n')
  expect(journal.failure).toBeUndefined()
  expect(journal.dropped).toBe(0)
})

test('a journal without a line is an empty file', async () => {
  await open().close()

  expect(await text()).toBe('')
})

test('lines reach the disk while the call goes on', async () => {
  const journal = open()
  journal.write({a: 1})

  await vi.waitFor(async () => {
    expect(await text()).toBe('{"a":1}\n')
  })
  await journal.close()
})

test('a file that is there already is overwritten whole', async () => {
  await writeFile(join(folder, 'journal.ndjson'), 'something much longer than what comes now')

  const journal = open()
  journal.write({a: 1})
  await journal.close()

  expect(await text()).toBe('{"a":1}\n')
})

test.skipIf(process.platform === 'win32')('only its owner can read it', async () => {
  await open().close()

  expect((await stat(join(folder, 'journal.ndjson'))).mode & 0o777).toBe(0o600)
})

test('a folder that is not there is told as the failure, and every line as dropped', async () => {
  const journal = JournalFile.open(join(folder, 'gone', 'journal.ndjson'))
  journal.write({a: 1})
  journal.write({a: 2})
  await journal.close()

  expect(journal.failure).toMatchObject({code: 'ENOENT'})
  expect(journal.dropped).toBe(2)
})

test('after a failure the call goes on, and what it writes is counted', async () => {
  const journal = JournalFile.open(join(folder, 'gone', 'journal.ndjson'))
  await vi.waitFor(() => {
    expect(journal.failure).toBeDefined()
  })

  journal.write({a: 1})
  await journal.close()

  expect(journal.dropped).toBe(1)
})

test.skipIf(process.platform !== 'linux')('a full disk is told as the failure', async () => {
  const journal = JournalFile.open('/dev/full')
  journal.write({a: 1})
  journal.write({a: 2})
  await journal.close()

  expect(journal.failure).toMatchObject({code: 'ENOSPC'})
  expect(journal.dropped).toBe(2)
})

test('what is written after the close is dropped and counted', async () => {
  const journal = open()
  journal.write({a: 1})
  const closing = journal.close()
  journal.write({a: 2})
  await closing
  journal.write({a: 3})

  expect(await text()).toBe('{"a":1}\n')
  expect(journal.dropped).toBe(2)
  expect(journal.failure).toBeUndefined()
})

test('closing twice is closing once', async () => {
  const journal = open()
  await Promise.all([journal.close(), journal.close()])
  await journal.close()

  expect(journal.failure).toBeUndefined()
})

test('a disk that does not keep up costs lines past 32 MB, not memory', async () => {
  const journal = open()
  const megabyte = {text: 'x'.repeat(1024 * 1024)}

  // Nothing reaches the disk before this loop ends.
  for (let line = 0; line < 40; line += 1) journal.write(megabyte)

  expect(journal.dropped).toBe(40 - 32)
  await journal.close()
  expect((await text()).split('\n')).toHaveLength(33)
})
