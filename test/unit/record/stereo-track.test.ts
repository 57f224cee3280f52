import {expect, test} from 'vitest'

import {concatPcm} from '../../../src/audio/pcm16.js'
import {StereoTrack} from '../../../src/record/stereo-track.js'

/** One sample a millisecond, so that times can be read off. */
const sampleRateHz = 1000

function trackOf() {
  const written: Int16Array[] = []
  const track = new StereoTrack({sampleRateHz, write: (both) => written.push(both)})
  const side = (channel: number) => concatPcm(written).filter((_, index) => index % 2 === channel)
  const end = () => {
    while (track.end());
  }
  return {track, written, end, caller: () => side(0), bot: () => side(1)}
}

const of = (value: number, samples: number) => new Int16Array(samples).fill(value)

/** Runs of equal samples, as `value x count`. */
function runs(pcm: Int16Array): string {
  const found: {value: number; count: number}[] = []
  for (const value of pcm) {
    const last = found.at(-1)
    if (last?.value === value) last.count += 1
    else found.push({value, count: 1})
  }
  return found.map(({value, count}) => `${String(value)}x${String(count)}`).join(' ')
}

test('the caller is placed by the count of samples, whatever the network does to the times', () => {
  const {track, end, caller} = trackOf()
  track.caller(of(1, 20), 20)
  track.caller(of(2, 20), 175)
  track.caller(of(3, 20), 176)

  end()

  expect(runs(caller())).toBe('1x20 2x20 3x20')
})

test('a gap of more than 200 ms is silence', () => {
  const {track, end, caller} = trackOf()
  track.caller(of(1, 20), 20)
  track.caller(of(2, 20), 540)

  end()

  expect(runs(caller())).toBe('1x20 0x500 2x20')
})

test('the bot is placed from when it was sent, and behind what it sent before', () => {
  const {track, end, bot} = trackOf()
  track.bot(of(1, 100), 50)
  track.bot(of(2, 100), 60)
  track.bot(of(3, 100), 400)

  end()

  expect(runs(bot())).toBe('0x50 1x100 2x100 0x150 3x100')
})

test('a clear cuts what was not yet due, and the next begins where it was cut', () => {
  const {track, end, bot} = trackOf()
  track.bot(of(1, 100), 0)
  track.bot(of(2, 100), 0)
  track.clear(130)
  track.bot(of(3, 10), 150)

  end()

  expect(runs(bot())).toBe('1x100 2x30 0x20 3x10')
})

test('a clear before anything was due leaves nothing', () => {
  const {track, end, bot} = trackOf()
  track.bot(of(1, 100), 10)
  track.clear(10)
  track.caller(of(7, 20), 20)

  end()

  expect(runs(bot())).toBe('0x20')
})

test('what is over is handed on while the call goes on, at most 200 ms behind a silent line', () => {
  const {track, caller, bot} = trackOf()
  track.caller(of(1, 20), 20)
  track.bot(of(2, 5000), 20)

  track.advance(1000)

  expect(runs(caller())).toBe('1x20 0x780')
  expect(runs(bot())).toBe('0x20 2x780')
})

test('of a caller who sends it is handed on up to the last packet, and never before its time', () => {
  const {track, caller} = trackOf()
  track.caller(of(1, 980), 980)
  track.advance(1000)
  expect(caller()).toHaveLength(980)

  track.caller(of(1, 5000), 1000)
  track.advance(1020)

  expect(caller()).toHaveLength(1020)
})

test('what comes late on a silent line comes after what is written', () => {
  const {track, end, caller} = trackOf()
  track.advance(1000)
  track.caller(of(1, 20), 1000)

  end()

  expect(runs(caller())).toBe('0x980 1x20')
})

test('messages of a second each are laid end to end', () => {
  const {track, end, caller} = trackOf()
  for (let second = 1; second <= 4; second += 1) {
    for (let ms = 0; ms < 1000; ms += 200) track.advance((second - 1) * 1000 + ms)
    track.caller(of(second, 1000), second * 1000)
  }

  end()

  expect(runs(caller())).toBe('0x600 1x1000 2x1000 3x1000 4x1000')
})

test('a caller far ahead of time is written down, and the bot after that', () => {
  const {track, end, caller, bot} = trackOf()
  for (let second = 0; second < 40; second += 1) track.caller(of(1, 1000), 10)
  const waiting = 40_000 - caller().length
  track.bot(of(2, 100), 20)

  end()

  expect(waiting).toBeLessThanOrEqual(10_000)
  expect(runs(caller())).toBe('1x40000')
  expect(bot().indexOf(2)).toBe(40_000 - waiting)
})

test('a bot more than two minutes ahead of the ear is lost to the recording, and counted', () => {
  const {track, end, bot} = trackOf()
  for (let second = 0; second < 150; second += 1) track.bot(of(1, 1000), 0)

  end()

  expect(runs(bot())).toBe('1x120000')
  expect(track.droppedMs).toBe(30_000)
})

test('single samples take room like packets', () => {
  const {track, end} = trackOf()
  for (let sample = 0; sample < 10_000; sample += 1) track.bot(of(1, 1), 0)

  end()

  expect(track.droppedMs).toBe(10_000 - 120_000 / 20)
})

test('a recording ends at two hours, and what is over is counted', () => {
  const {track, written} = trackOf()
  const twoHoursMs = 2 * 60 * 60 * 1000

  track.advance(twoHoursMs + 5200)

  expect(written.reduce((sum, {length}) => sum + length / 2, 0)).toBe(twoHoursMs)
  expect(track.droppedMs).toBe(5000)
})

test('the samples are copied when they come', () => {
  const {track, end, caller} = trackOf()
  const pcm = of(1, 20)
  track.caller(pcm, 20)
  pcm.fill(9)

  end()

  expect(runs(caller())).toBe('1x20')
})

test('what is left at the end is handed on a second at a time', () => {
  const {track, written} = trackOf()
  track.bot(of(1, 2500), 0)

  const isMore = [track.end(), track.end(), track.end()]

  expect(isMore).toEqual([true, true, false])
  expect(written.map(({length}) => length / 2)).toEqual([1000, 1000, 500])
})
