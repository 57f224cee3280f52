import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test} from 'vitest'

import {readJournalFile, type ReadLine} from '../../../src/record/journal-reader.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-journal-'))
})
afterEach(() => rm(folder, {recursive: true}))

const path = () => join(folder, 'journal.ndjson')

async function read(content: string | Uint8Array): Promise<readonly ReadLine[]> {
  await writeFile(path(), content)
  const lines: ReadLine[] = []
  for await (const line of readJournalFile(path())) lines.push(line)
  return lines
}

test('a journal is read a line at a time, with the numbers of its lines', async () => {
  expect(await read('{"a":1}\n\n[2]\n')).toEqual([
    {number: 1, value: {a: 1}},
    {number: 3, value: [2]},
  ])
})

test('a last line without its end counts when it is whole, and is told when it is not', async () => {
  expect(await read('1\n{"a":2}')).toEqual([
    {number: 1, value: 1},
    {number: 2, value: {a: 2}},
  ])
  expect(await read('1\n{"a":')).toEqual([
    {number: 1, value: 1},
    {number: 2, isCut: true},
  ])
})

test('a character over two pieces of the file stays whole', async () => {
  const long = `${'x'.repeat(65_534)}नमस्ते`

  expect(await read(`${JSON.stringify(long)}\n`)).toEqual([{number: 1, value: long}])
})

test('a line that is no JSON is refused with its number', async () => {
  await expect(read('1\nnull\n{"a"\n2\n')).rejects.toMatchObject({
    code: 'EXO_JOURNAL_INVALID',
    message: `${path()}: line 3 is not JSON.`,
  })
})

test('bytes that are no text are refused like any other line', async () => {
  await expect(read(Uint8Array.of(0xff, 0xfe, 0x00, 0x0a))).rejects.toThrow('line 1 is not JSON')
})

test('a file that cannot be read is told', async () => {
  const lines = readJournalFile(join(folder, 'nowhere'))

  await expect(lines.next()).rejects.toMatchObject({
    code: 'EXO_JOURNAL_INVALID',
    message: `${join(folder, 'nowhere')}: it could not be read.`,
  })
})
