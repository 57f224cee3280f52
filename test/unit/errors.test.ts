import {readFile} from 'node:fs/promises'

import {describe, expect, test} from 'vitest'

import {exitCodeOf} from '../../src/cli/exit-codes.js'
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

  test('is in the README, word for word, with its exit codes', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    const rows = [...readme.matchAll(/^\| `(EXO_[A-Z_]+)` +\| (\d+) +\| (.+?) +\|$/gm)]

    const told = Object.fromEntries(
      rows.map(([, code = '', exit = '', hint = '']) => [code, `${exit} ${hint}`]),
    )

    expect(told).toEqual(
      Object.fromEntries(
        codes.map((code) => {
          const {kind, hint} = errorCatalogue[code]
          const exit = code.startsWith('EXO_FLOW_') && kind === 'environment' ? 1 : exitCodeOf[kind]
          return [code, `${String(exit)} ${hint}`]
        }),
      ),
    )
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

  test('has a hint of its own where more is known than the code tells', () => {
    const error = new ExostreamError('EXO_UPGRADE_REFUSED', 'It answered 503.', {hint: 'Wait.'})

    expect(error.hint).toBe('Wait.')
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
