import {once} from 'node:events'
import {connect, type Socket} from 'node:net'

const DEADLINE_MS = 30_000

/** What is written to a server by hand, and what comes back: without a client that knows any rules. */
export async function dialRaw(port: number): Promise<Socket> {
  const socket = connect({host: '127.0.0.1', port, noDelay: true})
  await once(socket, 'connect')
  // Resets and writes to who has gone are what these sockets are for.
  socket.on('error', () => undefined)
  return socket
}

/** The head of a handshake as it should be, but for what is given. */
export function handshake(path: string, more: Readonly<Record<string, string>> = {}): string {
  const headers = {
    host: '127.0.0.1',
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...more,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** The status of the first answer on this socket; undefined when it closed without one. */
export async function statusOn(socket: Socket): Promise<number | undefined> {
  let head = ''
  const status = () => /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]
  const ended = new AbortController()
  const read = (part: Buffer) => {
    head += part.toString('latin1').slice(0, 100)
    if (status() !== undefined) ended.abort()
  }
  socket.on('data', read)
  await untilClosed(socket, ended.signal)
  socket.off('data', read)
  return status() === undefined ? undefined : Number(status())
}

/** Reads on, so that the end is seen; rejects when it has not come after half a minute. */
export async function untilClosed(socket: Socket, signal?: AbortSignal): Promise<void> {
  if (socket.destroyed || signal?.aborted) return
  const late = AbortSignal.timeout(DEADLINE_MS)
  socket.resume()
  await once(socket, 'close', {signal: signal ? AbortSignal.any([late, signal]) : late}).catch(
    (error: unknown) => {
      if (late.aborted) throw new Error('The server did not close a socket.', {cause: error})
    },
  )
}
