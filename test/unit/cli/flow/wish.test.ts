import {describe, expect, test} from 'vitest'

import {wishOf} from '../../../../src/cli/flow/wish.js'
import {ExostreamError} from '../../../../src/errors.js'

function refusal(auth: string): string {
  try {
    wishOf({auth}, {})
    return 'no refusal'
  } catch (error) {
    return error instanceof ExostreamError ? `${error.code} ${error.message}` : String(error)
  }
}

describe('--auth', () => {
  test.each([
    ['none', {kind: 'none'}],
    ['ip-allow-list', {kind: 'ip-allow-list'}],
    ['basic', {kind: 'basic', keyVariable: 'BOT_KEY', tokenVariable: 'BOT_TOKEN'}],
    ['basic:A_KEY:_T2', {kind: 'basic', keyVariable: 'A_KEY', tokenVariable: '_T2'}],
  ])('%s is read', (auth, expected) => {
    expect(wishOf({auth}, {}).auth).toEqual(expected)
  })

  test.each([
    'basic:abc:s3cr3t',
    'basic:A_KEY:s3cr3t',
    'basic:abc:A_TOKEN',
    `basic:A_KEY:${'DEADBEEF'.repeat(4)}`,
    `basic:A_KEY:${'A'.repeat(65)}`,
    'basic:A_KEY',
    'basic:A_KEY:A_TOKEN:s3cr3t',
    's3cr3t',
  ])('%s is refused, says what to do, and is not repeated', (auth) => {
    const message = refusal(auth)

    expect(message).toMatch(/^EXO_USAGE --auth must be none, .* in capitals, .* put the key and/)
    expect(message).not.toMatch(/s3cr3t|abc|DEADBEEF|AAAA/)
  })
})

test('what is not said has its default, and what serve knows is taken', () => {
  expect(wishOf({}, {url: 'wss://bot.acme.in/media', passthru: {}})).toEqual({
    use: 'voicebot',
    url: 'wss://bot.acme.in/media',
    passthru: {before: {}, after: {}},
    sampleRateHz: 8000,
    parameters: {},
    auth: {kind: 'none'},
    record: false,
    afterwards: 'hangup',
  })
})
