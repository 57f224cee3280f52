import {expect, test} from 'vitest'

import {defaultProviders} from '../../../../src/doctor/outside/default-providers.js'
import {
  readAddressUrl,
  readResolver,
  readStunServer,
} from '../../../../src/doctor/outside/read-providers.js'

test.each([
  ['1.1.1.1', '1.1.1.1'],
  ['1.1.1.1:53', '1.1.1.1'],
  ['127.0.0.1:5353', '127.0.0.1:5353'],
  ['2606:4700::1111', '2606:4700::1111'],
  ['[2606:4700::1111]:5353', '[2606:4700::1111]:5353'],
])('the resolver %s is %s', (text, resolver) => {
  expect(readResolver(text)).toBe(resolver)
})

test.each([
  ['stun.example.net', 'stun.example.net:3478'],
  ['stun.example.net:19302', 'stun.example.net:19302'],
  ['::1', '[::1]:3478'],
])('the STUN server %s is %s', (text, server) => {
  expect(readStunServer(text)).toBe(server)
})

test('an address URL is taken as it is', () => {
  expect(readAddressUrl('https://ip.example.net/?as=text')).toBe('https://ip.example.net/?as=text')
})

test.each([
  [
    readResolver,
    'dns.example.net',
    '"dns.example.net" is no address of a resolver; give it as in 1.1.1.1, 1.1.1.1:53 or [2606:4700::1111]:53.',
  ],
  [
    readResolver,
    '1.1.1.1:99999',
    '"1.1.1.1:99999" is no address of a resolver; give it as in 1.1.1.1, 1.1.1.1:53 or [2606:4700::1111]:53.',
  ],
  [
    readStunServer,
    'stun:stun.example.net',
    '"stun:stun.example.net" is no STUN server; give it as in stun.example.net:3478.',
  ],
  [
    readAddressUrl,
    'ip.example.net',
    '"ip.example.net" is no http or https URL; give it as in https://checkip.example.net/.',
  ],
  [
    readAddressUrl,
    'ftp://me:word@ip.example.net',
    '"ftp://ip.example.net" is no http or https URL; give it as in https://checkip.example.net/.',
  ],
])('%o refuses %j with what it should be, and no password', (read, text, message) => {
  expect(() => read(text)).toThrow(expect.objectContaining({code: 'EXO_USAGE', message}))
})

test('the usual providers are as the flags would give them', () => {
  const {resolvers, stun, addressUrls, addressNames} = defaultProviders

  expect(resolvers.map(readResolver)).toEqual(resolvers)
  expect(stun.map(readStunServer)).toEqual(stun)
  expect(addressUrls.map(readAddressUrl)).toEqual(addressUrls)
  expect(addressNames.map(({resolver}) => readResolver(resolver))).toEqual(['208.67.222.222'])
})
