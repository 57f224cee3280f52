import {EventEmitter} from 'node:events'
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {afterAll, afterEach, describe, expect, test} from 'vitest'

import {type Clock, systemClock} from '../../src/clock.js'
import {ExostreamError} from '../../src/errors.js'
import type {Logger} from '../../src/log.js'
import {openTunnel, type Tunnel} from '../../src/serve/tunnel/tunnel.js'

const fakes = fileURLToPath(new URL('../rig/fake-tunnels', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'exostream-tunnel-'))
const tunnels = new Set<Tunnel>()
/** The fake puts the rest of its arguments into the name. */
const WITH_REST = 'https://port-5000--local-host192-0-2-7--local-https--allow-invalid-cert.loca.lt'

afterEach(async () => {
  delete process.env['FAKE_TUNNEL_END']
  await Promise.all([...tunnels].map((tunnel) => tunnel.close()))
  tunnels.clear()
})

afterAll(() => {
  rmSync(folder, {recursive: true})
})

type Asked = {
  /** The folder of the programs, one for each way they behave. */
  readonly as: string
  readonly upstream?: string
  readonly clock?: Clock
  readonly signal?: AbortSignal
  readonly exits?: EventEmitter
}

type Kind = Parameters<typeof openTunnel>[0]

/** Opens one of the fakes, and keeps what was logged. */
function opening(kind: Kind, {as, upstream = 'http://127.0.0.1:5000', ...world}: Asked) {
  const lines: string[] = []
  const opened = openTunnel(kind, {
    upstream: new URL(upstream),
    clock: systemClock,
    signal: new AbortController().signal,
    log: keeping(lines),
    path: join(fakes, as),
    ...world,
  }).then((tunnel) => {
    tunnels.add(tunnel)
    return tunnel
  })
  // A test that waits for a line first looks at how it ended only afterwards.
  opened.catch(() => undefined)
  const log = () => lines.join('\n')
  return {opened, log}
}

describe('a tunnel that opens', () => {
  test.for([
    ['ngrok', 'http://127.0.0.1:5000', 'https://http-127-0-0-1-5000.ngrok-free.app'],
    ['ngrok', 'https://127.0.0.1:5000', 'https://https-127-0-0-1-5000.ngrok-free.app'],
    ['cloudflared', 'http://127.0.0.1:80', 'https://http-four-plain-words.trycloudflare.com'],
    ['cloudflared', 'https://127.0.0.1:5000', 'https://https-four-plain-words.trycloudflare.com'],
    ['localtunnel', 'http://127.0.0.1:5000', 'https://port-5000.loca.lt'],
    ['localtunnel', 'https://192.0.2.7:5000', WITH_REST],
  ] as const)('by %s to %s tells its URL', async ([kind, upstream, url]) => {
    const tunnel = await opening(kind, {as: 'healthy', upstream}).opened

    expect(tunnel.url).toBe(url)
  })

  test('ends with its own children when it is closed, in silence, and can be closed again', async () => {
    const {opened, log} = opening('localtunnel', {as: 'healthy'})
    const tunnel = await opened
    const pids = pidsIn(log())

    await tunnel.close()
    await tunnel.close()

    await expect.poll(() => pids.filter(isAlive), {timeout: 5000}).toEqual([])
    expect(pids).toHaveLength(2)
    expect(log()).not.toContain('"level":"warn"')
  })

  test('is not left behind when this process ends without closing it', async () => {
    const exits = new EventEmitter()
    const {opened, log} = opening('localtunnel', {as: 'healthy', exits})
    await opened
    const pids = pidsIn(log())
    const before = pids.filter(isAlive)

    exits.emit('exit')

    expect(before).toHaveLength(2)
    await expect.poll(() => pids.filter(isAlive), {timeout: 5000}).toEqual([])
    await expect.poll(() => exits.listenerCount('exit'), {timeout: 5000}).toBe(0)
  })

  test('is killed when it does not end of itself', async () => {
    const clock = handClock()
    const exits = new EventEmitter()
    const tunnel = await opening('ngrok', {as: 'deaf', clock, exits}).opened

    const closed = tunnel.close()
    const listenersBefore = exits.listenerCount('exit')
    clock.ring()
    await closed

    expect([listenersBefore, exits.listenerCount('exit')]).toEqual([1, 0])
  })

  test('and then dies is a warning with its last words, and closing it is no mistake', async () => {
    const end = join(folder, 'end')
    process.env['FAKE_TUNNEL_END'] = end
    const {opened, log} = opening('localtunnel', {as: 'dying'})
    const tunnel = await opened
    expect(existsSync(end)).toBe(false)

    writeFileSync(end, '')

    await expect.poll(log, {timeout: 5000}).toContain('the tunnel has ended')
    expect(tunnel.url).toBeUndefined()
    const warning = log()
      .split('\n')
      .find((line) => line.includes('"level":"warn"'))
    expect(JSON.parse(warning ?? '{}')).toEqual({
      level: 'warn',
      message: 'the tunnel has ended, and its URL leads nowhere now',
      program: 'lt',
      ended: 'exit code 1',
      said: 'Error: connection refused: localtunnel.me:41234 (check your firewall settings)',
      url: 'https://short-lived.loca.lt',
    })
    await tunnel.close()
  })

  test('gets none of our credentials, and nothing that it would take for its own settings', async () => {
    const before = {...process.env}
    Object.assign(process.env, {EXOSTREAM_BASIC_AUTH: 'KEY:letmein', HOST: '0.0.0.0', PORT: '1'})

    const tunnel = await opening('localtunnel', {as: 'healthy'}).opened.finally(() => {
      process.env = before
    })

    // The fake ends at once where it finds one of them.
    expect(tunnel.url).toBe('https://port-5000.loca.lt')
  })
})

