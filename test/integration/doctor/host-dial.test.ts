import {X509Certificate} from 'node:crypto'
import {once} from 'node:events'
import {createServer as createHttpServer} from 'node:http'
import {createServer as createHttpsServer} from 'node:https'
import {type AddressInfo, createServer, type Server, type Socket} from 'node:net'
import {createServer as createTlsServer, type TlsOptions} from 'node:tls'

import {beforeAll, describe, expect, onTestFinished, test} from 'vitest'

import {type Clock, systemClock} from '../../../src/clock.js'
import type {CheckReport, DoctorReport} from '../../../src/doctor/doctor-report.js'
import {certificateFailure} from '../../../src/doctor/host/tls/certificate-failures.js'
import type {DoctorWorld} from '../../../src/doctor/world.js'
import {blackHole} from '../../rig/doctor/black-hole.js'
import {
  BOT_HOST,
  type Certificates,
  ISSUER_URL,
  type LeafName,
  makeCertificates,
} from '../../rig/doctor/certificates.js'
import {contextOf} from '../../rig/doctor/check-context.js'
import {examine, type Examination, type Names} from '../../rig/doctor/examine.js'

const PREFIX = '3009 failed to establish ws conn '
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`
const ONLY = ['placeholder', 'url', 'host', 'dns', 'address', 'tcp', 'clock', 'tls']
const NAMES: Names = {[BOT_HOST]: ['127.0.0.1']}
const DAY_MS = 86_400_000

let certificates: Certificates

beforeAll(async () => {
  certificates = await makeCertificates()
})

/** Listens until the test is over. */
async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  server.on('tlsClientError', () => undefined)
  server.listen({host, port: 0})
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  // A listening TCP server has an address with a port.
  return (server.address() as AddressInfo).port
}

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

type Serving = {readonly tls?: TlsOptions; readonly date?: Date; readonly ageSeconds?: number}

/** An HTTPS server with this certificate, that tells this time. */
function serve(name: LeafName, {tls = {}, date, ageSeconds}: Serving = {}): Promise<number> {
  return listen(
    createHttpsServer({...certificates.leaf(name), ...tls}, (_request, response) => {
      if (date) response.setHeader('Date', date.toUTCString())
      if (ageSeconds !== undefined) response.setHeader('Age', String(ageSeconds))
      response.statusCode = 426
      response.end()
    }),
  )
}

/** The part of doctor that is about the way to a host, in a world that trusts the test's authority. */
function look(url: string, given: Examination = {}): Promise<DoctorReport> {
  return examine(url, {
    names: NAMES,
    only: ONLY,
    ...given,
    world: {ca: [certificates.ca], ...given.world},
  })
}

function checkOf({checks}: DoctorReport, id: string): CheckReport {
  const found = checks.find((check) => check.id === id)
  if (!found) throw new Error(`${id} was not planned`)
  return found
}

function statusesOf({checks}: DoctorReport): Readonly<Record<string, string>> {
  return Object.fromEntries(checks.map(({id, status}) => [id, status]))
}

function countOf({checks}: DoctorReport, status: string): number {
  return checks.filter((check) => check.status === status).length
}

/** Waits a tenth of what it is told. */
const hurried: Clock = {
  now: () => systemClock.now() * 10,
  wallNow: () => systemClock.wallNow(),
  sleepUntil: (deadline, signal) => systemClock.sleepUntil(deadline / 10, signal),
}

function clockAheadBy(ms: number): Clock {
  return {...systemClock, wallNow: () => new Date(systemClock.wallNow().getTime() + ms)}
}

/** A machine that says whether NTP keeps its clock. */
function keptByNtp(answer: 'yes' | 'no'): DoctorWorld['runProgram'] {
  return (program) =>
    Promise.resolve(
      program === 'timedatectl'
        ? {kind: 'ended', code: 0, stdout: `${answer}\n`, stderr: ''}
        : {kind: 'missing', words: `${program}: not found`},
    )
}

type Fault = {
  readonly name: string
  readonly port: () => Promise<number>
  /** Of the URL, where it is not the bot's. */
  readonly origin?: string
  readonly names?: Names
  readonly world?: Partial<DoctorWorld>
  readonly rootCause: string
  /** The port stands for `PORT`, a time for `TIME`; none where Exotel itself would see nothing. */
  readonly exotelError: string | undefined
  readonly summary: string
}

/** Writes nothing, and takes nothing as an end. */
const silent = () => createServer({allowHalfOpen: true}, (socket) => socket.resume())

const FAULTS: readonly Fault[] = [
  {
    name: 'nothing listens',
    port: closedPort,
    rootCause: 'tcp',
    exotelError: 'dial tcp 127.0.0.1:PORT: connect: connection refused',
    summary: 'nothing accepts connections at bot.lab:PORT (127.0.0.1)',
  },
  {
    name: 'something drops what comes to the port',
    port: blackHole,
    world: {clock: hurried},
    rootCause: 'tcp',
    exotelError: 'dial tcp 127.0.0.1:PORT: i/o timeout',
    summary: 'bot.lab:PORT (127.0.0.1) does not answer: something drops what comes to that port',
  },
  {
    name: 'each connection is reset at once',
    port: () => listen(createServer((socket) => socket.resetAndDestroy())),
    rootCause: 'tcp',
    exotelError: 'read tcp 10.1.0.10:40000->127.0.0.1:PORT: read: connection reset by peer',
    summary: 'bot.lab:PORT (127.0.0.1) takes a connection and closes it at once',
  },
  {
    name: 'each connection is closed at once',
    port: () => listen(createServer((socket) => socket.end())),
    rootCause: 'tcp',
    exotelError: 'EOF',
    summary: 'bot.lab:PORT (127.0.0.1) takes a connection and closes it at once',
  },
  {
    name: 'only at an address that is not public somebody listens',
    port: () => listen(createHttpsServer(certificates.leaf('good')), '127.0.0.2'),
    names: {[BOT_HOST]: ['127.0.0.2', '127.0.0.1']},
    world: {classOf: (address) => (address === '127.0.0.2' ? 'private' : 'public')},
    rootCause: 'tcp',
    exotelError: 'dial tcp 127.0.0.1:PORT: connect: connection refused',
    summary: 'nothing accepts connections at bot.lab:PORT (127.0.0.1)',
  },
  {
    name: 'the certificate expired',
    port: () => serve('expired'),
    rootCause: 'tls',
    exotelError:
      'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time TIME is after TIME',
    summary: 'the certificate of bot.lab expired at TIME',
  },
  {
    name: 'the certificate is not valid yet',
    port: () => serve('not-yet-valid'),
    rootCause: 'tls',
    exotelError:
      'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time TIME is before TIME',
    summary: 'the certificate of bot.lab is valid from TIME on, not before',
  },
  {
    name: 'the certificate signs itself',
    port: () => serve('self-signed'),
    rootCause: 'tls',
    exotelError: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    summary: 'the certificate of bot.lab signs itself, so that nobody outside trusts it',
  },
  {
    name: 'the certificate is of an authority that nobody knows',
    port: () => serve('unknown-authority'),
    rootCause: 'tls',
    exotelError: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    summary:
      'the certificate of bot.lab was signed by "Strange Root", which is no public authority',
  },
  {
    name: 'the intermediate certificate is missing',
    port: () => serve('missing-intermediate'),
    rootCause: 'tls',
    exotelError: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    summary:
      'bot.lab sends its certificate without that of its issuer, "Test Intermediate", so that it leads to no authority',
  },
  {
    name: 'the intermediate certificate expired',
    port: () => serve('expired-intermediate'),
    rootCause: 'tls',
    exotelError:
      'tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "x509: certificate has expired or is not yet valid: current time TIME is after TIME" while trying to verify candidate authority certificate "Stale Intermediate")',
    summary:
      'bot.lab sends an intermediate certificate, "Stale Intermediate", that expired at TIME',
  },
  {
    name: 'the intermediate certificate is not valid yet',
    port: () => serve('early-intermediate'),
    rootCause: 'tls',
    exotelError:
      'tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "x509: certificate has expired or is not yet valid: current time TIME is before TIME" while trying to verify candidate authority certificate "Early Intermediate")',
    summary:
      'bot.lab sends an intermediate certificate, "Early Intermediate", that is valid from TIME on, not before',
  },
  {
    name: 'the certificate is for clients, not for servers',
    port: () => serve('for-clients'),
    rootCause: 'tls',
    exotelError:
      'tls: failed to verify certificate: x509: certificate specifies an incompatible key usage',
    summary: 'the certificate of bot.lab is not for a server: it was made for another use',
  },
  {
    name: 'the certificate is for another host',
    port: () => serve('wrong-host'),
    rootCause: 'tls',
    exotelError:
      'tls: failed to verify certificate: x509: certificate is valid for other.lab, www.other.lab, not bot.lab',
    summary: 'the certificate at bot.lab is for other.lab, www.other.lab, and not for bot.lab',
  },
  {
    name: 'the certificate has the name of the host as its common name alone',
    port: () => serve('common-name'),
    rootCause: 'tls',
    exotelError:
      'tls: failed to verify certificate: x509: certificate relies on legacy Common Name field, use SANs instead',
    summary: 'the certificate at bot.lab names no host at all: it has no subjectAltName',
  },
  {
    name: 'the URL has a bare address that the certificate has not',
    port: () => serve('good'),
    origin: 'wss://127.0.0.1',
    rootCause: 'tls',
    exotelError:
      "tls: failed to verify certificate: x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
    summary:
      'the certificate at 127.0.0.1 is for bot.lab, *.bot.lab, and not for this bare address',
  },
  {
    name: 'the server speaks TLS 1.1 at most',
    port: () =>
      serve('good', {
        tls: {minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0'},
      }),
    rootCause: 'tls',
    exotelError: 'remote error: tls: protocol version not supported',
    summary: "bot.lab:PORT speaks TLS 1.1 at most, and Exotel's client asks for TLS 1.2 at least",
  },
  {
    name: 'a plain HTTP server is behind wss',
    port: () => listen(createHttpServer()),
    rootCause: 'tls',
    exotelError: 'tls: first record does not look like a TLS handshake',
    summary: 'bot.lab:PORT does not speak TLS, which the URL asks for',
  },
  {
    name: 'the TLS handshake never ends',
    port: () => listen(silent()),
    world: {clock: hurried},
    rootCause: 'tls',
    exotelError: 'net/http: TLS handshake timeout',
    summary: 'bot.lab:PORT takes the connection, but does not finish the TLS handshake within 5 s',
  },
  {
    name: 'the connection is reset in the TLS handshake',
    port: () =>
      listen(createServer((socket) => socket.once('data', () => socket.resetAndDestroy()))),
    rootCause: 'tls',
    exotelError: 'read tcp 10.1.0.10:40000->127.0.0.1:PORT: read: connection reset by peer',
    summary: 'bot.lab:PORT resets the connection in the TLS handshake',
  },
  {
    name: 'the connection is closed in the TLS handshake',
    port: () => listen(createServer((socket) => socket.once('data', () => socket.end()))),
    rootCause: 'tls',
    exotelError: 'EOF',
    summary: 'bot.lab:PORT closes the connection in the TLS handshake',
  },
  {
    name: 'the server has no certificate for the name',
    port: () =>
      listen(
        createServer((socket) =>
          // A fatal alert of TLS: unrecognized_name.
          socket.once('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 112]))),
        ),
      ),
    rootCause: 'tls',
    exotelError: 'remote error: tls: unrecognized name',
    summary: 'bot.lab:PORT refuses the TLS handshake',
  },
  {
    name: 'the server wants a certificate of the client',
    port: () => serve('good', {tls: {requestCert: true, rejectUnauthorized: true}}),
    rootCause: 'tls',
    exotelError: 'remote error: tls: certificate required',
    summary: 'bot.lab wants a certificate of whoever calls, and Exotel has none to show',
  },
  {
    name: 'the clock of this machine is past the end of a good certificate',
    port: () => serve('good'),
    world: {clock: clockAheadBy(400 * DAY_MS)},
    rootCause: 'clock',
    exotelError: undefined,
    summary:
      'by the clock of bot.lab itself, that of this machine is 400 days ahead, and its certificate is valid by only one of the two',
  },
  {
    name: 'the clock of this machine is before the beginning of a good certificate',
    port: () => serve('good'),
    world: {clock: clockAheadBy(-400 * DAY_MS), runProgram: keptByNtp('no')},
    rootCause: 'clock',
    exotelError: undefined,
    summary:
      'by the clock of bot.lab itself, that of this machine is 400 days behind, and its certificate is valid by only one of the two',
  },
]

describe('a fault on the way to the host is the only failure, and has its own words:', () => {
  test.each(FAULTS)('$name', async ({port: start, origin, names, world, ...expected}) => {
    const port = await start()

    const url = `${origin ?? `wss://${BOT_HOST}`}:${port}/media?sample-rate=8000`
    const report = await examine(url, {
      names: names ?? NAMES,
      world: {ca: [certificates.ca], ...world},
    })

    expect(report.rootCause).toBe(expected.rootCause)
    expect(countOf(report, 'fail')).toBe(1)
    const said = (text: string | undefined) =>
      text?.replaceAll(`:${port}`, ':PORT').replaceAll(new RegExp(TIME, 'g'), 'TIME')
    expect(said(checkOf(report, expected.rootCause).summary)).toBe(expected.summary)
    const {exotelError} = expected
    expect(said(report.exotelError)).toBe(exotelError && PREFIX + exotelError)
    expect(report.fix).toMatch(/\w/)
  })
})

test.each([
  {role: 'dynamic', scheme: 'https'},
  {role: 'passthru', scheme: 'https'},
] as const)('what Exotel shows for a $role URL is not known', async ({role, scheme}) => {
  const url = `${scheme}://${BOT_HOST}:${await closedPort()}/flow`

  const report = await examine(undefined, {target: {kind: 'url', [role]: url}, names: NAMES})

  expect(report.rootCause).toBe(`${role}-tcp`)
  expect(report).not.toHaveProperty('exotelError')
})

