import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {captureOutput} from '@oclif/test'
import {afterEach, beforeEach, expect, test} from 'vitest'

import ReportMerge from '../../../../src/commands/report/merge.js'
import {foundIn, namedFrom} from '../../../../src/report/kept-paths.js'
import type {RunReport} from '../../../../src/report/report.js'
import {aLoad, callsOf, passingLoad, refused, shardsOf} from '../../report/load-reports.js'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-merge-'))
})
afterEach(async () => {
  process.exitCode = undefined
  await rm(folder, {recursive: true})
})

async function write(whole: RunReport = passingLoad): Promise<readonly string[]> {
  return Promise.all(
    shardsOf(whole).map(async (report, at) => {
      const path = join(folder, `shard-${String(at + 1)}`)
      await mkdir(path)
      await writeFile(join(path, 'report.json'), JSON.stringify(report))
      return path
    }),
  )
}

async function merge(...argv: readonly string[]) {
  const {stdout, stderr, error} = await captureOutput(() => ReportMerge.run([...argv], root))
  return {stdout, stderr, error, exit: process.exitCode}
}

test('four shards, by their folders or files, are one report, which is written where asked', async () => {
  const [one = '', ...others] = await write()
  const out = join(folder, 'merged')
  const [junit, html] = [join(folder, 'merged.xml'), join(folder, 'merged.html')]

  const {stdout, stderr, exit} = await merge(
    join(one, 'report.json'),
    ...others,
    ...['--out', out, '--junit', junit, '--html', html],
  )

  expect(exit).toBe(0)
  expect(stdout).toContain('on time  300 of 300 calls at real pace')
  expect(stdout).toMatch(/pass: 300 calls passed, 2 thresholds held\n$/)
  expect(stderr).toContain(`Written to ${join(out, 'report.json')}`)
  const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as RunReport
  const fourth = foundIn(join(folder, 'shard-4'), passingLoad)
  expect(report.calls).toEqual(namedFrom(out, fourth).calls)
  expect(await readFile(junit, 'utf8')).toContain('<testsuites name="exostream load"')
  expect(await readFile(html, 'utf8')).toContain('all 4')
})

test('a missing shard is told, and is the fault of nobody but the environment', async () => {
  const [one = '', two = '', three = ''] = await write()

  const {stdout, stderr, exit} = await merge(one, two, three)

  expect(exit).toBe(3)
  expect(stderr).toContain('3 of 4 shards: 4 is missing')
  expect(stdout).toContain('shards   3 of 4; shard 4 of 4 is missing')
  expect(stdout).toMatch(/^fail: shard 4 of 4 is missing, 225 calls passed/m)
})

test('calls that failed in one shard fail the whole', async () => {
  const paths = await write(
    aLoad({calls: callsOf(40).map((call, at) => (at === 7 ? refused(7) : call))}),
  )

  const {stdout, exit} = await merge(...paths, '--json')

  expect(exit).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({verdict: 'fail', summary: {calls: 40, failed: 1}})
})

test('the same shard twice is refused with its files', async () => {
  const [one = ''] = await write()

  const {error, exit} = await merge(one, one)

  expect(exit).toBe(2)
  expect(error?.message).toContain('is given twice')
})

test('a file that is no report, or is not there, is refused by name', async () => {
  const path = join(folder, 'none.json')

  const {error, exit} = await merge(path)

  expect(exit).toBe(2)
  expect(error?.message).toContain(`${path} cannot be read`)
})
