import {describe, expect, test} from 'vitest'

import {type Clock, virtualClock} from '../../../../src/clock.js'
import {profiles} from '../../../../src/protocol/profiles.js'
import {seededRandom} from '../../../../src/random.js'
import {roughNetwork} from '../../../../src/stream/exotel/rough-network.js'
import {socketPair} from '../../../rig/socket-pair.js'
import {eventsOf, type Json, withExotel} from './exotel-rig.js'

const SEEDS = Array.from({length: 20}, (_, seed) => seed)

type Arrival = {readonly sentAtMs: number; readonly atMs: number}

/** A message each 20 ms for so long, over the bad line of this seed, and when each arrived. */
function arrivals(seed: number, ms: number): Promise<readonly Arrival[]> {
  const clock = virtualClock()
  return clock.run(async () => {
    const {rough, heard} = line(clock, seed)
    for (let sentAtMs = 0; sentAtMs < ms; sentAtMs += 20) {
      await clock.sleepUntil(sentAtMs)
      rough.send(String(sentAtMs))
    }
    await clock.sleepUntil(ms + 1000)
    return heard
  })
}

function line(clock: Clock, seed: number) {
  const [near, far] = socketPair(clock, 0)
  const heard: Arrival[] = []
  const closed: number[] = []
  far.listen({
    message: (data) => heard.push({sentAtMs: Number(data), atMs: clock.now()}),
    closed: (code) => closed.push(code),
  })
  return {rough: roughNetwork(seededRandom(seed)).over(near, clock), far, heard, closed}
}

describe('a rough network', () => {
  test.each(SEEDS)(
    'with the seed %i loses nothing of what was sent, and keeps its order',
    async (seed) => {
      const heard = await arrivals(seed, 10_000)

      expect(heard.map(({sentAtMs}) => sentAtMs)).toEqual(
        Array.from({length: 500}, (_, index) => index * 20),
      )
    },
  )

  test('delays by 0 to 40 ms, and now and then by a stall of up to half a second', async () => {
    const delays = (await Promise.all(SEEDS.map((seed) => arrivals(seed, 20_000)))).flatMap(
      (heard) => heard.map(({sentAtMs, atMs}) => atMs - sentAtMs),
    )
    const stalled = delays.filter((ms) => ms > 40)

    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...delays)).toBeGreaterThan(400)
    expect(Math.max(...delays)).toBeLessThanOrEqual(540)
    // A stall of 350 ms catches some 17 messages beside the one in a hundred that began it.
    expect(stalled.length / delays.length).toBeGreaterThan(0.08)
    expect(stalled.length / delays.length).toBeLessThan(0.22)
  })

  test('hands on at once what a stall held back', async () => {
    const heard = await arrivals(1, 60_000)
    const bursts = new Map<number, number>()
    for (const {atMs} of heard) bursts.set(atMs, (bursts.get(atMs) ?? 0) + 1)

    expect(Math.max(...bursts.values())).toBeGreaterThanOrEqual(8)
  })

  test('is the same for the same seed, and another for another', async () => {
    const [one, same, other] = await Promise.all([3, 3, 4].map((seed) => arrivals(seed, 5000)))

    expect(same).toEqual(one)
    expect(other).not.toEqual(one)
  })

  test('breaks off one call in ten', () => {
    const broken = Array.from({length: 2000}, (_, seed) => roughNetwork(seededRandom(seed))).filter(
      ({endsAbruptly}) => endsAbruptly,
    )

    expect(broken.length).toBeGreaterThan(150)
    expect(broken.length).toBeLessThan(250)
  })

  test('closes after the last message, not before it', async () => {
    const clock = virtualClock()
    const {heard, closed} = await clock.run(async () => {
      const {rough, ...bot} = line(clock, 1)
      rough.send('0')
      rough.close(1000)
      await clock.sleepUntil(1000)
      return bot
    })

    expect(heard).toHaveLength(1)
    expect(closed).toEqual([1000])
  })

  test('drops what was on its way when the connection breaks', async () => {
    const clock = virtualClock()
    const {heard, closed} = await clock.run(async () => {
      const {rough, ...bot} = line(clock, 1)
      rough.send('0')
      rough.terminate()
      await clock.sleepUntil(1000)
      return bot
    })

    expect(heard).toEqual([])
    expect(closed).toEqual([1006])
  })

  test('delays nothing of what the bot sends', async () => {
    const clock = virtualClock()
    const atMs = await clock.run(async () => {
      const {rough, far} = line(clock, 1)
      const times: number[] = []
      rough.listen({message: () => times.push(clock.now()), closed: () => undefined})
      await clock.sleepUntil(100)
      far.send('hello')
      await clock.sleepUntil(1000)
      return times
    })

    expect(atMs).toEqual([100])
  })
})