describe('a healthy way to the host', () => {
  test('passes, and tells the issuer and the days left', async () => {
    const port = await serve('good')

    const report = await look(`wss://${BOT_HOST}:${port}/media?sample-rate=8000`)

    expect(statusesOf(report)).toMatchObject({tcp: 'pass', clock: 'pass', tls: 'pass'})
    expect(countOf(report, 'fail') + countOf(report, 'warn')).toBe(0)
    expect(checkOf(report, 'tcp').summary).toMatch(
      /^bot\.lab:\d+ \(127\.0\.0\.1\) accepts connections, in \d+ ms$/,
    )
    expect(checkOf(report, 'tls').summary).toBe(
      'the certificate is for this name, issued by Test Intermediate, with 89 days left',
    )
  })

  test('to a bare address needs a certificate for it, and the clock is not asked for', async () => {
    const port = await serve('address')

    const report = await look(`wss://127.0.0.1:${port}/media?sample-rate=8000`)

    expect(statusesOf(report)).toMatchObject({tcp: 'pass', clock: 'skip', tls: 'pass'})
  })

  test('without TLS has no certificate to look at, and what is behind is tried', async () => {
    const port = await listen(createHttpServer((_request, response) => response.end()))

    const report = await look(`ws://${BOT_HOST}:${port}/media?sample-rate=8000`, {
      only: [...ONLY, 'open-time'],
    })

    expect(statusesOf(report)).toMatchObject({clock: 'skip', tls: 'skip', 'open-time': 'pass'})
    expect(checkOf(report, 'tls').summary).toBe('ws:// has no TLS, and no certificate to look at')
  })

  test('whose server answers no request for nothing is no fault', async () => {
    const port = await listen(
      createTlsServer(certificates.leaf('good'), (socket) => socket.resume()),
    )

    const report = await look(`wss://${BOT_HOST}:${port}/`, {world: {clock: hurried}})

    expect(statusesOf(report)).toMatchObject({clock: 'skip', tls: 'pass'})
    expect(checkOf(report, 'clock').summary).toBe('not checked: bot.lab does not tell its time')
  })
})

