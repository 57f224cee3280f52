import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, test} from 'vitest'

import {dbfs} from '../../../../src/audio/level.js'
import {tone} from '../../../../src/audio/tone.js'
import {pcm16ToBytes} from '../../../../src/audio/pcm16.js'
import {wavHeader} from '../../../../src/audio/wav.js'
import {readScenarios, type ReadOptions} from '../../../../src/simulate/scenario/scenario-reader.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-calls-'))
  await writeFile(join(folder, 'tone.wav'), wavOf(tone({hz: 440, ms: 500, sampleRateHz: 8000})))
})
afterAll(() => rm(folder, {recursive: true}))

function wavOf(pcm: Int16Array): Buffer {
  const header = wavHeader({sampleRateHz: 8000, channels: 1, dataBytes: pcm.length * 2})
  return Buffer.concat([header, pcm16ToBytes(pcm)])
}

async function read(text: string, options: Partial<ReadOptions> = {}) {
  const path = join(folder, 'own.yaml')
  await writeFile(path, `version: 1\nname: own\n${text}`)
  return readScenarios(path, {sampleRateHz: 8000, cacheDir: join(folder, 'cache'), ...options})
}

const refusal = (text: string, options: Partial<ReadOptions> = {}) =>
  read(text, options).then(
    () => 'not refused',
    (error: unknown) => String(error).replaceAll(`${folder}/`, ''),
  )

describe('a file of several calls', () => {
  test('is as many calls, each under its name and with what the file says for all', async () => {
    const calls = await read(`
from: '09876543210'
parameters: {plan: gold, lang: en}
thresholds:
  - handshakeMs < 1000
calls:
  - name: one
    description: The first.
    parameters: {lang: hi}
    steps: [{hangUp: stop}]
  - name: two
    from: '+14155550100'
    to: '08040000000'
    steps: [{wait: {ms: 1}}]
    thresholds: [underruns == 0]
`)

    expect(calls).toMatchObject([
      {
        name: 'own/one',
        description: 'The first.',
        from: '09876543210',
        parameters: {plan: 'gold', lang: 'hi'},
        steps: [{hangUp: 'stop'}],
        thresholds: ['handshakeMs < 1000'],
      },
      {
        name: 'own/two',
        from: '+14155550100',
        to: '08040000000',
        parameters: {plan: 'gold', lang: 'en'},
        thresholds: ['handshakeMs < 1000', 'underruns == 0'],
      },
    ])
  })

  test('tells of a threshold that one of its calls could never give a value to', async () => {
    const text = `
thresholds: [max(responseMs) < 1000]
calls:
  - name: one
    steps: [{digits: '1'}]
  - name: two
    steps: [{wait: {ms: 1}}]
`

    expect(await refusal(text)).toContain(
      'own.yaml:4:14 thresholds[0]: expected a threshold that can be measured: no step gives a responseMs',
    )
  })

  test('counts the parameters of the file and of the call together', async () => {
    const text = `
parameters: {a: '1', b: '2'}
calls:
  - name: one
    parameters: {c: '3', d: '4'}
    steps: [{wait: {ms: 1}}]
`

    expect(await refusal(text)).toContain('own.yaml:6:5 calls[0]: expected at most 3 parameters')
  })
})

test('a threshold that takes twenty values is fine for a call that is made twenty times', async () => {
  const text = "steps: [{digits: '1'}]\nthresholds: [p95(responseMs) < 1000]\n"

  expect(await refusal(text)).toContain('takes 20 values')
  expect(await refusal(text, {repeat: 20})).toBe('not refused')
})

describe('the noises', () => {
  test.each([
    ['white', '', 3000, -35],
    ['street', '', 3000, -35],
    ['street', ', ms: 7000, dbfs: -50', 7000, -50],
    ['tone.wav', ', ms: 1200', 1200, -20],
    ['tone.wav', ', dbfs: -40', 500, -40],
  ])('%s%s is %i ms at %i dBFS', async (noise, fields, lengthMs, level) => {
    const [call] = await read(`steps: [{noise: ${noise}${fields}}]\n`)

    const [step] = call?.steps ?? []
    if (!step || !('noise' in step)) throw new Error('no noise was read')
    expect(step.noise.pcm).toHaveLength(lengthMs * 8)
    expect(step.noise).toMatchObject({speechStartMs: 0, speechEndMs: lengthMs})
    expect(dbfs(step.noise.pcm)).toBeCloseTo(level, 0)
  })

  test('loop as a background at the level asked for', async () => {
    const [call] = await read('background: {noise: street, dbfs: -45}\nsteps: [{wait: {ms: 1}}]\n')

    expect(call?.background?.label).toBe('street noise at -45 dBFS')
    expect(dbfs(call?.background?.pcm ?? new Int16Array())).toBeCloseTo(-45, 0)
  })
})

describe('what is said over the bot', () => {
  test.each([
    ['backchannel', 'tone.wav'],
    ['cough', 'a cough: tone.wav'],
    ['sideTalk', 'side-talk: tone.wav'],
  ])('%s: is a backchannel that is to be ignored, after 1 s', async (verb, label) => {
    const [call] = await read(`steps: [{${verb}: tone.wav}]\n`)

    expect(call?.steps).toMatchObject([{backchannel: {label}, afterMs: 1000, expect: 'ignore'}])
  })
})

describe('words', () => {
  async function withSpeaker(): Promise<string> {
    await writeFile(join(folder, 'words.wav'), wavOf(tone({hz: 300, ms: 700, sampleRateHz: 8000})))
    const program = join(folder, 'espeak-ng')
    await writeFile(program, `#!/bin/sh\nexec /bin/cat '${join(folder, 'words.wav')}'\n`)
    await chmod(program, 0o755)
    return folder
  }

  test('become a clip with the words as its label, at the rate of the call', async () => {
    const speechPath = await withSpeaker()

    const [call] = await read("steps: [{say: {text: 'Hello there.'}}]\n", {
      speechPath,
      sampleRateHz: 16_000,
    })

    const [step] = call?.steps ?? []
    if (!step || !('say' in step)) throw new Error('nothing is said')
    expect(step.say.label).toBe('Hello there.')
    expect(step.say.pcm).toHaveLength(700 * 16)
  })

  test('are told to need a program where there is none, once', async () => {
    const steps = 'steps: [{say: {text: One}}, {say: {text: Two}}]\n'

    expect(await refusal(steps, {speechPath: ''})).toBe(
      'ExostreamError: own.yaml:3:22 steps[0].say.text: expected a text that can be spoken; a text needs espeak-ng or flite to speak it, and neither is installed',
    )
  })
})

test('the hash of the audio is that of all clips: another clip is another hash', async () => {
  const hashOf = async (steps: string) =>
    (await read(`steps: [${steps}]\n`))[0]?.source?.audioSha256

  const one = await hashOf('{say: tone.wav}')

  expect(one).toMatch(/^[0-9a-f]{64}$/)
  expect(await hashOf('{say: tone.wav, label: other}')).toBe(one)
  expect(await hashOf('{say: tone.wav}, {say: tone.wav}')).not.toBe(one)
  expect(await hashOf('{wait: {ms: 1}}')).toBeUndefined()
})
