import type {Random} from '../../../src/random.js'
import {pick, randomBytes} from './hostile-messages.js'
import {dialRaw, handshake, statusOn, untilClosed} from './raw-socket.js'

/** What is sent instead of a handshake, or around one. */
type Request = (random: Random) => string | Uint8Array

const HEAD = 'host: 127.0.0.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\n'
const KEY = 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n'

/** What is wrong, and the status of the answer; none where more than one may come first. */
type HostileRequest = readonly [name: string, status: number | undefined, make: Request]

/** Requests that are whole, and so are answered. */
export const ANSWERED: readonly HostileRequest[] = [
  ['a version of the past', 400, () => handshake('/media', {'sec-websocket-version': '7'})],
  [
    'a version that is none',
    400,
    () => handshake('/media', {'sec-websocket-version': '13, 8\u00ff'}),
  ],
  ['a key that is too short', 400, () => handshake('/media', {'sec-websocket-key': 'short'})],
  [
    'a key that is no base64',
    400,
    () => handshake('/media', {'sec-websocket-key': '!'.repeat(24)}),
  ],
  ['an upgrade to h2c', 426, () => handshake('/media', {upgrade: 'h2c'})],
  ['an upgrade to nothing', 426, () => handshake('/media', {upgrade: ' '})],
  [
    'a subprotocol that is none',
    400,
    () => handshake('/media', {'sec-websocket-protocol': ',,;='}),
  ],
  [
    'extensions that are none',
    101,
    () =>
      handshake('/media', {'sec-websocket-extensions': 'permessage-deflate; server_no_context=,'}),
  ],
  ['huge headers', 431, () => handshake('/media', {cookie: 'x'.repeat(20_000)})],
  ['thousands of headers', 431, () => handshake('/media', manyHeaders(3000))],
  ['a long target', 414, () => handshake(`/${'x'.repeat(8000)}`)],
  ['a path that is nowhere', 404, () => handshake('/nowhere')],
  ['a path out of its folder', 404, () => handshake('/../../etc/passwd%00')],
  ['percent signs', 101, () => handshake('/ws/voicebot/%ff%fe%%%?sample-rate=%zz&%')],
  ['a method that upgrades nothing', 400, () => handshake('/media').replace('GET', 'POST')],
  ['a method that is none', 400, () => `BREW /media HTTP/1.1\r\n${HEAD}${KEY}\r\n`],
  ['HTTP/1.0', 101, () => `GET /media HTTP/1.0\r\n${HEAD}${KEY}\r\n`],
  ['HTTP/9.9', 400, () => `GET /media HTTP/9.9\r\n${HEAD}${KEY}\r\n`],
  ['a URL for a target', 404, () => handshake('http://[::1]:99999/media?x=http://')],
  ['a target without a slash', 404, () => handshake('*')],
  [
    'no host',
    101,
    () => `GET /media HTTP/1.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\n${KEY}\r\n`,
  ],
  ['two lengths', 400, () => handshake('/media', {'content-length': '5\r\ncontent-length: 6'})],
  [
    'a length below zero',
    400,
    () => `POST /passthru HTTP/1.1\r\n${HEAD}content-length: -1\r\n\r\n`,
  ],
  ['a header without a name', 400, () => `GET /media HTTP/1.1\r\n: x\r\n${HEAD}${KEY}\r\n`],
  ['a NUL in a header', 400, () => handshake('/media', {'x-nul': 'a\0b'})],
  ['a folded header', 400, () => handshake('/media', {'x-folded': 'a\r\n b'})],
  [
    'random bytes',
    400,
    (random) => Buffer.concat([randomBytes(random, 300), Buffer.from('\r\n\r\n')]),
  ],
  [
    'the greeting of TLS',
    400,
    () => Buffer.from([22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, 13, 10, 13, 10]),
  ],
  [
    'chunks that are none',
    400,
    () => post('transfer-encoding: chunked', 'zz\r\nhello\r\n0\r\n\r\n'),
  ],
  ['a form', 200, (random) => body(random, 'application/x-www-form-urlencoded', formOf(random))],
  ['JSON that is none', 400, (random) => body(random, 'application/json', '{"CallSid":["../x",{')],
  ['deep JSON', 400, (random) => body(random, 'application/json', '{"a":'.repeat(8000))],
  [
    'JSON with odd names',
    200,
    (random) =>
      body(random, 'application/json', '{"__proto__":{"CallSid":"x"},"CallSid":{"toString":1}}'),
  ],
  [
    'multipart that is none',
    400,
    (random) =>
      body(random, 'multipart/form-data; boundary="', '--\r\nContent-Disposition: form-data\r\n'),
  ],
  [
    'multipart without an end',
    400,
    (random) =>
      body(
        random,
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: x; name="a"\r\n',
      ),
  ],
  ['a body that is too long', 413, (random) => body(random, 'text/plain', 'x'.repeat(70_000))],
  [
    'garbage behind a request',
    undefined,
    (random) =>
      Buffer.concat([
        Buffer.from('GET /health HTTP/1.1\r\nhost: a\r\n\r\n'),
        randomBytes(random, 200),
      ]),
  ],
  ['a body on GET', 200, () => `GET /media HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello`],
]

