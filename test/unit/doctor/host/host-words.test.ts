import {expect, test} from 'vitest'

import {hostOf, quoted, someOf} from '../../../../src/doctor/host/host-words.js'

test.each([
  ['wss://bot.in:5000/media', 'bot.in'],
  ['wss://[2606:4700::1]/media', '2606:4700::1'],
])('the host of %s is %s', (url, host) => {
  expect(hostOf(new URL(url))).toBe(host)
})

test('of many addresses four are told, and how many there are besides', () => {
  expect(someOf(['a', 'b'])).toBe('a, b')
  expect(someOf(['a', 'b', 'c', 'd', 'e', 'f'])).toBe('a, b, c, d and 2 more')
})

test.each([
  ['bot.acme-voice.in', 'bot.acme-voice.in'],
  ['bot.in:443', 'bot.in:443'],
  ['/etc/live/bot.in/key.pem', '/etc/live/bot.in/key.pem'],
  ['a;reboot;.evil.in', "'a;reboot;.evil.in'"],
  ['a$(id).evil.in', "'a$(id).evil.in'"],
  ['a`id`.evil.in', "'a`id`.evil.in'"],
  ["a';id;'.evil.in", String.raw`'a'\'';id;'\''.evil.in'`],
  ['[::1]:443', "'[::1]:443'"],
])('%s is written in a command as %s', (word, written) => {
  expect(quoted(word)).toBe(written)
})

test('what a program would take for an option does not come into a command', () => {
  expect(quoted('-f.evil.in')).toBe('HOST')
})
