import {once} from 'node:events'
import type {AddressInfo} from 'node:net'
import {monitorEventLoopDelay} from 'node:perf_hooks'
import {parentPort} from 'node:worker_threads'

import {WebSocket, WebSocketServer} from 'ws'

import {systemClock} from '../../../src/clock.js'
import {silentLogger} from '../../../src/log.js'
import {opensRelay} from '../../../src/serve/relay/relay.js'
import {startServer} from '../../../src/serve/server.js'

/** For a thread: a relay before the bot of its argument and, beside it, sockets that only pass on. */

/** What it tells its parent: where both are called. */
export type Relays = {readonly relay: string; readonly plain: string}

async function main(to: string): Promise<void> {
  // On a virtual machine a thread that sleeps may be woken 10 ms late, whoever sleeps; this keeps it awake.
  monitorEventLoopDelay({resolution: 1}).enable()
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    open: opensRelay({to, clock: systemClock}),
    botName: 'relay',
    clock: systemClock,
    log: silentLogger,
    version: '0',
    // Whoever keeps the record of a call hears all of it.
    watch: () => () => undefined,
  })
  const relays: Relays = {relay: server.url('/media'), plain: await plainRelay(to)}
  parentPort?.postMessage(relays)
}

/** Nobody looks at what is passed on. */
async function plainRelay(to: string): Promise<string> {
  const server = new WebSocketServer({host: '127.0.0.1', port: 0, perMessageDeflate: false})
  await once(server, 'listening')
  server.on('connection', (caller) => {
    const bot = new WebSocket(to, {perMessageDeflate: false})
    const isOpen = once(bot, 'open')
    caller.on('message', (data, isBinary) => {
      if (bot.readyState === WebSocket.OPEN) bot.send(data, {binary: isBinary})
      else void isOpen.then(() => bot.send(data, {binary: isBinary}))
    })
    bot.on('message', (data, isBinary) => {
      caller.send(data, {binary: isBinary})
    })
    caller.on('close', () => bot.terminate())
  })
  // A string only for a pipe.
  const {port} = server.address() as AddressInfo
  return `ws://127.0.0.1:${String(port)}/media`
}

await main(process.argv[2] ?? '')
