import {describe, expect, test} from 'vitest'

import type {StreamEvent} from '../../../../src/protocol/events.js'
import {
  bot,
  caller,
  clear,
  closed,
  type Events,
  numbersOf,
  packet,
  turn,
} from './hand-made-events.js'

const findingOf = (rule: string, events: Events) =>
  numbersOf(events).findings.find((finding) => finding.rule === rule)

describe('a bot that sends slower than real time', () => {
  const gap: StreamEvent = {type: 'gap', atMs: 720, gapMs: 20, cause: 'late-chunk'}
  const everyMs = (ms: number) => [packet(0), packet(ms), packet(2 * ms), packet(3 * ms)]

  test('is told how slow, from its first hole on', () => {
    const later = {...gap, atMs: 1000}

    expect(findingOf('slower-than-real-time', [everyMs(250), gap, later])).toMatchObject({
      ref: 'C16',
      severity: 'warning',
      count: 1,
      firstAtMs: 720,
      summary: expect.stringMatching(/ A second of audio took 1\.25 s to arrive\.$/) as string,
    })
  })

  test.each([
    ['one that keeps up, whatever hole it left', [everyMs(200), gap]],
    ['one within 2 % of real time', [everyMs(204), gap]],
    ['one that lived on what it had sent ahead', [everyMs(250)]],
    ['one of which nothing was timed', [packet(0), gap]],
  ])('is not %s', (_, events) => {
    expect(findingOf('slower-than-real-time', events)).toBeUndefined()
  })
})

describe('an interrupted bot that sends no clear', () => {
  const over = [turn(0, 'interrupt', 2000, {expectation: 'stop'}), caller(0, 2040, 3000)]

  test('is told for how long it was heard, from the interruption on', () => {
    expect(findingOf('no-clear-on-barge-in', [bot(500, 2400), over, closed(6000)])).toMatchObject({
      severity: 'warning',
      count: 1,
      firstAtMs: 2040,
      summary: expect.stringMatching(/ The bot was heard for 360 ms more\.$/) as string,
    })
  })

  test.each([
    ['cleared', [bot(500, 2400), over, clear(2380, 900), closed(6000)]],
    ['fell silent within 300 ms anyway', [bot(500, 2340), over, closed(6000)]],
    ['was not speaking', [over, closed(6000)]],
    ['was only spoken to', [bot(500, 2400), turn(0, 'say', 2000), caller(0, 2040, 3000)]],
  ])('is not one that %s', (_, events) => {
    expect(findingOf('no-clear-on-barge-in', events)).toBeUndefined()
  })
})
