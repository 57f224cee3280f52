import {describe, expect, test} from 'vitest'

import {seededRandom} from '../../../../src/random.js'
import {makeIdentity, makeSid, numbersOf} from '../../../../src/stream/exotel/identity.js'

const november2026 = new Date('2026-11-20T10:00:00Z')
const many = Array.from({length: 200}, (_, seed) => makeIdentity(seededRandom(seed), november2026))

describe('an identity', () => {
  test('has sids of 32 lower-case characters without a prefix', () => {
    for (const {callSid, streamSid} of many) {
      expect(callSid).toMatch(/^[0-9a-f]{28}20bm$/)
      expect(streamSid).toMatch(/^[0-9a-f]{28}20bm$/)
    }
  })

  test('has an account by name, and numbers that ring no one', () => {
    for (const {accountSid, from, to} of many) {
      expect(accountSid).toMatch(/^[a-z]+\d$/)
      expect(from).toMatch(/^\+9100000\d{5}$/)
      expect(to).toMatch(/^\+9100000\d{5}$/)
    }
  })

  test('names no two calls or streams alike', () => {
    const sids = many.flatMap(({callSid, streamSid}) => [callSid, streamSid])

    expect(new Set(sids).size).toBe(400)
  })

  test('takes the numbers it is given, and is otherwise the same', () => {
    const given = makeIdentity(seededRandom(7), november2026, {from: '09100000001'})

    expect(given).toEqual({...many[7], from: '09100000001'})
  })

  test('is the same for the same seed', () => {
    expect(makeIdentity(seededRandom(7), november2026)).toEqual(many[7])
  })
})

describe('the numbers of calls among many', () => {
  test('ring no one, and are no two alike, also before the first', () => {
    const numbers = Array.from({length: 20_000}, (_, place) => {
      const {from, to} = numbersOf(place - 1000, seededRandom(7))
      return [from, to]
    }).flat()

    expect(new Set(numbers).size).toBe(40_000)
    for (const number of numbers) expect(number).toMatch(/^\+910\d{9}$/)
  })

  test('are others with another seed', () => {
    expect(numbersOf(0, seededRandom(7))).not.toEqual(numbersOf(0, seededRandom(8)))
    expect(numbersOf(0, seededRandom(7))).toEqual(numbersOf(0, seededRandom(7)))
  })
})

describe('the end of a sid', () => {
  test.each([
    {date: '2022-02-23T12:00:00Z', end: '162m'},
    {date: '2021-10-31T23:59:59Z', end: '15am'},
    {date: '2014-12-31T23:59:59Z', end: '08cm'},
  ])('at $date is $end', ({date, end}) => {
    expect(makeSid(seededRandom(1), new Date(date)).slice(28)).toBe(end)
  })
})