describe('a tunnel that does not open', () => {
  test.for([
    ['ngrok', 'brew install ngrok'],
    ['cloudflared', 'brew install cloudflared'],
    ['localtunnel', 'npm install --global localtunnel'],
  ] as const)('because %s is not installed is told with the command', async ([kind, command]) => {
    const error = await failureOf(opening(kind, {as: 'nowhere'}).opened)

    expect(error.code).toBe('EXO_TUNNEL_MISSING')
    expect(error.message).toContain(command)
  })

  test.for([
    ['ngrok', 'refusing', 'run "ngrok config add-authtoken TOKEN"'],
    ['ngrok', 'ending', 'the account is at its limit of sessions'],
    ['cloudflared', 'refusing', 'Cloudflare gives no more quick tunnels to this address for now'],
    ['cloudflared', 'ending', 'ended (exit code 1) before it told its URL: failed to request'],
  ] as const)('because %s is %s says why', async ([kind, as, reason]) => {
    const error = await failureOf(opening(kind, {as}).opened)

    expect(error.code).toBe('EXO_TUNNEL_FAILED')
    expect(error.message).toContain(reason)
  })

  test('does not have a token shown, neither in the error nor in the log', async () => {
    const {opened, log} = opening('ngrok', {as: 'refusing'})

    const error = await failureOf(opened)

    expect(log()).toContain('ERR_NGROK_107')
    expect(error.message + log()).not.toMatch(/2short|2abcdef/)
  })

  test('within 30 s is told with what it said, and its program ended', async () => {
    const clock = handClock()
    const exits = new EventEmitter()
    const {opened, log} = opening('localtunnel', {as: 'refusing', clock, exits})
    await expect.poll(log, {timeout: 5000}).toContain('tunnel server offline')

    clock.ring()

    const error = await failureOf(opened)
    expect(error.message).toContain('the public server of localtunnel does not answer')
    expect(exits.listenerCount('exit')).toBe(0)
  })

  test('and speaks without end is not kept, and is heard again afterwards', async () => {
    const clock = handClock()
    const {opened, log} = opening('cloudflared', {as: 'noisy', clock})
    await expect.poll(log, {timeout: 10_000}).toContain('here I am')

    clock.ring()

    const error = await failureOf(opened)
    expect(error.message).toMatch(/told no URL within 30 s: .*INF here I am\.$/)
    expect(error.message.length).toBeLessThan(1000)
    expect(log().length).toBeLessThan(100_000)
  })

  test('is given up when whoever asked does so', async () => {
    const controller = new AbortController()
    const exits = new EventEmitter()
    const {opened, log} = opening('localtunnel', {
      as: 'refusing',
      exits,
      signal: controller.signal,
    })
    await expect.poll(log, {timeout: 5000}).toContain('tunnel server offline')

    controller.abort(new ExostreamError('EXO_INTERRUPTED', 'Interrupted by SIGINT'))

    await expect(opened).rejects.toMatchObject({code: 'EXO_INTERRUPTED'})
    expect(exits.listenerCount('exit')).toBe(0)
  })
})

async function failureOf(opened: Promise<unknown>): Promise<ExostreamError> {
  const error: unknown = await opened.catch((thrown: unknown) => thrown)
  if (error instanceof ExostreamError) return error
  throw new Error('it opened', {cause: error})
}

function keeping(lines: string[]): Logger {
  const say = (level: string) => (values: object, message: string) => {
    lines.push(JSON.stringify({level, message, ...values}))
  }
  const log: Logger = {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    child: () => log,
  }
  return log
}

function pidsIn(log: string): readonly number[] {
  const [, one, other] = /pids (\d+) (\d+)/.exec(log) ?? []
  return [Number(one), Number(other)]
}

/** One that has ended may still be listed until someone asks after it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    const stat = `/proc/${String(pid)}/stat`
    return !existsSync(stat) || !/\) [ZX] /.test(readFileSync(stat, 'utf8'))
  } catch {
    return false
  }
}

/** A clock on which nothing is ever late, until it is rung. */
function handClock(): Clock & {ring(): void} {
  const sleepers = new Set<() => void>()
  return {
    now: () => 0,
    wallNow: () => new Date(0),
    sleepUntil: (_, signal) =>
      new Promise((resolve, reject) => {
        sleepers.add(resolve)
        signal?.addEventListener('abort', () => {
          reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
        })
      }),
    ring() {
      for (const wake of sleepers) wake()
      sleepers.clear()
    },
  }
}
