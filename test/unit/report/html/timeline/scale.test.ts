import {expect, test} from 'vitest'

import {
  clockTime,
  exactTime,
  PLOT,
  rowsOf,
  ticksOf,
  xOf,
} from '../../../../../src/report/html/timeline/scale.js'

test.for([
  [46_000, 1, 46_000],
  [75_000, 1, 75_000],
  [75_001, 2, 76_000],
  [180_000, 3, 180_000],
  [185_680, 3, 186_000],
  [3_600_000, 12, 3_600_000],
  [10, 1, 1000],
] as const)('a call of %i ms is drawn in %i rows, up to %i ms', ([durationMs, rows, endMs]) => {
  const drawn = rowsOf(durationMs)

  expect(drawn).toHaveLength(rows)
  expect(drawn.at(-1)?.endMs).toBe(endMs)
})

test('each row begins where the one before it ends', () => {
  const rows = rowsOf(200_000)

  expect(rows.slice(1).map(({startMs}) => startMs)).toEqual(
    rows.slice(0, -1).map(({endMs}) => endMs),
  )
})

test('a time stands in proportion, and one outside at the edge', () => {
  const row = {startMs: 60_000, endMs: 120_000}

  expect([0, 60_000, 90_000, 120_000, 999_999].map((atMs) => xOf(atMs, row))).toEqual([
    PLOT.left,
    PLOT.left,
    PLOT.left + PLOT.width / 2,
    PLOT.right,
    PLOT.right,
  ])
})

test.for([
  [{startMs: 0, endMs: 46_000}, [0, 5000, 10_000], 10],
  [{startMs: 60_000, endMs: 120_000}, [60_000, 65_000, 70_000], 13],
  [{startMs: 0, endMs: 3_000_000}, [0, 300_000, 600_000], 11],
  [{startMs: 0, endMs: 20_000_000}, [0, 1_510_000, 3_020_000], 14],
] as const)('the ticks of %j are at round times with room between', ([row, first, count]) => {
  const ticks = ticksOf(row)

  expect(ticks.slice(0, 3)).toEqual(first)
  expect(ticks).toHaveLength(count)
})

test.for([
  [0, '0:00', '0:00.00'],
  [65_240, '1:05', '1:05.24'],
  [59_996, '0:59', '1:00.00'],
  [3_600_000, '60:00', '60:00.00'],
  [-20, '0:00', '0:00.00'],
] as const)('%d ms reads %s, and exactly %s', ([atMs, short, exact]) => {
  expect([clockTime(atMs), exactTime(atMs)]).toEqual([short, exact])
})
