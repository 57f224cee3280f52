import {once} from 'node:events'
import {writeFile} from 'node:fs/promises'
import {createServer, type RequestListener} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'

import {describe, expect, onTestFinished, test} from 'vitest'

import type {FlowReport} from '../../src/flow/finding.js'
import {onPty} from '../rig/pty.js'
import {bin, emptyFolder, root, runCli, start, startCli} from '../rig/run-cli.js'

const flows = join(root, 'fixtures/flows')
const GOOD = join(flows, 'good/passthru-voicebot-end.yaml')
const CLASSIC = join(flows, 'faulty/no-stream-after-passthru.yaml')

const CLASSIC_APPLETS = `name: sales calls
applets:
  - passthru: {url: 'https://bot.acme.in/passthru', async: true}
`

async function folderWith(text: string): Promise<string> {
  const folder = emptyFolder()
  await writeFile(join(folder, 'flow.yaml'), text)
  return folder
}

/** The origin of a server on loopback, until the test is over. */
async function serverOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

describe('flow check', () => {
  test('of the classic says that the bot was never called, and what to add, and ends in 1', async () => {
    const cwd = await folderWith(CLASSIC_APPLETS)
    const {exit, stdout, stderr} = await runCli(['flow', 'check'], {cwd})

    expect({exit, stderr}).toEqual({exit: 1, stderr: ''})
    expect(stdout).toMatch(/^error {2}no-stream-after-passthru {2}flow\.yaml:3 applets\[0\]\n/)
    expect(stdout).toMatch(/the\s+call\s+ends\s+at\s+once/)
    expect(stdout).toMatch(/add\s+a\s+Voicebot\s+applet/)
    expect(stdout).toMatch(/flow\.yaml is broken: 1 error\.\n$/)
  })

  test('of Passthru, Voicebot, end is good, with advice, and ends in 0', async () => {
    const {exit, stdout, stderr} = await runCli(['flow', 'check', GOOD])

    expect({exit, stderr}).toEqual({exit: 0, stderr: ''})
    expect(stdout).toMatch(/passthru-voicebot-end\.yaml is good, with 2 pieces of advice\.\n$/)
  })

  test('--json is the report and nothing else', async () => {
    const {exit, stdout, stderr} = await runCli(['flow', 'check', CLASSIC, '--json'])

    expect({exit, stderr}).toEqual({exit: 1, stderr: ''})
    const report = JSON.parse(stdout) as FlowReport
    expect(Object.keys(report)).toEqual(['schemaVersion', 'verdict', 'findings'])
    expect(report).toMatchObject({schemaVersion: 1, verdict: 'broken'})
    expect(report.findings.map((finding) => Object.keys(finding))).toEqual([
      ['id', 'severity', 'path', 'line', 'summary', 'fix', 'source'],
    ])
  })

  test('reads a flow from stdin', async () => {
    const script = `printf '%s' "$FLOW" | "$NODE" "$BIN" flow check -`
    const env = {FLOW: CLASSIC_APPLETS, NODE: process.execPath, BIN: bin}
    const {exit, stdout} = await start('sh', ['-c', script], {cwd: emptyFolder(), env}).ended

    expect(exit).toBe(1)
    expect(stdout).toContain('no-stream-after-passthru  stdin:3 applets[0]')
  })

  test.each([
    ['there is no file', undefined, 'EXO_FLOW_NOT_FOUND'],
    ['the file is no flow', 'applets: 7\n', 'EXO_FLOW_INVALID'],
    ['the file is empty', '', 'EXO_FLOW_INVALID'],
  ])('ends in 2 where %s', async (_what, text, code) => {
    const cwd = text === undefined ? emptyFolder() : await folderWith(text)
    const {exit, stdout, stderr} = await runCli(['flow', 'check'], {cwd})

    expect({exit, stdout}).toEqual({exit: 2, stdout: ''})
    expect(stderr).toContain(code)
  })

  test('--schema prints the JSON Schema of a flow', async () => {
    const {exit, stdout} = await runCli(['flow', 'check', '--schema'], {cwd: emptyFolder()})

    expect(exit).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({$id: 'urn:exostream:flow:1'})
  })

  test('a secret of the file is in no output', async () => {
    const file = join(flows, 'faulty/credentials-in-url.yaml')
    const {stdout, stderr} = await runCli(['flow', 'check', file, '--json'])

    expect(stdout).toContain('credentials-in-url')
    expect(stdout + stderr).not.toMatch(/p4ss-of-acme/)
  })
})

