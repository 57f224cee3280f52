import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {captureOutput} from '@oclif/test'
import {afterEach, beforeEach, expect, test} from 'vitest'

import ReportRecompute from '../../../../src/commands/report/recompute.js'
import type {RunReport} from '../../../../src/report/report.js'
import {keepIn} from '../../../../src/simulate/keep.js'
import {politeBot, silentBot} from '../../../rig/bots.js'
import {virtualRun} from '../../../rig/virtual-call.js'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const steps = [{greet: {withinMs: 1000}}, {hangUp: 'stop', now: true}] as const

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-recompute-'))
})
afterEach(async () => {
  process.exitCode = undefined
  await rm(folder, {recursive: true})
})

async function recompute(...argv: readonly string[]) {
  const {stdout, stderr, error} = await captureOutput(() => ReportRecompute.run([...argv], root))
  return {stdout, stderr, error, exit: process.exitCode}
}

const kept = (bot = politeBot()) => virtualRun({bot, steps, keep: () => keepIn(folder, 8000)})

test('the report of a kept call is shown again, and written where asked', async () => {
  await kept()
  const out = join(folder, 'again')

  const {stdout, stderr, exit} = await recompute(folder, '--out', out)

  expect(exit).toBe(0)
  expect(stdout).toMatch(/pass: 1 expectation met/)
  expect(stderr).toContain(`Written to ${join(out, 'report.json')}`)
  const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as RunReport
  expect(report.verdict).toBe('pass')
})

test('the exit code is the verdict, and the document is the report', async () => {
  await kept(silentBot)

  const {stdout, exit} = await recompute(join(folder, 'journal.ndjson'), '--json')

  expect(exit).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({schemaVersion: 1, verdict: 'fail'})
})

test('what is no journal is refused with its line', async () => {
  const path = join(folder, 'journal.ndjson')
  await writeFile(path, '{}\n')

  const {error, exit} = await recompute(path)

  expect(exit).toBe(2)
  expect(error?.message).toContain(`${path}: line 1 has no valid "type"`)
})
