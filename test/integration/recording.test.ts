import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, expect, test} from 'vitest'

import {bytesToPcm16, concatPcm} from '../../src/audio/pcm16.js'
import {WAV_HEADER_BYTES} from '../../src/audio/wav.js'
import {systemClock} from '../../src/clock.js'
import type {StreamEvent} from '../../src/protocol/events.js'
import {keepIn} from '../../src/simulate/keep.js'
import type {Step} from '../../src/simulate/scenario/scenario.js'
import {patchyBot} from '../rig/patchy-bot.js'
import {listenRaw, realRun} from '../rig/real-call.js'
import {clip, virtualRun} from '../rig/virtual-call.js'

const steps = (sampleRateHz = 8000): readonly Step[] => [
  {wait: {ms: 1000}},
  {interrupt: clip(700, 'speech over the bot', sampleRateHz), afterMs: 100},
  {wait: {ms: 3000}},
  {hangUp: 'stop', now: true},
]

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-recording-'))
})
afterAll(() => rm(folder, {recursive: true}))

test.each([
  {profile: 'docs-strings', sampleRateHz: 8000},
  {profile: '100ms', sampleRateHz: 8000},
  {profile: '16k', sampleRateHz: 16_000},
] as const)(
  'in virtual time, as $profile, every sample of both sides lies where the journal says',
  async ({profile, sampleRateHz}) => {
    const kept = join(folder, profile)
    const bot = patchyBot()

    await virtualRun({
      raw(socket, _, clock) {
        bot.serve(socket, clock)
      },
      steps: steps(sampleRateHz),
      profiles: [profile],
      keep: () => keepIn(kept, sampleRateHz),
    })

    await expectExact(kept, {sampleRateHz, heard: bot.heard})
  },
)

test('in real time, over a WebSocket, every sample of both sides lies where the journal says', async () => {
  const kept = join(folder, 'real')
  const bot = patchyBot()
  const url = await listenRaw((socket) => {
    bot.serve(socket, systemClock)
  })

  await realRun({url, steps: steps(), keep: () => keepIn(kept, 8000)})

  await expectExact(kept, {sampleRateHz: 8000, heard: bot.heard})
})

type Call = {readonly sampleRateHz: number; readonly heard: readonly Buffer[]}

async function expectExact(kept: string, {sampleRateHz, heard}: Call): Promise<void> {
  const [left, right] = tracksOf(await readFile(join(kept, 'call.wav')))
  const journal = (await readFile(join(kept, 'journal.ndjson'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as StreamEvent)
  const samplesPerTick = sampleRateHz / 50
  const sent = concatPcm(heard.map((bytes) => bytesToPcm16(bytes)))

  const {track, chunks, clears} = expectedTrack(journal, {samples: right.length, samplesPerTick})

  expect({chunks: chunks > 60, clears: clears > 2, isHeard: right.some(Boolean)}).toEqual({
    chunks: true,
    clears: true,
    isHeard: true,
  })
  expect(right.length % samplesPerTick).toBe(0)
  expect(firstDifference(right, track)).toBe(-1)
  expect(firstDifference(left.subarray(0, sent.length), sent)).toBe(-1)
  expect((left.length - sent.length) / samplesPerTick).toBeLessThan(6)
}

/**
 * A ruler of its own for the right track: each chunk begins with the first tick after its arrival
 * that nothing before it takes, and takes whole ticks; what a `clear` finds unplayed is not heard.
 */
function expectedTrack(
  journal: readonly StreamEvent[],
  {samples, samplesPerTick}: {samples: number; samplesPerTick: number},
) {
  const track = new Int16Array(samples)
  const counts = {chunks: 0, clears: 0}
  let freeTick = 0
  for (const event of journal) {
    if (event.type !== 'received') continue
    const {event: kind, media} = JSON.parse(event.text) as {event: string; media?: Media}
    if (kind === 'clear') {
      counts.clears += 1
      track.fill(0, event.tick * samplesPerTick)
      freeTick = Math.min(freeTick, event.tick)
    } else if (media) {
      counts.chunks += 1
      const pcm = bytesToPcm16(Buffer.from(media.payload, 'base64'))
      const tick = Math.max(freeTick, event.tick)
      const room = Math.max(0, samples - tick * samplesPerTick)
      track.set(pcm.subarray(0, room), Math.min(tick * samplesPerTick, samples))
      freeTick = tick + Math.ceil(pcm.length / samplesPerTick)
    }
  }
  return {track, ...counts}
}

type Media = {readonly payload: string}

function tracksOf(wav: Buffer): readonly [Int16Array, Int16Array] {
  const both = bytesToPcm16(wav.subarray(WAV_HEADER_BYTES))
  const track = (first: number) =>
    Int16Array.from({length: both.length / 2}, (_, frame) => both[2 * frame + first] ?? 0)
  return [track(0), track(1)]
}

/** Where two tracks differ first; -1 when they are alike. */
function firstDifference(one: Int16Array, other: Int16Array): number {
  if (one.length !== other.length) return Math.min(one.length, other.length)
  return one.findIndex((sample, index) => sample !== other[index])
}
