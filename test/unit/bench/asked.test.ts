import {describe, expect, test} from 'vitest'

import {barsOf, barsText, exitOf, withoutVerdicts} from '../../bench/bars.mjs'
import {items} from '../../bench/items.mjs'
import {optionsOf} from '../../bench/options.mjs'
import {merged, whyNotToWrite} from '../../bench/results.mjs'

describe('what is asked', () => {
  test.each([
    [['--runs', 'x'], '--runs takes a whole number from 1, not "x".'],
    [['--runs', '0'], '--runs takes a whole number from 1, not "0".'],
    [['peer'], 'peer needs --peer-url, the ws:// or wss:// address of the server to measure.'],
    [['--peer-url', 'here'], '--peer-url takes a ws:// or wss:// address, not "here".'],
    [['nothing'], 'There is no nothing to measure; --list says what there is.'],
    [['--quick', '--write'], '--write puts nothing into the README that was measured by --quick.'],
  ])('%j: %s', (args, mistake) => {
    expect(optionsOf(args)).toEqual({mistake})
  })

  test('an unknown flag is a mistake, too', () => {
    expect(optionsOf(['--fast'])).toEqual({
      mistake: "Unknown option '--fast'; --list says what there is.",
    })
  })

  test('runs that were asked for are told from those that were not', () => {
    expect([optionsOf(['--runs', '7']), optionsOf([])]).toMatchObject([
      {asked: 7},
      {asked: undefined},
    ])
  })
})

describe('bars', () => {
  const bar = {at: 'most', value: 1, of: 'ratio'} as const
  const row = {unit: 'ms', runs: 1, discarded: 0}
  const item = {
    ...{name: 'echo', title: 'Echo', at: '2026-11-22', tookS: 1},
    rows: [
      {...row, what: 'good', bar: {...bar, met: true}},
      {...row, what: 'bad', bar: {...bar, met: false}},
      {...row, what: 'unknown', bar, note: '0 of 5 runs could be relied on'},
      {...row, what: 'no bar'},
    ],
  }

  test('that were missed and that were not measured are listed', () => {
    expect(barsText(barsOf([item]))).toBe(
      'Missed:\n- echo: bad\nNot measured:\n- echo: unknown (0 of 5 runs could be relied on)',
    )
  })

  test.each([
    [['good', 'no bar'], 0],
    [['good', 'unknown'], 3],
    [['bad', 'unknown'], 1],
  ])('with %j the exit code is %d', (names, exit) => {
    const rows = item.rows.filter(({what}) => names.includes(what))

    expect(exitOf(barsOf([{...item, rows}]))).toBe(exit)
  })

  test('of an item that failed are not measured', () => {
    expect(exitOf(barsOf([{...item, rows: [], failed: 'no bin'}]))).toBe(3)
  })

  test('are not judged by a quick look', () => {
    expect(barsOf([withoutVerdicts(item)]).missed).toEqual([])
  })
})

describe('results that are kept', () => {
  const machine = {cpu: 'A', cores: 2, memoryGb: 8, node: 'v20', system: 'Linux'}
  const names = items.filter(({needsPeer}) => !needsPeer).map(({name}) => name)
  const resultsOf = (measured: readonly string[], at: string) => ({
    ...{at, machine, quick: false},
    items: measured.map((name) => ({name, title: name, at, tookS: 1, rows: []})),
  })

  test('keep what was not measured again, with its own date', () => {
    const both = merged(resultsOf(names, 'then'), resultsOf(['echo'], 'now'))

    expect(both.items.map(({name}) => name)).toEqual(names)
    expect(both.items.filter(({at}) => at === 'now').map(({name}) => name)).toEqual(['echo'])
  })

  test('of another machine are not kept beside them', () => {
    const before = {...resultsOf(names, 'then'), machine: {...machine, cores: 4}}

    expect(merged(before, resultsOf(['echo'], 'now')).items).toHaveLength(1)
  })

  test('go into the README when all of it was measured, and nothing failed', () => {
    const all = resultsOf(names, 'now')
    const failed = all.items.map((item) => (item.name === 'knee' ? {...item, failed: 'w'} : item))

    expect(whyNotToWrite(all)).toBeUndefined()
    expect(whyNotToWrite(resultsOf(names.slice(2), 'now'))).toContain('-- messages audio')
    expect(whyNotToWrite({...all, items: failed})).toContain('-- knee')
    expect(whyNotToWrite({...all, quick: true})).toContain('--quick')
    expect(whyNotToWrite(undefined)).toContain('no results yet')
  })
})
