import {expect, test} from 'vitest'

import {ExostreamError} from '../../../src/errors.js'
import {readAll} from '../../../src/serve/read-all.js'

const fails = (message: string, cause?: unknown) => (): never => {
  throw new ExostreamError('EXO_TLS_FILES', message, {cause})
}

test('what each reader gives has its name', () => {
  expect(readAll({one: () => 1, none: () => undefined})).toEqual({one: 1, none: undefined})
})

test('one mistake is thrown as it is', () => {
  expect(() => readAll({one: () => 1, other: fails('No key.')})).toThrow(
    expect.objectContaining({code: 'EXO_TLS_FILES', message: 'No key.'}),
  )
})

test('several are told together, a line each, with a cause', () => {
  const cause = new Error('ENOENT')

  expect(() => readAll({one: fails('No key.'), two: fails('No path.', cause)})).toThrow(
    expect.objectContaining({code: 'EXO_USAGE', message: 'No key.\nNo path.', cause}),
  )
})

test('what is no mistake of the user is thrown at once', () => {
  const broken = new TypeError('broken')

  expect(() =>
    readAll({
      one: fails('No key.'),
      two: () => {
        throw broken
      },
    }),
  ).toThrow(broken)
})
