import {describe, expect, test} from 'vitest'

import {scrubber, secretsIn} from '../../../../src/stream/exotel/secrets.js'

const basic = (pair: string) => Buffer.from(pair).toString('base64')
const scrub = (headers: Record<string, string>, text: string) => scrubber(secretsIn(headers))(text)

describe('a secret that is said back', () => {
  const authorization = `Basic ${basic('user:p@ss/word')}`

  test.each([
    {what: 'the value of a header', headers: {'X-Key': 'TOPSECRET'}, says: 'no TOPSECRET here'},
    {what: 'the whole of Basic', headers: {authorization}, says: `no ${authorization} here`},
    {what: 'its base64', headers: {authorization}, says: `no ${basic('user:p@ss/word')} here`},
    {what: 'the user', headers: {authorization}, says: 'no user here'},
    {what: 'the password', headers: {authorization}, says: 'no p@ss/word here'},
    {what: 'both', headers: {authorization}, says: 'no user:p@ss/word here'},
    {what: 'the password in a URL', headers: {authorization}, says: 'no p%40ss%2Fword here'},
    {what: 'the same in small letters', headers: {authorization}, says: 'no p%40ss%2fword here'},
    {what: 'the password in JSON of PHP', headers: {authorization}, says: 'no p@ss\\/word here'},
    {what: 'a token', headers: {Authorization: 'Bearer abcd.efgh'}, says: 'no abcd.efgh here'},
    {what: 'a cookie', headers: {Cookie: 'id=s3cr3t; b=c'}, says: 'no s3cr3t here'},
    {what: 'a quote in it', headers: {'X-Key': 'a"b"c'}, says: 'no a\\"b\\"c here'},
    {
      what: 'the first half of a long one',
      headers: {'X-Key': '0123456789abcdefghij'},
      says: 'no 0123456789abcd here',
    },
  ])('is masked: $what', ({headers, says}) => {
    expect(scrub(headers, says)).toBe('no *** here')
  })

  test.each([
    {what: 'a value of three characters', headers: {'X-Key': 'abc'}, says: 'abc'},
    {what: 'the name of a header', headers: {'X-Key': 'TOPSECRET'}, says: 'X-Key is wrong'},
    {
      what: 'the word in front of a token',
      headers: {Authorization: 'Bearer abcdefghijkl'},
      says: 'Bearer auth is wanted',
    },
  ])('nothing else is: $what', ({headers, says}) => {
    expect(scrub(headers, says)).toBe(says)
  })

  test('is masked wherever it stands, and so is a parameter with such a name', () => {
    expect(scrub({'X-Key': 'abcd'}, 'abcdabcd at /media?token=xyz&plan=gold')).toBe(
      '****** at /media?token=***&plan=gold',
    )
  })
})
