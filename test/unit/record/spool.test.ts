import {once} from 'node:events'
import {mkdtemp, open, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {Spool, type SpoolFile} from '../../../src/record/spool.js'
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
  const parts: Int16Array[] = []
  for await (const both of track.read()) {
    const left = both.filter((_, at) => at % 2 === 0)
    expect(both.filter((_, at) => at % 2 === 1)).toEqual(left.map((sample) => -sample))
    parts.push(left)
  }
  return parts.flatMap((part) => [...part])
}

function countUp(from: number, count: number): readonly number[] {
  return Array.from({length: count}, (_, index) => from + index)
}

/** Blocks as those of calls are: of 20, the first 17 are written at once. */
const LARGE = {blockSamples: 16_000, mostBytes: 1000 * 32_000}

type Written = ReturnType<SpoolFile['writev']>

/** A spool of large blocks whose writes go by `writev`, which is given the real one. */
async function openThrough(writev: (write: () => Written, at: number) => Written): Promise<void> {
  await spool.close()
  const path = join(dir, 'through.part')
  const file = await open(path, 'w+')
  const through: SpoolFile = {
    read: file.read.bind(file),
    close: file.close.bind(file),
    writev: async (blocks, at) => writev(async () => file.writev(blocks, at), at),
  }
  spool = new Spool(through, path, LARGE)
}

/** A track of so many large blocks, whose samples are the number of the block, from `first`. */
function largeTrack(first: number, blocks: number): SpoolTrack {
  const track = new SpoolTrack(spool)
  for (let block = 0; block < blocks; block += 1) {
    const left = new Int16Array(8000).fill(first + block)
    track.write(
      left,
      left.map((sample) => -sample),
    )
  }
  return track
}

async function blocksOf(track: SpoolTrack): Promise<readonly number[]> {
  return (await leftOf(track)).filter((_, at) => at % 8000 === 0)
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
    const second = new AbortController()
    const writes: Written[] = []
    // The first write ends behind the second: a disk knows no order.
    await openThrough(async (write) => {
      const written = writes.length === 0 ? once(second.signal, 'abort').then(write) : write()
      writes.push(written)
      const isSecond = writes.length === 2
      const done = await written
      if (isSecond) second.abort()
      return done
    })

    largeTrack(1, 20).free()
    const later = largeTrack(101, 20)
    await blocksOf(later)
    await Promise.all(writes)

    expect(await blocksOf(later)).toEqual(countUp(101, 20))
    // What was let go of is free by now.
    const before = spool.bytes
    largeTrack(201, 20)
    expect(spool.bytes).toBe(before)
  })

  test('that cannot grow still writes within its file, and says what it lost', async () => {
    const full = new Error('ENOSPC: no space left on device')
    await openThrough(async (write, at) => {
      if (at >= 20 * 32_000) throw full
      return write()
    })
    const former = largeTrack(1, 20)
    await blocksOf(former)

    const lost = largeTrack(101, 3)
    former.free()
    const later = largeTrack(201, 3)

    expect(await blocksOf(later)).toEqual([201, 202, 203])
    expect(later.isCut).toBe(false)
    expect(await blocksOf(lost)).toEqual([])
    expect(lost.isCut).toBe(true)
    expect(spool.failure).toBe(full)
  })

  test('never gives back what lay where it could not write', async () => {
    let isBroken = false
    await openThrough(async (write) => {
      if (isBroken) throw new Error('EIO: i/o error')
      return write()
    })
    const former = largeTrack(1, 20)
    await blocksOf(former)
    former.free()
    isBroken = true

    const later = largeTrack(101, 3)

    expect(await blocksOf(later)).toEqual([])
    expect(later.isCut).toBe(true)
  })

  test('writes many blocks at once, and keeps each of them apart', async () => {
    await spool.close()
    spool = await Spool.open(join(dir, 'audio.part'), LARGE)
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
    const track = new SpoolTrack(spool, {left: noise, right: [silence]})
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
