import {expect, test} from 'vitest'

import {readAddress, readHostPort} from '../../../../../src/doctor/outside/asking/addresses.js'

test.each([
  ['203.0.113.7', '203.0.113.7'],
  [' 203.0.113.7\n', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:DB8:0:0::7', '2001:db8::7'],
])('%j is the address %s', (text, address) => {
  expect(readAddress(text)).toBe(address)
})

test.each([
  '',
  'host',
  '203.0.113',
  '203.0.113.256',
  '127.1',
  '0x7f000001',
  '3405803783',
  'fe80::1%eth0',
  ':',
  '<html>',
  '203.0.113.7 203.0.113.8',
])('%j is no address', (text) => {
  expect(readAddress(text)).toBeUndefined()
})

test.each([
  ['stun.example.net:19302', 'stun.example.net', 19_302],
  ['stun.example.net', 'stun.example.net', 3478],
  ['203.0.113.7:80', '203.0.113.7', 80],
  ['2001:db8::7', '2001:db8::7', 3478],
  ['[2001:db8::7]:80', '2001:db8::7', 80],
  ['[2001:db8::7]', '2001:db8::7', 3478],
])('%s is a host and a port', (text, host, port) => {
  expect(readHostPort(text, 3478)).toEqual({host, port})
})

test.each([
  '',
  ':80',
  'host:0',
  'host:65536',
  'host:port',
  'host:80:80',
  '[::1',
  '[host]:80',
  'a b:80',
  'stun:host:80',
])('%j is no host and port', (text) => {
  expect(readHostPort(text, 3478)).toBeUndefined()
})
