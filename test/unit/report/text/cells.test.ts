import fc from 'fast-check'
import {expect, test} from 'vitest'

import {cellWidth, fit, hang, padEnd, padStart, wrap} from '../../../../src/report/text/cells.js'

test.for([
  ['abc', 3],
  ['हिन्दी', 5],
  ['漢字', 4],
  ['e\u0301', 1],
  ['', 0],
] as const)('"%s" takes %i cells', ([text, cells]) => {
  expect(cellWidth(text)).toBe(cells)
})

test('a text that is too long is cut with an ellipsis, within its cells', () => {
  expect(fit('a long label', 8, {ascii: false})).toBe('a long…')
  expect(fit('a long label', 8, {ascii: true})).toBe('a lon...')
  expect(fit('漢字漢字', 6, {ascii: false})).toBe('漢字…')
})

test('a text that has room is left alone', () => {
  expect(fit('label', 5, {ascii: false})).toBe('label')
})

test('padding counts cells, not characters', () => {
  expect(padEnd('漢', 4)).toBe('漢  ')
  expect(padStart('ab', 4)).toBe('  ab')
  expect(padEnd('too long', 3)).toBe('too long')
})

test('no line is longer than it may be, unless it is one word', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({min: 1, max: 40}), (text, width) => {
      for (const line of wrap(text, width)) {
        expect(cellWidth(line) <= width || !/\s/.test(line)).toBe(true)
      }
    }),
  )
})

test('wrapping loses no word', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^\w+$/)), (words) => {
      expect(wrap(words.join(' '), 20).join(' ')).toBe(words.join(' '))
    }),
  )
})

test('further lines hang under the text of the first', () => {
  expect(hang('Fix: ', 'send less, and send it sooner', 25)).toEqual([
    'Fix: send less, and send',
    '     it sooner',
  ])
})
