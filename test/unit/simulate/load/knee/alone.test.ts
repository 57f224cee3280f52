import {expect, test} from 'vitest'

import {aloneLike, longestMs, turnsACall} from '../../../../../src/simulate/load/knee/alone.js'
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

test('the mean call has the turns of each scenario by its weight', () => {
  expect(turnsACall([short, listening], mix)).toBe(0.75)
  expect(turnsACall([short], mix)).toBe(1)
  expect(turnsACall([listening], mix)).toBe(0)
})

test('a call is compared with the one of its scenario, else with the first', () => {
  expect(aloneLike([short, listening], listening)).toBe(listening)
  expect(aloneLike([short], listening)).toBe(short)
})
