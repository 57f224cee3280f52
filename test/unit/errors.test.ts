import {describe, expect, test} from 'vitest'

import {errorCatalogue, type ErrorCode, ExostreamError} from '../../src/errors.js'

// The keys of a const object are its type; Object.keys only forgets it.
const codes = Object.keys(errorCatalogue) as ErrorCode[]

describe('the catalogue', () => {
  test.each(codes)('%s is a usage or an environment error with a hint of what to do', (code) => {
    const {kind, hint} = errorCatalogue[code]

    expect(code).toMatch(/^EXO_[A-Z]+(_[A-Z]+)*$/)
    expect(['usage', 'environment']).toContain(kind)
    expect(hint).toMatch(/^[A-Z].{10,}\.$/)
    expect(hint).not.toMatch(/!|\n/)
  })
})

describe('an error', () => {
  test('takes kind and hint from its code', () => {
    const error = new ExostreamError('EXO_PORT_IN_USE', 'Port 5000 on 0.0.0.0 is taken.')

    expect(error).toMatchObject({
      name: 'ExostreamError',
      code: 'EXO_PORT_IN_USE',
      message: 'Port 5000 on 0.0.0.0 is taken.',
      kind: errorCatalogue.EXO_PORT_IN_USE.kind,
      hint: errorCatalogue.EXO_PORT_IN_USE.hint,
    })
    expect(error.exotelError).toBeUndefined()
  })

  test('passes its cause on, and what Exotel would show', () => {
    const cause = new Error('connect ECONNREFUSED 127.0.0.1:1')

    const error = new ExostreamError('EXO_DIAL_REFUSED', 'Nothing accepts connections there.', {
      cause,
      exotelError: '3009 failed to establish ws conn dial tcp',
    })

    expect(error.cause).toBe(cause)
    expect(error.exotelError).toBe('3009 failed to establish ws conn dial tcp')
  })
})
