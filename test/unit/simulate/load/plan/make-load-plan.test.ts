import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {availableParallelism, tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, test} from 'vitest'

import type {LoadRequest} from '../../../../../src/simulate/load/plan/load-request.js'
import {makeLoadPlan} from '../../../../../src/simulate/load/plan/make-load-plan.js'

const url = 'ws://127.0.0.1:5000/media'
const plan = (request: Partial<LoadRequest>) =>
  makeLoadPlan({target: {kind: 'url', url}, url, seed: 7, ...request})

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-load-plan-'))
})
afterAll(() => rm(folder, {recursive: true}))

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

const short = (name: string, rest = '') =>
  `version: 1\nname: ${name}\nsteps:\n  - wait: {ms: 100}\n${rest}`

describe('what is decided for whoever does not say it', () => {
  test('calls alone are made at once, starting fifty a second', async () => {
    expect(await plan({calls: 300})).toMatchObject({
      arrivals: {model: 'concurrency', concurrency: 300, rampMs: 6000, calls: 300},
      mix: [{scenario: 'basic', weight: 1}],
      callers: [],
      thresholds: [],
    })
  })

  test('a rate has no ramp', async () => {
    expect((await plan({ratePerS: 5, durationMs: 60_000})).arrivals).toEqual({
      model: 'rate',
      ratePerS: 5,
      rampMs: 0,
      durationMs: 60_000,
    })
  })

  test('a thread for each core, and none without a call', async () => {
    const {workers} = await plan({ratePerS: 5, durationMs: 60_000})

    expect(workers).toBe(availableParallelism())
    expect((await plan({calls: 1})).workers).toBe(1)
    expect((await plan({calls: 1, workers: 3})).workers).toBe(3)
  })

  test('a search begins with five calls, ends at a thousand, and holds three thresholds', async () => {
    expect(await plan({findKnee: true})).toMatchObject({
      arrivals: {model: 'concurrency', concurrency: 1000},
      thresholds: [],
      knee: {
        from: 10,
        most: 1000,
        thresholds: ['p95(responseMs) < 2000', 'failed < 1 %', 'mean(underrunRate) < 1'],
      },
    })
  })

  test('a low ceiling is also where a search begins', async () => {
    const {knee} = await plan({findKnee: true, concurrency: 3})

    expect(knee).toMatchObject({from: 3, most: 3})
    expect(knee).not.toHaveProperty('isAsked')
  })
})

describe('what is said', () => {
  test('replaces what would be decided', async () => {
    const said = {calls: 50, concurrency: 10, rampMs: 0, durationMs: 9000, workers: 2, botPid: 42}

    expect(
      await plan({...said, shard: {part: 2, of: 3}, thresholds: ['failed < 2%']}),
    ).toMatchObject({
      arrivals: {model: 'concurrency', concurrency: 10, rampMs: 0, calls: 50, durationMs: 9000},
      workers: 2,
      botPid: 42,
      shard: {part: 2, of: 3},
      thresholds: ['failed < 2%'],
    })
  })

  test('thresholds of a search are held by its steps, not by the run', async () => {
    const request = {findKnee: true, from: 20, thresholds: ['p50(greetingMs) < 900']}

    expect(await plan(request)).toMatchObject({
      thresholds: [],
      knee: {from: 20, thresholds: ['p50(greetingMs) < 900'], isAsked: true},
    })
  })

  test('scenarios by weight, built in or from a file', async () => {
    const path = await file('mine.yaml', short('own'))
    const mix = [
      {scenario: 'dtmf', weight: 3},
      {scenario: path, weight: 2},
    ]

    expect((await plan({calls: 5, mix})).mix).toEqual([
      {scenario: 'dtmf', weight: 3},
      {scenario: 'own', weight: 2},
    ])
  })

  test('each call of a file with several has the weight of the file', async () => {
    const steps = 'steps: [{wait: {ms: 100}}]'
    const calls = `calls:\n  - {name: one, ${steps}}\n  - {name: two, ${steps}}\n`
    const path = await file('several.yaml', `version: 1\nname: own\n${calls}`)

    expect((await plan({calls: 5, mix: [{scenario: path, weight: 2}]})).mix).toEqual([
      {scenario: 'own/one', weight: 2},
      {scenario: 'own/two', weight: 2},
    ])
  })

  test('scenarios alone are of equal weight', async () => {
    expect((await plan({calls: 5, scenarios: ['dtmf', 'silence']})).mix).toEqual([
      {scenario: 'dtmf', weight: 1},
      {scenario: 'silence', weight: 1},
    ])
  })

  test('callers from a file', async () => {
    const data = await file('callers.csv', 'from,plan\n12345,gold\n')

    expect((await plan({calls: 5, data})).callers).toEqual([
      {from: '12345', parameters: {plan: 'gold'}},
    ])
  })
})

