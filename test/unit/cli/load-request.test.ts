import {Parser} from '@oclif/core'
import {afterEach, describe, expect, test, vi} from 'vitest'

import {loadFlags} from '../../../src/cli/load-flags.js'
import {requestOf} from '../../../src/cli/load-request.js'

async function request(...argv: string[]) {
  const {flags} = await Parser.parse(argv, {flags: loadFlags, strict: true})
  return requestOf(flags)
}

const refused = (...argv: string[]) => request(...argv).catch((error: unknown) => String(error))

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('a rate', () => {
  test.each([
    ['5', 5],
    ['5/s', 5],
    ['0.5/s', 0.5],
    ['300/min', 5],
    ['3600/h', 1],
  ])('%s is %f calls a second', async (text, ratePerS) => {
    expect(await request('--rate', text)).toMatchObject({ratePerS})
  })

  test.each(['', 'five', '5/d', '5 a second', '-5', '1e3', '5/5'])('%j is none', async (text) => {
    expect(await refused(`--rate=${text}`)).toContain(
      `--rate must be calls a second, such as 5, 5/s or 300/min, not "${text}"`,
    )
  })
})

describe('a time', () => {
  test.each([
    ['30', 30_000],
    ['30s', 30_000],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['500ms', 500],
    ['1h', 3_600_000],
    ['0', 0],
  ])('%s is %i ms', async (text, ms) => {
    expect(await request('--duration', text, '--ramp', text)).toMatchObject({
      durationMs: ms,
      rampMs: ms,
    })
  })

  test.each(['soon', '2 min', '-1s', '1m30s', '1d'])('%j is none', async (text) => {
    expect(await refused(`--ramp=${text}`)).toContain(
      `--ramp must be a time, such as 30s, 2m or 500ms (a plain number is seconds), not "${text}"`,
    )
  })
})

describe('a mix', () => {
  test('names scenarios with their weights; without one it is 1', async () => {
    expect(await request('--mix', 'sales=3, dtmf=1,./a=b/c.yaml=2,emi')).toMatchObject({
      mix: [
        {scenario: 'sales', weight: 3},
        {scenario: 'dtmf', weight: 1},
        {scenario: './a=b/c.yaml', weight: 2},
        {scenario: 'emi', weight: 1},
      ],
    })
  })

  test.each(['', 'sales=0', 'sales=x', 'sales=1.5', 'sales=', 'sales=3,,dtmf=1', ','])(
    '%j is none',
    async (text) => {
      expect(await refused(`--mix=${text}`)).toContain(
        `--mix must be scenarios with whole weights from 1, such as sales=3,dtmf=1, not "${text}"`,
      )
    },
  )
})

describe('a shard', () => {
  test('is a part of all, which share a seed unless one is given', async () => {
    expect(await request('--shard', '2/4')).toMatchObject({shard: {part: 2, of: 4}, seed: 1})
    expect(await request('--shard', '2/4', '--seed', '9')).toMatchObject({seed: 9})
    expect(await request()).toMatchObject({shard: undefined, seed: undefined})
  })

  test.each(['2', '2-4', 'a/b', '-1/2'])('%j is none', async (text) => {
    expect(await refused(`--shard=${text}`)).toContain(
      `--shard must be a part of all, such as 1/4 for the first of four, not "${text}"`,
    )
  })
})

test('what may be repeated is a list, also from its variable', async () => {
  vi.stubEnv('EXOSTREAM_THRESHOLD', 'failed < 1 %,p95(responseMs) < 900')
  vi.stubEnv('EXOSTREAM_SCENARIO', 'sales')

  expect(await request()).toMatchObject({
    thresholds: ['failed < 1 %', 'p95(responseMs) < 900'],
    scenarios: ['sales'],
  })
  expect(
    await request('--threshold', 'failed < 2 %', '--threshold', 'underruns == 0', '-s', 'dtmf'),
  ).toMatchObject({thresholds: ['failed < 2 %', 'underruns == 0'], scenarios: ['dtmf']})
})

test('a variable that cannot be understood is named', async () => {
  vi.stubEnv('EXOSTREAM_RATE', 'fast')

  expect(await refused()).toContain(
    'EXOSTREAM_RATE must be calls a second, such as 5, 5/s or 300/min, not "fast"',
  )
})

test('every flag has its variable', () => {
  const without = Object.entries(loadFlags).filter(
    ([name, {env}]) => env !== `EXOSTREAM_${name.toUpperCase().replaceAll('-', '_')}`,
  )

  expect(without).toEqual([])
})

test('the rest is as it was written', async () => {
  const argv = ['--calls', '9', '--concurrency', '3', '--workers', '2', '--bot-pid', '42']
  const further = ['--find-knee', '--from', '4', '--data', 'a.csv', '--header', 'X-Key: b']

  expect(await request(...argv, ...further)).toMatchObject({
    ...{calls: 9, concurrency: 3, workers: 2, botPid: 42},
    ...{findKnee: true, from: 4, data: 'a.csv', headers: {'X-Key': 'b'}},
    dataDir: '.exostream',
  })
})
