import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, relative} from 'node:path'

import {afterAll, beforeAll, describe, expect, test} from 'vitest'

import {wavHeader} from '../../../../src/audio/wav.js'
import type {SampleRateHz} from '../../../../src/protocol/messages.js'
import type {Scenario} from '../../../../src/simulate/scenario/scenario.js'
import {
  listScenarios,
  readScenarios,
  scenarioOfClips,
} from '../../../../src/simulate/scenario/scenario-reader.js'

const HELLO = join(import.meta.dirname, '..', '..', '..', '..', 'fixtures', 'audio', 'hello.wav')

const BUILT_IN = [
  'backchannel',
  'basic',
  'dtmf',
  'emi',
  'hang-ups',
  'hindi',
  'interrupt',
  'noisy-street',
  'objection',
  'sales',
  'silence',
] as const

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-scenario-'))
})
afterAll(() => rm(folder, {recursive: true}))

/** The only call of a scenario. */
async function readScenario(nameOrPath: string, sampleRateHz: SampleRateHz): Promise<Scenario> {
  const [scenario, ...others] = await readScenarios(nameOrPath, {sampleRateHz})
  expect(others).toEqual([])
  if (!scenario) throw new Error('no call was read')
  return scenario
}

async function written(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

describe('the built-in scenarios', () => {
  test('are eleven, each with a sentence on what it does', async () => {
    const listed = await listScenarios()

    expect(listed.map(({name}) => name)).toEqual(BUILT_IN)
    for (const {description} of listed) expect(description).toMatch(/^[A-Z].*\.$/)
  })

  test.each(BUILT_IN)('%s is read by its name', async (name) => {
    const scenarios = await readScenarios(name, {sampleRateHz: 8000})

    for (const scenario of scenarios) {
      expect(scenario.name.split('/')[0]).toBe(name)
      expect(Object.keys(scenario.steps.at(-1) ?? {})[0]).toMatch(/^(hangUp|botHangsUp)$/)
    }
  })

  test('what is said has its audio at the rate of the call, and the edges of the speech', async () => {
    const at8k = await readScenario('basic', 8000)
    const at16k = await readScenario('basic', 16_000)

    const [, slow] = at8k.steps
    const [, fast] = at16k.steps
    if (!slow || !fast || !('say' in slow) || !('say' in fast))
      throw new Error('basic says nothing')
    expect(slow.say.label).toBe('Hello, can you hear me?')
    expect(fast.say.pcm).toHaveLength(2 * slow.say.pcm.length)
    expect(slow.say.speechEndMs - slow.say.speechStartMs).toBeGreaterThan(500)
    expect(slow.say.speechEndMs).toBeLessThanOrEqual(slow.say.pcm.length / 8)
    expect(Math.abs(fast.say.speechStartMs - slow.say.speechStartMs)).toBeLessThanOrEqual(10)
  })
})

describe('a file of one’s own', () => {
  test('finds its audio beside itself and fills in what was left out', async () => {
    const step = `say: ${relative(folder, HELLO)}`
    const path = await written('mine.yaml', `version: 1\nname: mine\nsteps:\n  - ${step}\n`)

    const {steps, ...rest} = await readScenario(path, 8000)

    expect(rest).toMatchObject({name: 'mine', description: '', thresholds: []})
    expect(steps).toMatchObject([{say: {label: 'hello.wav'}}])
  })

  test('is named by its path as it was given, and by a hash of its text', async () => {
    const text = 'version: 1\nname: mine\nsteps:\n  - wait: {ms: 1}\n'
    const path = relative(process.cwd(), await written('hashed.yaml', text))

    const {source} = await readScenario(path, 8000)

    expect(source).toEqual({
      path,
      sha256: '9726159482330ddfed63025acfc957c9d5ce02b9dd1ab93c2c98d3bd23df5219',
    })
  })

  test('that says a line twice holds its samples once', async () => {
    const lines = [`say: ${HELLO}`, `interrupt: ${HELLO}\n    label: again`, `say: ${HELLO}`]
    const steps = lines.map((line) => `  - ${line}\n`).join('')
    const path = await written('twice.yaml', `version: 1\nname: mine\nsteps:\n${steps}`)

    const clips = (await readScenario(path, 8000)).steps.flatMap((step) =>
      'say' in step ? [step.say] : 'interrupt' in step ? [step.interrupt] : [],
    )

    expect(clips.map(({label}) => label)).toEqual(['hello.wav', 'again', 'hello.wav'])
    expect(new Set(clips.map(({pcm}) => pcm)).size).toBe(1)
  })

  test('may want an answer after an interruption', async () => {
    const step = `interrupt: ${HELLO}\n    answerWithinMs: 3000`
    const text = `version: 1\nname: mine\nsteps:\n  - digits: '1'\n  - ${step}\n`
    const path = await written('answered.yaml', text)

    const {steps} = await readScenario(path, 8000)

    expect(steps).toMatchObject([{digits: '1'}, {answerWithinMs: 3000}])
  })

  test('may interrupt after 1 s and press keys 250 ms apart without saying so', async () => {
    const text = `version: 1\nname: mine\nsteps:\n  - digits: '12'\n  - interrupt: ${HELLO}\n`
    const path = await written('defaults.yaml', text)

    const {steps} = await readScenario(path, 8000)

    expect(steps).toMatchObject([{digits: '12', gapMs: 250}, {afterMs: 1000}])
  })

  test('may hold a line with nothing loud in it: all of it counts as said', async () => {
    const silence = Buffer.concat([
      wavHeader({channels: 1, sampleRateHz: 8000, dataBytes: 16_000}),
      Buffer.alloc(16_000),
    ])
    await writeFile(join(folder, 'breath.wav'), silence)
    const path = await written('breath.yaml', 'version: 1\nname: b\nsteps:\n  - say: breath.wav\n')

    const {steps} = await readScenario(path, 8000)

    expect(steps).toMatchObject([{say: {speechStartMs: 0, speechEndMs: 1000}}])
  })
})

test('clips alone make a scenario: an optional greeting, each line with its answer, hang up', async () => {
  const {name, steps} = await scenarioOfClips([HELLO, HELLO], 8000)

  expect(name).toBe('say')
  expect(steps).toMatchObject([
    {greet: {withinMs: 3000, optional: true}},
    {say: {label: 'hello.wav'}, expect: 'respond', withinMs: 5000, talkOver: 'allow'},
    {say: {label: 'hello.wav'}, expect: 'respond', withinMs: 5000, talkOver: 'allow'},
    {hangUp: 'stop'},
  ])
})