describe('what cannot be is refused in a sentence', () => {
  test.each<[string, Partial<LoadRequest>]>([
    ['Give --concurrency or --rate, not both', {calls: 9, concurrency: 3, ratePerS: 1}],
    ['Say with --calls how many', {}],
    ['Say with --calls how many', {concurrency: 4}],
    ['With --duration alone', {durationMs: 1000}],
    ['5 calls are never 9 at once', {calls: 5, concurrency: 9}],
    ['A run makes at most 100000 calls, not 100001.', {calls: 100_001}],
    [
      'A run makes at most 100,000 calls, and these are 120,000 in this time.',
      {ratePerS: 100, durationMs: 1_200_000},
    ],
    ['The --rate has to be more than 0.', {calls: 5, ratePerS: 0}],
    ['The --duration has to be more than 0.', {calls: 5, durationMs: 0}],
    ['The --ramp cannot be less than 0.', {calls: 5, rampMs: -1}],
    ['a --rate of more than that a second is none.', {ratePerS: 999_999_999, durationMs: 5}],
    ['The --duration is a week (168h) at most.', {ratePerS: 1, durationMs: 3.6e15}],
    ['The --ramp is a week (168h) at most.', {calls: 5, rampMs: 3.6e15}],
    ['--from is the first step of --find-knee', {calls: 5, from: 5}],
    ['leave out --calls', {findKnee: true, calls: 5}],
    ['leave out --rate', {findKnee: true, ratePerS: 5}],
    ['leave out --ramp', {findKnee: true, rampMs: 5}],
    ['leave out --duration', {findKnee: true, durationMs: 5}],
    ['leave out --shard', {findKnee: true, shard: {part: 1, of: 2}}],
    [
      'A search that begins at --from 20 is over its ceiling',
      {findKnee: true, from: 20, concurrency: 9},
    ],
    [
      '--from 2000 is over its ceiling, which is 1000 unless --concurrency says more.',
      {findKnee: true, from: 2000},
    ],
    ['--shard 0/2 is no part', {calls: 5, shard: {part: 0, of: 2}}],
    [
      '--shard 3/2 is no part: the first is 1/2, the last 2/2.',
      {calls: 5, shard: {part: 3, of: 2}},
    ],
    ['2 calls cannot be divided among 3 machines.', {calls: 2, shard: {part: 1, of: 3}}],
    ['2 calls at once cannot be divided', {calls: 9, concurrency: 2, shard: {part: 1, of: 3}}],
    [
      '3 calls cannot be divided among 4 machines.',
      {ratePerS: 1, durationMs: 3000, shard: {part: 1, of: 4}},
    ],
    ['--mix sales=3, not sales:3.', {calls: 5, mix: [{scenario: 'sales:3', weight: 1}]}],
    ['failed and dropped are what a percentage is of', {calls: 5, thresholds: ['fail < 1%']}],
    [
      'Give --mix or --scenario',
      {calls: 5, mix: [{scenario: 'dtmf', weight: 1}], scenarios: ['emi']},
    ],
    ['The scenario conformance is a run of its own', {calls: 5, scenarios: ['conformance']}],
    ['and not "all"', {calls: 5, mix: [{scenario: 'all', weight: 1}]}],
    ['"dtmf" was given twice', {calls: 5, scenarios: ['dtmf', 'dtmf']}],
    ['hang-ups/set-up hangs up before its stream is open', {calls: 5, scenarios: ['hang-ups']}],
    ['at most 1000, not 1001', {calls: 5, mix: [{scenario: 'dtmf', weight: 1001}]}],
    ['a number without a unit', {calls: 5, thresholds: ['failed < 1 %', 'responseMs < 2 s']}],
    ['no step gives a bargeInStopMs', {calls: 5, thresholds: ['max(bargeInStopMs) < 1']}],
    ['--calls 20 gives enough.', {calls: 5, thresholds: ['p95(leadMs) < 1']}],
  ])('%s', async (sentence, request) => {
    await expect(plan(request)).rejects.toMatchObject({
      code: 'EXO_USAGE',
      message: expect.stringContaining(sentence) as string,
    })
  })

  test('a threshold of a scenario that gets too few of the calls', async () => {
    const path = await file('rare.yaml', short('rare', 'thresholds:\n  - p95(leadMs) < 9\n'))
    const mix = [
      {scenario: 'dtmf', weight: 3},
      {scenario: path, weight: 1},
    ]

    await expect(plan({calls: 79, mix})).rejects.toThrow(
      /scenario rare,.*--calls 80 gives enough\.$/,
    )
    await expect(plan({calls: 80, mix})).resolves.toBeDefined()
  })

  test('a threshold of a scenario can always be measured where the number of calls is open', async () => {
    const path = await file('open.yaml', short('open', 'thresholds:\n  - p95(leadMs) < 9\n'))

    const open = await plan({durationMs: 9000, concurrency: 2, scenarios: [path]})

    expect(open.run.scenarios[0]?.thresholds).toEqual(['p95(leadMs) < 9'])
  })

  test('parameters of callers and of a scenario that are too many together', async () => {
    const path = await file('with.yaml', short('with', "parameters: {a: '1', b: '2'}\n"))
    const data = await file('more.csv', 'c,d\n1,\n1,2\n')

    await expect(plan({calls: 5, scenarios: [path], data})).rejects.toThrow(
      /those of the scenario with are too many together: expected at most 3 parameters/,
    )
  })

  test('two scenarios of one name, which no flag of a load run can tell apart', async () => {
    const [one, other] = [await file('a.yaml', short('same')), await file('b.yaml', short('same'))]

    await expect(plan({calls: 5, scenarios: [one, other]})).rejects.toThrow(
      /^Two scenarios are named "same"; give one of them another name\.$/,
    )
  })

  test('a scenario that does not exist', async () => {
    await expect(plan({calls: 5, mix: [{scenario: 'nobody', weight: 1}]})).rejects.toMatchObject({
      code: 'EXO_SCENARIO_NOT_FOUND',
    })
    await expect(plan({calls: 5, mix: [{scenario: 'dmtf', weight: 1}]})).rejects.toMatchObject({
      message: expect.stringMatching(/ Did you mean dtmf\?$/) as string,
    })
  })
})
