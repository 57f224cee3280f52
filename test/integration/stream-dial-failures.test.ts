import {once} from 'node:events'
import {type AddressInfo, createServer, type Socket} from 'node:net'

import {describe, expect, test} from 'vitest'

import type {ErrorCode} from '../../src/errors.js'
import {answer, dialUp, failureOf, listenTcp, listenTls} from './stream-rig.js'

const PREFIX = '3009 failed to establish ws conn '

describe('a dial that fails', () => {
  test.each<{
    what: string
    serve: (socket: Socket) => void
    as: ErrorCode
    message: RegExp
    exotel: string
  }>([
    {
      what: '404',
      serve: answer('404 Not Found', 'no such path'),
      as: 'EXO_UPGRADE_REFUSED',
      message: /^ws:\S+\/media answered 404 \(no such path\) instead of opening a WebSocket\.$/,
      exotel: 'expected handshake response status code 101 but got 404',
    },
    {
      what: '401',
      serve: answer('401 Unauthorized'),
      as: 'EXO_UNAUTHORIZED',
      message: /^ws:\S+\/media answered 401 and the URL has no credentials\.$/,
      exotel: 'expected handshake response status code 101 but got 401',
    },
    {
      what: '403',
      serve: answer('403 Forbidden', '<html>no</html>'),
      as: 'EXO_UNAUTHORIZED',
      message: /^ws:\S+\/media answered 403 and the URL has no credentials\.$/,
      exotel: 'expected handshake response status code 101 but got 403',
    },
    {
      what: 'a redirect',
      serve: answer('302 Found\r\nLocation: ws://127.0.0.1:1/'),
      as: 'EXO_UPGRADE_REFUSED',
      message: /^ws:\S+\/media answered 302 instead of opening a WebSocket\.$/,
      exotel: 'expected handshake response status code 101 but got 302',
    },
    {
      what: 'a web page',
      serve: answer('200 OK', '<html>hello</html>'),
      as: 'EXO_NOT_WEBSOCKET',
      message: /^ws:\S+\/media answered 200 like a web page instead of opening a WebSocket\.$/,
      exotel: 'expected handshake response status code 101 but got 200',
    },
    {
      what: 'a close before the 101',
      serve: (socket) => socket.once('data', () => socket.end()),
      as: 'EXO_DIAL_FAILED',
      message: /^127\.0\.0\.1:\d+ closed the connection before the WebSocket was open\.$/,
      exotel: 'EOF',
    },
    {
      what: 'a reset',
      serve: (socket) => socket.once('data', () => socket.resetAndDestroy()),
      as: 'EXO_DIAL_FAILED',
      message: /^127\.0\.0\.1:\d+ closed the connection before the WebSocket was open\.$/,
      exotel: 'read tcp 10.1.0.10:40000->ADDRESS: read: connection reset by peer',
    },
    {
      what: 'what is not HTTP',
      serve: (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
      as: 'EXO_NOT_WEBSOCKET',
      message: /^What answers at 127\.0\.0\.1:\d+ does not speak WebSocket: [^\n]+\.$/,
      exotel: 'malformed HTTP response',
    },
    {
      what: 'a 101 with a wrong key',
      serve: (socket) =>
        socket.once('data', () =>
          socket.write(
            'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm8=\r\n\r\n',
          ),
        ),
      as: 'EXO_NOT_WEBSOCKET',
      message: /does not speak WebSocket: Invalid Sec-WebSocket-Accept header\.$/,
      exotel: 'malformed HTTP response',
    },
  ])('on $what is $as, after one retry', async ({serve, as, message, exotel}) => {
    const {port, connections} = await listenTcp(serve)

    const failure = await failureOf(dialUp(`ws://127.0.0.1:${port}/media`))

    const exotelError = PREFIX + exotel.replace('ADDRESS', `127.0.0.1:${port}`)
    expect(failure).toMatchObject({code: as, exotelError})
    expect(failure.message).toMatch(message)
    expect(connections()).toBe(2)
  })

  test.each([
    {what: 'nothing', serve: () => undefined},
    {what: 'a byte now and then', serve: trickle('HTTP/1.1 101 Switching Protocols\r\n')},
  ])('when $what is answered is a timeout', async ({serve}) => {
    const {port, connections} = await listenTcp(serve)

    const failure = await failureOf(
      dialUp(`ws://127.0.0.1:${port}/media`, {handshakeTimeoutMs: 200}),
    )

    expect(failure.code).toBe('EXO_DIAL_TIMEOUT')
    expect(failure.message).toBe(
      `ws://127.0.0.1:${port}/media did not open the WebSocket within 0.2 s.`,
    )
    expect(failure.exotelError).toBe(`${PREFIX}context deadline exceeded`)
    expect(connections()).toBe(2)
  })

  test('when a refusal never comes to its end is that refusal', async () => {
    const {port} = await listenTcp((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 401 No\r\nContent-Length: 99\r\n\r\nwho?'))
    })

    const failure = await failureOf(dialUp(`ws://127.0.0.1:${port}/`, {handshakeTimeoutMs: 200}))

    expect(failure.message).toContain('answered 401 (who?)')
  })

  test('when nothing listens is refused', async () => {
    const port = await closedPort()

    const failure = await failureOf(dialUp(`ws://127.0.0.1:${port}/`))

    expect(failure).toMatchObject({
      code: 'EXO_DIAL_REFUSED',
      message: `Nothing accepts connections at 127.0.0.1:${port}.`,
      exotelError: `${PREFIX}dial tcp 127.0.0.1:${port}: connect: connection refused`,
    })
  })

  test('on a certificate that no authority signed names it', async () => {
    const {port} = await listenTls()

    const failure = await failureOf(dialUp(`wss://127.0.0.1:${port}/`))

    expect(failure).toMatchObject({
      code: 'EXO_TLS_FAILED',
      message: `The TLS certificate of 127.0.0.1:${port} is not accepted: self-signed certificate.`,
      exotelError: `${PREFIX}tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    })
  })

  test('with ws:// at a TLS port is closed by it', async () => {
    const {port} = await listenTls()

    const failure = await failureOf(dialUp(`ws://127.0.0.1:${port}/`))

    expect(failure.code).toBe('EXO_DIAL_FAILED')
    expect(failure.message).toBe(
      `127.0.0.1:${port} closed the connection before the WebSocket was open.`,
    )
  })

  test('with wss:// at a plain port is told that ws:// may be meant', async () => {
    const {port} = await listenTcp(answer('400 Bad Request'))

    const failure = await failureOf(dialUp(`wss://127.0.0.1:${port}/`))

    expect(failure).toMatchObject({
      code: 'EXO_TLS_FAILED',
      message: `127.0.0.1:${port} does not speak TLS; the URL may have to be ws:// there.`,
      exotelError: `${PREFIX}tls: first record does not look like a TLS handshake`,
    })
  })

  test('never tells the credentials', async () => {
    const {port} = await listenTcp(answer('401 Unauthorized'))

    const failure = await failureOf(dialUp(`ws://key:SECRET@127.0.0.1:${port}/`))

    expect(failure.message).toContain('answered 401 to these credentials')
    expect(JSON.stringify([failure.message, failure.exotelError])).not.toMatch(/SECRET|key/)
  })
})

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer()
  server.listen({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  // A listening TCP server has an address with a port.
  const {port} = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Writes a byte each 20 ms, and never a whole head. */
function trickle(text: string): (socket: Socket) => void {
  return (socket) => {
    const bytes = [...text.repeat(100).replaceAll('\r\n', ' ')]
    const timer = setInterval(() => {
      socket.write(bytes.shift() ?? ' ')
    }, 20)
    socket.on('close', () => {
      clearInterval(timer)
    })
  }
}
