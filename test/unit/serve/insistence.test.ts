import {describe, expect, test} from 'vitest'

import {Insistence} from '../../../src/serve/bots/voice/insistence.js'

const STEP_MS = 20

/** After how much speech of that level the caller insists; undefined when not within 3 s. */
function insistsAfterMs(insistence: Insistence, dbfs: number): number | undefined {
  for (let ms = STEP_MS; ms <= 3000; ms += STEP_MS) {
    if (insistence.add(dbfs, STEP_MS)) return ms
  }
  return undefined
}

/** One that has heard a turn of that level. */
function acquainted(dbfs: number): Insistence {
  const insistence = new Insistence(300)
  insistsAfterMs(insistence, dbfs)
  insistence.endOfTurn()
  return insistence
}

test.each([
  [-20, 300],
  [-33, 300],
  [-34, 900],
  [-45, 900],
])('of a caller not heard before, %i dBFS insists after %i ms', (dbfs, afterMs) => {
  expect(insistsAfterMs(new Insistence(300), dbfs)).toBe(afterMs)
})

test.each([
  [-20, 300],
  [-27, 300],
  [-28, 900],
])('beside a turn at -20 dBFS, %i dBFS insists after %i ms', (dbfs, afterMs) => {
  expect(insistsAfterMs(acquainted(-20), dbfs)).toBe(afterMs)
})

test('a soft caller is not asked to be louder than before', () => {
  expect(insistsAfterMs(acquainted(-40), -42)).toBe(300)
})

test('a turn is insisted on once', () => {
  const insistence = new Insistence(100)
  insistsAfterMs(insistence, -20)

  expect(insistsAfterMs(insistence, -20)).toBeUndefined()
})

test('each turn counts anew', () => {
  const insistence = new Insistence(100)
  insistence.add(-20, 80)
  insistence.endOfTurn()

  expect(insistence.add(-20, 80)).toBe(false)
})

describe('what is far from the phone', () => {
  test.each([
    [-33.9, true],
    [-34.1, false],
  ])('beside a turn at -20 dBFS, %d dBFS is near: %s', (dbfs, isNear) => {
    expect(acquainted(-20).isNear(dbfs)).toBe(isNear)
  })

  test('is not known before the caller has spoken', () => {
    expect(new Insistence(300).isNear(-60)).toBe(true)
  })

  test('is not known any more when the bot listens closer', () => {
    const insistence = acquainted(-20)

    insistence.listenCloser()

    expect(insistence.isNear(-60)).toBe(true)
  })

  test('is not learnt from a "mm-hmm"', () => {
    const insistence = new Insistence(300)
    insistence.add(-20, 200)
    insistence.endOfTurn()

    expect(insistence.isNear(-60)).toBe(true)
  })
})
