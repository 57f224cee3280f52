import {expect, test} from 'vitest'

import {botTarget} from '../../../../src/serve/relay/bot-target.js'

const asked = (query = '', authorization?: string) => ({
  query: new URLSearchParams(query),
  authorization,
})

test.each([
  ['wss://bot.example/media', '', 'wss://bot.example/media'],
  ['wss://bot.example/media', 'a=1&a=2', 'wss://bot.example/media?a=1&a=2'],
  ['wss://bot.example/media?b=x%20y', 'a=1&b=2', 'wss://bot.example/media?b=x%20y&a=1'],
  [
    'wss://bot.example/?sample-rate=8000',
    'sample_rate=16000',
    'wss://bot.example/?sample-rate=8000',
  ],
  ['wss://bot.example/?', 'sample-rate=16000', 'wss://bot.example/?sample-rate=16000'],
  ['wss://bot.example/', 'n=%26%23%3F%0d%0a', 'wss://bot.example/?n=%26%23%3F%0D%0A'],
])('%s, asked for with %j, is dialled as %s', (to, query, dialled) => {
  expect(botTarget(to)(asked(query)).url.dialled.href).toBe(dialled)
})

test('what sounds like a secret in the query of the caller is not shown', () => {
  const {url} = botTarget('wss://bot.example/')(asked('token=hunter2'))

  expect(url.dialled.searchParams.get('token')).toBe('hunter2')
  expect(url.shown).not.toContain('hunter2')
})

test.each([
  ['nothing of its own', 'wss://bot.example/', 'Basic abc', {authorization: 'Basic abc'}],
  ['credentials in its URL', 'wss://key:token@bot.example/', 'Basic abc', {}],
  ['nothing that is given', 'wss://bot.example/', undefined, {}],
])("with %s the caller's Authorization goes on only where it belongs", (_, to, given, sent) => {
  expect(botTarget(to)(asked('', given)).headers).toEqual(sent)
})

test.each(['https://bot.example/', 'wss://bot.example/?sample-rate=11025'])(
  '%s is refused at once, not at the first call',
  (to) => {
    expect(() => botTarget(to)).toThrow(expect.objectContaining({code: 'EXO_URL_INVALID'}))
  },
)
