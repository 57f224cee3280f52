import {expect, test} from 'vitest'

import {virtualClock} from '../../../../../src/clock.js'
import {measureOthersCpu} from '../../../../../src/simulate/load/machine/others-cpu.js'

/** Two cores that have worked and rested so long. */
const cores = (userMs: number, idleMs: number) =>
  [1, 2].map(() => ({times: {user: userMs, sys: 0, idle: idleMs}}))

test('what the machine did beside this process was done by others', () => {
  const readings = [cores(1000, 1000), cores(1800, 1200)]
  const others = measureOthersCpu(virtualClock(), {
    cores: () => readings.shift() ?? [],
    own: () => 0.3,
  })

  // Each core was busy for 0.8 of the second.
  expect(others()).toBe(1.3)
})

test('is not told where the system says nothing of its cores, or too soon', () => {
  const clock = virtualClock()

  expect(measureOthersCpu(clock, {cores: () => [], own: () => 0})()).toBeUndefined()
  expect(
    measureOthersCpu(clock, {cores: () => cores(1, 1), own: () => undefined})(),
  ).toBeUndefined()
})
