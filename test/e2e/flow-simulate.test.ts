import {once} from 'node:events'
import {readFile, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, test} from 'vitest'

import type {RunReport} from '../../src/index.js'
import {emptyFolder, runCli, startCli} from '../rig/run-cli.js'

/** What answers as the flow's endpoints do: 200, 302, or never. */
const endpoints = createServer((request, response) => {
  const {pathname} = new URL(request.url ?? '', 'http://127.0.0.1')
  if (pathname === '/never') return
  response.writeHead(pathname === '/people' ? 302 : 200).end()
})

const folder = emptyFolder()
let host = ''

beforeAll(async () => {
  endpoints.listen({host: '127.0.0.1', port: 0})
  await once(endpoints, 'listening')
  // A server on TCP has an address and a port.
  host = `127.0.0.1:${String((endpoints.address() as AddressInfo).port)}`
  await writeFile(
    join(folder, 'short.yaml'),
    'version: 1\nname: short\nsteps: [{wait: {ms: 300}}, {hangUp: stop}]\n',
  )
})
afterAll(() => {
  endpoints.closeAllConnections()
  endpoints.close()
})

async function flow(before: string): Promise<string> {
  const path = join(folder, `flow${before.replace('/', '-')}.yaml`)
  await writeFile(
    path,
    [
      'name: sales calls',
      'applets:',
      `  - {id: before, passthru: {url: "https://bot.acme.in${before}", on200: bot, on302: agents}}`,
      '  - {id: bot, voicebot: {url: "wss://bot.acme.in/media", sampleRate: 8000}}',
      '  - hangup',
      '  - {id: agents, connect: {to: [Sales]}}',
      '',
    ].join('\n'),
  )
  return path
}

const walked = (path: string, ...more: readonly string[]) => [
  'simulate',
  ...['--flow', path, '--flow-host', host, '--bot', 'sink', '--scenario', 'short.yaml'],
  ...more,
]

describe('simulate --flow', () => {
  test('walks the flow, says each step as it happens, and ends with the verdict', async () => {
    const path = await flow('/ok')

    const {stdout, stderr, exit} = await runCli(walked(path, '--html', 'page.html'), {cwd: folder})

    expect(exit).toBe(0)
    expect(stderr).toMatch(/^ +0\.0 s {2}before: answered 200: branch A.* (→|->) bot$/m)
    expect(stdout).toMatch(/^Flow\n {2}sales calls: ended at hangup after \d+\.\d s$/m)
    expect(stdout).toMatch(/^ +\d\.\d s {2}bot +streamed for 0\.\d s/m)
    expect(await readFile(join(folder, 'page.html'), 'utf8')).toContain('<h2>Flow</h2>')
  })

  test('with --json is one report, with the walk in it', async () => {
    const path = await flow('/ok')

    const {stdout, exit} = await runCli(walked(path, '--json'), {cwd: folder})

    // What the command prints is a report, as its schema says.
    const report = JSON.parse(stdout) as RunReport
    expect(exit).toBe(0)
    expect(report.flows).toMatchObject([{outcome: 'completed', endedAt: 'hangup'}])
  })

  test('exits 1 when the call never comes to the bot, and 0 where it is meant not to', async () => {
    const path = await flow('/people')

    const unmeant = await runCli(walked(path), {cwd: folder})
    const meant = await runCli(walked(path, '--ends-at', 'agents'), {cwd: folder})

    expect(unmeant).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining('EXO_FLOW_NO_STREAM') as string,
    })
    expect(meant.exit).toBe(0)
  })

  test('exits 2 for what it cannot walk', async () => {
    const path = await flow('/ok')
    const nothing = join(folder, 'nothing.yaml')
    await writeFile(nothing, 'name: x\napplets: [hangup]\n')

    const noStream = await runCli(['simulate', '--flow', nothing, '--bot', 'sink'], {cwd: folder})
    const both = await runCli(walked(path, '--passthru-form', 'both'), {cwd: folder})
    const alone = await runCli(['simulate', '--digits', '1', '--bot', 'sink'], {cwd: folder})

    expect(noStream).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('no applet that streams') as string,
    })
    expect(both).toMatchObject({exit: 2, stderr: expect.stringContaining('flat or json') as string})
    expect(alone).toMatchObject({exit: 2, stderr: expect.stringContaining('--flow') as string})
  })

  test('is interrupted while a Passthru is asked, and still reports', async () => {
    const path = await flow('/never')
    const asked = once(endpoints, 'request')
    const running = startCli(walked(path), {cwd: folder})
    await asked

    running.kill('SIGINT')
    const {exit, stdout} = await running.ended

    expect(exit).toBe(130)
    expect(stdout).toContain('The run was interrupted at the applet before.')
  })

  test('keeps its streams in folders of their own, from which a report is made without the walk', async () => {
    const path = await flow('/ok')
    await runCli(walked(path, '--out', 'kept'), {cwd: folder})

    const {stdout, stderr, exit} = await runCli(['report', 'recompute', 'kept', '--json'], {
      cwd: folder,
    })

    // What the command prints is a report, as its schema says.
    const report = JSON.parse(stdout) as RunReport
    expect(exit).toBe(0)
    expect(report).toMatchObject({verdict: 'pass', calls: [{scenario: 'short'}]})
    expect(report.flows).toBeUndefined()
    expect(stderr).toContain('walked a flow')
  })
})
