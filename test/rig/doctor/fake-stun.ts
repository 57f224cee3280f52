import {createSocket, type Socket} from 'node:dgram'
import {once} from 'node:events'

import {afterAll} from 'vitest'

/** STUN servers on loopback, as they are and as they should not be. Each is at a free port of its own. */

export type FakeStun = {
  /** `HOST:PORT` */
  readonly server: string
  readonly requests: readonly Buffer[]
}

/** What is sent back for a request, the first of which is number 1. */
export type StunAnswers = (request: Buffer, number: number) => readonly Buffer[]

const sockets = new Set<Socket>()

// This file is imported where tests are collected.
afterAll(() => {
  for (const socket of sockets) socket.close()
})

export async function startFakeStun(
  answers: StunAnswers,
  {host = '127.0.0.1', answersFrom}: {host?: string; answersFrom?: Socket} = {},
): Promise<FakeStun> {
  const socket = await openSocket(host)
  const requests: Buffer[] = []
  socket.on('message', (request, {address, port}) => {
    requests.push(request)
    for (const answer of answers(request, requests.length)) {
      const sender = answersFrom ?? socket
      sender.send(answer, port, address)
    }
  })
  const {port} = socket.address()
  return {server: `${host.includes(':') ? `[${host}]` : host}:${String(port)}`, requests}
}

/** Somebody else, who may answer in place of the server. */
export async function openSocket(host = '127.0.0.1'): Promise<Socket> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  sockets.add(socket)
  socket.bind(0, host)
  await once(socket, 'listening')
  return socket
}

/** A server that sees the asker at this IPv4 address. */
export function seesYouAt(address: string): StunAnswers {
  return (request) => [stunAnswer(request, [xorMapped(request, address)])]
}

export function stunAnswer(request: Buffer, attributes: readonly Buffer[], type = 0x0101): Buffer {
  const body = Buffer.concat(attributes)
  const header = Buffer.from(request.subarray(0, 20))
  header.writeUInt16BE(type, 0)
  header.writeUInt16BE(body.length, 2)
  return Buffer.concat([header, body])
}

export function attribute(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(4)
  header.writeUInt16BE(type, 0)
  header.writeUInt16BE(value.length, 2)
  return Buffer.concat([header, value, Buffer.alloc((4 - (value.length % 4)) % 4)])
}

export function xorMapped(request: Buffer, address: string): Buffer {
  const hidden = bytesOf(address).map((byte, index) => byte ^ (request[4 + index] ?? 0))
  return attribute(0x0020, Buffer.from([0, 1, 0x21, 0x12, ...hidden]))
}

export function mapped(address: string): Buffer {
  return attribute(0x0001, Buffer.from([0, 1, 0, 80, ...bytesOf(address)]))
}

export function errorCode(code: number, reason: string): Buffer {
  const number = [0, 0, Math.floor(code / 100), code % 100]
  return attribute(0x0009, Buffer.concat([Buffer.from(number), Buffer.from(reason)]))
}

function bytesOf(address: string): readonly number[] {
  return address.split('.').map(Number)
}