describe('what does not stop a call is a warning:', () => {
  test('a certificate that expires within two weeks', async () => {
    const port = await serve('expiring-soon')

    const report = await look(`wss://${BOT_HOST}:${port}/`)

    const {status, summary, fix} = checkOf(report, 'tls')
    expect(status).toBe('warn')
    expect(summary).toMatch(
      new RegExp(`^the certificate of bot\\.lab expires in 5 days, at ${TIME}; from then on`),
    )
    expect(fix).toContain('certbot renew')
    expect(report.rootCause).toBeUndefined()
  })

  test('an address among several where nothing listens, and the others are dialled', async () => {
    const port = await serve('good')

    const report = await look(`wss://${BOT_HOST}:${port}/`, {
      names: {[BOT_HOST]: ['127.0.0.2', '127.0.0.1']},
    })

    const {status, summary, exotelError} = checkOf(report, 'tcp')
    expect(status).toBe('warn')
    expect(summary).toBe(
      `bot.lab:${port} (127.0.0.1) accepts connections, but not at 127.0.0.2, and Exotel may take either`,
    )
    expect(exotelError).toBe(`${PREFIX}dial tcp 127.0.0.2:${port}: connect: connection refused`)
    expect(statusesOf(report)).toMatchObject({clock: 'pass', tls: 'pass'})
  })
})

