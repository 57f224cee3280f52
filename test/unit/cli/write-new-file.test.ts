import {mkdtemp, mkdir, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test} from 'vitest'

import {isThere, writeNewFile} from '../../../src/cli/write-new-file.js'

let folder = ''
let path = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-new-file-'))
  path = join(folder, 'flow.yaml')
})
afterEach(() => rm(folder, {recursive: true, force: true}))

test('a new file holds the text, and nothing else is left in the folder', async () => {
  expect(await isThere(path)).toBe(false)

  await writeNewFile(path, 'new', {replaces: false})

  expect(await readFile(path, 'utf8')).toBe('new')
  expect(await isThere(path)).toBe(true)
  expect(await readdir(folder)).toEqual(['flow.yaml'])
})

test('a file that has appeared meanwhile stays as it is', async () => {
  await writeFile(path, 'old')

  await expect(writeNewFile(path, 'new', {replaces: false})).rejects.toThrow(
    `${path} cannot be written: it is there already.`,
  )
  expect(await readFile(path, 'utf8')).toBe('old')
})

test('a file that is to be replaced is, and nothing else is left in the folder', async () => {
  await writeFile(path, 'old')

  await writeNewFile(path, 'new', {replaces: true})

  expect(await readFile(path, 'utf8')).toBe('new')
  expect(await readdir(folder)).toEqual(['flow.yaml'])
})

test('what a link leads to is never written, and the link is told', async () => {
  const other = join(folder, 'other.txt')
  await writeFile(other, 'other')
  await symlink(other, path)

  await expect(isThere(path)).rejects.toThrow('it is a link: name the file that it leads to')
  await expect(writeNewFile(path, 'new', {replaces: false})).rejects.toThrow('is there already')
  await writeNewFile(path, 'new', {replaces: true})
  expect(await readFile(other, 'utf8')).toBe('other')
})

test.each([
  ['a folder', 'it is a folder: name a file'],
  ['no folder around it', 'there is no folder'],
  ['a device', 'it is no plain file'],
])('%s is told before anything is asked', async (what, why) => {
  await mkdir(path)
  const paths = {'a folder': path, 'a device': '/dev/null'} as Record<string, string>

  await expect(isThere(paths[what] ?? join(folder, 'none', 'flow.yaml'))).rejects.toThrow(why)
})

test('what the system refuses is told with its own words as the cause', async () => {
  await mkdir(path)

  await expect(writeNewFile(path, 'new', {replaces: true})).rejects.toMatchObject({
    code: 'EXO_DATA_DIR',
    message: `${path} cannot be written: the system refused it.`,
    cause: {code: 'EISDIR'},
  })
  expect(await readdir(folder)).toEqual(['flow.yaml'])
})

test('a name that the system takes for none is refused as the rest', async () => {
  const long = join(folder, 'a'.repeat(300))

  await expect(writeNewFile(long, 'new', {replaces: false})).rejects.toMatchObject({
    code: 'EXO_DATA_DIR',
    cause: {code: 'ENAMETOOLONG'},
  })
})
