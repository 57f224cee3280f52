import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {describe, expect, onTestFinished, test} from 'vitest'

import {FLOW_PRINTS, PRINTED_FORMATS} from '../rig/flow-prints.js'
import {emptyFolder, root, runCli, startCli} from '../rig/run-cli.js'

/** The unit tests hold all of them to the same files. */
const prints = FLOW_PRINTS.flatMap(({name, args}) =>
  PRINTED_FORMATS.map((format) => ({name, args, format})),
).filter(({name, format}) => format === 'text' || name === 'voicebot')

const print = (args: readonly string[], cwd = emptyFolder()) =>
  runCli(['flow', 'print', ...args], {cwd})

async function served(args: readonly string[]): Promise<string> {
  const cwd = emptyFolder()
  const serving = startCli(['serve', '--host', '127.0.0.1', '--port', '0', ...args], {cwd})
  onTestFinished(async () => {
    serving.kill('SIGTERM')
    await serving.ended
  })
  await serving.said(/Serving the bot/)
  return cwd
}

describe.concurrent('flow print', () => {
  test.each(prints)('$name as $format is as in fixtures/golden', async ({name, args, format}) => {
    const {exit, stdout} = await print([...args, '--as', format])

    expect(exit).toBe(0)
    const golden = join(root, `fixtures/golden/flow-print-${name}-${format}.txt`)
    expect(stdout).toBe(await readFile(golden, 'utf8'))
  })

  test('--json gives what --as json gives, and nothing else', async () => {
    const args = ['wss://bot.acme.in/media', '--param', 'campaign=emi']
    const [asFormat, asFlag] = [
      await print([...args, '--as', 'json']),
      await print([...args, '--json']),
    ]

    expect(asFlag).toEqual(asFormat)
    expect(JSON.parse(asFlag.stdout)).toMatchObject({schemaVersion: 1, publicHost: 'known'})
  })

  test.each(['curl', 'handler', 'nginx'])('--as %s prints it', async (format) => {
    const {exit, stdout} = await print(['wss://bot.acme.in/media', '--as', format])

    expect(exit).toBe(0)
    expect(stdout.length).toBeGreaterThan(200)
  })

  test('what is printed as yaml is read again, and printed the same', async () => {
    const cwd = emptyFolder()
    const [voicebot] = FLOW_PRINTS
    const {stdout} = await print([...(voicebot?.args ?? []), '--as', 'yaml'], cwd)
    await writeFile(join(cwd, 'flow.yaml'), stdout)

    expect((await print(['flow.yaml', '--as', 'yaml'], cwd)).stdout).toBe(stdout)
  })

  test('reads the flow.yaml of the folder where nothing is given, and says so', async () => {
    const cwd = emptyFolder()
    const flow =
      'name: night line\napplets:\n  - voicebot: {url: wss://bot.acme.in/media}\n  - hangup\n'
    await writeFile(join(cwd, 'flow.yaml'), flow)

    const {exit, stdout, stderr} = await print([], cwd)

    expect(exit).toBe(0)
    expect(stdout).toMatch(/^night line\n/)
    expect(stderr).toBe('Printed is flow.yaml of this folder.\n')
  })

  test('without anything to print says what to give', async () => {
    const {exit, stdout, stderr} = await print([])

    expect({exit, stdout}).toEqual({exit: 2, stdout: ''})
    expect(stderr).toContain('no URL, no file, no exostream serve in this folder, and no flow.yaml')
  })

  test('does not take a variable that is meant for another command for a flag', async () => {
    const cwd = emptyFolder()
    await writeFile(join(cwd, 'a.yaml'), 'name: night line\napplets:\n  - hangup\n')

    const env = {EXOSTREAM_PASSTHRU: 'https://bot.acme.in/passthru'}
    const {exit, stdout} = await runCli(['flow', 'print', 'a.yaml'], {cwd, env})

    expect(exit).toBe(0)
    expect(stdout).toMatch(/^night line\n/)
  })

  test('says first what flow check calls broken, and still exits 0', async () => {
    const cwd = emptyFolder()
    const flow =
      'name: classic\napplets:\n  - passthru: {url: https://bot.acme.in/passthru}\n  - hangup\n'
    await writeFile(join(cwd, 'flow.yaml'), flow)

    const {exit, stdout} = await print(['flow.yaml'], cwd)
    const handler = await print(['flow.yaml', '--as', 'handler'], cwd)

    expect([exit, handler.exit]).toEqual([0, 0])
    expect(stdout).toMatch(
      /^classic\n\nBefore you enter it\n {2}error {2}no-stream-after-passthru\n/,
    )
    expect(handler.stderr).toContain('error no-stream-after-passthru: ')
    expect(handler.stdout).not.toContain('no-stream-after-passthru')
  })

  test.each([
    [['--sample-rate', '16000'], 'two-rates'],
    [[], undefined],
  ])('of a URL with a rate and %j the finding is %s', async (more, id) => {
    const {stdout} = await print(['wss://bot.acme.in/media?sample-rate=24000', ...more, '--json'])

    const {findings} = JSON.parse(stdout) as {findings: readonly {id: string}[]}
    expect(findings.map((finding) => finding.id)).toEqual(id === undefined ? [] : [id])
  })

  test('--connect-to alone connects', async () => {
    const {stdout} = await print(['wss://bot.acme.in/media', '--connect-to', 'Sales'])

    expect(stdout).toMatch(/Dial Whom +choose Sales/)
  })

  test('refuses a flag that would be dropped', async () => {
    const {exit, stderr} = await print(['wss://bot.acme.in/media', '--passthru-at', 'after'])

    expect(exit).toBe(2)
    expect(stderr).toContain('--passthru-at needs --passthru')
  })

  test('refuses a flag that a flow file says itself', async () => {
    const {exit, stderr} = await print(['flow.yaml', '--use', 'stream'])

    expect(exit).toBe(2)
    expect(stderr).toContain('--use cannot be given with a flow file: flow.yaml says it all.')
  })

  test.each([
    ['wss://bot.acme.in/me dia', 'has a space inside it'],
    ['wss://k:S3CR@bot.acme.in/{tenant}', 'holds the placeholder "{tenant}"'],
    ['ftp://bot.acme.in/media', 'has the scheme ftp'],
  ])('refuses the URL %s, in one sentence without its secrets', async (url, why) => {
    const {exit, stdout, stderr} = await print([url])

    expect({exit, stdout}).toEqual({exit: 2, stdout: ''})
    expect(stderr).toContain(why)
    expect(stderr).not.toContain('S3CR')
  })

  test('of a placeholder says first that there is no public host', async () => {
    const {exit, stdout} = await print(['wss://your-ip/media'])

    expect(exit).toBe(0)
    expect(stdout).toMatch(/^voicebot flow\n\nThere is no public host yet\n/)
    expect(stdout).not.toContain('your-ip')
  })
})

