import {expect, test} from 'vitest'

import {levelTime} from '../../../../../../src/simulate/load/knee/level/level-time.js'

const LEVEL = {from: 0, to: 60, callMs: 5000, turnsACall: 1, isLong: false, isAgain: false}

test('calls that are many more begin over the length of one call, a few more in a fifth of it', () => {
  expect(levelTime(LEVEL).rampMs).toBe(5000)
  expect(levelTime({...LEVEL, from: 30}).rampMs).toBe(5000)
  expect(levelTime({...LEVEL, from: 57}).rampMs).toBe(1000)
  expect(levelTime({...LEVEL, from: 80}).rampMs).toBe(0)
})

test('a level lasts until each of its places has begun and ended a call, and a little longer', () => {
  expect(levelTime(LEVEL).holdMs).toBe(2 * 5000 + 1250)
})

test('few calls at once are kept until they have shown twenty turns, in so far as that is bounded', () => {
  expect(levelTime({...LEVEL, to: 5}).holdMs).toBe((1 + 4) * 5000 + 1250)
  expect(levelTime({...LEVEL, to: 5, turnsACall: 2}).holdMs).toBe((1 + 2) * 5000 + 1250)
  expect(levelTime({...LEVEL, to: 1}).holdMs).toBe((1 + 12) * 5000 + 1250)
})

test('a mix of which every second call asks nothing takes twice the calls', () => {
  expect(levelTime({...LEVEL, to: 10, turnsACall: 0.5}).holdMs).toBe((1 + 4) * 5000 + 1250)
  expect(levelTime({...LEVEL, to: 5, turnsACall: 0}).holdMs).toBe((1 + 4) * 5000 + 1250)
})

test('the hold at the last good level is two calls longer, a second try takes sixty turns', () => {
  expect(levelTime({...LEVEL, isLong: true}).holdMs).toBe(4 * 5000 + 1250)
  expect(levelTime({...LEVEL, to: 20, isLong: true, isAgain: true}).holdMs).toBe(6 * 5000 + 1250)
})

test('a short call has a second of patience', () => {
  expect(levelTime({...LEVEL, callMs: 1500}).holdMs).toBe(2 * 1500 + 1000)
})