describe('flow check --probe', () => {
  const withPassthru = (url: string) => `name: sales calls
applets:
  - greeting: {say: Hello.}
  - voicebot: {url: 'ws://127.0.0.1:9/media', sampleRate: 8000}
  - passthru: {url: '${url}', on200: end, on302: agents}
  - id: agents
    connect: {to: [Sales]}
`

  test('asks the Passthru, tells each answer, and judges them', async () => {
    const origin = await serverOf((_request, response) => {
      response.writeHead(500).end()
    })
    const cwd = await folderWith(withPassthru(`${origin}/passthru`))
    const {exit, stdout} = await runCli(['flow', 'check', '--probe', '--local'], {cwd})

    expect(exit).toBe(1)
    expect(stdout).toContain('applets[2].passthru.url')
    expect(stdout).toContain('500')
    expect(stdout).toMatch(/error {2}probe-/)
  })

  test('adds what was asked to the document, only where it asked', async () => {
    const origin = await serverOf((_request, response) => {
      response.writeHead(200).end()
    })
    const cwd = await folderWith(withPassthru(`${origin}/passthru`))
    const probed = await runCli(['flow', 'check', '--probe', '--local', '--json'], {cwd})
    const checked = await runCli(['flow', 'check', '--local', '--json'], {cwd})

    const {probe} = JSON.parse(probed.stdout) as {readonly probe: readonly object[]}
    expect(probe.length).toBeGreaterThan(0)
    expect(JSON.parse(checked.stdout)).not.toHaveProperty('probe')
  })

  test('leaves a line free between what was asked and what was found', async () => {
    const origin = await serverOf((_request, response) => {
      response.writeHead(500).end()
    })
    const cwd = await folderWith(withPassthru(`${origin}/passthru`))
    const {stdout} = await runCli(['flow', 'check', '--probe', '--local'], {cwd})

    expect(stdout).toMatch(/\d+ ms {2}answered[^]*?\n\n(?:error|warning|info) {2}/)
  })

  describe('where it is interrupted', () => {
    /** With a finding of its own, and a Passthru that answers the first question alone. */
    async function hanging() {
      let asked = 0
      let tellAsked = (): void => undefined
      const isHanging = new Promise<void>((resolve) => {
        tellAsked = resolve
      })
      const origin = await serverOf((_request, response) => {
        asked += 1
        if (asked === 1) response.writeHead(500).end()
        else tellAsked()
      })
      const text = withPassthru(`${origin}/passthru`).replace(', sampleRate: 8000', '')
      return {cwd: await folderWith(text), isHanging}
    }

    test('tells what it has found, and ends in 130', async () => {
      const {cwd, isHanging} = await hanging()
      const checking = startCli(['flow', 'check', '--probe', '--local'], {cwd})
      await isHanging
      checking.kill('SIGINT')
      const {exit, stdout} = await checking.ended

      expect(exit).toBe(130)
      expect(stdout).toContain('completed, flat, again  not asked: interrupted before its answer')
      expect(stdout).toContain('warning  rate-unset')
      expect(stdout).toContain('error  probe-passthru-status')
      expect(stdout).toMatch(/\nInterrupted: not every question to its URLs was answered\.\n$/)
    })

    test('says so in the document, too', async () => {
      const {cwd, isHanging} = await hanging()
      const checking = startCli(['flow', 'check', '--probe', '--local', '--json'], {cwd})
      await isHanging
      checking.kill('SIGINT')
      const {exit, stdout} = await checking.ended

      expect(exit).toBe(130)
      expect(JSON.parse(stdout)).toMatchObject({verdict: 'broken', interrupted: true})
    })

    test('has told on the terminal what it asks', async () => {
      const {cwd} = await hanging()
      const asking = 'asking applets[2].passthru.url: completed, flat, again'
      const args = ['flow', 'check', '--probe', '--local']
      const {unasked, seen} = await onPty(args, [[asking, '\u0003']], {cwd, columns: 120})

      expect(unasked).toEqual([])
      expect(seen).toContain('Interrupted:')
    })
  })
})
