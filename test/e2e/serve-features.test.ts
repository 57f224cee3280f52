import {spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {type AddressInfo, createServer} from 'node:net'
import {join} from 'node:path'

import {afterAll, describe, expect, test} from 'vitest'
import {WebSocket} from 'ws'

import {readWavHeader} from '../../src/audio/wav.js'
import {readRecording} from '../rig/kept-call.js'
import {emptyFolder, type Ended, runCli, startCli} from '../rig/run-cli.js'

const LISTEN = ['serve', '--host', '127.0.0.1', '--port', '0', '--json']

type Options = {readonly cwd: string; readonly env?: Readonly<Record<string, string>>}
type Serving = {readonly url: string; stop(): Promise<Ended>}

/** A server, once it can be called; its log is on stderr, one JSON object a line. */
async function serve(args: readonly string[], options: Options): Promise<Serving> {
  const running = startCli([...LISTEN, ...args], options)
  const said = await running.said(/"event":"listening".*\n/)
  const {urls} = JSON.parse(said) as {urls: readonly {url: string}[]}
  return {
    url: urls[0]?.url ?? '',
    stop() {
      running.kill('SIGTERM')
      return running.ended
    },
  }
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '')
/** The sentences of a log that is JSON. */
const told = ({stderr}: Ended) =>
  linesOf(stderr).map((line) => (JSON.parse(line) as {message: string}).message)
const read = (...path: string[]) => readFileSync(join(...path), 'utf8')

/** Of what was kept: not what is laid beside it. */
function foldersIn(parent: string): readonly string[] {
  return readdirSync(parent)
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(parent, name))
}

function onlyFolderIn(parent: string): string {
  const folders = foldersIn(parent)
  expect(folders).toHaveLength(1)
  return folders.join()
}

/** A caller that has said so many frames of 20 ms and has heard them back. */
async function callEcho(url: string, frames: number): Promise<WebSocket> {
  const ws = new WebSocket(url)
  await once(ws, 'open')
  const ids = {stream_sid: 's1', call_sid: 'c1', account_sid: 'a1', from: '1', to: '2'}
  ws.send(JSON.stringify({event: 'connected'}))
  ws.send(JSON.stringify({event: 'start', stream_sid: 's1', start: ids}))
  const payload = Buffer.alloc(320, 7).toString('base64')
  for (let chunk = 1; chunk <= frames; chunk += 1) {
    ws.send(JSON.stringify({event: 'media', stream_sid: 's1', media: {chunk, payload}}))
    await once(ws, 'message')
  }
  return ws
}

async function closeOf(ws: WebSocket): Promise<readonly [number, string]> {
  const [code, reason] = (await once(ws, 'close')) as [number, Buffer]
  return [code, reason.toString('utf8')]
}

