import {
  appendFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {makeKeptFolder} from '../../../src/record/kept-folder.js'
import {Pruner} from '../../../src/record/retention.js'

const DAY_MS = 86_400_000
const now = new Date('2026-01-31T00:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS)

const isLive: (path: string) => boolean = () => false
const all = {maxAgeDays: 30, maxBytes: 1_000_000, now, isLive}

const prune = (parents: readonly string[], {maxAgeDays, maxBytes, ...pruning}: typeof all) =>
  new Pruner(parents, {maxAgeDays, maxBytes}).prune(pruning)

/** What `du` says of a folder. */
async function diskBytes(path: string): Promise<number> {
  const names = ['.', ...(await readdir(path))]
  const found = await Promise.all(names.map((name) => lstat(join(path, name))))
  return found.reduce((sum, {blocks}) => sum + blocks * 512, 0)
}

let parent = ''
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'exostream-retention-'))
})
afterEach(() => rm(parent, {recursive: true}))

/** A kept call of one file, last written so many days ago. */
async function keep(name: string, {days, bytes = 1000}: {days: number; bytes?: number}) {
  const path = await makeKeptFolder(parent, name, 'c1')
  await writeFile(join(path, 'call.wav'), Buffer.alloc(bytes))
  for (const file of ['.exostream', 'call.wav', '.']) {
    await utimes(join(path, file), daysAgo(days), daysAgo(days))
  }
  return path
}

const left = async () => (await readdir(parent)).sort()

test('what is older than its days goes, and what is not stays', async () => {
  const bytes = await diskBytes(await keep('old', {days: 31}))
  await keep('young', {days: 29})

  expect(await prune([parent], all)).toEqual({folders: 1, bytes, failed: 0})
  expect(await left()).toEqual(['young'])
})

test('of too much the oldest goes first, until the rest fits', async () => {
  const bytes = await diskBytes(await keep('a-newest', {days: 1, bytes: 400}))
  await keep('b-oldest', {days: 3, bytes: 400})
  await keep('c-middle', {days: 2, bytes: 400})

  const maxBytes = 2.5 * bytes
  expect(await prune([parent], {...all, maxBytes})).toMatchObject({folders: 1, bytes})
  expect(await left()).toEqual(['a-newest', 'c-middle'])
})

test('the size is that of all folders together', async () => {
  const second = join(parent, 'second')
  await mkdir(second)
  await keep('first-call', {days: 2, bytes: 600})
  const moved = await makeKeptFolder(second, 'other-call', 'c1')
  await writeFile(join(moved, 'chunk.wav'), Buffer.alloc(600))
  await utimes(join(moved, 'chunk.wav'), daysAgo(1), daysAgo(1))
  await utimes(join(moved, '.exostream'), daysAgo(1), daysAgo(1))
  await utimes(moved, daysAgo(1), daysAgo(1))

  await prune([parent, second], {...all, maxBytes: 1.5 * (await diskBytes(moved))})

  expect(await left()).toEqual(['second'])
  expect(await readdir(second)).toEqual(['other-call'])
})

test('a live call stays, however old and large', async () => {
  const live = await keep('live', {days: 31, bytes: 5000})

  await prune([parent], {...all, maxBytes: 10, isLive: (path) => path === live})

  expect(await left()).toEqual(['live'])
})

test('a call that was written to within the last minute stays', async () => {
  const path = await keep('fresh', {days: 31, bytes: 5000})
  const moment = new Date(now.getTime() - 30_000)
  await utimes(join(path, 'call.wav'), moment, moment)

  await prune([parent], {...all, maxBytes: 10})

  expect(await left()).toEqual(['fresh'])
})

test('what is not ours stays, and so does what a link leads to', async () => {
  const theirs = join(parent, 'theirs')
  await mkdir(theirs)
  await writeFile(join(theirs, 'kept.txt'), 'kept')
  await utimes(theirs, daysAgo(99), daysAgo(99))
  const ours = await keep('ours', {days: 31})
  await symlink(theirs, join(ours, 'link'))
  await utimes(ours, daysAgo(31), daysAgo(31))
  await symlink(theirs, join(parent, 'linked-call'))

  // The link in it is as new as this test, by the real clock.
  await prune([parent], {...all, now: new Date('2100-01-01T00:00:00Z')})

  expect(await left()).toEqual(['linked-call', 'theirs'])
  expect(await readdir(theirs)).toEqual(['kept.txt'])
})

test('the size is what the disk gives, which of many short files is more than their length', async () => {
  const path = await keep('many', {days: 2})
  for (let chunk = 0; chunk < 50; chunk += 1) {
    await writeFile(join(path, `chunk-${String(chunk)}.wav`), Buffer.alloc(364))
  }
  const later = new Date(now.getTime() + 9999 * DAY_MS)
  const bytes = await diskBytes(path)

  expect(bytes).toBeGreaterThan(50 * 364 + 1000)
  expect(await prune([parent], {...all, now: later})).toEqual({folders: 1, bytes, failed: 0})
})

describe('of a call that has ended', () => {
  /** As often as is told, at the same moment. */
  async function pruneTwice(between: () => Promise<void>, isLive = all.isLive) {
    const pruner = new Pruner([parent], {maxAgeDays: 30, maxBytes: 100_000})
    await pruner.prune({now, isLive})
    await between()
    return pruner.prune({now, isLive})
  }

  test('the files are not looked at again', async () => {
    const path = await keep('ended', {days: 2})

    const pruned = await pruneTwice(() => appendFile(join(path, 'call.wav'), Buffer.alloc(200_000)))

    expect(pruned).toMatchObject({folders: 0})
  })

  test('they are when one has come or gone', async () => {
    const path = await keep('changed', {days: 2})

    const pruned = await pruneTwice(async () => {
      await writeFile(join(path, 'more.wav'), Buffer.alloc(200_000))
      for (const file of ['more.wav', '.']) await utimes(join(path, file), daysAgo(1), daysAgo(1))
    })

    expect(pruned).toMatchObject({folders: 1})
  })

  test('they are when it had not ended then', async () => {
    const path = await keep('live', {days: 2})
    let isLive = true

    const pruned = await pruneTwice(
      async () => {
        await appendFile(join(path, 'call.wav'), Buffer.alloc(200_000))
        await utimes(join(path, 'call.wav'), daysAgo(1), daysAgo(1))
        isLive = false
      },
      () => isLive,
    )

    expect(pruned).toMatchObject({folders: 1})
  })
})

test('an abort leaves the rest for another time', async () => {
  await keep('old', {days: 31})

  const pruner = new Pruner([parent], all)
  const pruned = await pruner.prune({...all, signal: AbortSignal.abort()})

  expect(pruned).toEqual({folders: 0, bytes: 0, failed: 0})
  expect(await left()).toEqual(['old'])
})
