import fc from 'fast-check'
import {expect, test} from 'vitest'

import {readOutsideAnswer} from '../../../../src/doctor/outside/outside-answer.js'

const report = (members: object) => ({schemaVersion: 1, summary: 'so it is.', ...members})

test.each([
  [{reachable: true}, true, ''],
  [{reachable: false, detail: 'i/o timeout'}, false, 'i/o timeout'],
  [{reachable: true, detail: 7}, true, ''],
  [report({verdict: 'reachable'}), true, 'the doctor there says: so it is.'],
  [report({verdict: 'unreachable', rootCause: 'tcp'}), false, 'the doctor there says: so it is.'],
  [
    report({verdict: 'unreachable', rootCause: 'credentials'}),
    true,
    'the doctor there says: so it is.',
  ],
  [report({verdict: 'unknown'}), undefined, 'the doctor there says: so it is.'],
])('%j is read', (answer, isReachable, detail) => {
  expect(readOutsideAnswer(JSON.stringify(answer))).toEqual({isReachable, detail})
})

test.each([
  undefined,
  '',
  'yes',
  'null',
  '[true]',
  '{"reachable": "true"}',
  '{"reachable": true',
  '{"verdict": "reachable"}',
  '{"schemaVersion": 2, "verdict": "reachable"}',
  '{"schemaVersion": 1, "verdict": "perhaps"}',
  '<html>reachable</html>',
])('%j is no answer', (body) => {
  expect(readOutsideAnswer(body)).toBeUndefined()
})

test('no text makes the reader throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      expect(() => readOutsideAnswer(body)).not.toThrow()
    }),
  )
})
