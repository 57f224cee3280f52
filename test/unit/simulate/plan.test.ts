import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, relative} from 'node:path'

import {describe, expect, test} from 'vitest'

import {makePlan, summarisePlan} from '../../../src/simulate/plan.js'

const HELLO = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'audio', 'hello.wav')
const BASIC = relative(process.cwd(), join(HELLO, '..', '..', 'scenarios', 'basic.yaml'))
const request = {
  target: {kind: 'url', url: 'ws://127.0.0.1/'},
  url: 'ws://127.0.0.1/',
  seed: 5,
} as const

describe('a plan', () => {
  test('without any wish is the basic scenario at 8 kHz, as the protocol page has it', async () => {
    const plan = await makePlan(request)

    expect(summarisePlan(plan)).toEqual({
      scenarios: ['basic'],
      sources: [{name: 'basic', ...plan.scenarios[0]?.source}],
      profile: 'docs-strings',
      sampleRateHz: 8000,
      frameMs: 20,
      clear: 'packet',
      marksOnClear: 'drop',
      vad: {thresholdDbfs: -50, startMs: 30, stopMs: 200},
    })
    expect(plan.url.dialled.href).toBe('ws://127.0.0.1/')
    expect(plan.seed).toBe(5)
  })

  test('takes the rate of its profile, and names it in the URL as its owner would', async () => {
    const plan = await makePlan({...request, profiles: ['16k']})

    expect(plan.sampleRateHz).toBe(16_000)
    expect(plan.url.dialled.href).toBe('ws://127.0.0.1/?sample-rate=16000')
  })

  test('takes the rate that the URL names where its profile names none', async () => {
    const plan = await makePlan({
      ...request,
      url: 'ws://127.0.0.1/?sample-rate=24kHz',
      profiles: ['docs-numbers'],
    })

    expect(plan.sampleRateHz).toBe(24_000)
    expect(plan.url.dialled.href).toBe('ws://127.0.0.1/?sample-rate=24kHz')
  })

  test.each([
    [{scenarios: [BASIC]}, {sources: [{name: 'basic', path: BASIC}]}],
    [{template: './my-template'}, {template: './my-template'}],
  ])('keeps of %j what the run can be made again from', async (wish, kept) => {
    expect(summarisePlan(await makePlan({...request, ...wish}))).toMatchObject(kept)
  })

  test('of "all" has every built-in scenario once, whatever else is named', async () => {
    const {scenarios} = await makePlan({...request, scenarios: ['basic', 'all']})
    const names = scenarios.map(({name}) => name)

    expect(names).toEqual(expect.arrayContaining(['basic', 'sales', 'emi', 'hindi']))
    expect(new Set(names).size).toBe(names.length)
  })

  test('of "conformance" tries the rules, and calls with no scenario besides', async () => {
    const plan = await makePlan({...request, scenarios: ['conformance']})

    expect(plan).toMatchObject({isConformance: true, scenarios: []})
  })

  test('keeps the names of added headers, and never their values', async () => {
    const headers = {'X-Version': '2', Authorization: 'Bearer hidden'}

    const summary = summarisePlan(await makePlan({...request, headers, repeat: 3}))

    expect(summary).toMatchObject({headers: ['X-Version', 'Authorization'], repeat: 3})
    expect(JSON.stringify(summary)).not.toContain('hidden')
  })

  test('has its audio at that rate', async () => {
    const pcmOf = async (profiles: readonly ('16k' | '24k')[]) => {
      const {scenarios} = await makePlan({...request, profiles})
      return (
        scenarios.flatMap(({steps}) => steps).find((step) => 'say' in step)?.say.pcm.length ?? 0
      )
    }

    const at8k = await pcmOf([])
    expect(await pcmOf(['16k'])).toBe(2 * at8k)
    expect(await pcmOf(['24k'])).toBe(3 * at8k)
  })

  test('may be of WAV files alone, and keeps what else was asked for', async () => {
    const plan = await makePlan({
      ...request,
      say: [HELLO],
      clear: 'message',
      marksOnClear: 'echo',
      maxSessionMs: 1000,
      handshakeTimeoutMs: 2000,
      retryDelayMs: 3000,
      statusCallback: 'http://127.0.0.1/over',
    })

    expect(plan.scenarios.map(({name}) => name)).toEqual(['say'])
    expect(summarisePlan(plan)).toMatchObject({scenarios: ['say'], say: [HELLO]})
    expect(summarisePlan(plan)).not.toHaveProperty('sources')
    expect(plan).toMatchObject({
      clear: 'message',
      marksOnClear: 'echo',
      maxSessionMs: 1000,
      handshakeTimeoutMs: 2000,
      retryDelayMs: 3000,
      statusCallback: 'http://127.0.0.1/over',
    })
  })
})

describe('what cannot be planned is told as a mistake in what was asked', () => {
  test.each([
    [
      'two profiles that change the same thing',
      {profiles: ['16k', '24k'] as const},
      'the profiles 16k and 24k both change sampleRateHz.',
    ],
    [
      'mu-law at another rate',
      {profiles: ['camel-mulaw', '16k'] as const},
      'mu-law is at 8000 Hz, not at 16000 Hz.',
    ],
    [
      'mu-law at another rate that the URL names',
      {profiles: ['camel-mulaw'] as const, url: 'ws://127.0.0.1/?sample-rate=16000'},
      'mu-law is at 8000 Hz, not at 16000 Hz.',
    ],
    [
      'a profile at another rate than the URL',
      {profiles: ['16k'] as const, url: 'ws://127.0.0.1/?sample-rate=8000'},
      'The URL names 8000 Hz, and the profile 16k is at 16000 Hz.',
    ],
  ])('%s', async (_, wish, message) => {
    await expect(makePlan({...request, ...wish})).rejects.toMatchObject({
      code: 'EXO_USAGE',
      message,
    })
  })

  test('a status callback that is no http URL', async () => {
    const wish = {statusCallback: 'ws://127.0.0.1/over'}

    await expect(makePlan({...request, ...wish})).rejects.toMatchObject({code: 'EXO_URL_INVALID'})
  })

  test('two files whose scenarios have one name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'exostream-plan-'))
    const copy = join(folder, 'copy.yaml')
    await writeFile(copy, 'version: 1\nname: basic\nsteps: [{greet: {withinMs: 1}}]\n')

    await expect(makePlan({...request, scenarios: ['basic', copy]})).rejects.toMatchObject({
      code: 'EXO_USAGE',
      message: 'Two scenarios are named "basic"; give one of them another name, or use --repeat.',
    })
    await rm(folder, {recursive: true})
  })

  test('a scenario that does not exist', async () => {
    await expect(makePlan({...request, scenarios: ['nope']})).rejects.toMatchObject({
      code: 'EXO_SCENARIO_NOT_FOUND',
    })
  })
})
