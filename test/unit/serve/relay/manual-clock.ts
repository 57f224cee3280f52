import {setImmediate as nextTurn} from 'node:timers/promises'

import type {Clock} from '../../../../src/clock.js'

/** A clock for one sleeper, who wakes when the test says so, however late. */
export function manualClock(): Clock & {wakeAt(ms: number): Promise<void>} {
  let time = 0
  let wake: () => void = () => undefined
  return {
    now: () => time,
    wallNow: () => new Date(time),
    sleepUntil: () =>
      new Promise((resolve) => {
        wake = resolve
      }),
    async wakeAt(ms) {
      time = ms
      wake()
      await nextTurn()
    },
  }
}
