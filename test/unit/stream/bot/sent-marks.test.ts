import {expect, test} from 'vitest'

import {SentMarks} from '../../../../src/stream/bot/sent-marks.js'

test('a name comes back as often as it was sent', () => {
  const marks = new SentMarks()
  marks.sent('m')
  marks.sent('m')

  expect([marks.takeBack('m'), marks.takeBack('m'), marks.takeBack('m')]).toEqual([
    ...[true, true, false],
  ])
})

test('a thousand names are remembered, and of more the oldest goes', () => {
  const marks = new SentMarks()
  for (let count = 0; count <= 1000; count += 1) marks.sent(`m${String(count)}`)

  expect(['m0', 'm1', 'm1000'].map((name) => marks.takeBack(name))).toEqual([false, true, true])
})

test('a name that is known already takes no other’s place', () => {
  const marks = new SentMarks()
  for (let count = 0; count < 1000; count += 1) marks.sent(`m${String(count)}`)
  marks.sent('m5')

  expect(marks.takeBack('m0')).toBe(true)
})