describe('the profile rough-network', () => {
  const media = (json: Json) => json['media'] as {chunk: string; timestamp: string}
  const profile = profiles['rough-network']
  const rough = (seed: number, seconds: number) =>
    withExotel({profile, random: seededRandom(seed)}, async ({exotel, heard, events, ticks}) => {
      await ticks(seconds * 50)
      exotel.hangUp('stop')
      const closing = await exotel.closed
      const frames = heard.filter(({json}) => json['event'] === 'media')
      return {frames, closing, events, last: heard.at(-1)?.json['event']}
    })

  test('skips the numbers of lost frames, and no timestamp moves for that', async () => {
    const {frames} = await rough(5, 60)
    const chunks = frames.map(({json}) => Number(media(json).chunk))

    expect(chunks.length).toBeLessThan(3000)
    expect(chunks.length).toBeGreaterThan(2960)
    expect(frames.map(({json}) => Number(media(json).timestamp))).toEqual(
      chunks.map((chunk) => (chunk - 1) * 20),
    )
    expect(frames.map(({json}) => Number(json['sequence_number']))).toEqual(
      chunks.map((chunk) => chunk + 1),
    )
  })

  test('is not late itself: a frame is recorded when the caller spoke it', async () => {
    const {events} = await rough(5, 10)

    const late = eventsOf(events, 'frame').filter(({atMs, intendedMs}) => atMs !== intendedMs)
    expect(late).toEqual([])
    expect(eventsOf(events, 'late-tick')).toEqual([])
  })

  test('ends in order or in a broken connection, as its seed has it', async () => {
    const ends = await Promise.all(SEEDS.map((seed) => rough(seed, 1)))
    const seen = ends.map(({closing, last}) => `${String(closing.code)} after ${String(last)}`)
    const abrupt = SEEDS.filter((seed) => roughNetwork(seededRandom(seed)).endsAbruptly)

    expect(abrupt.length).toBeGreaterThan(0)
    expect(seen).toEqual(
      SEEDS.map((seed) => (abrupt.includes(seed) ? '1006 after media' : '1000 after stop')),
    )
    expect(ends.every(({closing}) => closing.by === 'caller')).toBe(true)
  })

  test('leaves a connection half-open where that is asked, whatever its seed has', async () => {
    const abrupt = SEEDS.find((seed) => roughNetwork(seededRandom(seed)).endsAbruptly) ?? -1
    const options = {profile, random: seededRandom(abrupt)}
    await withExotel(options, async ({exotel, botClosed, sleep}) => {
      exotel.hangUp('half-open')
      await sleep(6000)

      expect(botClosed.map(({atMs}) => atMs)).toEqual([5001])
    })
  })

  test('without a random is clean, so that a kept call can be played again', async () => {
    await withExotel({profile}, async ({heard, ticks, sleep}) => {
      await ticks(500)
      await sleep(1)

      expect(heard.slice(2).map(({atMs}) => atMs)).toEqual(
        Array.from({length: 500}, (_, index) => index * 20 + 1),
      )
    })
  })
})
