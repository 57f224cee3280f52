import {readdirSync} from 'node:fs'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, test} from 'vitest'

import {ExostreamError} from '../../../../src/errors.js'
import {readScenario} from '../../../../src/simulate/scenario/scenario-reader.js'

const ROOT = join(import.meta.dirname, '..', '..', '..', '..')
const BAD = join(ROOT, 'fixtures', 'scenarios', 'bad')

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-scenario-'))
})
afterAll(() => rm(folder, {recursive: true}))

/** The code and the message, with paths from the folder of the bad files. */
async function refusal(path: string): Promise<string> {
  const error: unknown = await readScenario(path, 8000).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ExostreamError)) return `not refused: ${String(error)}`
  return [error.code, ...error.message.replaceAll(`${BAD}/`, '').split('\n')].join('\n')
}

async function written(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

async function refusalOf(text: string): Promise<string> {
  const path = await written('own.yaml', text)
  return (await refusal(path)).replaceAll(`${folder}/`, '')
}

describe('a bad file is refused with every mistake, its place and what was expected there', () => {
  test('there is an expectation for every bad file', () => {
    const files = readdirSync(BAD).filter((name) => name.endsWith('.yaml'))

    expect(files).toHaveLength(18)
  })

  test('a key that no telephone has', async () => {
    expect(await refusal(join(BAD, 'bad-digits.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      bad-digits.yaml:6:13 steps[1].digits: expected 1 to 32 of 0-9, * and # in quotes, such as '1'"
    `)
  })
  test('an empty file', async () => {
    expect(await refusal(join(BAD, 'empty.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      empty.yaml:1:1 expected a mapping, but there is nothing"
    `)
  })
  test('a key that is there twice', async () => {
    expect(await refusal(join(BAD, 'key-twice.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      key-twice.yaml:7:1 expected valid YAML: map keys must be unique"
    `)
  })
  test('a wait into the past', async () => {
    expect(await refusal(join(BAD, 'negative-ms.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      negative-ms.yaml:6:16 steps[1].wait.ms: expected no less than 0 ms"
    `)
  })
  test('text that is not YAML', async () => {
    expect(await refusal(join(BAD, 'not-yaml.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      not-yaml.yaml:4:1 expected valid YAML: missing closing "quote"
    `)
  })
  test('a list of no steps', async () => {
    expect(await refusal(join(BAD, 'steps-empty.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      steps-empty.yaml:4:8 steps: expected at least one step"
    `)
  })
  test('no steps at all', async () => {
    expect(await refusal(join(BAD, 'steps-missing.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      steps-missing.yaml:1:1 steps: expected a list, but it is missing"
    `)
  })
  test('indentation with tabs', async () => {
    expect(await refusal(join(BAD, 'tabs.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      tabs.yaml:5:1 expected valid YAML: tabs are not allowed as indentation
      tabs.yaml:6:1 expected valid YAML: tabs are not allowed as indentation"
    `)
  })
  test('two verbs in one step', async () => {
    expect(await refusal(join(BAD, 'two-verbs.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      two-verbs.yaml:5:5 steps[0]: expected one verb a step: say and digits are steps of their own"
    `)
  })
  test('an expectation that does not exist', async () => {
    expect(await refusal(join(BAD, 'unknown-expect.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      unknown-expect.yaml:6:13 steps[0].expect: expected respond or ignore, not "applaud""
    `)
  })
  test('a key that is misspelt', async () => {
    expect(await refusal(join(BAD, 'unknown-key.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      unknown-key.yaml:7:1 treshholds: no key of this name is known here; did you mean thresholds?"
    `)
  })
  test('a verb that does not exist', async () => {
    expect(await refusal(join(BAD, 'unknown-step.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      unknown-step.yaml:6:5 steps[1]: expected a step that begins with greet, say, interrupt, digits, wait or hangUp; "shout" is none of them"
    `)
  })
  test('a threshold on a metric that does not exist', async () => {
    expect(await refusal(join(BAD, 'unknown-threshold.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      unknown-threshold.yaml:8:5 thresholds[0]: expected a threshold on a metric that exists, not happinessMs: there are greetingMs, responseMs, firstAudioMs, bargeInStopMs, clearMs, recoveryMs, unheardMs, talkOverMs, handshakeMs, firstMediaMs, responseRate, gapMs, underruns, underrunRate, leadMs, leadMeanMs, deliveryRatio, markRoundTripMs, speechToSilenceRatio and turnsPerMin"
    `)
  })
  test('a version to come', async () => {
    expect(await refusal(join(BAD, 'version-2.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      version-2.yaml:1:10 version: expected 1, not 2"
    `)
  })
  test('no version', async () => {
    expect(await refusal(join(BAD, 'version-missing.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      version-missing.yaml:1:1 version: expected 1, but it is missing"
    `)
  })
  test('a WAV that is an MP3', async () => {
    expect(await refusal(join(BAD, 'wav-is-mp3.yaml'))).toMatchInlineSnapshot(`
      "EXO_AUDIO_UNREADABLE
      an-mp3.wav is an MP3, not a WAV"
    `)
  })
  test('a WAV that is not there', async () => {
    const told = (await refusal(join(BAD, 'wav-missing.yaml'))).replace(ROOT, '')

    expect(told).toMatchInlineSnapshot(`
      "EXO_AUDIO_UNREADABLE
      /fixtures/audio/no-such-line.wav does not exist"
    `)
  })
  test('five values of the wrong type are five mistakes', async () => {
    expect(await refusal(join(BAD, 'wrong-types.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      wrong-types.yaml:2:7 name: expected a name of small letters, digits and -, not 7
      wrong-types.yaml:5:12 steps[0].greet: expected {withinMs: N}, not "soon"
      wrong-types.yaml:8:15 steps[1].withinMs: expected a whole number of milliseconds, not "2500"
      wrong-types.yaml:9:13 steps[2].digits: expected 1 to 32 of 0-9, * and # in quotes, such as '1', not 1
      wrong-types.yaml:10:13 steps[3].hangUp: expected stop, close or abort, not true"
    `)
  })
})

describe('further mistakes', () => {
  const head = 'version: 1\nname: own\nsteps:\n'

  test('a greeting that is not the first step, and steps after the hang-up', async () => {
    const steps = '  - hangUp: stop\n  - greet: {withinMs: 1}\n'

    expect(await refusalOf(head + steps)).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      own.yaml:4:5 steps[0]: expected hangUp as the last step only: nothing can follow it
      own.yaml:5:5 steps[1]: expected greet as the first step only: it counts from the start"
    `)
  })

  test('a step that is no mapping, and one that is a list', async () => {
    expect(await refusalOf(`${head}  - hangUp\n  - [say]\n`)).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      own.yaml:4:5 steps[0]: expected a step that begins with greet, say, interrupt, digits, wait or hangUp
      own.yaml:5:5 steps[1]: expected a step that begins with greet, say, interrupt, digits, wait or hangUp"
    `)
  })

  test('a wait for two things', async () => {
    const steps = '  - wait: {ms: 1, quietMs: 1}\n  - wait: {}\n'

    expect(await refusalOf(head + steps)).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      own.yaml:4:11 steps[0].wait: expected {ms: N} or {quietMs: N}
      own.yaml:5:11 steps[1].wait: expected {ms: N} or {quietMs: N}"
    `)
  })

  test('a threshold that could never get its values is told beforehand', async () => {
    const text = `${head}  - digits: '12'
thresholds:
  - p95(responseMs) < 100
  - max(bargeInStopMs) < 300
  - responseMs under 2 s
  - max(talkOverMs) < 300
`

    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      own.yaml:6:5 thresholds[0]: expected a threshold that can be measured: p95 of responseMs takes 20 values, and this call gives at most 1
      own.yaml:7:5 thresholds[1]: expected a threshold that can be measured: no step gives a bargeInStopMs
      own.yaml:8:5 thresholds[2]: expected a threshold such as p50(responseMs) < 1500: p50, p95, p99, min, max, mean or count of a metric, then <, <=, >, >= or ==, then a number without a unit"
    `)
  })

  test('a scenario of more than a thousand steps', async () => {
    const step = '  - wait: {ms: 1}\n'

    expect(await refusalOf(head + step.repeat(1001))).toBe(
      'EXO_SCENARIO_INVALID\nown.yaml:4:3 steps: expected at most 1000 steps',
    )
  })

  test('every recording that cannot be read is told at once, each once', async () => {
    await written('text.wav', 'this is no audio')
    const steps = ['gone.wav', 'text.wav', 'gone.wav'].map((name) => `  - say: ${name}\n`).join('')

    expect(await refusalOf(head + steps)).toMatchInlineSnapshot(`
      "EXO_AUDIO_UNREADABLE
      gone.wav does not exist
      text.wav is text, not a WAV"
    `)
  })
})

describe('a scenario that does not exist', () => {
  test('is refused with the names of those that do', async () => {
    expect(await refusal('sails')).toMatchInlineSnapshot(`
      "EXO_SCENARIO_NOT_FOUND
      There is no scenario or file "sails"; built in are basic, dtmf, interrupt, sales."
    `)
  })

  test('is refused in the same way when it looks like a path, or is a folder', async () => {
    expect(await refusal('own/file.yaml')).toMatch(/^EXO_SCENARIO_NOT_FOUND\n/)
    expect(await refusal(BAD)).toMatch(/^EXO_SCENARIO_NOT_FOUND\n/)
  })
})
