import {once} from 'node:events'
import {createServer as createHttpServer, type RequestListener} from 'node:http'
import {type AddressInfo, createServer, type Server} from 'node:net'

import {afterEach, describe, expect, test} from 'vitest'

import type {DoctorReport} from '../../../src/doctor/doctor-report.js'
import {findListeners} from '../../../src/doctor/machine/listeners/listeners.js'
import {runChecks} from '../../../src/doctor/run-checks.js'
import type {DoctorWorld} from '../../../src/doctor/world.js'
import {examine, labWorld, targetOf} from '../../rig/doctor/examine.js'
import {
  FIREWALLD_PUBLIC,
  IPTABLES_BY_HAND,
  NFT_SERVER,
  UFW_ACTIVE,
} from '../../rig/doctor/programs/firewalls.js'
import {programsSaying, type Said} from '../../rig/doctor/programs/said.js'

const MACHINE = ['url', 'host', 'dns', 'address', 'listening', 'firewall', 'tunnel', 'node']
const URL_HERE = 'ws://bot.exmple.org:5000/media?sample-rate=8000'
const REFUSED = '3009 failed to establish ws conn dial tcp'

const open = new Set<Server>()

afterEach(async () => {
  await Promise.all([...open].map(closed))
  open.clear()
})

async function listen(server: Server, host: string, port = 0): Promise<number> {
  server.listen(port, host)
  open.add(server)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function closed(server: Server): Promise<void> {
  server.close()
  if ('closeAllConnections' in server) (server.closeAllConnections as () => void)()
  if (server.listening) await once(server, 'close')
}

const statusOf = (report: DoctorReport, id: string) =>
  report.checks.find((check) => check.id === id)
const failed = (report: DoctorReport) =>
  report.checks.filter(({status}) => status === 'fail').map(({id}) => id)

describe('faults', () => {
  const behind = (said: Readonly<Record<string, Said>>): Partial<DoctorWorld> => ({
    classOf: () => 'public',
    runProgram: programsSaying(said),
  })
  const running = {'firewall-cmd --state': 'running', 'firewall-cmd --list-all': FIREWALLD_PUBLIC}

  test.each([
    {name: 'ufw drops', world: behind({ufw: UFW_ACTIVE}), says: 'i/o timeout'},
    {
      name: 'ufw rejects',
      url: URL_HERE.replace('5000', '5200'),
      world: behind({ufw: UFW_ACTIVE}),
      says: 'connect: connection refused',
    },
    {name: 'firewalld rejects', world: behind(running), says: 'connect: no route to host'},
    {name: 'nftables drop', world: behind({nft: NFT_SERVER}), says: 'i/o timeout'},
    {name: 'iptables drop', world: behind({iptables: IPTABLES_BY_HAND}), says: 'i/o timeout'},
    {
      name: 'iptables reject',
      url: URL_HERE.replace('5000', '5300'),
      world: behind({iptables: IPTABLES_BY_HAND}),
      says: 'connect: no route to host',
    },
  ])('$name: firewall is the root cause', async ({url = URL_HERE, world, says}) => {
    const names = {'bot.exmple.org': ['192.0.2.10']}

    const report = await examine(url, {names, world, only: MACHINE})

    expect(failed(report)).toEqual(['firewall'])
    expect(report.rootCause).toBe('firewall')
    const address = new URL(url).host.replace('bot.exmple.org', '192.0.2.10')
    expect(report.exotelError).toBe(`${REFUSED} ${address}: ${says}`)
    expect(report.fix).toContain(new URL(url).port)
  })

  test.skipIf(process.platform !== 'linux')(
    'a bot on loopback alone: listening is the root cause, and names who it is',
    async () => {
      const port = String(await listen(createServer(), '127.0.0.1'))
      const names = {'bot.exmple.org': ['127.0.0.2']}

      const report = await examine(`ws://bot.exmple.org:${port}/media?sample-rate=8000`, {
        names,
        world: {procDir: '/proc'},
        only: MACHINE,
      })

      expect(failed(report)).toEqual(['listening'])
      expect(report.rootCause).toBe('listening')
      expect(report.summary).toBe(
        `port ${port} is open on 127.0.0.1 only, and the URL leads to 127.0.0.2.`,
      )
      expect(statusOf(report, 'listening')?.detail).toContain(`(process ${String(process.pid)})`)
      expect(report.fix).toContain(`exostream serve --host 0.0.0.0 --port ${port}`)
      expect(report.exotelError).toBe(`${REFUSED} 127.0.0.2:${port}: connect: connection refused`)
    },
  )

  test('a Node that is too old', async () => {
    const report = await examine(undefined, {world: {nodeVersion: '18.20.8'}, only: MACHINE})

    expect(failed(report)).toEqual(['node'])
    expect(report.summary).toBe('Node is 18.20.8, and exostream needs 20.19 or later.')
  })

  test('a full disk', async () => {
    const freeBytes = () => Promise.resolve(1_000_000)
    const report = await examine(undefined, {world: {freeBytes}})

    expect(report).toMatchObject({
      rootCause: 'disk',
      fix: expect.stringContaining('exostream serve --data-dir') as string,
    })
  })
})

describe.skipIf(process.platform !== 'linux')('what listens', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '127.0.0.2'],
    ['0.0.0.0', '::1'],
  ])('sockets on %s and %s are found, with their process', async (first, second) => {
    const port = await listen(createServer(), first)
    if (second !== first) await listen(createServer(), second, port)

    const world = labWorld({procDir: '/proc'})
    const found = await findListeners(port, {world, signal: new AbortController().signal})

    const addresses = [...new Set([first, second])]
    expect(found).toHaveLength(addresses.length)
    for (const address of addresses) {
      expect(found).toContainEqual({
        ...{address, port, pid: process.pid},
        program: expect.stringMatching(/./) as string,
      })
    }
  })

  test('a bot that can be reached passes', async () => {
    const port = String(await listen(createServer(), '0.0.0.0'))
    const names = {'bot.exmple.org': ['127.0.0.2']}

    const report = await examine(`ws://bot.exmple.org:${port}/media?sample-rate=8000`, {
      names,
      world: {procDir: '/proc'},
      only: MACHINE,
    })

    expect(statusOf(report, 'listening')).toMatchObject({status: 'pass'})
  })

  test('nothing there is left to tcp to judge', async () => {
    const server = createServer()
    const port = await listen(server, '127.0.0.1')
    await closed(server)

    const report = await examine(undefined, {
      target: {defaultPort: port},
      world: {procDir: '/proc'},
      only: ['listening'],
    })

    expect(statusOf(report, 'listening')).toMatchObject({
      status: 'skip',
      summary: `nothing listens on port ${String(port)} of this machine`,
    })
  })
})

