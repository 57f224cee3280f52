import {mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test} from 'vitest'

import {makeKeptFolder} from '../../../src/record/kept-folder.js'
import {prune} from '../../../src/record/retention.js'

const DAY_MS = 86_400_000
const now = new Date('2026-01-31T00:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS)

const all = {maxAgeDays: 30, maxBytes: 1_000_000, now, isLive: () => false}

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
  await keep('old', {days: 31})
  await keep('young', {days: 29})

  expect(await prune([parent], all)).toEqual({folders: 1, bytes: 1000, failed: 0})
  expect(await left()).toEqual(['young'])
})

test('of too much the oldest goes first, until the rest fits', async () => {
  await keep('a-newest', {days: 1, bytes: 400})
  await keep('b-oldest', {days: 3, bytes: 400})
  await keep('c-middle', {days: 2, bytes: 400})

  expect(await prune([parent], {...all, maxBytes: 900})).toMatchObject({folders: 1, bytes: 400})
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

  await prune([parent, second], {...all, maxBytes: 1000})

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

test('an abort leaves the rest for another time', async () => {
  await keep('old', {days: 31})

  const pruned = await prune([parent], {...all, signal: AbortSignal.abort()})

  expect(pruned).toEqual({folders: 0, bytes: 0, failed: 0})
  expect(await left()).toEqual(['old'])
})
