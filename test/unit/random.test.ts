import {describe, expect, test} from 'vitest'

import {seededRandom, type Random} from '../../src/random.js'

const draw = (random: Random, count: number) => Array.from({length: count}, () => random.next())

describe('a seeded random', () => {
  test('gives the numbers that mulberry32 is known for', () => {
    expect(draw(seededRandom(1), 5)).toEqual([
      0.6270739405881613, 0.002735721180215478, 0.5274470399599522, 0.9810509674716741,
      0.9683778982143849,
    ])
  })

  test('gives the same numbers for the same seed, and others for another', () => {
    const numbers = draw(seededRandom(42), 100)

    expect(draw(seededRandom(42), 100)).toEqual(numbers)
    expect(draw(seededRandom(43), 100)).not.toEqual(numbers)
  })

  test('is spread evenly over [0, 1)', () => {
    const counts = new Array<number>(20).fill(0)
    for (const number of draw(seededRandom(7), 100_000)) {
      const slot = Math.floor(number * 20)
      counts[slot] = (counts[slot] ?? 0) + 1
    }

    expect(counts).toHaveLength(20)
    // 5,000 each; the standard deviation is 69.
    expect(Math.min(...counts)).toBeGreaterThan(4650)
    expect(Math.max(...counts)).toBeLessThan(5350)
  })

  test('below gives each whole number under the bound, and no other', () => {
    const random = seededRandom(3)

    const numbers = new Set(Array.from({length: 1000}, () => random.below(7)))

    expect([...numbers].sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
  })
})

describe('a fork', () => {
  test('does not depend on what was drawn before it', () => {
    const untouched = seededRandom(5)
    const drawn = seededRandom(5)
    draw(drawn, 17)
    drawn.fork('another')

    expect(draw(drawn.fork('noise'), 20)).toEqual(draw(untouched.fork('noise'), 20))
  })

  test('does not disturb the one it came from', () => {
    const whole = draw(seededRandom(5), 4)
    const random = seededRandom(5)

    const [first, second] = draw(random, 2)
    draw(random.fork('noise'), 10)

    expect([first, second, ...draw(random, 2)]).toEqual(whole)
  })

  test('differs by its label, by its seed and by its place', () => {
    const random = seededRandom(5)
    const forks = [
      random,
      random.fork('noise'),
      random.fork('identity'),
      random.fork('noise').fork('identity'),
      random.fork('identity').fork('noise'),
      random.fork(''),
      seededRandom(6).fork('noise'),
    ]

    expect(new Set(forks.map((fork) => fork.next())).size).toBe(forks.length)
  })

  test('two forks are not copies of each other, shifted', () => {
    const one = draw(seededRandom(5).fork('call 1'), 1000)
    const other = new Set(draw(seededRandom(5).fork('call 2'), 1000))

    expect(one.filter((number) => other.has(number))).toEqual([])
  })
})
