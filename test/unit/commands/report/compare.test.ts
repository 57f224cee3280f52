import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {captureOutput} from '@oclif/test'
import {afterEach, beforeEach, expect, test} from 'vitest'

import Compare from '../../../../src/commands/report/compare.js'
import {aReport, good, salesCall} from '../../report/reports.js'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

const slow = aReport({
  calls: [{...salesCall, turns: [], metrics: {greetingMs: 1000}}],
})
const slower = aReport({
  calls: [{...salesCall, turns: [], metrics: {greetingMs: 1300}}],
})

let dir = ''

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'exostream-compare-'))
  await writeFile(join(dir, 'report.json'), JSON.stringify(slow))
  await writeFile(join(dir, 'slower.json'), JSON.stringify(slower))
  await writeFile(join(dir, 'broken.json'), '{')
  await writeFile(
    join(dir, 'other.json'),
    JSON.stringify({...slow, plan: {...slow.plan, profile: '16k'}}),
  )
  await writeFile(
    join(dir, 'void.json'),
    JSON.stringify({...slow, rig: {...good.rig, verdict: 'void'}}),
  )
})

afterEach(async () => {
  process.exitCode = undefined
  await rm(dir, {recursive: true})
})

async function compare(...argv: string[]) {
  const paths = argv.map((one) => (one.startsWith('-') || /^\d/.test(one) ? one : join(dir, one)))
  const {stdout, error} = await captureOutput(() => Compare.run(paths, root))
  return {stdout, error, exit: process.exitCode}
}

test.for([
  ['nothing is worse', ['report.json', 'report.json'], 0, 'no regression'],
  ['a folder stands for its report', ['', 'report.json'], 0, 'no regression'],
  ['something is worse', ['report.json', 'slower.json'], 1, 'regression: 1 thing is worse'],
  ['it is better', ['slower.json', 'report.json'], 0, 'no regression'],
  [
    'the part is tolerated',
    ['report.json', 'slower.json', '--tolerance', '30%'],
    0,
    'no regression',
  ],
  [
    'the time is tolerated',
    ['report.json', 'slower.json', '--tolerance-ms', '300'],
    0,
    'no regression',
  ],
  ['the rig was void', ['report.json', 'void.json'], 3, 'not compared: '],
] as const)('when %s, %j ends with exit %i', async ([, argv, exit, last]) => {
  const ran = await compare(...argv)

  expect(ran.exit).toBe(exit)
  expect(ran.stdout.trimEnd().split('\n').at(-1)).toContain(last)
})

test.for([
  [['report.json', 'none.json'], 'EXO_REPORT_INVALID', /none\.json cannot be read/],
  [['broken.json', 'report.json'], 'EXO_REPORT_INVALID', /broken\.json is not JSON/],
  [['report.json', 'other.json'], 'EXO_REPORTS_DIFFER', /profile \(exotel, then 16k\)/],
  [['report.json', 'report.json', '--tolerance=much'], 'EXO_USAGE', /such as 10%/],
] as const)('%j is refused with exit 2', async ([argv, code, message]) => {
  const {error, exit} = await compare(...argv)

  expect(exit).toBe(2)
  expect(error).toMatchObject({code})
  expect(error?.message).toMatch(message)
})

test('as JSON it is one document of its own schema', async () => {
  const {stdout} = await compare('report.json', 'slower.json', '--json')

  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    verdict: 'regression',
    tolerances: {relative: 0.1, absoluteMs: 50},
    metrics: [{metric: 'greetingMs', old: 1000, new: 1300, judgement: 'regression'}],
  })
})
