import {expect, test} from 'vitest'

import {withTable} from '../../bench/readme.mjs'
import {signalToNoise} from '../../bench/rig/signal.mjs'
import {tableOf} from '../../bench/table.mjs'

const spread = {median: 2.345, min: 2, max: 30_000}
const results = {
  at: '2026-11-22T00:00:00.000Z',
  machine: {cpu: 'A Processor', cores: 2, memoryGb: 8, node: 'v20.20.2', system: 'Linux 6'},
  commit: 'abc',
  quick: false,
  items: [
    {
      name: 'echo',
      at: '2026-11-22T00:01:00.000Z',
      commit: 'abc',
      title: 'Echo',
      tookS: 1,
      rows: [
        {
          ...{what: 'CPU a frame', unit: 'µs', runs: 5, discarded: 1},
          ...{ours: spread, baseline: {median: 0.5, min: 0.5, max: 0.5}, ratio: spread},
          bar: {at: 'most', value: 1.25, of: 'ratio', met: false} as const,
        },
        {
          what: 'knee',
          unit: 'calls',
          runs: 2,
          discarded: 5,
          note: '2 of 5 runs could be relied on',
          bar: {at: 'least', value: 0.85, of: 'ratio'} as const,
        },
        {
          ...{what: 'relay p99', unit: 'ms', runs: 5, discarded: 0},
          ...{ours: spread, baseline: spread, difference: {median: 1, min: -1, max: 2}},
        },
      ],
    },
    {
      name: 'help',
      title: 'Help',
      at: '2026-11-21T00:00:00.000Z',
      tookS: 1,
      rows: [],
      failed: 'no bin',
    },
  ],
}

test('the table names the machine, and says what was discarded, missed, not measured, failed and measured at another time', () => {
  expect(tableOf(results).replaceAll(/ {2,}/g, ' ').replaceAll(/-{3,}/g, '-')).toBe(
    [
      'Measured on 2026-11-22 at abc: A Processor, 2 cores, 8 GB, Linux 6, Node 20.20.2. Medians of the runs that are named, with the least and the most.',
      '',
      '### Echo',
      '',
      '| what | ours | baseline | ratio or difference | runs | bar |',
      '| - | - | - | - | - | - |',
      '| CPU a frame | 2.35 (2.00 … 30000) µs | 0.500 µs | 2.35 (2.00 … 30000) | 5, 1 discarded | ≤ 1.25 ×: miss |',
      '| knee | 2 of 5 runs could be relied on | | | 2, 5 discarded | ≥ 0.85 ×: not judged |',
      '| relay p99 | 2.35 (2.00 … 30000) ms | 2.35 (2.00 … 30000) ms | +1.00 (-1.00 … +2.00) ms | 5 | |',
      '',
      '### Help',
      '',
      'Measured on 2026-11-21.',
      '',
      'It failed: no bin',
    ].join('\n'),
  )
})

test('the table goes between the marks of the README, and the rest stays', () => {
  const readme = 'before\n<!-- benchmarks -->\nold\n<!-- /benchmarks -->\nafter\n'

  expect(withTable(readme, 'new')).toBe(
    'before\n<!-- benchmarks -->\n\nnew\n\n<!-- /benchmarks -->\nafter\n',
  )
})

test('a README without the marks is left alone', () => {
  expect(() => withTable('before', 'new')).toThrow('README.md lacks')
})

test('a tone with a tenth of another one stands 20 dB above it', () => {
  const rateHz = 8000
  const pcm = Int16Array.from({length: rateHz}, (_, at) =>
    Math.round(
      10_000 * Math.sin((2 * Math.PI * 1000 * at) / rateHz) +
        1000 * Math.sin((2 * Math.PI * 1500 * at) / rateHz),
    ),
  )

  expect(signalToNoise(pcm, {hz: 1000, rateHz})).toBeCloseTo(20, 1)
})
