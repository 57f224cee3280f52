import {mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'

import {afterEach, beforeEach, expect, test} from 'vitest'

import {keptFoldersIn, makeKeptFolder} from '../../../src/record/kept-folder.js'

let parent = ''
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'exostream-kept-'))
})
afterEach(() => rm(parent, {recursive: true}))

const make = async (name: string, unique = 'c1') =>
  basename(await makeKeptFolder(parent, name, unique))

test('the second folder of a name is numbered', async () => {
  const made = [await make('sid'), await make('sid'), await make('sid')]

  expect(made).toEqual(['sid', 'sid-2', 'sid-3'])
})

test('two that are made at once are two', async () => {
  const made = await Promise.all([make('sid'), make('sid'), make('sid')])

  expect(new Set(made).size).toBe(3)
})

test('after a hundred of a name what is unique makes the next', async () => {
  for (let count = 1; count < 100; count += 1) await make('sid')

  expect(await make('sid', 'c100')).toBe('sid-c100')
})

test.skipIf(process.platform === 'win32')('only its owner can look into it', async () => {
  const path = await makeKeptFolder(parent, 'sid', 'c1')

  expect((await stat(path)).mode & 0o777).toBe(0o700)
})

test('of all that lies there only what was made here is ours', async () => {
  const ours = await makeKeptFolder(parent, 'ours', 'c1')
  await mkdir(join(parent, 'theirs'))
  await writeFile(join(parent, 'file'), '')
  await symlink(ours, join(parent, 'link'))
  await mkdir(join(parent, 'odd name'))
  await writeFile(join(parent, 'odd name', '.exostream'), '')
  await mkdir(join(parent, 'folder-as-marker', '.exostream'), {recursive: true})

  expect(await keptFoldersIn(parent)).toEqual([ours])
})

test('a parent that cannot be written is an error and leaves nothing behind', async () => {
  await writeFile(join(parent, 'file'), '')

  await expect(makeKeptFolder(join(parent, 'file'), 'sid', 'c1')).rejects.toMatchObject({
    code: 'ENOTDIR',
  })
  expect(await readdir(parent)).toEqual(['file'])
})

test('where there is no parent there is nothing of ours', async () => {
  expect(await keptFoldersIn(join(parent, 'gone'))).toEqual([])
})
