import {spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'

import {describe, expect, test} from 'vitest'
import {WebSocketServer} from 'ws'

import type {DoctorReport} from '../../src/doctor/doctor-report.js'
import {bin, emptyFolder, runCli, start, startCli} from '../rig/run-cli.js'

const LINE =
  '3009 failed to establish ws conn dial tcp: lookup your-ip on 10.1.0.2:53: no such host'

/** A machine that has nothing but loopback, where this one allows to make it. */
const canMakeNetworks = spawnSync('unshare', ['-rn', 'true']).status === 0

async function portOf(server: {address(): unknown}): Promise<number> {
  return (server.address() as AddressInfo).port
}

/** Takes connections, and never says a word. */
async function silentPort(atEnd: (close: () => void) => void): Promise<number> {
  const server = createServer(() => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd(() => {
    server.close()
  })
  return portOf(server)
}

describe.concurrent('doctor', () => {
  test('finds the serve of the folder, and is silent but for the verdict', async () => {
    const cwd = emptyFolder()
    const serving = startCli(['serve', '--port', '0', '--bot', 'echo'], {cwd})
    await serving.said(/Serving the bot echo/)

    const {exit, stdout, stderr} = await runCli(['doctor'], {cwd})
    serving.kill('SIGTERM')
    await serving.ended

    expect({exit, stderr}).toEqual({exit: 0, stderr: ''})
    expect(stdout).toMatch(
      /^Reachable: ws:\/\/127\.0\.0\.1:\d+\/media takes a call on this machine/,
    )
  })

  test('of a placeholder says so, with Exotel’s own words, and dials nobody', async () => {
    const args = ['doctor', 'wss://your-ip/media?sample-rate=8000', '--offline']
    const {exit, stdout, stderr} = await runCli(args, {cwd: emptyFolder(), env: {COLUMNS: '120'}})

    expect({exit, stderr}).toEqual({exit: 1, stderr: ''})
    expect(stdout).toContain('the URL still holds the placeholder "your-ip"')
    expect(stdout).toContain(LINE)
    expect(stdout.trim().split('\n').at(-1)).not.toBe('')
    expect(stdout).toMatch(/^Unreachable: /m)
  })

  test('under --json is one document with the root cause', async () => {
    const args = ['doctor', 'wss://your-ip/media', '--offline', '--json']
    const {exit, stdout} = await runCli(args, {cwd: emptyFolder()})

    expect(exit).toBe(1)
    const report = JSON.parse(stdout) as DoctorReport
    expect(report).toMatchObject({
      schemaVersion: 1,
      target: 'wss://your-ip/media',
      verdict: 'unreachable',
      rootCause: 'placeholder',
      exotelError: LINE,
    })
    expect(report.checks.filter(({status}) => status === 'fail')).toHaveLength(1)
  })

  test('ends within its deadline, whoever keeps it waiting', async ({onTestFinished}) => {
    const port = await silentPort(onTestFinished)
    const url = `ws://127.0.0.1:${String(port)}/media?sample-rate=8000`
    const began = performance.now()

    const args = ['doctor', url, '--local', '--deadline', '3', '--json']
    const {exit, stdout} = await runCli(args, {cwd: emptyFolder()})

    const report = JSON.parse(stdout) as DoctorReport
    expect(report.summary).toContain('The time for all checks was over')
    expect(report).toMatchObject({verdict: 'unknown', unfinished: true})
    expect(exit).toBe(3)
    expect(performance.now() - began).toBeLessThan(20_000)
  })

  test('ends at once at Ctrl-C, with what is known', async ({onTestFinished}) => {
    const asked = new WebSocketServer({port: 0, host: '127.0.0.1'})
    await once(asked, 'listening')
    onTestFinished(() => {
      asked.close()
    })
    // The second stream is that of the call.
    let streams = 0
    const inCall = new Promise<void>((resolve) => {
      asked.on('connection', () => {
        streams += 1
        if (streams === 2) resolve()
      })
    })
    const url = `ws://127.0.0.1:${String(await portOf(asked))}/media?sample-rate=8000`
    const running = startCli(['doctor', url, '--local', '--json'], {cwd: emptyFolder()})
    await inCall

    running.kill('SIGINT')
    const {exit, stdout} = await running.ended

    expect(exit).toBe(130)
    const report = JSON.parse(stdout) as DoctorReport
    expect(report.interrupted).toBe(true)
    expect(report.checks.find(({id}) => id === 'upgrade')?.status).toBe('pass')
    expect(report.checks.find(({id}) => id === 'call')?.summary).toContain('interrupted')
  })

  test('with --watch goes on until the bot is there', async () => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const port = await portOf(probe)
    probe.close()
    const args = ['doctor', `ws://127.0.0.1:${String(port)}/media?sample-rate=8000`]
    const running = start(
      'sh',
      ['-c', `"$0" "$@" 2>&1`, process.execPath, bin, ...args, '--local', '--watch'],
      {cwd: emptyFolder()},
    )
    await running.said(/Checking again every 3 s/)
    const serving = startCli(['serve', '--port', String(port), '--bot', 'echo'], {
      cwd: emptyFolder(),
    })

    const {exit, stdout} = await running.ended
    serving.kill('SIGTERM')
    await serving.ended

    expect(exit).toBe(0)
    expect(stdout).toMatch(/Reachable: .* takes a call/)
  })

  test('with --strict takes a warning for a failure', async () => {
    const serving = startCli(['serve', '--port', '0', '--bot', 'sink', '--json'], {
      cwd: emptyFolder(),
    })
    const url = /ws:\/\/127\.0\.0\.1:\d+\/media/.exec(await serving.said(/"listening"/))?.[0] ?? ''
    const args = ['doctor', url, '--local']

    const [mild, strict] = await Promise.all([
      runCli(args, {cwd: emptyFolder()}),
      runCli([...args, '--strict'], {cwd: emptyFolder()}),
    ])
    serving.kill('SIGTERM')
    await serving.ended

    expect([mild.exit, strict.exit]).toEqual([0, 1])
    expect(mild.stdout).toMatch(/^Reachable, with 1 warning: [^]* but the bot sent no audio/m)
  })

  test('of a serve that asks for credentials says how to give them', async () => {
    const cwd = emptyFolder()
    const args = ['serve', '--port', '0', '--bot', 'echo', '--basic-auth', 'key:word-of-mouth']
    const serving = startCli(args, {cwd})
    await serving.said(/Serving the bot echo/)

    const {exit, stdout} = await runCli(['doctor', '--json'], {cwd})
    serving.kill('SIGTERM')
    await serving.ended

    const report = JSON.parse(stdout) as DoctorReport
    expect(exit).toBe(0)
    expect(report.rootCause).toBeUndefined()
    expect(report.summary).toContain('asks for credentials')
    expect(stdout).not.toContain('word-of-mouth')
  })

  test.each([
    ['two headers of one name', ['--header', 'A: 1', '--header', 'a: 2']],
    ['a resolver that is no address', ['--resolver', 'one.one']],
    ['an outside checker that is no URL', ['--outside', 'my-checker']],
    ['no time at all', ['--deadline', '0']],
    ['a use that there is not', ['--use', 'fax']],
  ])('takes %s for a mistake in the command', async (_, flags) => {
    const {exit, stdout, stderr} = await runCli(
      ['doctor', 'ws://127.0.0.1:1/media', '--local', '--offline', ...flags],
      {cwd: emptyFolder()},
    )

    expect({exit, stdout}).toEqual({exit: 2, stdout: ''})
    expect(stderr).not.toContain('    at ')
  })
})

describe.skipIf(!canMakeNetworks)('doctor on a machine without a network', () => {
  const inNothing = (args: readonly string[]) =>
    start('unshare', ['-rn', process.execPath, bin, ...args], {cwd: emptyFolder()}).ended

  test.each([
    ['a bot elsewhere', ['wss://bot.my-company.in/media?sample-rate=8000']],
    ['no bot at all', []],
  ])('could not check %s, soon and without blame', async (_, args) => {
    const began = performance.now()
    const {exit, stdout} = await inNothing(['doctor', ...args, '--json'])

    expect(exit).toBe(3)
    const report = JSON.parse(stdout) as DoctorReport
    expect(report.verdict).toBe('unknown')
    expect(report.summary).toContain('Nothing could be checked')
    expect(report.checks.filter(({status}) => status === 'fail')).toEqual([])
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  test('still says of a placeholder that it is one', async () => {
    const {exit, stdout} = await inNothing(['doctor', 'wss://your-domain/media', '--json'])

    expect(exit).toBe(1)
    expect((JSON.parse(stdout) as DoctorReport).rootCause).toBe('placeholder')
  })

  test('is not held up by a resolver that never answers', async () => {
    const folder = emptyFolder()
    await writeFile(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n')
    const silent = `require('node:dgram').createSocket('udp4').bind(53, '127.0.0.1', () => console.log('up'))`
    const script = `ip link set lo up
      mount --bind resolv.conf /etc/resolv.conf || exit 99
      "$0" -e "$2" > up & silent=$!
      until grep -q up up; do sleep 0.05; done
      "$0" "$1" doctor wss://bot.my-company.in/media?sample-rate=8000 --offline --deadline 2 --json
      code=$?; kill $silent; exit $code`
    const began = performance.now()

    const args = ['-rnm', 'sh', '-c', script, process.execPath, bin, silent]
    const {exit, stdout} = await start('unshare', args, {cwd: folder}).ended

    expect(JSON.parse(stdout)).toMatchObject({verdict: 'unknown'})
    expect(exit).toBe(3)
    expect(performance.now() - began).toBeLessThan(7000)
  })

  test('still checks a bot on it', async () => {
    const script = `ip link set lo up
      "$0" "$1" serve --port 5000 --host 127.0.0.1 --bot echo >/dev/null 2>&1 & serve=$!
      for i in $(seq 100); do [ -e .exostream/serve.json ] && break; sleep 0.1; done
      "$0" "$1" doctor --json; code=$?
      kill $serve; wait $serve; exit $code`
    const {exit, stdout} = await start(
      'unshare',
      ['-rn', 'sh', '-c', script, process.execPath, bin],
      {
        cwd: emptyFolder(),
      },
    ).ended

    expect((JSON.parse(stdout) as DoctorReport).verdict).toBe('reachable')
    expect(exit).toBe(0)
  })
})

describe.concurrent('explain', () => {
  test('of the 3009 line says first that the URL still holds the placeholder', async () => {
    const {exit, stdout} = await runCli(['explain', LINE], {env: {COLUMNS: '120'}})

    expect(exit).toBe(0)
    expect(stdout.split('. ')[0]).toContain('placeholder')
    expect(stdout.split('. ')[0]).toContain('your-ip')
  })
})
