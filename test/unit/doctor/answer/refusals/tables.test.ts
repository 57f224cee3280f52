import {expect, test} from 'vitest'

import {BREAKS, BROKEN_OTHERWISE} from '../../../../../src/doctor/answer/refusals/broken.js'
import {ON_THE_WAY} from '../../../../../src/doctor/answer/refusals/on-the-way.js'
import {CLASSES, OTHERWISE, STATUSES} from '../../../../../src/doctor/answer/refusals/statuses.js'
import {targetOf} from '../../../../rig/doctor/examine.js'

const REFUSALS = [...ON_THE_WAY, ...STATUSES, ...Object.values(CLASSES), OTHERWISE]

const URL_TEXT = 'wss://key:t0ps3cret@bot.example.org/media?sample-rate=8000&token=abc123'

const facts = {
  known: {},
  hop: {role: 'stream', text: URL_TEXT},
  target: targetOf(URL_TEXT),
} as const

test.each([...REFUSALS, ...BREAKS, BROKEN_OTHERWISE])(
  'a row is part of a sentence, with a fix that holds no secret: $means',
  ({means, fix}) => {
    const said = typeof fix === 'string' ? fix : fix(facts)

    expect(means).toMatch(/^\S.*[^.\s]$/)
    expect(said).toMatch(/^[A-Z].*\S$/s)
    expect(said).not.toMatch(/t0ps3cret|abc123/)
  },
)

test('no row is hidden behind one for the same status without a mark', () => {
  const bare = new Set<number>()
  const hidden: string[] = []
  for (const {statuses = [], marks, isBare, means} of STATUSES) {
    if (statuses.some((status) => bare.has(status))) hidden.push(means)
    if (!marks && !isBare) for (const status of statuses) bare.add(status)
  }

  expect(hidden).toEqual([])
})

test('no row is about credentials or a redirect, which have their own places', () => {
  const statuses = STATUSES.flatMap((row) => row.statuses ?? [])

  expect(statuses.filter((status) => status === 401 || (status >= 300 && status < 400))).toEqual([])
})
