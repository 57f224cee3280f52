import {mkdir, mkdtemp, readdir, rm, symlink} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, expect, test} from 'vitest'

import type {StreamEvent} from '../../../../../src/protocol/events.js'
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

/** What each call begins with. */
const callEvent: StreamEvent = {
  type: 'call',
  atMs: 0,
  journalVersion: 1,
  startedAt: '2026-11-21T09:00:00.000Z',
  callSid: 'call',
  streamSid: 'stream',
  scenario: 'test',
  seed: 1,
  sampleRateHz: RATE_HZ,
  frameMs: 100,
  clear: 'packet',
  marksOnClear: 'drop',
  vad: {thresholdDbfs: -45, startMs: 60, stopMs: 200},
  handshakeMs: 1,
  attempts: 1,
}

/** A call of that length, whose every sample is its index. */
function call(index: number, ms: number, told: Parameters<typeof endedCall>[1] = {}): void {
  const order = {index, scenario: 'test', startAt: 0}
  const keeper = audio.keeperFor(order, noNoise)
  keeper.event(callEvent)
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
  const keeper = audio.keeperFor(order, noNoise)
  keeper.event(callEvent)
  keeper.audio(new Int16Array(160), new Int16Array(160))
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

test.skipIf(process.platform !== 'linux')(
  'a recording that a full disk cut short says so, though its call had ended before',
  async () => {
    await symlink('/dev/full', join(dir, '.audio-1.part'))
    await audio.close()
    audio = await openWorstAudio({folder: dir, thread: 1, bytes: 64 * RATE_HZ * 4}, RATE_HZ)

    call(1, 2500)
    const {kept, problems} = await keep(1)

    expect(kept).toEqual([1])
    expect(problems).toEqual([expect.stringMatching(/1\.wav ends before its call did: ENOSPC/)])
  },
)

test('a call at another rate than the plan is kept at its own', async () => {
  const order = {index: 1, scenario: 'test', startAt: 0}
  const noise = new Int16Array(320).fill(3)
  const keeper = audio.keeperFor(order, () => [noise])
  keeper.event({...callEvent, sampleRateHz: 2 * RATE_HZ})
  for (let packet = 0; packet < 10; packet += 1)
    keeper.audio(noise, new Int16Array(320).fill(packet))
  audio.ended(endedCall(order))

  await keep(1)

  const {caller, heard, sampleRateHz} = await readRecording(join(dir, '1.wav'))
  expect(sampleRateHz).toBe(2 * RATE_HZ)
  expect(caller).toEqual(new Int16Array(3200).fill(3))
  expect([...new Set(heard)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
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
