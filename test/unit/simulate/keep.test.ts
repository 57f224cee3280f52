import {mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {rms} from '../../../src/audio/level.js'
import {bytesToPcm16} from '../../../src/audio/pcm16.js'
import {readWavHeader} from '../../../src/audio/wav.js'
import {keepIn, keepNothing, writeReport} from '../../../src/simulate/keep.js'
import {politeBot} from '../../rig/bots.js'
import {clip, virtualRun} from '../../rig/virtual-call.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-keep-'))
})
afterEach(() => rm(folder, {recursive: true}))

const loud = new Int16Array(160).fill(1000)
const quiet = new Int16Array(160)

/** Each channel of a stereo WAV. */
async function channelsOf(path: string): Promise<readonly [Int16Array, Int16Array]> {
  const pcm = bytesToPcm16((await readFile(path)).subarray(44))
  return [pcm.filter((_, index) => index % 2 === 0), pcm.filter((_, index) => index % 2 === 1)]
}

describe('a call that is kept', () => {
  test('is a stereo WAV, left the caller, right the bot as heard, and a journal', async () => {
    const into = join(folder, 'new', 'call')
    const {report, events} = await virtualRun({
      bot: politeBot(),
      steps: [{greet: {withinMs: 500}}, {say: clip(1200), expect: 'respond'}, {hangUp: 'stop'}],
      keep: () => keepIn(into, 8000),
    })

    const [call] = report.calls
    expect(call?.artifacts).toEqual({
      recording: join(into, 'call.wav'),
      journal: join(into, 'journal.ndjson'),
    })
    const header = readWavHeader(await readFile(join(into, 'call.wav')))
    expect(header).toMatchObject({channels: 2, sampleRateHz: 8000, bitsPerSample: 16})

    const [caller, heard] = await channelsOf(join(into, 'call.wav'))
    const [said] = call?.speech.caller ?? []
    const [greeting] = call?.speech.bot ?? []
    const level = (track: Int16Array, span = said) =>
      rms(track.subarray(((span?.startMs ?? 0) + 20) * 8, (span?.endMs ?? 0) * 8))
    expect(level(caller)).toBeGreaterThan(1000)
    expect(level(heard)).toBe(0)
    expect(level(heard, greeting)).toBeGreaterThan(1000)
    expect(level(caller, greeting)).toBeLessThan(20)

    const journal = await readFile(join(into, 'journal.ndjson'), 'utf8')
    const lines = journal.trimEnd().split('\n')
    expect(journal.endsWith('\n')).toBe(true)
    const values = lines.map((line) => JSON.parse(line) as {type: string})
    expect(values.at(0)?.type).toBe('run')
    expect(values.slice(1, -1)).toEqual(events)
    expect(values.at(-1)?.type).toBe('end')
  })

  test('holds every message of the bot verbatim', async () => {
    const strange = ' {"event" :"media",\t"stream_sid":"ü","media":{"payload":"AAA="} }\u2028'
    await virtualRun({
      raw(socket, sleep) {
        socket.listen({message: () => undefined, closed: () => undefined})
        void sleep(100).then(() => {
          socket.send(strange)
        })
      },
      steps: [{wait: {ms: 300}}, {hangUp: 'stop'}],
      keep: () => keepIn(folder, 8000),
    })

    const journal = await readFile(join(folder, 'journal.ndjson'), 'utf8')
    const received = journal
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as {type: string; text?: string})
      .filter(({type}) => type === 'received')
    expect(received.map(({text}) => text)).toEqual([strange])
  })

  test('replaces what an earlier call left in the same folder', async () => {
    const first = await keepIn(folder, 8000)
    first.event({type: 'turn-end', atMs: 1, turn: 1})
    first.audio(loud, loud)
    await first.close()

    const second = await keepIn(folder, 8000)
    second.event({type: 'turn-end', atMs: 2, turn: 2})
    const {problems} = await second.close()

    expect(problems).toEqual([])
    expect(await readFile(join(folder, 'journal.ndjson'), 'utf8')).toBe(
      '{"type":"turn-end","atMs":2,"turn":2}\n',
    )
    expect((await stat(join(folder, 'call.wav'))).size).toBe(44)
  })

  test('that was never opened leaves no files', async () => {
    const keeper = await keepIn(folder, 8000)

    expect(await keeper.close()).toEqual({artifacts: {}, problems: []})
    expect(await readdir(folder)).toEqual([])
  })
})

describe('what cannot be kept', () => {
  test('is a folder that cannot be made', async () => {
    await writeFile(join(folder, 'file'), '')

    await expect(keepIn(join(folder, 'file', 'call'), 8000)).rejects.toMatchObject({
      code: 'EXO_DATA_DIR',
      message: `The folder ${join(folder, 'file', 'call')} could not be made.`,
    })
  })

  test('is left out, with its reason, and the rest is kept', async () => {
    await mkdir(join(folder, 'journal.ndjson'))
    const keeper = await keepIn(folder, 8000)
    keeper.audio(loud, quiet)
    keeper.event({type: 'turn-end', atMs: 1, turn: 1})

    const {artifacts, problems} = await keeper.close()

    expect(artifacts).toEqual({recording: join(folder, 'call.wav')})
    expect(problems).toEqual([expect.stringMatching(/^The journal is incomplete: EISDIR.*\.$/)])
  })

  test('is told when the disk did not keep up', async () => {
    const keeper = await keepIn(folder, 8000)
    for (let second = 0; second < 40; second += 1)
      keeper.audio(new Int16Array(8000), new Int16Array(8000))

    const {artifacts, problems} = await keeper.close()

    expect(artifacts.recording).toBeDefined()
    expect(problems).toEqual(['The recording is incomplete: the disk did not keep up.'])
  })
})

test('nothing is kept where nothing is to be kept', async () => {
  keepNothing.audio(loud, loud)

  expect(await keepNothing.close()).toEqual({artifacts: {}, problems: []})
})

describe('the report', () => {
  test('is written whole, as JSON for people too, and nothing is left beside it', async () => {
    const path = await writeReport(join(folder, 'new'), {schemaVersion: 1})

    expect(path).toBe(join(folder, 'new', 'report.json'))
    expect(await readFile(path, 'utf8')).toBe('{\n  "schemaVersion": 1\n}\n')
    expect(await readdir(join(folder, 'new'))).toEqual(['report.json'])
  })

  test('that cannot be written is told with the folder that has to be mended', async () => {
    await mkdir(join(folder, 'report.json'))

    await expect(writeReport(folder, {})).rejects.toMatchObject({
      code: 'EXO_DATA_DIR',
      message: `The report could not be written to ${join(folder, 'report.json')}.`,
    })
  })
})
