import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {wavHeader} from '../../../../src/audio/wav.js'
import {readScenarios} from '../../../../src/simulate/scenario/scenario-reader.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-include-'))
})
afterEach(() => rm(folder, {recursive: true}))

/** Writes a scenario of these lines of steps; returns its path. */
async function scenario(name: string, ...steps: readonly string[]): Promise<string> {
  const path = join(folder, `${name}.yaml`)
  await mkdir(dirname(path), {recursive: true})
  const lines = steps.map((step) => `  - ${step}\n`).join('')
  await writeFile(path, `version: 1\nname: own\nsteps:\n${lines}`)
  return path
}

/** The verbs of the only call, in order. */
async function verbsOf(path: string): Promise<readonly (string | undefined)[]> {
  const [only] = await readScenarios(path, {sampleRateHz: 8000})
  return (only?.steps ?? []).map((step) => Object.keys(step).at(-1))
}

const refusal = (path: string) =>
  readScenarios(path, {sampleRateHz: 8000}).then(
    () => 'not refused',
    (error: unknown) => String(error).replaceAll(`${folder}/`, ''),
  )

describe('an include', () => {
  test('brings its steps, without a greeting and a hang-up where they cannot stand', async () => {
    await scenario('other', 'greet: {withinMs: 1}', 'wait: {ms: 5}', 'hangUp: stop')
    const path = await scenario(
      'mine',
      "digits: '1'",
      'include: other.yaml',
      'mute: {ms: 1}',
      'include: other.yaml',
    )

    const [only] = await readScenarios(path, {sampleRateHz: 8000})

    expect(only?.steps).toMatchObject([
      {digits: '1'},
      {wait: {ms: 5}},
      {mute: {ms: 1}},
      {wait: {ms: 5}},
      {hangUp: 'stop'},
    ])
  })

  test('as the first step brings its greeting, and before a hang-up leaves its own out', async () => {
    await scenario('other', 'greet: {withinMs: 1}', 'wait: {ms: 5}', 'hangUp: stop')
    const path = await scenario('mine', 'include: other.yaml', 'hangUp: abort')

    expect(await verbsOf(path)).toEqual(['greet', 'wait', 'hangUp'])
  })

  test('may be of a built-in scenario, by its name', async () => {
    const path = await scenario('mine', 'include: basic', 'wait: {ms: 1}')

    expect(await verbsOf(path)).toContain('say')
  })

  test('finds the audio beside the file that names it', async () => {
    const path = await scenario('mine', 'include: below/other.yaml')
    await scenario('below/other', 'say: tone.wav')
    const wav = Buffer.concat([
      wavHeader({sampleRateHz: 8000, channels: 1, dataBytes: 1600}),
      Buffer.alloc(1600, 9),
    ])
    await writeFile(join(folder, 'below', 'tone.wav'), wav)

    expect(await verbsOf(path)).toEqual(['say'])
  })

  test('can make the bot speak for an interruption that follows it', async () => {
    await scenario('other', 'greet: {withinMs: 1}')
    await scenario('quiet', 'wait: {ms: 1}')
    const interrupt = 'interrupt: gone.wav'

    expect(await refusal(await scenario('mine', 'include: other.yaml', interrupt))).toContain(
      'gone.wav does not exist',
    )
    expect(await refusal(await scenario('mine', 'include: quiet.yaml', interrupt))).toContain(
      'mine.yaml:5:5 steps[1]: expected something before interrupt',
    )
  })

  test('eight deep is read, and nine deep is not', async () => {
    await scenario('level-0', 'wait: {ms: 1}')
    for (let level = 1; level <= 9; level += 1) {
      await scenario(`level-${String(level)}`, `include: level-${String(level - 1)}.yaml`)
    }

    expect(await verbsOf(join(folder, 'level-8.yaml'))).toEqual(['wait'])
    expect(await refusal(join(folder, 'level-9.yaml'))).toContain(
      'level-1.yaml:4:14 steps[0].include: expected includes at most 8 deep',
    )
  })

  test('that comes round to its beginning is told where it does', async () => {
    await scenario('other', 'include: mine.yaml')
    const path = await scenario('mine', 'include: other.yaml')

    expect(await refusal(path)).toContain(
      'other.yaml:4:14 steps[0].include: expected a scenario that does not include itself in the end',
    )
  })

  test('of files that include each other many times over ends soon', async () => {
    await scenario('level-0', 'wait: {ms: 1}')
    for (let level = 1; level <= 8; level += 1) {
      const include = `include: level-${String(level - 1)}.yaml`
      await scenario(`level-${String(level)}`, ...Array.from({length: 50}, () => include))
    }

    expect(await refusal(join(folder, 'level-8.yaml'))).toContain('at most 1000 steps in all')
  })

  test('changes the hash of what was read', async () => {
    const path = await scenario('mine', 'include: other.yaml')
    const hash = async (step: string) => {
      await scenario('other', step)
      const [only] = await readScenarios(path, {sampleRateHz: 8000})
      return only?.source?.sha256
    }

    expect(await hash('wait: {ms: 1}')).not.toBe(await hash('wait: {ms: 2}'))
  })
})
