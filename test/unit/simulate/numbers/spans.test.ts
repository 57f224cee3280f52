import {describe, expect, test} from 'vitest'

import {overlapMs, totalMs, utteranceEndAt} from '../../../../src/simulate/numbers/spans.js'

const spans = (...edges: readonly (readonly [number, number])[]) =>
  edges.map(([startMs, endMs]) => ({startMs, endMs}))

describe('the utterance that goes on at a moment', () => {
  const bot = spans([1000, 2000], [2400, 3000], [3500, 4000])

  test.each([
    ['before anything was said', 999, undefined],
    ['from its first moment', 1000, 3000],
    ['through a pause of 400 ms', 1500, 3000],
    ['in that pause', 2200, 3000],
    ['up to a pause of 500 ms, which ends it', 2900, 3000],
    ['in the 500 ms after its end', 3499, 3000],
    ['from the moment the next one begins', 3500, 4000],
    ['500 ms after the last', 4500, undefined],
  ])('%s', (_, atMs, endMs) => {
    expect(utteranceEndAt(bot, atMs)).toBe(endMs)
  })

  test('what begins after the bot has been cut off is another, however short the pause', () => {
    expect(utteranceEndAt(bot, 1500, 2399)).toBe(2000)
    expect(utteranceEndAt(bot, 1500, 2400)).toBe(3000)
  })
})

test.each([
  [spans([0, 100]), spans([100, 200]), 0],
  [spans([0, 100]), spans([50, 200]), 50],
  [spans([0, 1000]), spans([100, 200], [300, 350]), 150],
  [spans([0, 100], [200, 300]), spans([50, 250]), 100],
  [spans(), spans([0, 1]), 0],
])('%j and %j overlap segment by segment', (ones, others, sum) => {
  expect(overlapMs(ones, others)).toBe(sum)
  expect(overlapMs(others, ones)).toBe(sum)
})

test('the length of spans is summed', () => {
  expect(totalMs(spans([0, 100], [200, 350]))).toBe(250)
})