describe.concurrent('a served call', () => {
  test('is let in by its credentials, kept and told, and the credentials are told nowhere', async () => {
    const cwd = emptyFolder()
    const env = {EXOSTREAM_BASIC_AUTH: 'key:5ecret%23token'}
    const bot = ['--bot', 'converse', '--silence-ms', '700']
    const serving = await serve([...bot, '--record', '--dump'], {cwd, env})
    const url = serving.url.replace('://', '://key:5ecret%23token@')

    const called = await runCli(['simulate', url, '--scenario', 'basic'], {cwd: emptyFolder()})
    const wrong = await runCli(['simulate', url.replace('token', '')], {cwd: emptyFolder()})
    const served = await serving.stop()
    const logs = await runCli(['logs', '--category', 'BIDIRECTIONAL'], {cwd})

    expect([called.exit, served.exit, wrong.exit]).toEqual([0, 0, 3])
    expect(wrong.stdout).toMatch(/answered 401 \(Credentials are needed here/)
    expect(told(served)).toContain('upgrade refused')
    const recording = onlyFolderIn(join(cwd, '.exostream/recordings'))
    const {caller, missingBytes} = await readRecording(recording)
    expect(missingBytes).toBe(0)
    expect(caller.some((sample) => Math.abs(sample) > 1000)).toBe(true)
    expect(JSON.parse(read(recording, 'call.json'))).toMatchObject({ended: {closedBy: 'caller'}})
    const dumped = onlyFolderIn(join(cwd, '.exostream/audio-dumps'))
    const chunks = readdirSync(dumped).filter((name) => /^chunk-\d{6}\.wav$/.test(name))
    expect(linesOf(read(dumped, 'index.ndjson'))).toHaveLength(chunks.length)
    expect(readWavHeader(readFileSync(join(dumped, 'chunk-000001.wav')))).toMatchObject({
      channels: 1,
      dataBytes: 320,
    })
    const states = [...logs.stdout.matchAll(/state=(\w+)/g)].map(([, state]) => state)
    expect(states).toEqual(['listening', 'buffering', 'silence', 'speaking', 'listening'])
    const kept = ['exostream.log', 'events.ndjson', 'calls.ndjson'].map((name) =>
      read(cwd, '.exostream/logs', name),
    )
    const texts = [...kept, read(recording, 'call.json'), read(recording, 'journal.ndjson')]
    for (const text of [served.stdout, served.stderr, called.stdout, wrong.stdout, ...texts]) {
      expect(text).not.toContain('5ecret')
    }
  })

  test('goes through a relay to another server, which is judged', async () => {
    const bot = await serve(['--bot', 'echo'], {cwd: emptyFolder()})
    const cwd = emptyFolder()
    const relay = await serve(['--bot', 'relay', '--to', bot.url], {cwd})

    const called = await runCli(['simulate'], {cwd, env: {CI: 'true'}})
    const relayed = await relay.stop()
    const answered = await bot.stop()

    expect([called.exit, relayed.exit, answered.exit]).toEqual([0, 0, 0])
    expect(told(relayed)).toEqual(
      expect.arrayContaining(['the bot was reached', 'the bot behind the relay was judged']),
    )
    expect(told(answered)).toContain('stream started')
  })

  test('is answered by a module as it is now, with --reload', async () => {
    const cwd = emptyFolder()
    const write = (word: string) => {
      const text = `export default async (call) => { call.close(1000, '${word}') }\n`
      writeFileSync(join(cwd, 'bot.mjs'), text)
    }
    write('first')
    const {url, stop} = await serve(['--bot', './bot.mjs', '--reload'], {cwd})

    const one = await closeOf(await callEcho(url, 0))
    write('second')
    const other = await closeOf(await callEcho(url, 0))

    expect([one, other]).toEqual([
      [1000, 'first'],
      [1000, 'second'],
    ])
    expect((await stop()).exit).toBe(0)
  })

  test('that SIGTERM cuts off is closed with 1001, and its recording is whole', async () => {
    const cwd = emptyFolder()
    const {url, stop} = await serve(['--bot', 'echo', '--record'], {cwd})
    const ws = await callEcho(url, 25)

    const [[code], served] = await Promise.all([closeOf(ws), stop()])

    expect([code, served.exit]).toEqual([1001, 0])
    expect(linesOf(served.stdout).at(-1)).toBe('{"event":"closed"}')
    const recording = onlyFolderIn(join(cwd, '.exostream/recordings'))
    const {caller, missingBytes} = await readRecording(recording)
    expect(missingBytes).toBe(0)
    expect(caller.filter((sample) => sample === 0x0707)).toHaveLength(25 * 160)
    expect(JSON.parse(read(recording, 'call.json'))).toMatchObject({
      ended: {closedBy: 'server', code: 1001, received: {media: 25}},
    })
  })
})

describe.concurrent('two servers of one folder', () => {
  test('both serve: simulate finds the later one, and the log has both', async () => {
    const cwd = emptyFolder()
    const one = await serve(['--bot', 'sink'], {cwd})
    const other = await serve(['--bot', 'echo'], {cwd})

    const {exit, stderr} = await runCli(['simulate'], {cwd, env: {CI: 'true'}})
    const ended = await Promise.all([one.stop(), other.stop()])
    const {stdout} = await runCli(['logs'], {cwd})

    expect(exit).toBe(0)
    expect(stderr).toContain(`Calling the exostream serve of this folder at ${other.url}`)
    expect(ended.map((end) => end.exit)).toEqual([0, 0])
    expect(stdout.match(/ listening host=/g)).toHaveLength(2)
    expect(stdout).toContain('bot=sink')
    expect(stdout.match(/ stream accepted /g)).toHaveLength(1)
  })
})

describe.concurrent('what is set', () => {
  test('comes out as a file that sets the same again', async () => {
    const cwd = emptyFolder()
    const flags = ['--bot', 'converse', '--silence-ms', '700', '--port', '0', '--path', '/a/{b}']
    const printed = await runCli(['serve', ...flags, '--host', '127.0.0.1', '--print-config'], {
      cwd,
    })
    writeFileSync(join(cwd, 'mine.yaml'), printed.stdout)

    const again = await runCli(['serve', '--config', 'mine.yaml', '--print-config'], {cwd})
    const running = startCli(['serve', '--config', 'mine.yaml'], {cwd})
    const announced = await running.said(/Ctrl-C stops it/)
    running.kill('SIGINT')

    expect(printed.exit).toBe(0)
    expect(again.stdout).toBe(printed.stdout)
    expect(announced).toMatch(/^Serving the bot converse on port \d+\./)
    expect(announced).toMatch(/ws:\/\/127\.0\.0\.1:\d+\/a\/\{b\} {2}this machine only/)
    expect((await running.ended).exit).toBe(0)
  })

  test.each([
    ['PORT alone', {PORT: '6001'}, [], 6001],
    ['EXOSTREAM_PORT before PORT', {PORT: '6001', EXOSTREAM_PORT: '6002'}, [], 6002],
    ['--port before both', {PORT: '6001', EXOSTREAM_PORT: '6002'}, ['--port', '6003'], 6003],
  ])('the port is of %s', async (_, env, args, port) => {
    const settings = ['serve', ...args, '--print-config', '--json']

    const {stdout} = await runCli(settings, {cwd: emptyFolder(), env})

    expect(JSON.parse(stdout)).toMatchObject({port})
  })

  test('as a variable of another server gets one hint, and does nothing', async () => {
    const env = {ECHO_PORT: '5001', IMMEDIATE_ECHO_MODE: 'true'}

    const served = startCli(['serve', '--port', '0'], {cwd: emptyFolder(), env})
    const announced = await served.said(/Ctrl-C stops it/)
    served.kill('SIGTERM')
    const {stderr} = await served.ended

    expect(announced).toMatch(/^Serving the bot playback, template sales on port (?!5001\b)\d+\.\n/)
    expect(stderr.match(/ECHO_PORT is set, and is not read here: use --port 5001/g)).toHaveLength(1)
    expect(stderr).toContain('IMMEDIATE_ECHO_MODE is set, and is not read here: use --bot echo.')
  })

  test('under --json is told as one object a line, and so is the log', async () => {
    const {stop} = await serve(['--bot', 'echo'], {cwd: emptyFolder()})

    const ended = await stop()

    const lines = linesOf(ended.stdout).map((line) => JSON.parse(line) as object)
    expect(lines).toEqual([
      expect.objectContaining({event: 'listening', bot: 'echo'}),
      {event: 'closed'},
    ])
    expect(told(ended)).toEqual(['listening', 'draining'])
  })
})

describe.concurrent('what cannot be served ends at once, with a sentence and its exit code', () => {
  test.each([
    ['--to ws://127.0.0.1:1', '--to is for --bot relay, and the bot is playback.'],
    ['--bot relay', 'The relay needs --to: the URL of the bot behind it.'],
    ['--bot echo --silence-ms 700', 'is for the converse bot, and the bot asked for is echo.'],
    ['--bot converse --reload', 'a module of its own, and the bot asked for is converse.'],
    [
      '--bot sink --ack always',
      'Acknowledging is for the echo bot, and the bot asked for is sink.',
    ],
    ['--bot echo --template emi', 'for the playback bot, and the bot asked for is echo.'],
    ['--basic-auth nocolon', '--basic-auth is not KEY:TOKEN: there is no colon in it.'],
    ['--allow 300.1.1.1', '--allow names "300.1.1.1", which is neither an address nor a range'],
    ['--config nope.yaml', 'nope.yaml could not be read.'],
  ])('2: %s', async (flags, sentence) => {
    const cwd = emptyFolder()

    const {exit, stdout, stderr} = await runCli(['serve', '--port', '0', ...flags.split(' ')], {
      cwd,
    })

    expect({exit, stdout}).toEqual({exit: 2, stdout: ''})
    expect(stderr).toContain(sentence)
  })

  test('3: a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    // Of a listener over TCP it is an object; the cast says so.
    const port = String((other.address() as AddressInfo).port)
    const args = ['serve', '--host', '127.0.0.1', '--port', port]

    const {exit, stderr} = await runCli(args, {cwd: emptyFolder()})
    other.close()

    expect(exit).toBe(3)
    expect(stderr).toContain(`Port ${port} on 127.0.0.1 is taken.\n  Code: EXO_PORT_IN_USE`)
  })

  test.each([
    ['--record-dir', 'file/below', 'The folder file/below for recordings cannot be written.'],
    ['--dump-dir', 'link/below', 'The folder link/below for audio dumps cannot be written.'],
    ['--log-dir', 'link', 'The log folder link cannot be written.'],
    ['--data-dir', 'file', 'The data folder file cannot be used.'],
  ])('3: %s that leads to %s', async (flag, path, sentence) => {
    const cwd = emptyFolder()
    writeFileSync(join(cwd, 'file'), '')
    symlinkSync(join(cwd, 'unmounted'), join(cwd, 'link'))
    const args = ['serve', '--port', '0', '--record', '--dump', flag, path]

    const {exit, stderr} = await runCli(args, {cwd})

    expect(exit).toBe(3)
    expect(stderr).toContain(`Error: ${sentence}\n  Code: EXO_DATA_DIR`)
  })
})

const mounted = new Set<string>()
afterAll(() => {
  for (const path of mounted) spawnSync('umount', [path])
})

/** A file system of 200 kB; false where that is not allowed. */
function mountSmall(path: string): boolean {
  const options = ['-t', 'tmpfs', '-o', 'size=200k,mode=700', 'tmpfs', path]
  const isMounted = spawnSync('mount', options).status === 0
  if (isMounted) mounted.add(path)
  return isMounted
}

test('a full disk costs the recording, never the call', async (context) => {
  const small = emptyFolder()
  // Needs the right to mount, which a container may not have.
  if (!mountSmall(small)) context.skip()
  const cwd = emptyFolder()
  const {url, stop} = await serve(['--bot', 'echo', '--record', '--record-dir', small], {cwd})

  const ws = await callEcho(url, 2000)
  ws.close(1000)
  const [code] = await closeOf(ws)
  const served = await stop()

  expect([code, served.exit]).toEqual([1000, 0])
  expect(told(served)).toContain('the recording of this call has stopped; the call goes on')
  const [call = ''] = linesOf(read(cwd, '.exostream/logs/calls.ndjson'))
  expect(JSON.parse(call)).toMatchObject({callSid: 'c1'})
})
