/** STUN messages (RFC 8489): a binding request, and what is told in the answer. */

const BINDING_REQUEST = 0x0001
const BINDING_SUCCESS = 0x0101
const BINDING_ERROR = 0x0111
const MAGIC_COOKIE = 0x2112a442
const HEADER_BYTES = 20
export const TRANSACTION_ID_BYTES = 12

const MAPPED_ADDRESS = 0x0001
const ERROR_CODE = 0x0009
const XOR_MAPPED_ADDRESS = 0x0020

/** By the family's number in the attribute. */
const ADDRESS_BYTES: Readonly<Record<number, number>> = {0x01: 4, 0x02: 16}

export type StunAnswer =
  | {readonly kind: 'address'; readonly address: string}
  | {readonly kind: 'error'; readonly code: number}

export function bindingRequest(transactionId: Uint8Array): Buffer {
  const request = Buffer.alloc(HEADER_BYTES)
  request.writeUInt16BE(BINDING_REQUEST, 0)
  request.writeUInt32BE(MAGIC_COOKIE, 4)
  request.set(transactionId, 8)
  return request
}

/** What the packet answers to that request; undefined for whatever is no answer to it. Never throws. */
export function readBindingAnswer(
  packet: Buffer,
  transactionId: Uint8Array,
): StunAnswer | undefined {
  if (packet.length < HEADER_BYTES || packet.readUInt32BE(4) !== MAGIC_COOKIE) return undefined
  if (!packet.subarray(8, HEADER_BYTES).equals(transactionId)) return undefined
  if (packet.readUInt16BE(2) !== packet.length - HEADER_BYTES) return undefined
  const type = packet.readUInt16BE(0)
  const attributes = readAttributes(packet)
  if (type === BINDING_ERROR) return {kind: 'error', code: readErrorCode(attributes)}
  if (type !== BINDING_SUCCESS) return undefined
  // The cookie and the id follow each other in the packet: together they are what an address is hidden with.
  const address =
    readAddress(attributes.get(XOR_MAPPED_ADDRESS), packet.subarray(4, HEADER_BYTES)) ??
    readAddress(attributes.get(MAPPED_ADDRESS), Buffer.alloc(16))
  return address === undefined ? undefined : {kind: 'address', address}
}

/** Only the first of a kind counts (RFC 8489 14); what is cut off is left out. */
function readAttributes(packet: Buffer): ReadonlyMap<number, Buffer> {
  const attributes = new Map<number, Buffer>()
  let offset = HEADER_BYTES
  while (offset + 4 <= packet.length) {
    const type = packet.readUInt16BE(offset)
    const bytes = packet.readUInt16BE(offset + 2)
    const value = packet.subarray(offset + 4, offset + 4 + bytes)
    if (value.length === bytes && !attributes.has(type)) attributes.set(type, value)
    offset += 4 + Math.ceil(bytes / 4) * 4
  }
  return attributes
}

function readAddress(value: Buffer | undefined, mask: Buffer): string | undefined {
  const bytes = ADDRESS_BYTES[value?.[1] ?? 0]
  if (!value || bytes === undefined || value.length !== 4 + bytes) return undefined
  const address = value.subarray(4).map((byte, index) => byte ^ (mask[index] ?? 0))
  if (bytes === 4) return address.join('.')
  const groups = Array.from({length: 8}, (_, index) =>
    ((address[2 * index] ?? 0) * 256 + (address[2 * index + 1] ?? 0)).toString(16),
  )
  return groups.join(':')
}

function readErrorCode(attributes: ReadonlyMap<number, Buffer>): number {
  const value = attributes.get(ERROR_CODE)
  return ((value?.[2] ?? 0) & 7) * 100 + (value?.[3] ?? 0)
}
