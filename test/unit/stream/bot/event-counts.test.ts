import {expect, test} from 'vitest'

import {EventCounts} from '../../../../src/stream/bot/event-counts.js'

test('says how often each has been', () => {
  const counts = new EventCounts()

  const told = ['mark', 'media', 'media', 'mark', 'media'].map((event) => counts.add(event))

  expect(told).toEqual([1, 1, 2, 2, 3])
})

test('keeps the order in which they first came', () => {
  const counts = new EventCounts()
  for (const event of ['connected', 'media', 'mark', 'media']) counts.add(event)

  expect(Object.entries(counts.all())).toEqual([
    ['connected', 1],
    ['media', 2],
    ['mark', 1],
  ])
})

test('tells what is named before it came', () => {
  const counts = new EventCounts(['media'])
  counts.add('__proto__')

  expect(Object.entries(counts.all())).toEqual([
    ['media', 0],
    ['__proto__', 1],
  ])
  expect(counts.has('media')).toBe(true)
  expect(counts.has('stop')).toBe(false)
})