describe.concurrent('flow print, of the serve of its folder', () => {
  test('that has a public name, knows its Passthru', async () => {
    const cwd = await served(['--public-url', 'https://bot.acme.in/eu'])

    const {exit, stdout, stderr} = await print(['--sample-rate', '16000'], cwd)

    expect(exit).toBe(0)
    expect(stdout).toContain('enter wss://bot.acme.in/eu/media?sample-rate=16000\n')
    expect(stdout).toContain('enter https://bot.acme.in/eu/passthru\n')
    expect(stderr).toContain('for the exostream serve of this folder, wss://bot.acme.in/eu/media')
  })

  test('says that the flow.yaml beside it was passed over', async () => {
    const cwd = await served(['--public-url', 'https://bot.acme.in/eu'])
    await writeFile(join(cwd, 'flow.yaml'), 'name: night line\napplets: [hangup]\n')

    const {stderr} = await print([], cwd)

    expect(stderr).toContain('flow.yaml of this folder was passed over')
  })

  test('that has none, prints no URL to enter, and says first what to do', async () => {
    const cwd = await served([])

    const {exit, stdout} = await print([], cwd)

    expect(exit).toBe(0)
    expect(stdout).toMatch(/^voicebot flow\n\nThere is no public host yet\n/)
    expect(stdout).toMatch(/On this machine it is at ws:\/\/127\.0\.0\.1:\d+\/media/)
    expect(stdout).toMatch(/exostream serve --port \d+ --tunnel cloudflared/)
    expect(stdout).not.toMatch(/enter \w+:\/\//)
  })
})
