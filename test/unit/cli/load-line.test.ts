import {describe, expect, test} from 'vitest'

import {loadLines, showLoad} from '../../../src/cli/load-line.js'
import {createOutput} from '../../../src/cli/output.js'
import type {LoadLive} from '../../../src/simulate/load/live.js'
import {aScreen} from './screen.js'

const beginning: LoadLive = {
  elapsedMs: 900,
  running: 1,
  finished: 0,
  failed: 0,
  dropped: 0,
  planned: 20,
  sendLatenessP99Ms: 0.25,
  rigCpu: 0.1,
  cores: 1,
}

const later: LoadLive = {
  elapsedMs: 92_345,
  running: 120,
  finished: 340,
  failed: 3,
  dropped: 1,
  planned: 1000,
  responseP50Ms: 812.4,
  responseP95Ms: 1430.2,
  sendLatenessP99Ms: 2.14,
  rigCpu: 1.2,
  cores: 2,
  botCpu: 0.93,
}

describe('two lines', () => {
  test('of 80 columns, in words', () => {
    expect(loadLines(later, 79)).toEqual([
      '1:32  120 calls open  340 of 1000 finished  3 failed  1 dropped',
      'response p50 812 p95 1430 ms  sends 2.1 ms late  rig 60 % of 2 cores  bot 93 %',
    ])
  })

  test('of 40 columns, without what matters least', () => {
    expect(loadLines(later, 39)).toEqual([
      '1:32  120 open  340/1000 done  3 failed',
      'p50 812 p95 1430 ms  2.1 ms late',
    ])
  })

  test('at the beginning, when nothing has been answered yet', () => {
    expect(loadLines(beginning, 79)).toEqual([
      '0:00  1 call open  0 of 20 finished  0 failed  0 dropped',
      'sends 0.3 ms late  rig 10 % of a core',
    ])
  })

  test('with too few answers for a p95, and without a number of calls', () => {
    const {planned: _, responseP95Ms: __, ...live} = later

    expect(loadLines(live, 79)).toEqual([
      '1:32  120 calls open  340 finished  3 failed  1 dropped',
      'response p50 812 ms  sends 2.1 ms late  rig 60 % of 2 cores  bot 93 %',
    ])
  })

  test('of a search say what it does', () => {
    expect(loadLines({...later, doing: 'up: 40 calls'}, 79)[0]).toBe(
      '1:32  120 calls open  up: 40 calls  340 of 1000 finished  3 failed  1 dropped',
    )
  })

  test.each([39, 79, 119])('never are longer than %i cells', (width) => {
    const big = {...later, running: 100_000, finished: 99_999, doing: 'step-back: 100000 calls'}

    for (const line of loadLines(big, width)) expect(line.length).toBeLessThanOrEqual(width)
  })
})

function shown(stderr: ReturnType<typeof aScreen>, lives: readonly LoadLive[]): readonly string[] {
  const output = createOutput({json: true}, {stdout: aScreen({isTTY: false}), stderr, env: {}})
  const show = showLoad(output, stderr, {})
  for (const live of lives) show(live)
  return stderr.written
}

test('on a terminal both lines are drawn', () => {
  const stderr = aScreen({isTTY: true, columns: 40})

  expect(shown(stderr, [later])).toEqual([
    '\r\u001b[K1:32  120 open  340/1000 done  3 failed\np50 812 p95 1430 ms  2.1 ms late',
  ])
})

test('elsewhere a plain line comes every ten seconds, whole', () => {
  const at = (elapsedMs: number) => ({...later, elapsedMs})
  const lives = [500, 9_999, 10_100, 10_600, 19_900, 20_000, 45_000, 49_900, 50_000].map(at)

  const lines = shown(aScreen({isTTY: false, columns: 40}), lives)

  expect(lines.map((line) => line.slice(0, 4))).toEqual(['0:10', '0:20', '0:45', '0:50'])
  expect(lines[0]).toBe(
    '0:10  120 calls open  340 of 1000 finished  3 failed  1 dropped  response p50 812 p95 1430 ms  sends 2.1 ms late  rig 60 % of 2 cores  bot 93 %\n',
  )
})
