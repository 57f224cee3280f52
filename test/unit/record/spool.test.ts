import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {Spool} from '../../../src/record/spool.js'
import {SpoolTrack} from '../../../src/record/spool-track.js'

/** Of each side. */
const BLOCK_SAMPLES = 8
const BLOCK_BYTES = 4 * BLOCK_SAMPLES

let dir: string
let spool: Spool

async function openFor(blocks: number): Promise<Spool> {
  const options = {blockSamples: 2 * BLOCK_SAMPLES, mostBytes: blocks * BLOCK_BYTES}
  return Spool.open(join(dir, 'audio.part'), options)
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'exostream-spool-'))
  spool = await openFor(100)
})

afterEach(async () => {
  await spool.close()
  await rm(dir, {recursive: true})
})

/** Samples that count up from `from` on one side, and down on the other. */
function write(track: SpoolTrack, from: number, count: number): void {
  const left = Int16Array.from({length: count}, (_, index) => from + index)
  track.write(
    left,
    left.map((sample) => -sample),
  )
}

async function leftOf(track: SpoolTrack): Promise<readonly number[]> {
  const samples: number[] = []
  for await (const both of track.read()) {
    for (let at = 0; at < both.length; at += 2) {
      expect(both[at + 1]).toBe(-(both[at] ?? 0))
      samples.push(both[at] ?? 0)
    }
  }
  return samples
}

function countUp(from: number, count: number): readonly number[] {
  return Array.from({length: count}, (_, index) => from + index)
}

describe('a spool', () => {
  test.each([3, 2 * BLOCK_SAMPLES - 1, 3 * BLOCK_SAMPLES, 9 * BLOCK_SAMPLES])(
    'gives back both sides of %i samples as they came',
    async (count) => {
      const track = new SpoolTrack(spool)

      for (let at = 1; at <= count; at += 3) write(track, at, Math.min(3, count - at + 1))

      expect(await leftOf(track)).toEqual(countUp(1, count))
    },
  )

  test('copies what it is given: the samples may be written over', async () => {
    const track = new SpoolTrack(spool)
    const left = new Int16Array(BLOCK_SAMPLES).fill(5)
    const right = new Int16Array(BLOCK_SAMPLES).fill(-5)

    track.write(left, right)
    left.fill(9)

    expect(await leftOf(track)).toEqual(Array(BLOCK_SAMPLES).fill(5))
  })

  test('writes over what was let go of, and leaves the others alone', async () => {
    const [kept, freed] = [new SpoolTrack(spool), new SpoolTrack(spool)]
    for (let block = 0; block < 3; block += 1) {
      write(kept, 1 + block * BLOCK_SAMPLES, BLOCK_SAMPLES)
      write(freed, 1001 + block * BLOCK_SAMPLES, BLOCK_SAMPLES)
    }
    await leftOf(freed)
    const before = spool.bytes

    freed.free()
    const later = new SpoolTrack(spool)
    write(later, 2001, 3 * BLOCK_SAMPLES)

    expect(await leftOf(later)).toEqual(countUp(2001, 3 * BLOCK_SAMPLES))
    expect(await leftOf(kept)).toEqual(countUp(1, 3 * BLOCK_SAMPLES))
    expect(spool.bytes).toBe(before)
  })

  test('does not write over a block that is still being written', async () => {
    const freed = new SpoolTrack(spool)
    write(freed, 1, BLOCK_SAMPLES)

    freed.free()
    const later = new SpoolTrack(spool)
    write(later, 101, BLOCK_SAMPLES)

    expect(await leftOf(later)).toEqual(countUp(101, BLOCK_SAMPLES))
  })

  test('writes many blocks at once, and keeps each of them apart', async () => {
    await spool.close()
    const options = {blockSamples: 16_000, mostBytes: 1000 * 32_000}
    spool = await Spool.open(join(dir, 'audio.part'), options)
    const tracks = Array.from({length: 6}, () => new SpoolTrack(spool))

    for (let second = 0; second < 10; second += 1) {
      for (const [index, track] of tracks.entries()) write(track, 1 + index * 1000 + second, 8000)
      // Places that are freed in between are taken again, one here and one there.
      if (second === 5) tracks[2]?.free()
    }

    for (const [index, track] of tracks.entries()) {
      const expected = Array.from({length: 10}, (_, second) =>
        countUp(1 + index * 1000 + second, 8000),
      )
      expect(await leftOf(track)).toEqual(index === 2 ? [] : expected.flat())
    }
    expect(spool.bytes).toBeLessThan(60 * 32_000)
  })

  test('that is full keeps the beginning, and says that the end is missing', async () => {
    await spool.close()
    spool = await openFor(2)
    const track = new SpoolTrack(spool)

    for (let block = 0; block < 4; block += 1)
      write(track, 1 + block * BLOCK_SAMPLES, BLOCK_SAMPLES)

    expect(await leftOf(track)).toEqual(countUp(1, 2 * BLOCK_SAMPLES))
    expect(track.isCut).toBe(true)
    expect(spool.bytes).toBe(2 * BLOCK_BYTES)
  })

  test('takes nothing of a track that was let go of', async () => {
    const track = new SpoolTrack(spool)
    track.free()

    write(track, 1, BLOCK_SAMPLES)

    expect(await leftOf(track)).toEqual([])
  })

  test('keeps nothing of packets that come again and again, and gives them back in their places', async () => {
    const noise = [1, 2, 3].map((sample) => new Int16Array(4).fill(sample))
    const silence = new Int16Array(4)
    const track = new SpoolTrack(spool)
    track.usual = {left: noise, right: [silence]}
    const spoken = new Int16Array(4).fill(9)

    for (let number = 0; number < 120; number += 1) {
      const left = number === 61 ? spoken : noise[number % 3]
      // The same samples that are not the same packet are kept.
      const right = number === 4 ? new Int16Array(4).fill(-9) : silence
      track.write(left ?? spoken, right)
    }
    // Out of its place it is kept, too.
    track.write(noise[2] ?? spoken, silence)

    const both: number[] = []
    for await (const part of track.read()) both.push(...part)
    const firsts = Array.from({length: 121}, (_, number) => [
      both[number * 8],
      both[number * 8 + 1],
    ])
    const expected = firsts.map((_, number) => [
      number === 61 ? 9 : 1 + (number % 3),
      number === 4 ? -9 : 0,
    ])
    expected[120] = [3, 0]
    expect(firsts).toEqual(expected)
    expect(both).toHaveLength(121 * 8)
    expect(spool.bytes).toBe(0)
  })

  test('leaves no file behind', async () => {
    write(new SpoolTrack(spool), 1, 3 * BLOCK_SAMPLES)

    await spool.close()

    expect(await readdir(dir)).toEqual([])
    spool = await openFor(1)
  })
})
