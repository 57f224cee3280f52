import {expect, test} from 'vitest'

import {drawTimeline, lengthOf} from '../../../../../src/report/html/timeline/timeline.js'
import type {TurnReport} from '../../../../../src/report/report.js'
import {aTurn, salesCall} from '../../reports.js'

const speech = {
  caller: [{startMs: 2000, endMs: 4000}],
  bot: [
    {startMs: 0, endMs: 2500},
    {startMs: 5000, endMs: 8000},
  ],
}

const draw = (...turns: TurnReport[]): string => {
  const call = {...salesCall, durationMs: 10_600, speech, turns}
  return drawTimeline({call, audio: undefined}, {id: 'call-1', spots: []})?.markup ?? ''
}

/** Where brackets begin and end: 100 units a second, the plot begins at 60. */
const brackets = (drawn: string) =>
  [...drawn.matchAll(/<path d="M(\S+) \d+v12m0-6H(\S+)m0-6v12"/g)].map(([, from, to]) => [from, to])

const words = (drawn: string) => drawn.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

test.for([
  ['a greeting from start', {kind: 'greeting', greetingMs: 400}, ['60', '100']],
  ['an answer from the last word', {startMs: 1900, endMs: 4100, responseMs: 1000}, ['460', '560']],
  ['talk-over, backwards', {startMs: 1900, endMs: 4100, responseMs: -500}, ['410', '460']],
  [
    'a stop from the first word',
    {kind: 'interrupt', startMs: 1900, endMs: 4100, bargeInStopMs: 500},
    ['260', '310'],
  ],
  [
    'an answer to digits, counted back',
    {kind: 'digits', startMs: 4200, endMs: 4300, responseMs: 600},
    ['500', '560'],
  ],
] as const)('the bracket shows %s', ([, fields, bracket]) => {
  expect(brackets(draw(aTurn(fields)))).toEqual([bracket])
})

test('a turn in which nothing was measured has its flag and no bracket', () => {
  const drawn = draw(aTurn({index: 3, startMs: 1900, endMs: 4100}))

  expect(brackets(drawn)).toEqual([])
  expect(drawn).toContain('href="#call-1-turn-3"')
})

test('a bracket of a turn that failed says so in a word', () => {
  const turn = aTurn({kind: 'greeting', greetingMs: 400, expectation: 'respond', met: false})

  expect(words(draw(turn))).toContain('400 ms fail')
})

test('where both speak at once is a stretch of its own', () => {
  expect(words(draw())).toContain('both speak, 0:02.00 to 0:02.50')
})

test('a call in which nothing lasted has no timeline', () => {
  const call = {...salesCall, durationMs: 0, speech: {caller: [], bot: []}}

  expect(drawTimeline({call, audio: undefined}, {id: 'call-1', spots: []})).toBeUndefined()
})

test.for([
  [99_900, '99.9 s'],
  [185_000, '3:05'],
] as const)('a length of %i ms reads %s', ([durationMs, text]) => {
  expect(lengthOf({...salesCall, durationMs})).toBe(text)
})
