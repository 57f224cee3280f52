import {once} from 'node:events'
import {connect, type Socket} from 'node:net'
import {Worker} from 'node:worker_threads'

import {onTestFinished} from 'vitest'

/** Listens, and from then on does nothing more: what is not taken from the queue fills it. */
const LISTENER = `
const {createServer} = require('node:net')
const {parentPort} = require('node:worker_threads')
const server = createServer()
server.listen({host: '127.0.0.1', port: 0, backlog: 1}, () => {
  parentPort.postMessage(server.address().port)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})
`

/** Longer than loopback takes by far. */
const FULL_MS = 500

/** A port of loopback that drops each connection, as a firewall does; until the test is over. */
export async function blackHole(): Promise<number> {
  const listener = new Worker(LISTENER, {eval: true})
  const sockets: Socket[] = []
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await listener.terminate()
  })
  const [port] = (await once(listener, 'message')) as [number]
  for (;;) {
    const socket = connect({host: '127.0.0.1', port})
    socket.on('error', () => undefined)
    sockets.push(socket)
    const limit = AbortSignal.timeout(FULL_MS)
    const isTaken = await once(socket, 'connect', {signal: limit}).then(
      () => true,
      () => false,
    )
    if (!isTaken) return port
  }
}
