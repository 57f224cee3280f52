import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync, rmSync, writeFileSync} from 'node:fs'
import {mkdir, mkdtemp} from 'node:fs/promises'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http'
import {get} from 'node:https'
import {type AddressInfo, createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'

import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest'

import {systemClock} from '../../src/clock.js'
import type {Wish} from '../../src/flow/make-flow.js'
import {renderNginx} from '../../src/flow/print/nginx.js'
import {silentLogger} from '../../src/log.js'
import type {CallReport} from '../../src/report/report.js'
import {nearby} from '../../src/serve/access/peer.js'
import {echo} from '../../src/serve/bots/echo.js'
import {opensBot} from '../../src/serve/open-stream.js'
import {startServer, type StreamServer} from '../../src/serve/server.js'
import {helloAt, HANG_UP, say} from '../../src/simulate/conformance/scenario.js'
import {makePlan} from '../../src/simulate/plan.js'
import {runPlan} from '../../src/simulate/run.js'
import {askDynamicUrl} from '../../src/stream/exotel-http/dynamic-url.js'
import {askPassthru} from '../../src/stream/exotel-http/passthru.js'
import {dial} from '../../src/stream/exotel/dial.js'
import {BOT_HOST, type Certificates, makeCertificates} from '../rig/doctor/certificates.js'
import {printingOf} from '../rig/flow-printing.js'

const NGINX = '/usr/sbin/nginx'

const identity = {
  callSid: 'c8961ab2fa675ddac2d7b8974c25201m',
  streamSid: 'b8ac7b482138e87f6da1c79a692b201m',
  accountSid: 'exostream1',
  from: '+910000012345',
  to: '+910000067890',
}

let folder = ''
let certificates: Certificates
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-nginx-'))
  certificates = await makeCertificates()
  const {cert, key} = certificates.leaf('good')
  writeFileSync(join(folder, 'fullchain.pem'), cert)
  writeFileSync(join(folder, 'privkey.pem'), key)
})
afterAll(() => {
  rmSync(folder, {recursive: true})
})

/** As Exotel finds the host and its certificate: here both are this machine's. */
function world() {
  return {
    clock: systemClock,
    signal: new AbortController().signal,
    ca: [certificates.ca],
    lookup: () => Promise.resolve([{address: '127.0.0.1', family: 4}]),
  }
}

type Instance = {readonly server: StreamServer; readonly calls: () => number}

/** `exostream serve --trust-proxy true`, answered by echo. */
async function serve(): Promise<Instance> {
  const bot = echo()
  let calls = 0
  const open = opensBot(
    (call) => {
      calls += 1
      return bot(call)
    },
    {clock: systemClock},
  )
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    open,
    botName: 'echo',
    clock: systemClock,
    log: silentLogger,
    version: '1.2.3',
    trustProxy: nearby,
  })
  onTestFinished(() => server.close())
  return {server, calls: () => calls}
}

