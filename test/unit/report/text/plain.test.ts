import fc from 'fast-check'
import {expect, test} from 'vitest'

import {printable} from '../../../../src/report/text/plain.js'
import {withoutControls} from '../../../../src/mask.js'

test('control characters, directional marks and half characters are taken out', () => {
  expect(withoutControls('a\u001b[31mb\u009bc\u007f\u0000d\u202ee\u2066f\ud800g')).toBe(
    'a[31mbcdefg',
  )
})

test('a text of several lines becomes one', () => {
  expect(withoutControls('one\r\ntwo\tthree\u2028four')).toBe('one two three four')
})

test('joiners stay, because Hindi needs them', () => {
  expect(withoutControls('क्\u200dष')).toBe('क्\u200dष')
})

test('no text comes out with a control character in it', () => {
  fc.assert(
    fc.property(
      fc.string({unit: fc.nat(0xffff).map((code) => String.fromCharCode(code))}),
      (text) => {
        expect(printable(text)).not.toMatch(/\p{Cc}/u)
      },
    ),
  )
})

test.for([
  ['+919876543210', '+********3210'],
  ['call 09876543210 now', 'call *******3210 now'],
  ['98765 43210', '***** *3210'],
  ['+91 98765 43210', '+** ***** *3210'],
  ['+1-415-555-0100', '+*-***-***-0100'],
] as const)('the phone number in "%s" is shown as "%s"', ([text, shown]) => {
  expect(printable(text)).toBe(shown)
})

test.for([
  'turn 12 took 4100 ms',
  '2026-11-20 09:30',
  '5d0c1f6a9b3e4f70a1b2c3d4e5f60718',
  '8000 3200',
])('"%s" holds no phone number and is left alone', (text) => {
  expect(printable(text)).toBe(text)
})

test('the credentials of a URL are not shown, and its path is', () => {
  expect(printable('at wss://key:to%40ken@host.example/a@b?c=d')).toBe(
    'at wss://***@host.example/a@b?c=d',
  )
})
