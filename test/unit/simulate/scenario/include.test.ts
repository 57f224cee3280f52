import {appendFile, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {wavHeader} from '../../../../src/audio/wav.js'
import {readScenarios} from '../../../../src/simulate/scenario/scenario-reader.js'

const ROOT = join(import.meta.dirname, '..', '..', '..', '..')
const HELLO = join(ROOT, 'fixtures', 'audio', 'hello.wav')

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

  test('in a file with another mistake is told of with it, as is all that it brings', async () => {
    await scenario('below/bad', 'say: gone.wav', 'wait: {ms: soon}', 'include: bad.yaml')
    await scenario('calm', 'wait: {ms: 1}', 'noise: rain.wav')
    const path = await scenario(
      'mine',
      'digits: 1',
      'include: mine.yaml',
      'include: missing.yaml',
      'include: calm.yaml',
      'include: below/bad.yaml\n    again: true',
    )

    expect((await refusal(path)).split('\n')).toMatchInlineSnapshot(`
      [
        "ExostreamError: mine.yaml:4:13 steps[0].digits: expected 1 to 32 of 0-9, * and # in quotes, such as '1', not 1",
        "mine.yaml:5:14 steps[1].include: expected a scenario that does not include itself in the end, as "mine.yaml" does",
        "mine.yaml:6:14 steps[2].include: expected a scenario by its built-in name or by its path from here; there is no "missing.yaml"",
        "mine.yaml:8:14 steps[4].include: expected a scenario without mistakes; those of below/bad.yaml are told as well",
        "mine.yaml:9:5 steps[4].again: no key of this name is known here",
        "below/bad.yaml:4:10 steps[0].say: expected a WAV file that can be read; below/gone.wav does not exist",
        "below/bad.yaml:5:16 steps[1].wait.ms: expected a whole number of milliseconds, not "soon"",
        "below/bad.yaml:6:14 steps[2].include: expected a scenario that does not include itself in the end, as "bad.yaml" does",
        "calm.yaml:5:12 steps[1].noise: expected a WAV file that can be read; rain.wav does not exist",
      ]
    `)
  })

  test('that cannot be read is not held against what stands on its steps', async () => {
    const path = await scenario('mine', 'include: missing.yaml', `interrupt: ${HELLO}`)
    await appendFile(path, 'thresholds: [max(greetingMs) < 1000]\n')

    expect((await refusal(path)).split('\n')).toHaveLength(1)
  })

  test('of a file with a mistake is judged by the order in which its steps are played', async () => {
    await scenario('other', `interrupt: ${HELLO}`, 'wait: {ms: soon}')
    const path = await scenario('mine', 'greet: {withinMs: 1}', 'include: other.yaml')

    const told = await refusal(path)

    expect(told).toContain('other.yaml:5:16 steps[1].wait.ms: expected')
    expect(told).not.toContain('expected something before interrupt')
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
