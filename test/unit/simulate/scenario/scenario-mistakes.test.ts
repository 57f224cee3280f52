import {readdirSync} from 'node:fs'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, test} from 'vitest'

import {ExostreamError} from '../../../../src/errors.js'
import {type ReadOptions, readScenarios} from '../../../../src/simulate/scenario/scenario-reader.js'

const ROOT = join(import.meta.dirname, '..', '..', '..', '..')
const BAD = join(ROOT, 'fixtures', 'scenarios', 'bad')

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-scenario-'))
})
afterAll(() => rm(folder, {recursive: true}))

/** The code and the message, with paths from the folder of the bad files. */
async function refusal(path: string, options: Partial<ReadOptions> = {}): Promise<string> {
  const error: unknown = await readScenarios(path, {sampleRateHz: 8000, ...options}).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ExostreamError)) return `not refused: ${String(error)}`
  return [
    error.code,
    ...error.message.replaceAll(`${BAD}/`, '').replaceAll(`${ROOT}/`, '').split('\n'),
  ].join('\n')
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

    expect(files).toHaveLength(35)
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
      steps-missing.yaml:1:1 steps: expected a list, but it is missing; or calls, each with steps of its own"
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
      unknown-step.yaml:6:5 steps[1]: expected a step that begins with greet, include, say, interrupt, backchannel, cough, sideTalk, noise, silence, wait, digits, mute, send, botHangsUp or hangUp; "shout" is none of them"
    `)
  })
  test('a threshold on a metric that does not exist', async () => {
    expect(await refusal(join(BAD, 'unknown-threshold.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      unknown-threshold.yaml:8:5 thresholds[0]: expected a threshold on a metric that exists, not happinessMs: there are greetingMs, responseMs, firstAudioMs, bargeInStopMs, clearMs, recoveryMs, unheardMs, falseYield, spuriousResponse, answerMs, promptMs, handshakeMs, dnsMs, tcpMs, tlsMs, upgradeMs, firstMediaMs, interEventMs, interEventMaxMs, responseRate, talkOverMs, gapMs, gapLateMs, gapShortMs, gapOddMs, underruns, underrunRate, leadMs, leadMeanMs, deliveryRatio, markRoundTripMs, closingAfterMarkMs, speechToSilenceRatio, interruptionsPerMin and turnsPerMin"
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
      wav-is-mp3.yaml:5:10 steps[0].say: expected a WAV file that can be read; an-mp3.wav is an MP3, not a WAV"
    `)
  })
  test('a WAV that is not there', async () => {
    const told = (await refusal(join(BAD, 'wav-missing.yaml'))).replace(ROOT, '')

    expect(told).toMatchInlineSnapshot(`
      "EXO_AUDIO_UNREADABLE
      wav-missing.yaml:5:10 steps[0].say: expected a WAV file that can be read; fixtures/audio/no-such-line.wav does not exist"
    `)
  })
  test('five values of the wrong type are five mistakes', async () => {
    expect(await refusal(join(BAD, 'wrong-types.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      wrong-types.yaml:2:7 name: expected a name of small letters, digits and -, not 7
      wrong-types.yaml:5:12 steps[0].greet: expected {withinMs: N}, not "soon"
      wrong-types.yaml:8:15 steps[1].withinMs: expected a whole number of milliseconds, not "2500"
      wrong-types.yaml:9:13 steps[2].digits: expected 1 to 32 of 0-9, * and # in quotes, such as '1', not 1
      wrong-types.yaml:10:13 steps[3].hangUp: expected stop, close, abort, half-open, mid-speech or set-up, not true"
    `)
  })
  test('a step after the bot has hung up, and no close code', async () => {
    expect(await refusal(join(BAD, 'after-the-bot-hangs-up.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      after-the-bot-hangs-up.yaml:5:5 steps[1]: expected botHangsUp as the last step only: nothing can follow it
      after-the-bot-hangs-up.yaml:5:40 steps[1].botHangsUp.code: expected a close code from 1000 to 4999"
    `)
  })
  test('a background as loud as a shout, and a key it has not', async () => {
    expect(await refusal(join(BAD, 'background-too-loud.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      background-too-loud.yaml:3:33 background.dbfs: expected no more than -10 dBFS
      background-too-loud.yaml:3:36 background.loop: no key of this name is known here"
    `)
  })
  test('two calls of one name', async () => {
    expect(await refusal(join(BAD, 'call-name-twice.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      call-name-twice.yaml:7:11 calls[1].name: expected a name of its own: another call has it"
    `)
  })
  test('keys that are to be pressed at two times', async () => {
    expect(await refusal(join(BAD, 'digits-timed-twice.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      digits-timed-twice.yaml:5:5 steps[1]: expected either now or during: at once is not while the bot speaks"
    `)
  })
  test('a scenario that includes itself', async () => {
    expect(await refusal(join(BAD, 'include-itself.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      include-itself.yaml:4:14 steps[0].include: expected a scenario that does not include itself in the end, as "include-itself.yaml" does"
    `)
  })
  test('an include of what is not there', async () => {
    expect(await refusal(join(BAD, 'include-missing.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      include-missing.yaml:4:14 steps[0].include: expected a scenario by its built-in name or by its path from here; there is no "no-such-scenario"
      include-missing.yaml:5:14 steps[1].include: expected a scenario by its built-in name or by its path from here; there is no "../no-such-file.yaml""
    `)
  })
  test('an include of a file with a mistake of its own', async () => {
    expect(await refusal(join(BAD, 'include-of-bad.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      negative-ms.yaml:6:16 steps[1].wait.ms: expected no less than 0 ms
      include-of-bad.yaml:5:14 steps[1].include: expected a scenario without mistakes; those of negative-ms.yaml are told as well"
    `)
  })
  test('an include of several calls', async () => {
    expect(await refusal(join(BAD, 'include-of-calls.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      include-of-calls.yaml:4:14 steps[0].include: expected a scenario of steps; fixtures/scenarios/hang-ups.yaml holds several calls"
    `)
  })
  test('an interruption before anything that makes the bot speak', async () => {
    expect(await refusal(join(BAD, 'interrupt-first.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      interrupt-first.yaml:5:5 steps[1]: expected something before interrupt that makes the bot speak: greet, say, digits, or silence with expect: respond"
    `)
  })
  test('a time without its unit, a noise too short, and a cough to be answered', async () => {
    expect(await refusal(join(BAD, 'wrong-fields.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      wrong-fields.yaml:4:11 steps[0].mute: expected {ms: N}, not 3000
      wrong-fields.yaml:5:22 steps[1].silence.expect: no key of this name is known here
      wrong-fields.yaml:7:9 steps[2].ms: expected no less than 20 ms
      wrong-fields.yaml:8:14 steps[2].afterMs: expected a whole number of milliseconds, not "soon"
      wrong-fields.yaml:10:13 steps[3].expect: expected ignore, not "respond""
    `)
  })
  test('telephone numbers that are none', async () => {
    expect(await refusal(join(BAD, 'numbers-without-quotes.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      numbers-without-quotes.yaml:3:7 from: expected a telephone number in quotes: 3 to 15 digits, with or without a + before them, not 9876543210
      numbers-without-quotes.yaml:4:5 to: expected a telephone number in quotes: 3 to 15 digits, with or without a + before them"
    `)
  })
  test('more custom parameters than Exotel passes on', async () => {
    expect(await refusal(join(BAD, 'parameters-too-many.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      parameters-too-many.yaml:3:13 parameters: expected at most 3 parameters, as Exotel passes on"
    `)
  })
  test('messages that say nothing', async () => {
    expect(await refusal(join(BAD, 'send-nothing.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      send-nothing.yaml:4:19 steps[0].send.clear: expected true, not false
      send-nothing.yaml:5:18 steps[1].send.mark: expected the name of a mark
      send-nothing.yaml:6:11 steps[2].send: expected {clear: true}, {mark: NAME} or {raw: TEXT}
      send-nothing.yaml:7:11 steps[3].send: expected {clear: true}, {mark: NAME} or {raw: TEXT}
      send-nothing.yaml:8:13 steps[3].answer: expected clear, mark, dtmf or media, not "start""
    `)
  })
  test('a hang-up during set-up after a greeting', async () => {
    expect(await refusal(join(BAD, 'set-up-not-alone.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      set-up-not-alone.yaml:5:5 steps[1]: expected hangUp: set-up as the only step of its call: it comes before start"
    `)
  })
  test('steps beside calls', async () => {
    expect(await refusal(join(BAD, 'steps-and-calls.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      steps-and-calls.yaml:6:3 calls: expected either steps or calls: calls have steps of their own"
    `)
  })
  test('texts that nobody can speak', async () => {
    expect(await refusal(join(BAD, 'text-without-words.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      text-without-words.yaml:4:17 steps[0].say.text: expected what is to be said, in words
      text-without-words.yaml:5:34 steps[1].say.language: expected en or hi, not "fr"
      text-without-words.yaml:6:10 steps[2].say: expected the path of a WAV file, or {text: 'what is said'}"
    `)
  })
  test('mistakes of values, of order and of thresholds, all at once', async () => {
    expect(await refusal(join(BAD, 'two-kinds-of-mistakes.yaml'))).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      two-kinds-of-mistakes.yaml:4:13 steps[0].digits: expected 1 to 32 of 0-9, * and # in quotes, such as '1', not 1
      two-kinds-of-mistakes.yaml:5:5 steps[1]: expected greet as the first step only: it counts from the start
      two-kinds-of-mistakes.yaml:7:5 steps[2].within: no key of this name is known here; did you mean withinMs?
      two-kinds-of-mistakes.yaml:8:5 steps[3]: expected hangUp as the last step only: nothing can follow it
      two-kinds-of-mistakes.yaml:13:5 thresholds[2]: expected a threshold such as p50(responseMs) < 1500: p50, p95, p99, min, max, mean or count of a metric, then <, <=, >, >= or ==, then a number without a unit"
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
      own.yaml:4:5 steps[0]: expected a step that begins with greet, include, say, interrupt, backchannel, cough, sideTalk, noise, silence, wait, digits, mute, send, botHangsUp or hangUp
      own.yaml:5:5 steps[1]: expected a step that begins with greet, include, say, interrupt, backchannel, cough, sideTalk, noise, silence, wait, digits, mute, send, botHangsUp or hangUp"
    `)
  })

  test('a wait for two things', async () => {
    const steps = '  - wait: {ms: 1, quietMs: 1}\n  - wait: {}\n'

    expect(await refusalOf(head + steps)).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      own.yaml:4:11 steps[0].wait: expected {ms: N}, {quietMs: N} or {mark: NAME}
      own.yaml:5:11 steps[1].wait: expected {ms: N}, {quietMs: N} or {mark: NAME}"
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
      own.yaml:6:5 thresholds[0]: expected a threshold that can be measured: p95 of responseMs takes 20 values, and this call gives at most 1; --repeat 20 gives enough
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

  test('every recording that cannot be read is told at once, each in its place', async () => {
    await written('text.wav', 'this is no audio')
    const steps = ['gone.wav', 'text.wav', 'gone.wav'].map((name) => `  - say: ${name}\n`).join('')

    expect(await refusalOf(head + steps)).toMatchInlineSnapshot(`
      "EXO_AUDIO_UNREADABLE
      own.yaml:4:10 steps[0].say: expected a WAV file that can be read; gone.wav does not exist
      own.yaml:5:10 steps[1].say: expected a WAV file that can be read; text.wav is text, not a WAV
      own.yaml:6:10 steps[2].say: expected a WAV file that can be read; gone.wav does not exist"
    `)
  })

  test('a recording that cannot be read is told among the other mistakes', async () => {
    const steps = '  - say: gone.wav\n  - digits: 1\n  - say: gone.wav\n    withinMs: soon\n'
    const background = 'background: {noise: rain.wav}\n'

    expect(await refusalOf(head + steps + background)).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      own.yaml:4:10 steps[0].say: expected a WAV file that can be read; gone.wav does not exist
      own.yaml:5:13 steps[1].digits: expected 1 to 32 of 0-9, * and # in quotes, such as '1', not 1
      own.yaml:6:10 steps[2].say: expected a WAV file that can be read; gone.wav does not exist
      own.yaml:7:15 steps[2].withinMs: expected a whole number of milliseconds, not "soon"
      own.yaml:8:21 background.noise: expected a WAV file that can be read; rain.wav does not exist"
    `)
  })

  test('a sound is told where it is named: at its verb, its words, its call or its file', async () => {
    const text = `version: 1
name: own
background: {noise: rain.wav}
calls:
  - name: one
    background: {dbfs: -40, noise: wind.wav}
    steps: [{noise: horn.wav, ms: 40}, {cough: cough.wav}]
  - name: two
    steps: [{say: {text: One}}, {say: {text: Two}}]
`
    const path = await written('own.yaml', text)

    expect((await refusal(path, {speechPath: ''})).replaceAll(`${folder}/`, ''))
      .toMatchInlineSnapshot(`
      "EXO_AUDIO_UNREADABLE
      own.yaml:3:21 background.noise: expected a WAV file that can be read; rain.wav does not exist
      own.yaml:6:36 calls[0].background.noise: expected a WAV file that can be read; wind.wav does not exist
      own.yaml:7:21 calls[0].steps[0].noise: expected a WAV file that can be read; horn.wav does not exist
      own.yaml:7:48 calls[0].steps[1].cough: expected a WAV file that can be read; cough.wav does not exist
      own.yaml:9:26 calls[1].steps[0].say.text: expected a text that can be spoken; a text needs espeak-ng or flite to speak it, and neither is installed"
    `)
  })

  test('calls of one name, and parameters that are too many together, beside a wrong value', async () => {
    const text = `version: 1
name: own
parameters: {one: a, two: b}
calls:
  - {name: same, steps: [{digits: 1}]}
  - {name: same, steps: [{wait: {ms: 1}}], parameters: {three: c, four: d}}
  - {name: 7, steps: [{mute: {ms: 1}}]}
`

    expect(await refusalOf(text)).toMatchInlineSnapshot(`
      "EXO_SCENARIO_INVALID
      own.yaml:5:35 calls[0].steps[0].digits: expected 1 to 32 of 0-9, * and # in quotes, such as '1', not 1
      own.yaml:6:5 calls[1]: expected at most 3 parameters, as Exotel passes on, with those of the file
      own.yaml:6:12 calls[1].name: expected a name of its own: another call has it
      own.yaml:7:12 calls[2].name: expected a name of small letters, digits and -, not 7"
    `)
  })
})

describe('a scenario that does not exist', () => {
  test('is refused with the names of those that do', async () => {
    expect(await refusal('sails')).toMatchInlineSnapshot(`
      "EXO_SCENARIO_NOT_FOUND
      There is no scenario or file "sails"; built in are backchannel, basic, dtmf, emi, hang-ups, hindi, interrupt, noisy-street, objection, sales, silence."
    `)
  })

  test('is refused in the same way when it looks like a path, or is a folder', async () => {
    expect(await refusal('own/file.yaml')).toMatch(/^EXO_SCENARIO_NOT_FOUND\n/)
    expect(await refusal(BAD)).toMatch(/^EXO_SCENARIO_NOT_FOUND\n/)
  })
})
