import {createSocket, type Socket as UdpSocket} from 'node:dgram'
import {once} from 'node:events'
import {createServer, type Server, type Socket} from 'node:net'

import * as dnsPacket from 'dns-packet'

/** What the server says of a name; of a name that it does not hold, NXDOMAIN. */
export type FakeName = {
  readonly a?: readonly string[]
  readonly aaaa?: readonly string[]
  /** Followed as far as the zone goes. */
  readonly cname?: string
  readonly fault?: 'nxdomain' | 'servfail' | 'refused' | 'malformed' | 'silent'
  /** The answer over UDP says that the whole of it is to be had over TCP. */
  readonly isTruncated?: true
  readonly delayMs?: number
}

export type FakeZone = Readonly<Record<string, FakeName>>

export type FakeDns = {
  /** `127.0.0.1:PORT`, UDP and TCP. */
  readonly address: string
  /** Every question, in order: `A bot.example`, and `A bot.example (tcp)`. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** The reply codes of RFC 1035; dns-packet takes them as the low bits of the flags. */
const RCODES = {none: 0, servfail: 2, nxdomain: 3, refused: 5} as const

type Reply = {readonly packet: Buffer; readonly delayMs: number}

/** A real DNS server on loopback. */
export async function startFakeDns(zone: FakeZone): Promise<FakeDns> {
  const asked: string[] = []
  const timers = new Set<NodeJS.Timeout>()
  const sockets = new Set<Socket>()
  const {udp, tcp, port} = await listen()

  const later = (delayMs: number, work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, delayMs)
    timers.add(timer)
  }
  udp.on('message', (bytes, from) => {
    const reply = replyTo(zone, bytes, {asked, isTcp: false})
    if (!reply) return
    later(reply.delayMs, () => udp.send(reply.packet, from.port, from.address))
  })
  tcp.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    let held = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => {
      held = Buffer.concat([held, bytes])
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const end = 2 + held.readUInt16BE(0)
        const reply = replyTo(zone, held.subarray(2, end), {asked, isTcp: true})
        held = held.subarray(end)
        if (!reply) continue
        const length = Buffer.alloc(2)
        length.writeUInt16BE(reply.packet.length)
        later(reply.delayMs, () => socket.write(Buffer.concat([length, reply.packet])))
      }
    })
  })

  return {
    address: `127.0.0.1:${String(port)}`,
    asked,
    async close() {
      for (const timer of timers) clearTimeout(timer)
      for (const socket of sockets) socket.destroy()
      await Promise.all([
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise<void>((resolve) => tcp.close(() => resolve())),
      ])
    },
  }
}

/** UDP and TCP on one port: a free one of both. */
async function listen(): Promise<{udp: UdpSocket; tcp: Server; port: number}> {
  for (let attempt = 0; ; attempt += 1) {
    const udp = createSocket('udp4')
    udp.bind(0, '127.0.0.1')
    await once(udp, 'listening')
    const {port} = udp.address()
    const tcp = createServer()
    try {
      tcp.listen(port, '127.0.0.1')
      await once(tcp, 'listening')
      return {udp, tcp, port}
    } catch (error) {
      udp.close()
      if (attempt === 9) throw error
    }
  }
}

function replyTo(
  zone: FakeZone,
  bytes: Buffer,
  {asked, isTcp}: {asked: string[]; isTcp: boolean},
): Reply | undefined {
  const query = dnsPacket.decode(bytes)
  const [question] = query.questions ?? []
  if (!question) return undefined
  asked.push(`${question.type} ${question.name.toLowerCase()}${isTcp ? ' (tcp)' : ''}`)
  const {answers, last, delayMs} = follow(zone, question)
  if (last.fault === 'silent') return undefined
  if (last.fault === 'malformed') return {packet: malformed(bytes), delayMs}
  const isCut = last.isTruncated === true && !isTcp
  const packet = dnsPacket.encode({
    type: 'response',
    ...(query.id === undefined ? {} : {id: query.id}),
    flags:
      dnsPacket.RECURSION_DESIRED |
      dnsPacket.RECURSION_AVAILABLE |
      (isCut ? dnsPacket.TRUNCATED_RESPONSE : 0) |
      RCODES[last.fault ?? 'none'],
    questions: [question],
    answers: isCut ? [] : answers,
  })
  return {packet, delayMs}
}

/** The aliases from the question on, and what is said of the name at their end. */
function follow(zone: FakeZone, {name: asked, type}: dnsPacket.Question) {
  const answers: dnsPacket.StringAnswer[] = []
  let name = asked
  let delayMs = 0
  let last: FakeName = {fault: 'nxdomain'}
  for (let steps = 0; steps < 20; steps += 1) {
    last = zone[name.toLowerCase()] ?? {fault: 'nxdomain'}
    delayMs += last.delayMs ?? 0
    if (last.cname === undefined) break
    answers.push({type: 'CNAME', name, ttl: 60, data: last.cname})
    // Who asks for the alias alone is told no more.
    if (type === 'CNAME') return {answers, last: {}, delayMs}
    name = last.cname
  }
  const found = type === 'A' ? last.a : type === 'AAAA' ? last.aaaa : undefined
  for (const data of found ?? []) {
    answers.push({type: type === 'A' ? 'A' : 'AAAA', name, ttl: 60, data})
  }
  return {answers, last, delayMs}
}

/** The right id, then a header that promises more than there is. */
function malformed(query: Buffer): Buffer {
  const packet = Buffer.alloc(17, 0xff)
  query.copy(packet, 0, 0, 2)
  packet.writeUInt16BE(0x8180, 2)
  packet.writeUInt16BE(1, 4)
  return packet
}
