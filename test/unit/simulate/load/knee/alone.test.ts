import {expect, test} from 'vitest'

import {
  aloneLike,
  longestMs,
  longestPatienceMs,
  turnsACall,
} from '../../../../../src/simulate/load/knee/alone.js'
import {answeredCall} from '../../../../rig/capacity-bot/fake-calls.js'

const short = {...answeredCall({responseMs: 600, durationMs: 5000}), scenario: 'short'}
const listening = {...answeredCall({durationMs: 30_000}), scenario: 'listening', turns: []}
const mix = [
  {scenario: 'short', weight: 3},
  {scenario: 'listening', weight: 1},
]

test('a step lasts as the longest scenario needs, with its handshake', () => {
  expect(longestMs([short, listening])).toBe(30_004)
})

test('a call is waited for until each of its turns has gone unanswered', () => {
  // 10 s for the dial, and 8 s beyond the 5 s that its one answer may take.
  expect(longestPatienceMs([short])).toBe(10_000 + 5004 + 5000 + 8000)
  expect(longestPatienceMs([short, listening])).toBe(10_000 + 30_004)
})

test('the mean call has the turns of each scenario by its weight', () => {
  expect(turnsACall([short, listening], mix)).toBe(0.75)
  expect(turnsACall([short], mix)).toBe(1)
  expect(turnsACall([listening], mix)).toBe(0)
})

test('a call is compared with the one of its scenario, else with the first', () => {
  expect(aloneLike([short, listening], listening)).toBe(listening)
  expect(aloneLike([short], listening)).toBe(short)
})
