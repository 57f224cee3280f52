import {spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest'
import {WebSocket, WebSocketServer} from 'ws'

import {type Clock, systemClock} from '../../src/clock.js'
import type {Peer} from '../../src/serve/http.js'
import {createAccess} from '../../src/serve/access/access.js'
import {peerOf} from '../../src/serve/access/peer.js'
import {readTls} from '../../src/serve/access/tls.js'
import {dialUp, failureOf} from './stream-rig.js'

const folder = mkdtempSync(join(tmpdir(), 'exostream-serve-tls-'))
const at = (name: string) => join(folder, name)

function openssl(...args: string[]): void {
  const made = spawnSync('openssl', args, {cwd: folder})
  if (made.status !== 0) throw new Error(`openssl ${args.join(' ')}: ${String(made.stderr)}`)
}

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

beforeAll(() => {
  openssl(
    'req',
    '-x509',
    ...EC,
    '-days',
    '2',
    '-subj',
    '/CN=Test CA',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  )
  openssl('req', ...EC, '-subj', '/CN=localhost', '-keyout', 'key.pem', '-out', 'request.pem')
  writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1')
  const sign = ['x509', '-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key']
  openssl(...sign, '-CAcreateserial', '-days', '2', '-extfile', 'names', '-out', 'cert.pem')
  openssl('pkey', '-in', 'key.pem', '-aes256', '-passout', 'pass:word', '-out', 'locked.pem')
  openssl('x509', '-in', 'cert.pem', '-outform', 'DER', '-out', 'cert.der')
  writeFileSync(
    at('broken-cert.pem'),
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  )
  writeFileSync(
    at('broken-key.pem'),
    '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
  )
})

afterAll(() => {
  rmSync(folder, {recursive: true})
})

describe('the files of TLS', () => {
  const read = (cert: string | undefined, key: string | undefined, clock = systemClock) =>
    readTls(
      {
        certPath: cert === undefined ? undefined : at(cert),
        keyPath: key === undefined ? undefined : at(key),
      },
      clock,
    )

  test('are none when none is named', async () => {
    expect(await read(undefined, undefined)).toBeUndefined()
  })

  test('are read as they are, and there is nothing to note', async () => {
    expect(await read('cert.pem', 'key.pem')).toEqual({
      cert: readFileSync(at('cert.pem')),
      key: readFileSync(at('key.pem')),
      notes: [],
    })
  })

  test.each<{cert?: string; key?: string; says: string}>([
    {cert: 'cert.pem', says: '--tls-cert needs --tls-key beside it.'},
    {key: 'key.pem', says: '--tls-key needs --tls-cert beside it.'},
    {cert: 'absent.pem', key: 'key.pem', says: '{absent.pem} could not be read.'},
    {cert: 'cert.pem', key: '.', says: '{.} could not be read.'},
    {
      cert: 'key.pem',
      key: 'cert.pem',
      says: 'There is no certificate in {key.pem}: it has no "BEGIN CERTIFICATE" line.',
    },
    {
      cert: 'cert.der',
      key: 'key.pem',
      says: 'There is no certificate in {cert.der}: it has no "BEGIN CERTIFICATE" line.',
    },
    {
      cert: 'cert.pem',
      key: 'ca.pem',
      says: 'There is no key in {ca.pem}: it has no "BEGIN PRIVATE KEY" line.',
    },
    {
      cert: 'broken-cert.pem',
      key: 'key.pem',
      says: 'The certificate in {broken-cert.pem} cannot be read.',
    },
    {cert: 'cert.pem', key: 'broken-key.pem', says: 'The key in {broken-key.pem} cannot be read.'},
    {
      cert: 'cert.pem',
      key: 'locked.pem',
      says: 'The key in {locked.pem} is locked with a passphrase, and there is no one to ask for it.',
    },
    {
      cert: 'cert.pem',
      key: 'ca.key',
      says: 'The key in {ca.key} is not the one of the certificate in {cert.pem}.',
    },
  ])('$cert and $key are refused: $says', async ({cert, key, says}) => {
    const failure = await failureOf(read(cert, key))

    expect(failure.code).toBe('EXO_TLS_FILES')
    expect(failure.message).toBe(says.replace(/\{([^}]+)\}/g, (_match, name: string) => at(name)))
  })

  const clockAt = (daysFromNow: number): Clock => ({
    ...systemClock,
    wallNow: () => new Date(Date.now() + daysFromNow * 86_400_000),
  })

  test.each([
    {days: 3, note: /^The certificate in .* expired on .* GMT: Exotel will not call\.$/},
    {days: -1, note: /^The certificate in .* is valid from .* GMT: Exotel will not call before\.$/},
  ])('that are not valid at the time are taken with a note ($days days)', async ({days, note}) => {
    const tls = await read('cert.pem', 'key.pem', clockAt(days))

    expect(tls?.notes).toEqual([expect.stringMatching(note)])
  })

  test('that no authority signed are taken with a note', async () => {
    const tls = await read('ca.pem', 'ca.key')

    expect(tls?.notes).toEqual([
      `The certificate in ${at('ca.pem')} signs itself: Exotel wants one that a public CA signed.`,
    ])
  })
})

describe('a server with these files', () => {
  async function listen() {
    const tls = await readTls({certPath: at('cert.pem'), keyPath: at('key.pem')}, systemClock)
    const server = createServer({...tls})
    const {refusalOf} = createAccess({clock: systemClock, basic: 'KEY@x:TOKEN'})
    const sockets = new WebSocketServer({
      server,
      verifyClient: ({req}: {req: Parameters<typeof peerOf>[0]}) => {
        const peer = peerOf(req, undefined)
        return !refusalOf({peer, headers: req.headers, isUpgrade: true, isHealth: false})
      },
    })
    const peers: Peer[] = []
    sockets.on('connection', (_ws, request) => peers.push(peerOf(request, undefined)))
    server.listen({host: '127.0.0.1', port: 0})
    await once(server, 'listening')
    onTestFinished(() => {
      for (const client of sockets.clients) client.terminate()
      server.close()
    })
    // A listening TCP server has an address with a port.
    return {port: (server.address() as AddressInfo).port, peers}
  }

  test('is called by wss://KEY:TOKEN@host of whoever knows its authority', async () => {
    const {port, peers} = await listen()

    const ws = new WebSocket(`wss://KEY%40x:TOKEN@127.0.0.1:${port}/media`, {
      ca: readFileSync(at('ca.pem')),
    })
    await once(ws, 'open')
    ws.terminate()

    expect(peers).toEqual([
      {address: '127.0.0.1', host: `127.0.0.1:${port}`, isSecure: true, isForwarded: false},
    ])
  })

  test('is not called by who does not know its authority, as Exotel would not', async () => {
    const {port} = await listen()

    const failure = await failureOf(dialUp(`wss://KEY%40x:TOKEN@127.0.0.1:${port}/media`))

    expect(failure.code).toBe('EXO_TLS_FAILED')
  })
})
