import {expect, test} from 'vitest'

import {noise, tone} from '../../../../src/audio/tone.js'
import {combineProfiles} from '../../../../src/protocol/profiles.js'
import {seededRandom} from '../../../../src/random.js'
import {type Json, withExotel} from './exotel-rig.js'

const random = seededRandom(1)
const voice = tone({hz: 300, ms: 20, sampleRateHz: 8000})
/** What a quiet line carries. */
const quiet = noise({samples: 160, dbfs: -69, random: () => random.next()})

const media = (json: Json) => json['media'] as {chunk: string; timestamp: string}

/** What the bot heard of a second of quiet, 100 ms of voice, and a second of quiet, twice. */
const told = (ids: Parameters<typeof combineProfiles>[0]) =>
  withExotel({profile: combineProfiles(ids)}, async ({heard, ticks, sleep}) => {
    for (let round = 0; round < 2; round += 1) {
      await ticks(50, quiet)
      await ticks(5, voice)
      await ticks(50, quiet)
    }
    await sleep(2)
    return heard.slice(2).map(({json}) => ({
      sequence: Number(json['sequence_number']),
      chunk: Number(media(json).chunk),
      timestampMs: Number(media(json).timestamp),
    }))
  })

test('frames come while the caller speaks and 200 ms longer; timestamps count the time between', async () => {
  const frames = await told(['suppress-silence'])

  // 5 frames of voice and 10 after it, each time.
  const spoken = (fromMs: number) => Array.from({length: 15}, (_, at) => fromMs + at * 20)
  expect(frames.map(({timestampMs}) => timestampMs)).toEqual([...spoken(1000), ...spoken(3100)])
})

test('chunks and sequence numbers count what was sent, without a gap', async () => {
  const frames = await told(['suppress-silence'])

  expect(frames.map(({chunk}) => chunk)).toEqual(frames.map((_, index) => index + 1))
  expect(frames.map(({sequence}) => sequence)).toEqual(frames.map((_, index) => index + 2))
})

test('with 100 ms a frame, whole frames are sent or not', async () => {
  const frames = await told(['suppress-silence', '100ms'])

  expect(frames.map(({timestampMs}) => timestampMs)).toEqual([1000, 1100, 1200, 3100, 3200, 3300])
})

test('otherwise every frame is sent', async () => {
  expect(await told([])).toHaveLength(210)
})