describe('the clock', () => {
  test.each([
    {platform: 'linux', command: 'sudo timedatectl set-ntp true'},
    {platform: 'darwin', command: 'sudo sntp -sS time.apple.com'},
    {platform: 'win32', command: 'w32tm /resync'},
  ] as const)('of $platform is set by $command', async ({platform, command}) => {
    const port = await serve('good')

    const report = await look(`wss://${BOT_HOST}:${port}/`, {
      world: {platform, clock: clockAheadBy(5 * 60_000 + 500)},
    })

    const {status, summary, fix} = checkOf(report, 'clock')
    expect([status, summary]).toEqual([
      'warn',
      'by the clock of bot.lab itself, that of this machine is 5 minutes ahead: certificates and logs are judged by a wrong time',
    ])
    expect(fix).toContain(`\n${command}`)
    expect(checkOf(report, 'tls').status).toBe('pass')
  })

  test('is right when the answer is as old as a cache says', async () => {
    const date = new Date(Date.now() - 600_000)
    const port = await serve('good', {date, ageSeconds: 600})

    const report = await look(`wss://${BOT_HOST}:${port}/`)

    expect(checkOf(report, 'clock').status).toBe('pass')
  })

  test('of a server that lies does not make an expired certificate a good one', async () => {
    const port = await serve('expired', {date: new Date(Date.now() - 20 * DAY_MS)})

    const report = await look(`wss://${BOT_HOST}:${port}/`, {
      world: {runProgram: keptByNtp('yes')},
    })

    expect(statusesOf(report)).toMatchObject({clock: 'warn', tls: 'fail'})
    expect(checkOf(report, 'clock').summary).toBe(
      "the clock of bot.lab is wrong: beside it this machine's, which is kept by NTP, is 20 days ahead",
    )
    expect(report.rootCause).toBe('tls')
  })

  test('of a server past the end of its certificate leaves open which of the two is wrong', async () => {
    const port = await serve('good', {date: new Date(Date.now() + 200 * DAY_MS)})

    const report = await look(`wss://${BOT_HOST}:${port}/`)

    expect(report.rootCause).toBe('clock')
    expect(report.fix).toContain('If this machine is right after all')
    expect(checkOf(report, 'tls').summary).toBe('not tried: clock did not pass')
  })
})

