import {describe, expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import {Recent} from '../../../../src/serve/exotel/recent.js'

describe('what came lately', () => {
  test('is kept until its time is over', async () => {
    const clock = virtualClock()
    const recent = new Recent<string>({clock, most: 10, keepMs: 1000})
    recent.set('a', 'x')

    await clock.run(() => clock.sleepUntil(999))
    expect(recent.get('a')).toBe('x')

    await clock.run(() => clock.sleepUntil(1000))
    expect(recent.get('a')).toBeUndefined()
  })

  test('gives way to what came later', () => {
    const recent = new Recent<number>({clock: virtualClock(), most: 2, keepMs: 1000})

    recent.set('a', 1)
    recent.set('b', 2)
    recent.set('a', 3)
    recent.set('c', 4)

    expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([3, undefined, 4])
  })
})
