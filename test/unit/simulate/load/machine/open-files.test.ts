import {expect, test} from 'vitest'

import {
  checkOpenFiles,
  mostOpenFiles,
  tooFewFiles,
} from '../../../../../src/simulate/load/machine/open-files.js'
import {loadPlan} from '../../../../rig/load-call.js'

const atOnce = (concurrency: number) =>
  loadPlan({arrivals: {model: 'concurrency', concurrency, rampMs: 0, calls: concurrency}})

test.runIf(process.platform === 'linux')('Linux tells how many files may be open', async () => {
  expect(await mostOpenFiles()).toBeGreaterThan(10)
})

test('too few for the calls are told beforehand, with how many would do', () => {
  expect(tooFewFiles(atOnce(120), 110)).toMatch(
    /^This process may open 110 files \(ulimit -n\), .*120 calls at once.*"ulimit -n 220" before/,
  )
})

test.each<[string, ReturnType<typeof loadPlan>, number | undefined]>([
  ['enough', atOnce(120), 220],
  ['as many as anybody knows', atOnce(120), undefined],
  ['enough for a part', {...atOnce(400), shard: {part: 1, of: 4}}, 200],
])('%s are not spoken of', (_, plan, most) => {
  expect(tooFewFiles(plan, most)).toBeUndefined()
})

test('a process that could not even read its own code says so instead', () => {
  expect(() => {
    checkOpenFiles(110)
  }).toThrow(expect.objectContaining({code: 'EXO_CALL_DROPPED'}))
  for (const most of [256, undefined]) {
    expect(() => {
      checkOpenFiles(most)
    }).not.toThrow()
  }
})

test('a search is held to its ceiling', () => {
  const plan = {...atOnce(1), knee: {from: 10, most: 1000, thresholds: []}}

  expect(tooFewFiles(plan, 1024)).toContain('1000 calls at once')
})
