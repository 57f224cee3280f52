import type {LookupAddress, LookupOptions} from 'node:dns'

import {describe, expect, test} from 'vitest'

import {
  type ConnectionOptions,
  connectionOptions,
} from '../../../../src/stream/exotel/connection-options.js'

const BOTH: readonly LookupAddress[] = [
  {address: '192.0.2.1', family: 4},
  {address: '2001:db8::1', family: 6},
]

/** What Node is called back with. */
function lookUp(lookup: ConnectionOptions['lookup'], options: LookupOptions): Promise<unknown[]> {
  const inNodesForm = connectionOptions(lookup ? {lookup} : {}).lookup
  return new Promise((resolve) => {
    inNodesForm?.('bot.example', options, (...told) => resolve(told))
  })
}

describe('a lookup in the form of Node', () => {
  test.each<{options: LookupOptions; told: unknown[]}>([
    {options: {}, told: [null, '192.0.2.1', 4]},
    {options: {family: 0}, told: [null, '192.0.2.1', 4]},
    {options: {family: 6}, told: [null, '2001:db8::1', 6]},
    {options: {family: 'IPv6'}, told: [null, '2001:db8::1', 6]},
    {options: {all: true}, told: [null, BOTH]},
    {options: {all: true, family: 4}, told: [null, BOTH.slice(0, 1)]},
  ])('asked with $options tells $told', async ({options, told}) => {
    expect(await lookUp(() => Promise.resolve(BOTH), options)).toEqual(told)
  })

  test('that finds nothing of the family is told as no such name', async () => {
    const [error] = await lookUp(() => Promise.resolve(BOTH.slice(0, 1)), {family: 6})

    expect(error).toMatchObject({code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND bot.example'})
  })

  test('that fails hands its error on', async () => {
    const failure = Object.assign(new Error('servfail'), {code: 'EAI_AGAIN'})

    expect(await lookUp(() => Promise.reject(failure), {all: true})).toEqual([failure, ''])
  })
})

test('what is not given stays as Node has it', () => {
  expect(connectionOptions({})).toEqual({})
})
