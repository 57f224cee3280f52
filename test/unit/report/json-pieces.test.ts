import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

import {jsonPieces} from '../../../src/report/json-pieces.js'
import {aLoad, callsOf, failingLoad, kneeExact, passingLoad} from './load-reports.js'

const joined = (document: object) => [...jsonPieces(document)].join('')

describe('the pieces of a report', () => {
  test.for([
    ['a load that passed', passingLoad],
    ['a load that failed', failingLoad],
    ['a knee', kneeExact],
    ['a load without calls', aLoad({calls: []})],
  ] as const)('of %s are, joined, what JSON.stringify says, and a line end', ([, report]) => {
    expect(joined(report)).toBe(`${JSON.stringify(report)}\n`)
  })

  test('are read as the document they are of, whatever it holds', () => {
    const anything = fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(undefined)))
    fc.assert(
      fc.property(anything, (document) => {
        expect(joined(document)).toBe(`${JSON.stringify(document)}\n`)
      }),
    )
  })

  test('have a list with nothing in a place as JSON has it', () => {
    expect(joined({list: [undefined, 1, null]})).toBe('{"list":[null,1,null]}\n')
  })

  test('are each far from the longest string there can be, however many calls there are', () => {
    const sizes = [...jsonPieces(aLoad({calls: callsOf(3000)}))].map(({length}) => length)

    expect(sizes.length).toBeGreaterThan(20)
    expect(Math.max(...sizes)).toBeLessThan(128 * 1024)
  })
})
