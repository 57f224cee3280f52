import {describe, expect, test} from 'vitest'

import {tone} from '../../../../src/audio/tone.js'
import {type Gap, GapFinder} from '../../../../src/stream/exotel/gaps.js'
import {Playout} from '../../../../src/stream/exotel/playout.js'

/**
 * A line is a schedule of ticks: `s` the bot's speech, `q` silence that it sent, `.` nothing, `C` a
 * clear. A digit is speech of so many tenths of a packet, and an `o` after it an odd last byte.
 */
function gapsOf(line: string, sampleRateHz = 8000): readonly Gap[] {
  const samples = sampleRateHz / 50
  const finder = new GapFinder()
  const found: Gap[] = []
  const slots = [...line.matchAll(/[sq.C]|\do?/g)].map(([slot]) => slot)
  let atMs = 0
  for (const slot of slots) {
    if (slot === 'C') {
      finder.cleared()
      continue
    }
    // One packet a message, so that each tick is what its slot says.
    const playout = new Playout({samplesPerPacket: samples, clear: 'packet', marksOnClear: 'drop'})
    if (slot !== '.') playout.push(audioOf(slot, sampleRateHz), {isOdd: slot.endsWith('o')})
    const gap = finder.tick(playout.tick(), atMs)
    if (gap) found.push(gap)
    atMs += 20
  }
  return found
}

function audioOf(slot: string, sampleRateHz: number): Int16Array {
  if (slot === 'q') return new Int16Array(sampleRateHz / 50)
  const ms = slot === 's' ? 20 : Number(slot.charAt(0)) * 2
  return tone({hz: 400, ms, sampleRateHz})
}

const late = (startMs: number, gapMs: number): Gap => ({startMs, gapMs, cause: 'late-chunk'})

describe.each([8000, 16_000])('at %i Hz', (sampleRateHz) => {
  test.each<{what: string; line: string; gaps: readonly Gap[]}>([
    {what: 'speech without a hole has no gap', line: 'ssssss', gaps: []},
    {what: 'a late chunk inside speech is a gap', line: 'sss..sss', gaps: [late(60, 40)]},
    {
      what: 'each late chunk is a gap of its own',
      line: 's.s...s',
      gaps: [late(20, 20), late(60, 60)],
    },
    {what: 'a short quiet spell is part of speech', line: 'sqq.s', gaps: [late(60, 20)]},
    {what: 'a pause that was sent before the hole ends the utterance', line: 'sqqq.s', gaps: []},
    {what: 'silence sent by the bot is not a gap', line: 'ssqqqqqqss', gaps: []},
    {what: 'a hole that silence ends is not a gap', line: 'ss..qqss', gaps: []},
    {what: 'the time before the first word is not a gap', line: '.....sss', gaps: []},
    {what: 'the time after the last word is not a gap', line: 'sss.....', gaps: []},
    {
      what: 'a hole of half a second is the longest',
      line: `s${'.'.repeat(25)}s`,
      gaps: [late(20, 500)],
    },
    {
      what: 'a longer hole is the time between two utterances',
      line: `s${'.'.repeat(26)}s`,
      gaps: [],
    },
    {what: 'what comes after a clear is another utterance', line: 'sssC...sss', gaps: []},
    {what: 'nor does a clear within the hole leave a gap', line: 'sss..C.sss', gaps: []},
    {
      what: 'a short last packet is a gap when more audio follows',
      line: 'ss8s',
      gaps: [{startMs: 56, gapMs: 4, cause: 'short-last-packet'}],
    },
    {
      what: 'a short last packet at the end of an utterance is not a gap',
      line: 'ss8.....',
      gaps: [],
    },
    {
      what: 'a short last packet before a late chunk is one gap',
      line: 'ss8.s',
      gaps: [late(60, 20)],
    },
    {what: 'a short last packet that is cleared is not a gap', line: 'ss8Cs', gaps: []},
    {
      what: 'a short last packet of an odd message says so',
      line: 'ss8os8s',
      gaps: [
        {startMs: 56, gapMs: 4, cause: 'odd-length'},
        {startMs: 96, gapMs: 4, cause: 'short-last-packet'},
      ],
    },
  ])('$what', ({line, gaps}) => {
    expect(gapsOf(line, sampleRateHz)).toEqual(gaps)
  })
})

test('a hole that our own late tick made is the rig’s', () => {
  const finder = new GapFinder()
  const speech = tone({hz: 300, ms: 20, sampleRateHz: 8000})

  finder.tick({marks: [], pcm: speech, paddingSamples: 0, isOdd: false}, 0)
  finder.tick({marks: [], paddingSamples: 0, isOdd: false}, 20, 150)
  const found = finder.tick({marks: [], pcm: speech, paddingSamples: 0, isOdd: false}, 40, 130)

  expect(found).toEqual({startMs: 20, gapMs: 20, cause: 'rig'})
})