async function freePort(): Promise<number> {
  const server = createServer().listen({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  // A listening TCP server has an address with a port.
  const {port} = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

type Proxy = {
  readonly port: number
  /** Ends nginx, and tells what it has written. */
  end(): Promise<{readonly access: string; readonly errors: string}>
}

type Change = {
  readonly wish?: (port: number) => Partial<Wish>
  readonly edit?: (text: string) => string
}

/** The printed file, changed in nothing but its addresses and the places of its files. */
async function proxy(upstreams: readonly string[], change: Change = {}): Promise<Proxy> {
  const port = await freePort()
  const own = await mkdtemp(join(folder, 'run-'))
  const {wish, edit = (printed: string) => printed} = change
  const url = `wss://${BOT_HOST}:${port}/media`
  const printing = printingOf({url, passthru: {}, ...wish?.(port)}, {upstreams})
  const file = edit(renderNginx(printing))
    .replace(`listen ${port} ssl`, `listen 127.0.0.1:${port} ssl`)
    .replace(`listen [::]:${port} ssl`, `listen [::1]:${port} ssl`)
    .replaceAll(`/etc/letsencrypt/live/${BOT_HOST}`, folder)
    .replaceAll('/var/log/nginx', own)
  writeFileSync(join(own, 'exostream.conf'), file)
  writeFileSync(join(own, 'nginx.conf'), mainConfig(own))
  await mkdir(join(own, 'temp'))
  const args = ['-p', own, '-e', 'stderr', '-c', join(own, 'nginx.conf')]
  expectGood(args)

  const child = spawn(NGINX, args, {stdio: ['ignore', 'ignore', 'pipe'], timeout: 60_000})
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  const signal = AbortSignal.timeout(10_000)
  for (let said = ''; !said.includes('start worker process ');) {
    const [part] = (await once(child.stderr, 'data', {signal})) as [Buffer]
    said += part.toString()
  }
  return {
    port,
    async end() {
      child.kill('SIGTERM')
      await ended
      const read = (name: string) => readFileSync(join(own, name), 'utf8')
      return {access: read('exostream.log'), errors: read('exostream-error.log')}
    },
  }
}

function expectGood(args: readonly string[]): void {
  const tried = spawnSync(NGINX, ['-t', ...args], {encoding: 'utf8'})
  expect(tried.stderr).toMatch(/test is successful/)
  expect(tried.stderr).not.toMatch(/\[(warn|error|emerg)\]/)
}

/** What Debian's own file has around those of conf.d, in a folder of its own. */
function mainConfig(own: string): string {
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
daemon off;
worker_processes 2;
pid ${own}/nginx.pid;
error_log stderr notice;
events {}
http {
${temps.map((name) => `${name}_temp_path ${own}/temp/${name};`).join('\n')}
include ${own}/exostream.conf;
}
`
}

/** A simulated call over TLS through the proxy. */
async function call(port: number): Promise<CallReport | undefined> {
  const url = `wss://${BOT_HOST}:${port}/media?sample-rate=8000&campaign=emi`
  const request = {target: {kind: 'url'}, url, scenarios: [], profiles: [], seed: 1} as const
  const plan = await makePlan(request)
  const steps = [say(await helloAt(plan.sampleRateHz)), HANG_UP]
  const {report} = await runPlan(
    {...plan, scenarios: [{name: 'hello', description: '', steps, thresholds: []}]},
    {...world(), version: '1.2.3', dial: (to, options) => dial(to, {...options, ...world()})},
  )
  return report.calls[0]
}

/** What is answered to a plain GET over TLS. */
async function bodyOf(
  port: number,
  path: string,
  headers: OutgoingHttpHeaders = {},
): Promise<string> {
  const to = {host: '127.0.0.1', port, path, servername: BOT_HOST, ca: certificates.ca}
  const asking = get({...to, agent: false, headers: {Host: BOT_HOST, ...headers}})
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  return text(response)
}

const upstreamsOf = (instances: readonly Instance[]) =>
  instances.map(({server}) => `127.0.0.1:${server.port}`)

describe('the printed nginx, run by nginx', () => {
  test('carries calls over TLS, and shares them out among the instances', async () => {
    const instances = [await serve(), await serve()]
    const {port, end} = await proxy(upstreamsOf(instances))

    const calls = await Promise.all([call(port), call(port)])

    const heard = {outcome: 'completed', turns: [{met: true}], closing: {by: 'caller', code: 1000}}
    expect(calls).toMatchObject([heard, heard])
    expect(instances.map((instance) => instance.calls())).toEqual([1, 1])
    expect((await end()).access).toMatch(/ GET \/media 101 /)
  })

  test('lets the instances know the public host and its scheme', async () => {
    const {port} = await proxy(upstreamsOf([await serve()]))

    const {answer, streamUrl, violations} = await askDynamicUrl(
      `https://${BOT_HOST}:${port}/voicebot-url?sample-rate=16000`,
      {...world(), identity},
    )

    expect(answer.status).toBe(200)
    expect(violations).toEqual([])
    expect(streamUrl).toBe(
      `wss://${BOT_HOST}:${port}/media?sample-rate=16000&CallSid=${identity.callSid}`,
    )
  })

  test.each(['flat', 'json'] as const)(
    'passes a Passthru on, and keeps its query out of the log: %s',
    async (form) => {
      const {port, end} = await proxy(upstreamsOf([await serve()]))
      // As long as a record of a call with many legs.
      const url = `https://${BOT_HOST}:${port}/passthru?Legs=${'x'.repeat(3000)}&token=S3CRET`
      const stream = {
        streamSid: identity.streamSid,
        streamUrl: `wss://${BOT_HOST}/media`,
        status: 'completed',
        disconnectedBy: 'bot',
        durationMs: 1000,
      } as const

      const facts = {identity, startedAt: new Date(), stream}
      const {answer} = await askPassthru(url, {...world(), form, facts})

      expect(answer).toMatchObject({status: 200, branch: 'A'})
      const {access, errors} = await end()
      expect(access).toMatch(
        /^127\.0\.0\.1 \[[^\]]+\] GET \/passthru 200 [\d.]+ s, 127\.0\.0\.1:\d+ 200\n$/,
      )
      expect(errors).toBe('')
    },
  )

  test('asks the other instance where one is gone, and writes no query when both are', async () => {
    const instances = [await serve(), await serve()]
    const {port, end} = await proxy(upstreamsOf(instances))
    const ask = async () => {
      const {answer} = await askPassthru(`https://${BOT_HOST}:${port}/passthru`, {
        ...world(),
        form: 'flat',
        facts: {identity, startedAt: new Date()},
      })
      return answer.status
    }

    const before = [await ask(), await ask()]
    await instances[0]?.server.close()
    const between = [await ask(), await ask(), await ask(), await ask()]
    await instances[1]?.server.close()
    const after = await ask()

    expect(before).toEqual([200, 200])
    expect(between).toEqual([200, 200, 200, 200])
    expect(after).toBe(502)
    const {access, errors} = await end()
    expect(access + errors).not.toMatch(/CallSid|12345|67890/)
    expect(errors).toMatch(/ GET \/passthru 200 .* 502, 200\n/)
    expect(errors).toMatch(/ GET \/passthru 502 .* 502(, 502)?\n$/)
  })

  test('names its own host to the instances, whatever host is asked for', async () => {
    const {port} = await proxy(upstreamsOf([await serve()]))

    const body = await bodyOf(port, '/voicebot-url', {
      Host: 'evil.example',
      'X-Forwarded-Host': 'evil.example',
    })

    expect(JSON.parse(body)).toMatchObject({
      url: expect.stringMatching(`^wss://${BOT_HOST}:${port}/`) as string,
    })
  })

  test('keeps all that names a call on one instance, where a Passthru tells of it', async () => {
    const instances = [await serve(), await serve()]
    const {port, end} = await proxy(upstreamsOf(instances), {
      wish: (own) => ({passthru: {before: {url: `https://${BOT_HOST}:${own}/passthru`}}}),
    })
    // An odd number, so that taking turns would not do.
    const calls = Array.from({length: 13}, (_, index) => `c${String(index)}`)

    for (const callSid of [...calls, ...calls]) await bodyOf(port, `/passthru?CallSid=${callSid}`)

    const {access} = await end()
    const asked = [...access.matchAll(/(127\.0\.0\.1:\d+) 200$/gm)].map(([, instance]) => instance)
    expect(asked.slice(0, 13)).toEqual(asked.slice(13))
    expect(new Set(asked).size).toBe(2)
  })

  test('leads what the printed handler answers to it, and the stream of the same path to the bot', async () => {
    const bot = await serve()
    const handler = createHttpServer((request, response) => {
      response.end(`handler ${request.url ?? ''}`)
    })
    handler.listen({host: '127.0.0.1', port: 0})
    await once(handler, 'listening')
    onTestFinished(() => {
      handler.close()
    })
    // As above.
    const {port: own} = handler.address() as AddressInfo
    const {port} = await proxy(upstreamsOf([bot]), {
      edit: (printed) =>
        printed
          .replace(/# (?=set |location = )/g, '')
          .replace('127.0.0.1:8080', `127.0.0.1:${own}`),
    })

    expect(await bodyOf(port, '/media?CallSid=1')).toBe('handler /media?CallSid=1')
    expect(await bodyOf(port, '/voicebot-url')).toBe('handler /voicebot-url')
    expect(await bodyOf(port, '/health')).toContain('"ok"')
    expect(await call(port)).toMatchObject({outcome: 'completed'})
    expect(bot.calls()).toBe(1)
  })

  test('stands beside a second server, however long its name, and the port for certificates', async () => {
    const own = await mkdtemp(join(folder, 'long-'))
    await mkdir(join(own, 'temp'))
    const host = 'a-tenant-with-a-name-of-many-words.voice.bots.acme.in'
    const [port, plainPort] = [await freePort(), await freePort()]
    const printed = renderNginx(printingOf({url: `wss://${host}:${port}/media`}))
      .replace(/^# (server \{ listen )80(.*\n)# (.*\n)/m, `$1${plainPort}$2$3`)
      .replaceAll(`/etc/letsencrypt/live/${host}`, folder)
      .replaceAll('/var/log/nginx', own)
    const files = `ssl_certificate ${folder}/fullchain.pem; ssl_certificate_key ${folder}/privkey.pem;`
    const second = `server { listen ${port} ssl; server_name x.${host}; ${files} }`
    writeFileSync(join(own, 'exostream.conf'), `${printed}${second}\n`)
    writeFileSync(join(own, 'nginx.conf'), mainConfig(own))

    expect(printed).toContain(`\nserver { listen ${plainPort};`)
    expectGood(['-p', own, '-e', 'stderr', '-c', join(own, 'nginx.conf')])
  })
})