describe('a tunnel of this machine', () => {
  async function api(answer: RequestListener): Promise<string> {
    return `http://127.0.0.1:${String(await listen(createHttpServer(answer), '127.0.0.1'))}`
  }

  const saying = (answers: Readonly<Record<string, unknown>>): RequestListener => {
    return ({url = ''}, response) => {
      const answer = answers[url]
      response.statusCode = answer === undefined ? 404 : 200
      response.end(JSON.stringify(answer ?? {error: 'no such resource'}))
    }
  }

  const ngrok = (host: string, port: number) =>
    saying({
      '/api/tunnels': {
        tunnels: [
          {public_url: `https://${host}`, config: {addr: `http://localhost:${String(port)}`}},
        ],
      },
    })

  const look = (host: string, apis: Partial<DoctorWorld['tunnelApis']>) =>
    examine(`wss://${host}/media?sample-rate=8000`, {
      names: {[host]: ['127.0.0.9']},
      world: {procDir: '/proc', tunnelApis: {ngrok: [], cloudflared: [], ...apis}},
      only: ['url', 'tunnel'],
    })

  test('that has another name by now is a warning that names both', async () => {
    const origin = await api(ngrok('new.ngrok-free.app', 5000))

    const report = await look('old.ngrok-free.app', {ngrok: [origin]})

    expect(statusOf(report, 'tunnel')).toMatchObject({
      status: 'warn',
      summary:
        'the ngrok of this machine has the name new.ngrok-free.app now, and the URL says old.ngrok-free.app',
      fix: expect.stringContaining('wss://new.ngrok-free.app/media?sample-rate=8000') as string,
    })
  })

  test('of cloudflared is found by its metrics', async () => {
    const config = {config: {ingress: [{service: 'http://localhost:5000'}]}}
    const quick = {hostname: 'new-name.trycloudflare.com'}
    const origin = await api(saying({'/quicktunnel': quick, '/config': config}))

    const report = await look('old-name.trycloudflare.com', {cloudflared: [origin]})

    expect(statusOf(report, 'tunnel')).toMatchObject({
      status: 'warn',
      detail: 'cloudflared runs here as https://new-name.trycloudflare.com, to port 5000',
    })
  })

  test.skipIf(process.platform !== 'linux')(
    'that leads where nothing listens is a warning with both ways out',
    async () => {
      const server = createServer()
      const port = await listen(server, '127.0.0.1')
      await closed(server)
      const origin = await api(ngrok('bot.ngrok.app', port))

      const report = await look('bot.ngrok.app', {ngrok: [origin]})

      expect(statusOf(report, 'tunnel')).toMatchObject({
        status: 'warn',
        summary: `ngrok leads to port ${String(port)} of this machine, where nothing listens`,
      })
    },
  )

  test('that is the one of the URL passes', async () => {
    const port = await listen(createServer(), '127.0.0.1')
    const origin = await api(ngrok('bot.ngrok.app', port))

    const report = await look('bot.ngrok.app', {ngrok: [origin]})

    expect(statusOf(report, 'tunnel')).toMatchObject({
      status: 'pass',
      summary: `ngrok runs here as https://bot.ngrok.app, to port ${String(port)}`,
    })
  })

  test('is nobody to complain about when the URL leads elsewhere', async () => {
    const origin = await api(ngrok('bot.ngrok.app', 9))

    expect(statusOf(await look('bot.exmple.org', {ngrok: [origin]}), 'tunnel')?.status).toBe('pass')
  })

  test.each<[string, RequestListener]>([
    ['too much', (_request, response) => response.end('[' + '1,'.repeat(100_000))],
    ['nonsense', (_request, response) => response.end('\u0000{')],
    [
      'a way to somewhere else',
      (_request, response) => response.writeHead(302, {location: 'http://127.0.0.1:9/'}).end(),
    ],
    ['nothing, for ever', () => undefined],
    ['a closed connection', (request) => request.socket.destroy()],
  ])('whose API says %s is no tunnel', async (_what, answer) => {
    const origin = await api(answer)

    const report = await look('bot.exmple.org', {ngrok: [origin], cloudflared: [origin]})

    expect(statusOf(report, 'tunnel')).toMatchObject({
      status: 'skip',
      summary: 'no tunnel runs on this machine',
    })
  })

  test('is one of twenty at most', async () => {
    const tunnels = Array.from({length: 500}, (_, index) => ({
      public_url: `https://t${String(index)}.ngrok.app`,
    }))
    const origin = await api(saying({'/api/tunnels': {tunnels}}))

    const run = await runChecks(targetOf(undefined), {
      checks: (await import('../../../src/doctor/machine/index.js')).machineChecks,
      world: labWorld({tunnelApis: {ngrok: [origin], cloudflared: []}}),
      signal: new AbortController().signal,
      deadlineMs: 10_000,
    })

    expect(run.known.tunnels).toHaveLength(20)
  })
})