/** Requests whose answer nobody waits for: whoever sends them resets, in the middle or right after. */
const ABANDONED: Readonly<Record<string, Request>> = {
  'nothing at all': () => '',
  'half a request line': () => 'GET /me',
  'half a head': () => handshake('/media').slice(0, 60),
  'a head without its end': () => handshake('/media').slice(0, -2),
  'a body that does not come': () => post('content-length: 1000', 'CallSid=x'),
  'a whole handshake': () => handshake('/media'),
  'a handshake with half a frame': () => `${handshake('/media')}\x81`,
  'a handshake that is refused': () => handshake('/nowhere'),
  'a handshake that is wrong': () => handshake('/media', {'sec-websocket-key': ''}),
  'another upgrade': () => handshake('/media', {upgrade: 'h2c'}),
  'two handshakes': () => handshake('/media') + handshake('/media'),
}

/** The status with which it was answered; undefined when the server closed without one. */
export async function request(
  port: number,
  bytes: string | Uint8Array,
): Promise<number | undefined> {
  const socket = await dialRaw(port)
  socket.write(bytes)
  const status = await statusOn(socket)
  socket.destroy()
  return status
}

/** Sends the beginning of something, and resets in the middle of it. */
export async function breakOff(port: number, random: Random): Promise<void> {
  const socket = await dialRaw(port)
  const bytes = pick(random, Object.values(ABANDONED))(random)
  if (random.below(2) === 0) socket.write(bytes)
  else await new Promise((resolve) => socket.write(bytes, resolve))
  socket.resetAndDestroy()
  await untilClosed(socket)
}

const TRICKLE_MS = 500

/** Sends a header letter by letter until the server has had enough; the status that it says so with. */
export async function trickle(port: number): Promise<number | undefined> {
  const socket = await dialRaw(port)
  socket.write('GET /media HTTP/1.1\r\nx-slow: ')
  const more = setInterval(() => socket.write('x'), TRICKLE_MS)
  const status = await statusOn(socket)
  clearInterval(more)
  socket.destroy()
  return status
}

function manyHeaders(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({length: count}, (_, at) => [`x-${String(at)}`, '']))
}

function post(header: string, content: string): string {
  return `POST /passthru HTTP/1.1\r\nhost: a\r\n${header}\r\n\r\n${content}`
}

const POST_PATHS = ['/passthru', '/passthru-handler', '/status-callback', '/media', '/voicebot-url']

function body(random: Random, type: string, content: string): string {
  const length = String(Buffer.byteLength(content))
  return (
    `POST ${pick(random, POST_PATHS)}?Digits=%22%00%22 HTTP/1.1\r\nhost: a\r\n` +
    `content-type: ${type}\r\ncontent-length: ${length}\r\n\r\n${content}`
  )
}

/** With a CallSid, so that there is something to be kept and waited for. */
function formOf(random: Random): string {
  const callSid = `hostile${String(random.below(20))}`
  return `CallSid=${callSid}&CustomField=%7B%22a%22%3A&__proto__=x&Stream=%7B${'&a=b'.repeat(300)}`
}
