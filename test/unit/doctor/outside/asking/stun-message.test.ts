import fc from 'fast-check'
import {expect, test} from 'vitest'

import {
  bindingRequest,
  readBindingAnswer,
} from '../../../../../src/doctor/outside/asking/stun-message.js'
import {
  attribute,
  errorCode,
  mapped,
  stunAnswer,
  xorMapped,
} from '../../../../rig/doctor/fake-stun.js'

// RFC 5769 2.2 and 2.3, with their SOFTWARE, MESSAGE-INTEGRITY and FINGERPRINT.
const VECTOR_ID = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex')
const IPV4_VECTOR = Buffer.from(
  '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96',
  'hex',
)
const IPV6_VECTOR = Buffer.from(
  '010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c',
  'hex',
)

const ID = Buffer.from('0123456789ab')
const request = bindingRequest(ID)
const seen = xorMapped(request, '203.0.113.7')

test('a request is a binding request of 20 bytes with the magic cookie and the id', () => {
  expect(request.toString('hex')).toBe(`000100002112a442${ID.toString('hex')}`)
})

test.each([
  ['IPv4', IPV4_VECTOR, '192.0.2.1'],
  ['IPv6', IPV6_VECTOR, '2001:db8:1234:5678:11:2233:4455:6677'],
])('the %s answer of RFC 5769 is read as its address', (_family, packet, address) => {
  expect(readBindingAnswer(packet, VECTOR_ID)).toEqual({kind: 'address', address})
})

test.each([
  ['the old MAPPED-ADDRESS alone', [mapped('203.0.113.8')], '203.0.113.8'],
  ['both: the hidden one counts', [mapped('10.0.0.1'), seen], '203.0.113.7'],
  ['two of a kind: the first counts', [seen, xorMapped(request, '10.0.0.1')], '203.0.113.7'],
  ['unknown attributes before it', [attribute(0x8022, Buffer.from('abc')), seen], '203.0.113.7'],
])('an answer with %s is read', (_name, attributes, address) => {
  const answer = stunAnswer(request, attributes)

  expect(readBindingAnswer(answer, ID)).toEqual({kind: 'address', address})
})

test('an error is read with its code', () => {
  const answer = stunAnswer(request, [errorCode(420, 'Unknown Attribute')], 0x0111)

  expect(readBindingAnswer(answer, ID)).toEqual({kind: 'error', code: 420})
})

const good = stunAnswer(request, [seen])
const changed = (offset: number, value: number) => {
  const packet = Buffer.from(good)
  packet[offset] = value
  return packet
}

test.each([
  ['nothing', Buffer.alloc(0)],
  ['less than a header', good.subarray(0, 19)],
  ['a header alone', stunAnswer(request, [])],
  ['another cookie', changed(4, 0)],
  ['another transaction id', changed(19, 0)],
  ['a length that is not its own', changed(3, 200)],
  ['its end cut off', good.subarray(0, -1)],
  ['the request itself', request],
  ['an indication', stunAnswer(request, [seen], 0x0011)],
  [
    'an unknown family',
    stunAnswer(request, [attribute(0x0020, Buffer.from([0, 9, 0, 0, 1, 2, 3, 4]))]),
  ],
  [
    'an address too short',
    stunAnswer(request, [attribute(0x0020, Buffer.from([0, 1, 0, 0, 1, 2]))]),
  ],
  ['an address too long', stunAnswer(request, [attribute(0x0020, Buffer.alloc(12, 1))])],
  ['an empty address', stunAnswer(request, [attribute(0x0020, Buffer.alloc(0))])],
  [
    'an attribute that runs past the end',
    stunAnswer(request, [Buffer.from([0, 0x20, 0xff, 0xff])]),
  ],
])('a packet with %s is no answer', (_name, packet) => {
  expect(readBindingAnswer(packet, ID)).toBeUndefined()
})

test('no packet makes the reader throw, and none without the id is an answer', () => {
  const anyPacket = fc.uint8Array({maxLength: 600}).map((bytes) => Buffer.from(bytes))
  const nearPacket = fc
    .array(fc.tuple(fc.nat(0xffff), fc.uint8Array({maxLength: 40})), {maxLength: 20})
    .map((parts) =>
      stunAnswer(
        request,
        parts.map(([type, value]) => attribute(type, Buffer.from(value))),
      ),
    )

  fc.assert(
    fc.property(fc.oneof(anyPacket, nearPacket), (packet) => {
      expect(() => readBindingAnswer(packet, ID)).not.toThrow()
      expect(readBindingAnswer(packet, Buffer.from('another id 1'))).toBeUndefined()
    }),
  )
})
