import fc from 'fast-check'
import {expect, test} from 'vitest'

import {decodePayload, isPlainBase64} from '../../../src/protocol/payload.js'

/** The definition that the quick count of bytes stands in for. */
const STANDARD = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/

const nearBase64 = fc.string({
  unit: fc.oneof(
    {weight: 12, arbitrary: fc.constantFrom(...Array.from('ABCxyz019+/'))},
    {weight: 1, arbitrary: fc.constantFrom(...Array.from('=-_ \n"\\!\u0000\u00c1\u0141'))},
    {weight: 1, arbitrary: fc.constant('=')},
  ),
  maxLength: 16,
})

test('a text is plain base64 exactly when the definition says so', () => {
  fc.assert(
    fc.property(fc.oneof(nearBase64, fc.base64String()), (text) => {
      const isStandard = STANDARD.test(text)

      expect(isPlainBase64(text)).toBe(isStandard)
      expect(decodePayload(text).violations.some(({rule}) => rule === 'payload-not-base64')).toBe(
        !isStandard,
      )
    }),
    {numRuns: 50_000},
  )
})

test('bytes come back as they were encoded', () => {
  fc.assert(
    fc.property(fc.uint8Array({minLength: 1, maxLength: 5000}), (bytes) => {
      const decoded = decodePayload(Buffer.from(bytes).toString('base64'))

      expect(Buffer.compare(decoded.bytes, bytes)).toBe(0)
    }),
  )
})
