import {once} from 'node:events'
import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {captureOutput} from '@oclif/test'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {WebSocket} from 'ws'

import Serve from '../../src/commands/serve.js'
import {findServe} from '../../src/workspace.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

let dir = ''

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'exostream-serve-'))
})

afterEach(async () => {
  process.exitCode = undefined
  await rm(dir, {recursive: true})
})

type Ran = {readonly stdout: string; readonly error: unknown}

/** Runs the command; once it is found in its folder, does the work and sends the signal. */
async function run(argv: string[], work: (url: string) => Promise<void>): Promise<Ran> {
  const args = [...argv, '--data-dir', dir, '--log-level', 'silent']
  const ended = captureOutput(() => Serve.run(args, root))
  await expect.poll(() => findServe(dir), {timeout: 15_000}).toBeDefined()
  const found = await findServe(dir)
  await work(found?.url ?? '')
  process.emit('SIGTERM')
  const {stdout, error} = await ended
  return {stdout, error}
}

async function fail(argv: string[]): Promise<unknown> {
  const args = [...argv, '--data-dir', dir, '--log-level', 'silent']
  const {error} = await captureOutput(() => Serve.run(args, root))
  return error
}

describe('serve', () => {
  test('announces itself, is found in its folder, drains on a signal and is gone', async () => {
    let closed: Promise<unknown[]> | undefined
    let dialled = ''

    const {stdout, error} = await run(['--port', '0'], async (url) => {
      dialled = url
      const ws = new WebSocket(url)
      await once(ws, 'open')
      closed = once(ws, 'close')
    })

    expect(error).toBeUndefined()
    expect(process.exitCode ?? 0).toBe(0)
    expect(stdout).toContain('Serving the bot playback, template sales')
    expect(stdout).toContain(`  ${dialled}  this machine only`)
    expect((await closed)?.[0]).toBe(1001)
    expect(await findServe(dir)).toBeUndefined()
    expect(await readdir(dir)).not.toContain('serve.json')
  })

  test('under --json says one object a line, and nothing else', async () => {
    const {stdout} = await run(
      ['--host', '127.0.0.1', '--port', '0', '--bot', 'echo', '--json'],
      async () => {},
    )

    const [first, second, ...more] = stdout.trim().split('\n')
    expect(JSON.parse(first ?? '')).toMatchObject({
      event: 'listening',
      bot: 'echo',
      urls: [
        {
          url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/media$/) as unknown,
          reach: 'loopback',
        },
      ],
    })
    expect(JSON.parse(second ?? '')).toEqual({event: 'closed'})
    expect(more).toEqual([])
  })

  test("serves a module's bot", async () => {
    const path = join(dir, 'my-bot.mjs')
    await writeFile(path, 'export default async (call) => call.close(1000, "from my bot")')

    await run(['--port', '0', '--bot', path], async (url) => {
      const ws = new WebSocket(url)
      await once(ws, 'open')
      ws.send('{"event":"start","stream_sid":"s1","start":{"stream_sid":"s1"}}')
      const [code, reason] = (await once(ws, 'close')) as [number, Buffer]
      expect([code, reason.toString('utf8')]).toEqual([1000, 'from my bot'])
    })
  })
})

test('serve is found with the URL for the applet, where it has a public name', async () => {
  const argv = ['--host', '127.0.0.1', '--port', '0', '--bot', 'sink']

  await run([...argv, '--public-url', 'https://bot.example.com/eu'], async (url) => {
    await expect
      .poll(() => findServe(dir), {timeout: 15_000})
      .toEqual({
        url,
        publicUrl: 'wss://bot.example.com/eu/media?sample-rate=8000',
        pid: process.pid,
      })
  })
})

test('serve is found on a path of its own', async () => {
  const argv = ['--host', '127.0.0.1', '--port', '0', '--bot', 'sink', '--path', '/ws/{id}']

  await run([...argv, '--path', '/voice'], async (url) => {
    expect(new URL(url).pathname).toBe('/voice')
    const ws = new WebSocket(url)
    await once(ws, 'open')
    ws.terminate()
  })
})

describe('what cannot be served is told with its exit code', () => {
  test('a port that is taken: 3', async () => {
    const other = createServer()
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    // A listener on TCP has an address with a port.
    const {port} = other.address() as AddressInfo

    const error = await fail(['--host', '127.0.0.1', '--port', String(port)])

    expect(error).toMatchObject({
      message: `Port ${String(port)} on 127.0.0.1 is taken.`,
      oclif: {exit: 3},
    })
    other.close()
  })

  test('all mistakes in what was asked for together, without a secret: 2', async () => {
    const error = await fail([
      ...['--allow', 'exotel.com', '--allow', '10.0.0.0/33', '--path', 'media', '--path', '/a b'],
      ...['--public-url', 'bot.example.com', '--basic-auth', 'hush', '--trust-proxy', 'nginx'],
      ...['--api-version', 'v 1', '--bot', 'relay', '--tls-key', 'key.pem'],
    ])

    expect(error).toMatchObject({oclif: {exit: 2}})
    // Every failure of a command is an error.
    const {message} = error as Error
    expect(message.split('\n').map((line) => line.slice(0, 24))).toEqual([
      '--allow names "exotel.co',
      '--allow names "10.0.0.0/',
      '--basic-auth is not KEY:',
      '--api-version "v 1" cann',
      'The path "media" does no',
      '--trust-proxy names "ngi',
      'The public URL "bot.exam',
      '--tls-key needs --tls-ce',
      'The relay needs --to: th',
    ])
    expect(message).not.toContain('hush')
  })

  test.each([
    ['a bot that is not there: 2', ['--bot', 'nope'], 2],
    [
      'an option of another bot for the relay: 2',
      ['--bot', 'relay', '--to', 'ws://127.0.0.1:1/media', '--ack', 'always'],
      2,
    ],
    ['a template that is not there: 2', ['--template', 'nope'], 2],
    ['a port that is no number: 2', ['--port', 'http'], 2],
    ['an address of another machine: 3', ['--host', '192.0.2.1', '--port', '0'], 3],
  ])('%s', async (_, argv, exit) => {
    expect(await fail(argv)).toMatchObject({oclif: {exit}})
  })
})
