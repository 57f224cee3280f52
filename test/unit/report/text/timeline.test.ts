import {expect, test} from 'vitest'

import {plainPaint} from '../../../../src/report/text/look.js'
import {drawTimeline} from '../../../../src/report/text/timeline.js'
import {aTurn, salesCall} from '../reports.js'

// 40 cells of 250 ms each.
const look = {width: 50, paint: plainPaint, ascii: true}
const tenSeconds = {...salesCall, durationMs: 10_000, turns: []}

test('each cell shows whether that time was spoken through, spoken in, or silent', () => {
  const speech = {
    caller: [{startMs: 1000, endMs: 1600}],
    bot: [
      {startMs: 0, endMs: 500},
      {startMs: 9750, endMs: 10_000},
    ],
  }

  const lines = drawTimeline({...tenSeconds, speech}, look)

  expect(lines).toEqual([
    '          |0 s                |5 s',
    '  caller  ....##:.................................',
    '  bot     ##.....................................#',
  ])
})

test('turns stand where they begin, with a letter for an interruption and for digits', () => {
  const turns = [
    aTurn({index: 0, startMs: 0}),
    aTurn({index: 1, startMs: 2500, kind: 'interrupt'}),
    aTurn({index: 2, startMs: 5000, kind: 'digits'}),
  ]
  const speech = {caller: [{startMs: 0, endMs: 1000}], bot: []}

  const lines = drawTimeline({...tenSeconds, turns, speech}, look)

  expect(lines.slice(3)).toEqual([
    '  turn    0         1i        2d',
    '          i: the caller interrupts, d: digits are sent',
  ])
})

test('where two turns want one place, the interruption is the one that is shown', () => {
  const turns = [
    aTurn({index: 7, startMs: 5000}),
    aTurn({index: 8, startMs: 5200, kind: 'interrupt'}),
  ]
  const speech = {caller: [{startMs: 0, endMs: 1000}], bot: []}

  const lines = drawTimeline({...tenSeconds, turns, speech}, look)

  expect(lines[3]).toBe(`  turn    ${' '.repeat(20)}8i`)
})

test('a turn at the very end, or before the start, stays within the line', () => {
  const turns = [aTurn({index: 0, startMs: -300}), aTurn({index: 12, startMs: 10_000})]
  const speech = {caller: [{startMs: 0, endMs: 1000}], bot: []}

  const lines = drawTimeline({...tenSeconds, turns, speech}, look)

  expect(lines[3]).toBe(`  turn    0${' '.repeat(37)}12`)
})

test('speech that outlasts the call is not cut off', () => {
  const speech = {caller: [], bot: [{startMs: 15_000, endMs: 20_000}]}

  const lines = drawTimeline({...tenSeconds, speech}, look)

  expect(lines[2]).toBe(`  bot     ${'.'.repeat(30)}${'#'.repeat(10)}`)
})

test('a call of a day is drawn as well as one of a second', () => {
  const day = 86_400_000
  const speech = {caller: [{startMs: 0, endMs: day}], bot: []}

  const lines = drawTimeline({...tenSeconds, durationMs: day, speech}, look)

  expect(lines[0]).toContain('|0 s')
})

test('a call in which nobody spoke has no timeline', () => {
  expect(drawTimeline({...tenSeconds, speech: {caller: [], bot: []}}, look)).toEqual([])
})
