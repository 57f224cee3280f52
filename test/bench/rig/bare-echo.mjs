import {WebSocketServer} from 'ws'

/** The baseline: sends back what comes and parses nothing. Says its port on stdout; ends with its parent. */
const server = new WebSocketServer({port: 0, host: '127.0.0.1', perMessageDeflate: false})
server.on('connection', (ws) => {
  ws.on('message', (data, isBinary) => ws.send(data, {binary: isBinary}))
  ws.on('error', () => ws.terminate())
})
server.on('listening', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the echo has no port')
  console.log(`ws://127.0.0.1:${address.port}/`)
})
process.stdin.resume().on('end', () => process.exit())
