import {mkdir, mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test} from 'vitest'

import {readRecording} from '../../../../../src/record/recording-reader.js'
import {type CallAudio, openWorstAudio} from '../../../../../src/simulate/load/worst/worst-audio.js'
import {endedCall, turnOf} from '../../../../rig/load-call.js'

const RATE_HZ = 8000

let dir: string
let audio: CallAudio

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'exostream-worst-audio-'))
  audio = await openWorstAudio({folder: dir, thread: 0, bytes: 64 * RATE_HZ * 4}, RATE_HZ)
})

afterEach(async () => {
  await audio.close()
  await rm(dir, {recursive: true})
})

const noNoise = () => []

/** A call of that length, whose every sample is its index. */
function call(index: number, ms: number, told: Parameters<typeof endedCall>[1] = {}): void {
  const order = {index, scenario: 'test', startAt: 0}
  const keeper = audio.keeperFor(order, noNoise)
  for (let at = 0; at < ms; at += 20) {
    keeper.audio(new Int16Array(160).fill(index), new Int16Array(160).fill(-index))
  }
  audio.ended(endedCall(order, told))
}

async function keep(...indexes: readonly number[]) {
  const wanted = indexes.map((index) => ({index, path: join(dir, `${String(index)}.wav`)}))
  return audio.keep(wanted)
}

test('the ten worst of a thread can be kept, and no other', async () => {
  for (let index = 1; index <= 30; index += 1) {
    call(index, 1500, {turns: [turnOf({responseMs: index === 7 ? 5000 : index})]})
  }

  const {kept, problems} = await keep(7, 30, 22, 21, 20)

  expect(kept).toEqual([7, 30, 22])
  expect(problems).toEqual([])
  const {caller, heard} = await readRecording(join(dir, '7.wav'))
  expect(caller).toHaveLength(1.5 * RATE_HZ)
  expect(new Set(caller)).toEqual(new Set([7]))
  expect(new Set(heard)).toEqual(new Set([-7]))
})

test('a call that was never opened, or was meant to fail, takes no place among them', async () => {
  const order = {index: 1, scenario: 'test', startAt: 0, isOverload: true} as const
  audio.keeperFor(order, noNoise).audio(new Int16Array(160), new Int16Array(160))
  audio.ended(endedCall(order, {outcome: 'failed'}))
  call(2, 100, {outcome: 'dropped'})

  expect(await keep(1, 2)).toEqual({kept: [], problems: []})
})

test('a recording that had no room to its end says so', async () => {
  call(1, 70_000)

  const {kept, problems} = await keep(1)

  expect(kept).toEqual([1])
  expect(problems[0]).toMatch(/1\.wav ends before its call did: the audio of the calls/)
})

test('a folder that cannot be written in costs the recordings, and the calls go on', async () => {
  await mkdir(join(dir, '.audio-1.part'))
  const own = audio
  audio = await openWorstAudio({folder: dir, thread: 1, bytes: 64 * RATE_HZ * 4}, RATE_HZ)
  await own.close()

  call(1, 100)
  const {kept, problems} = await keep(1)

  expect(kept).toEqual([])
  expect(problems).toEqual([
    expect.stringMatching(
      /^The worst calls keep no recordings, because .* cannot be written in: EISDIR/,
    ),
  ])
})

test('a recording that cannot be written is told, and the others are kept', async () => {
  call(1, 100)
  call(2, 100)
  const wanted = [
    {index: 1, path: join(dir, 'nowhere', '1.wav')},
    {index: 2, path: join(dir, '2.wav')},
  ]

  const {kept, problems} = await audio.keep(wanted)

  expect(kept).toEqual([2])
  expect(problems).toHaveLength(1)
  expect(await readdir(dir)).toEqual(['2.wav'])
})
