import {expect, test} from 'vitest'

import {LastWords, withoutTokens} from '../../../../src/serve/tunnel/last-words.js'

test('the last lines are shown, without colours, empty lines and repetitions', () => {
  const words = new LastWords()

  for (const line of ['one', 'two', '\u001b[31mthree\u001b[0m', 'three', '', 'four'])
    words.add(line)

  expect(words.shown()).toBe('two / three / four')
})

test('a message of several lines is several lines', () => {
  const words = new LastWords()

  words.add('failed:\r\nno account\r\n\r\nERR_NGROK_4018\r\n')

  expect(words.shown()).toBe('failed: / no account / ERR_NGROK_4018')
})

test('of a program that said nothing, that is said', () => {
  expect(new LastWords().shown()).toBe('it said nothing')
})

test('however much is said, little is kept', () => {
  const words = new LastWords()

  for (let line = 0; line < 10_000; line += 1) words.add(`${String(line)} ${'- '.repeat(10_000)}`)

  expect(words.all().split('\n')).toHaveLength(20)
  expect(words.all().length).toBeLessThan(20_000)
  expect(words.shown().length).toBeLessThan(1000)
})

test.for([
  ['Your authtoken: 2short', 'Your authtoken: ***'],
  ['Your authtoken:2short', 'Your authtoken:***'],
  ['with 2abcdefghijklmnopqrstuvw_1234567890 in it', 'with *** in it'],
  [
    'see https://dashboard.ngrok.com/get-started/your-authtoken',
    'see https://dashboard.ngrok.com/get-started/your-authtoken',
  ],
] as const)('of "%s" is shown "%s"', ([text, shown]) => {
  expect(withoutTokens(text)).toBe(shown)
})
