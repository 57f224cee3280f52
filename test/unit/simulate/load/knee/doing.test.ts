import {expect, test} from 'vitest'

import {doingWords} from '../../../../../src/simulate/load/knee/doing.js'

const STEP = {phase: 'up', concurrency: 10, lastsMs: 17_400} as const
const broke = (concurrency: number) => ({concurrency, what: 'failed < 1 % broke'})

test('a step is told with its calls and its time', () => {
  expect(doingWords(STEP)).toBe('up: 10 calls, about 17 s')
  expect(doingWords({...STEP, phase: 'after', concurrency: 1})).toBe(
    'leak check: 1 call, about 17 s',
  )
})

test('a step after one that broke says so', () => {
  expect(doingWords({...STEP, phase: 'search', after: broke(20)})).toBe(
    'search: 10 calls, about 17 s, with 20 failed < 1 % broke',
  )
})

test('a second try says why there is one', () => {
  expect(doingWords({...STEP, isAgain: true, after: broke(10)})).toBe(
    'again: 10 calls, about 17 s, failed < 1 % broke',
  )
})
