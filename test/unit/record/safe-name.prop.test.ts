import {posix, win32} from 'node:path'

import fc from 'fast-check'
import {expect, test} from 'vitest'

import {safeName} from '../../../src/record/safe-name.js'

const HOSTILE = [
  '',
  '.',
  '..',
  '../../etc/passwd',
  '/etc/passwd',
  String.raw`C:\Windows\system32`,
  String.raw`..\..\x`,
  'a/b',
  'a\0b',
  'CON',
  'nul',
  'Com1',
  'LPT9.txt',
  'name.',
  'name ',
  ' name',
  '-rf',
  '~root',
  'a:b',
  '\u202Egnp.exe',
  'कॉल',
  'x'.repeat(5120),
  '\uD800',
]

/** Any text, and texts that are nearly alike or nearly dangerous. */
const ids = fc.oneof(
  fc.string({unit: 'binary', maxLength: 200}),
  fc.constantFrom(...HOSTILE),
  fc.tuple(fc.constantFrom(...HOSTILE), fc.constantFrom(...HOSTILE)).map((two) => two.join('')),
  fc.stringMatching(/^[A-Za-z0-9_~.-]{0,70}$/),
)

test('no name leaves its folder, on any system', () => {
  fc.assert(
    fc.property(ids, (id) => {
      const name = safeName(id)

      expect(posix.dirname(posix.join('/kept', name))).toBe('/kept')
      expect(win32.dirname(win32.join('C:\\kept', name))).toBe('C:\\kept')
    }),
    {examples: HOSTILE.map((id) => [id])},
  )
})

test('every name is short, plain and not one that Windows keeps for itself', () => {
  fc.assert(
    fc.property(ids, (id) => {
      const name = safeName(id)

      expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9_~-]{0,63}$/)
      expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)$/i)
    }),
    {examples: HOSTILE.map((id) => [id])},
  )
})

test('two ids have two names, and differ in more than upper case unless the ids do not', () => {
  fc.assert(
    fc.property(ids, ids, (one, other) => {
      const areAlike = safeName(one).toLowerCase() === safeName(other).toLowerCase()

      expect(areAlike && one.toLowerCase() !== other.toLowerCase()).toBe(false)
      expect(safeName(one) === safeName(other)).toBe(one === other)
    }),
    {examples: HOSTILE.flatMap((one) => HOSTILE.map((other): [string, string] => [one, other]))},
  )
})

test.each(['c8961ab2fa675ddac2d7b8974c25201m', 'CA12', 'test_call-1'])(
  'a plain id such as %s stays as it is',
  (id) => {
    expect(safeName(id)).toBe(id)
  },
)

test('what is left of another id can still be read', () => {
  expect(safeName('../../call 42')).toMatch(/^call_42~[\da-f]{16}$/)
})