test('the words of OpenSSL are told without the place in its sources', async () => {
  const port = await listen(createHttpServer())

  const report = await look(`wss://${BOT_HOST}:${port}/`)

  expect(checkOf(report, 'tls').detail).toMatch(
    /^SSL routines:\w+: ?(wrong version number|packet length too long)$/,
  )
})

describe('a fix', () => {
  const fixOf = async (url: string, given: Examination = {}) => (await look(url, given)).fix ?? ''

  test('for a missing intermediate names the file, and where it is to be had', async () => {
    const port = await serve('missing-intermediate')

    const fix = await fixOf(`wss://${BOT_HOST}:${port}/`)

    expect(fix).toContain('fullchain.pem in place of cert.pem')
    expect(fix).toContain(ISSUER_URL)
  })

  test('for a wrong host gives the URL with the name of the certificate, without credentials', async () => {
    const port = await serve('wrong-host')

    const fix = await fixOf(`wss://me:hunter2@${BOT_HOST}:${port}/media?sample-rate=8000`)

    expect(fix).toContain(`wss://KEY:TOKEN@other.lab:${port}/media?sample-rate=8000`)
    expect(fix).not.toContain('hunter2')
  })

  test('for a plain server behind wss gives the URL with ws', async () => {
    const port = await listen(createHttpServer())

    const fix = await fixOf(`wss://${BOT_HOST}:${port}/media?sample-rate=8000`)

    expect(fix).toContain(`\nws://${BOT_HOST}:${port}/media?sample-rate=8000`)
  })

  test.each([
    {name: 'that signs itself', leaf: 'self-signed', host: BOT_HOST},
    {name: 'for another host', leaf: 'good', host: 'localhost'},
  ] as const)(
    'with --local for a certificate $name makes one, or leaves TLS out',
    async ({leaf, host}) => {
      const port = await serve(leaf)

      const fix = await fixOf(`wss://${host}:${port}/?sample-rate=8000`, {
        target: {isLocal: true},
        names: {[host]: ['127.0.0.1']},
      })

      expect(fix).toContain(`\nmkcert ${host}\n`)
      expect(fix).toContain(`\nws://${host}:${port}/?sample-rate=8000`)
      expect(fix).not.toContain('certbot')
    },
  )

  test('with --local for a plain server behind wss is the URL with ws alone', async () => {
    const port = await listen(createHttpServer())

    const fix = await fixOf(`wss://${BOT_HOST}:${port}/?sample-rate=8000`, {
      target: {isLocal: true},
    })

    expect(fix).toMatch(/^Give the URL without TLS/)
    expect(fix).not.toContain('tunnel')
  })

  test('with --local for a port where nothing listens is not the URL that failed', async () => {
    const port = await closedPort()
    const url = `ws://127.0.0.1:${port}/media?sample-rate=8000`

    const fix = await fixOf(url, {target: {isLocal: true}})

    expect(fix).toContain(`exostream serve --port ${port}`)
    expect(fix).not.toContain('Try this URL')
  })

  test.each([
    {kind: 'self-signed'},
    {kind: 'wrong-host'},
    {kind: 'missing-intermediate', issuer: 'Test', issuerUrl: ISSUER_URL},
  ] as const)('for $kind has the letters of the shell in a name in quotes', (fault) => {
    const host = 'a;reboot;.bot.lab'
    const leaf = new X509Certificate(certificates.leaf('self-signed').cert)
    const text = `wss://${host}/`
    const context = contextOf({url: text, hop: {text}})

    const result = certificateFailure(fault, {host, role: 'stream', now: new Date(), leaf})

    const fix = 'fix' in result ? result.fix : ''
    const commands = (typeof fix === 'string' ? fix : fix(context))
      .split('\n')
      .filter((line) => /^(sudo|ssl_certificate) /.test(line))
    expect(commands).toHaveLength(1)
    expect(commands[0]).toMatch(/ '[^']*a;reboot;\.bot\.lab[^']*';?$/)
  })

  test('for a port where nothing listens on this machine starts a bot there', async () => {
    const port = await closedPort()

    expect(await fixOf(`wss://${BOT_HOST}:${port}/`)).toContain(`exostream serve --port ${port}`)
  })
})

test('an interruption ends a handshake that does not end by itself', async () => {
  const interruption = new AbortController()
  const server = createServer((socket) =>
    socket.once('data', () => {
      interruption.abort(new Error('Ctrl-C'))
    }),
  )
  const port = await listen(server)

  const report = await look(`wss://${BOT_HOST}:${port}/`, {signal: interruption.signal})

  expect(report.interrupted).toBe(true)
  expect(checkOf(report, 'clock').summary).toBe('not finished: interrupted')
})
