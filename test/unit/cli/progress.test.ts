import {expect, test} from 'vitest'

import {LiveLine} from '../../../src/cli/progress.js'
import {aScreen} from './screen.js'

const ERASE = '\r\u001b[K'

test('the line is rewritten eight times a second at most', () => {
  const stream = aScreen({isTTY: true})
  const times = [0, 60, 124, 125, 249, 250]
  const live = new LiveLine({stream, env: {}, now: () => times.shift() ?? 0})

  for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) live.show(text)

  expect(stream.written).toEqual([`${ERASE}a`, `${ERASE}d`, `${ERASE}f`])
})

test('once cleared it leaves nothing, and may be drawn again at once', () => {
  const stream = aScreen({isTTY: true})
  const live = new LiveLine({stream, env: {}, now: () => 0})

  live.show('a')
  live.clear()
  live.clear()
  live.show('b')

  expect(stream.written).toEqual([`${ERASE}a`, ERASE, `${ERASE}b`])
})

test.for([
  ['into a file', false, {}],
  ['in CI', true, {CI: 'true'}],
  ['on a terminal without abilities', true, {TERM: 'dumb'}],
] as const)('nothing is written %s', ([, isTTY, env]) => {
  const stream = aScreen({isTTY})
  const live = new LiveLine({stream, env, now: () => 0})

  live.show('a')
  live.clear()

  expect(stream.written).toEqual([])
})

test('a long line is cut before the last column, and its control characters taken out', () => {
  const stream = aScreen({isTTY: true, columns: 40})
  const live = new LiveLine({stream, env: {}, now: () => 0})

  live.show(`\u001b[2J${'x'.repeat(80)}`)

  expect(stream.written).toEqual([`${ERASE}[2J${'x'.repeat(35)}…`])
})

test('two lines are rewritten and taken away from the last one up', () => {
  const stream = aScreen({isTTY: true})
  const times = [0, 200]
  const live = new LiveLine({stream, env: {}, now: () => times.shift() ?? 0})

  live.show('a', 'b')
  live.show('c', 'd')
  live.clear()

  const up = '\u001b[A'
  expect(stream.written).toEqual([
    `${ERASE}a\nb`,
    `${ERASE}${up}${ERASE}c\nd`,
    `${ERASE}${up}${ERASE}`,
  ])
})
