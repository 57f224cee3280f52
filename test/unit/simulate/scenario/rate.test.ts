import {expect, test} from 'vitest'

import {atRate} from '../../../../src/simulate/scenario/rate.js'
import type {Scenario} from '../../../../src/simulate/scenario/scenario.js'
import {clip} from '../../../rig/virtual-call.js'

const scenario: Scenario = {
  name: 'test',
  description: '',
  thresholds: [],
  background: {pcm: new Int16Array(800), label: 'street noise'},
  steps: [
    {greet: {withinMs: 3000}},
    {say: clip(400)},
    {interrupt: clip(300), afterMs: 1000},
    {backchannel: clip(200), afterMs: 1000, expect: 'ignore'},
    {noise: clip(100), expect: 'ignore'},
    {hangUp: 'stop'},
  ],
}

test('every sound of a call is resampled, and its edges in time stay', () => {
  const moved = atRate(scenario, {fromHz: 8000, toHz: 24_000})

  expect(moved.background?.pcm).toHaveLength(2400)
  expect(moved.steps).toMatchObject([
    {greet: {withinMs: 3000}},
    {say: {pcm: {length: 480 * 24}, speechStartMs: 40, speechEndMs: 440}},
    {interrupt: {pcm: {length: 380 * 24}}, afterMs: 1000},
    {backchannel: {pcm: {length: 280 * 24}}},
    {noise: {pcm: {length: 180 * 24}}},
    {hangUp: 'stop'},
  ])
})

test('at its own rate a call stays as it is', () => {
  expect(atRate(scenario, {fromHz: 8000, toHz: 8000})).toBe(scenario)
})
