import fc from 'fast-check'
import {expect, test} from 'vitest'

import {explain} from '../../../../src/doctor/explain/explain.js'
import {renderExplanations} from '../../../../src/doctor/explain/explanation-text.js'
import {plainPaint} from '../../../../src/report/text/look.js'

const look = {width: 80, paint: plainPaint, ascii: false}
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u

const TELLING = [
  '3009 failed to establish ws conn ',
  'dial tcp: lookup your-ip on 10.1.0.2:53: no such host',
  'dial tcp 192.168.1.5:5000: i/o timeout',
  'read tcp 10.1.0.10:40000->1.2.3.4:443: ',
  'x509: certificate is valid for a, not b',
  'Stream[Error]=',
  'Stream%5BStatus%5D=failed&',
  '{"Stream":"{\\"Error\\":\\"',
  'close code 1006 ',
  'HTTP/1.1 404 ',
  'EXO_USAGE ',
  '%25%32%35\\u0041&quot;',
]

const anyText = fc
  .array(fc.oneof(fc.constantFrom(...TELLING), fc.string({unit: 'binary', maxLength: 20})), {
    maxLength: 30,
  })
  .map((parts) => parts.join(''))

test('any text gets an answer, without a throw and without a control character', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const report = explain(text)
      const strings = JSON.stringify(report).replaceAll('\\n', '')
      const shownLines = renderExplanations(report, look).split('\n')

      expect(strings).not.toMatch(CONTROLS)
      expect(strings).not.toMatch(/\\u00[01]/)
      expect(shownLines.filter((line) => CONTROLS.test(line))).toEqual([])
    }),
    {numRuns: 500},
  )
})

/** It takes some 50 ms; what is quadratic takes minutes. */
const BUDGET_MS = 2000

test.each(
  [
    ...TELLING,
    ...['dial tcp ', 'lookup ', 'lookup a on b', 'certificate is valid for ', 'close code '],
    ...[
      'code '.repeat(7),
      'a',
      ' ',
      '\n',
      '"',
      '\\',
      '%',
      '%25',
      '&',
      '=',
      ':',
      '@',
      '://',
      'ws://',
    ],
    ...["Error:'", 'Error:"', 'Stream[', 'Stream[x]=', '3009', '3009 failed ', '1006,', '-', 'a-'],
    ...[
      'EXO_',
      '9',
      '+91 ',
      'bad handshake',
      'token = ',
      'RestException Status',
      'EOF',
      '\u001b[3',
    ],
    ...['remote error: tls: ', 'WebSocket protocol violation: ', 'x509: ', '?a', 'cookie: '],
  ].map((part) => [part]),
)('64 kB of %j are explained in bounded time', (part) => {
  const text = part.repeat(Math.ceil(70_000 / part.length))
  const before = performance.now()

  const report = explain(text)

  expect(performance.now() - before).toBeLessThan(BUDGET_MS)
  expect(report.text.length).toBeLessThan(600)
  expect(report.explanations.length).toBeLessThanOrEqual(20)
})
