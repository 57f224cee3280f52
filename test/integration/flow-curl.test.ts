import {once} from 'node:events'
import {chmodSync, readFileSync, writeFileSync} from 'node:fs'
import {createServer, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'

import {describe, expect, onTestFinished, test} from 'vitest'

import {USUAL_AUTH} from '../../src/flow/make-flow.js'
import {renderCurl} from '../../src/flow/print/curl.js'
import type {Printing} from '../../src/flow/print/printing.js'
import {localPrinting, printingOf} from '../rig/flow-printing.js'
import {emptyFolder, type Ended, start} from '../rig/run-cli.js'

const SHELLS = ['dash', 'bash'] as const
type Shell = (typeof SHELLS)[number]

const ENV = {
  EXOTEL_ACCOUNT_SID: 'acme1',
  EXOTEL_API_KEY: 'k3y',
  EXOTEL_API_TOKEN: 't0k"e\\n $(id)`id`',
  EXOTEL_FROM: '+919876543210',
  EXOTEL_CALLER_ID: '08012345678',
  EXOTEL_FLOW_ID: '228040',
  BOT_KEY: 'b@t',
  BOT_TOKEN: 'p/w:d',
}

const ACCOUNT = Object.keys(ENV).slice(0, 5)

const sid = 'c8961ab2fa675ddac2d7b8974c25201m'
const TAKEN = JSON.stringify({
  Call: {
    Sid: sid,
    ParentCallSid: null,
    Status: 'in-progress',
    From: '09876543210',
    To: '08012345678',
  },
})

type Run = {
  readonly shell?: Shell
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** The script as it is printed, run by a shell. */
function run(printing: Printing, {shell = 'dash', args = ['flow'], env = {}}: Run): Promise<Ended> {
  const folder = emptyFolder()
  const file = join(folder, 'call.sh')
  writeFileSync(file, renderCurl(printing))
  // What a machine has between itself and the internet must not stand before loopback.
  const world = {...ENV, no_proxy: '*', NO_PROXY: '*', ...env}
  return start(shell, [file, ...args], {cwd: folder, env: world}).ended
}

type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'> & {readonly body: string}

/** An API on loopback that answers every request so, for the real curl. */
async function api(status: number, reply: string) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.once('end', () => {
      const {method, url, headers} = request
      asked.push({method, url, headers, body})
      response.writeHead(status).end(reply)
    })
  })
  server.listen({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  // A listening TCP server has an address with a port.
  const {port} = server.address() as AddressInfo
  return {asked, env: {EXOTEL_API_BASE: `http://127.0.0.1:${port}`}}
}

const pairsOf = ({body}: Asked) => Object.fromEntries(new URLSearchParams(body))

describe.each(SHELLS)('the printed script, run by %s with curl', (shell) => {
  test('places a call through the flow', async () => {
    const {asked, env} = await api(200, TAKEN)

    const {exit, stdout, stderr} = await run(printingOf(), {shell, env})

    expect({exit, stderr}).toEqual({exit: 0, stderr: ''})
    expect(asked).toMatchObject([{method: 'POST', url: '/v1/Accounts/acme1/Calls/connect.json'}])
    expect(asked.map(pairsOf)).toEqual([
      {
        From: '+919876543210',
        CallerId: '08012345678',
        Url: 'http://my.exotel.com/acme1/exoml/start_voice/228040',
      },
    ])
    const [, secret = ''] = asked[0]?.headers.authorization?.split(' ') ?? []
    expect(Buffer.from(secret, 'base64').toString()).toBe(
      `${ENV.EXOTEL_API_KEY}:${ENV.EXOTEL_API_TOKEN}`,
    )
    expect(stdout).toContain(`CallSid: ${sid} (`)
    expect(stdout).toContain(`exostream logs --follow --call ${sid}\n`)
  })

  test('places a call without a flow, with the credentials of the bot percent-encoded', async () => {
    const {asked, env} = await api(200, TAKEN)

    const {exit} = await run(printingOf({auth: USUAL_AUTH, record: true}), {
      shell,
      args: ['direct'],
      env,
    })

    expect(exit).toBe(0)
    const [{StreamUrl = '', ...others} = {}] = asked.map(pairsOf)
    expect(others).toEqual({
      From: '+919876543210',
      CallerId: '08012345678',
      StreamType: 'bidirectional',
      Record: 'true',
    })
    const {username, password, host, pathname, search} = new URL(StreamUrl)
    expect([username, password].map(decodeURIComponent)).toEqual(['b@t', 'p/w:d'])
    expect(host + pathname + search).toBe('bot.acme.in/media?sample-rate=8000&campaign=emi')
  })

  test('shows the reply without numbers, credentials and what would move a cursor', async () => {
    const hostile = JSON.stringify({
      Call: {Sid: sid, From: '09876543210', StreamUrl: 'wss://b%40t:p%2Fw@bot.acme.in/'},
    })
    const reply = `\u001b]0;title\u0007${hostile.replaceAll('/', '\\/')}`
    const {env} = await api(200, reply)

    const {exit, stdout, stderr} = await run(printingOf(), {shell, env})

    expect(exit).toBe(0)
    expect(stdout).toContain('"From":"****3210"')
    expect(stdout + stderr).not.toMatch(/987654|b%40t|p%2Fw|k3y|t0k/)
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })
})

describe('the printed script', () => {
  test.each([
    [401, '{}', /^401: the key or the token is wrong/],
    [403, '{}', /^403: the account may not do this/],
    [404, '<html>', /^404: no such account here/],
    [429, '', /^429: too many calls/],
    [500, 'no', /^500: Exotel did not take the call\./],
    [302, '', /^302: Exotel did not take the call\./],
    [200, '{}', /^Exotel said 200, but no CallSid\./],
  ])('says what %i with %j means, and ends in 1', async (status, reply, says) => {
    const {asked, env} = await api(status, reply)

    const {exit, stderr} = await run(printingOf(), {env})

    expect({exit, stderr}).toEqual({exit: 1, stderr: expect.stringMatching(says) as string})
    expect(asked).toHaveLength(1)
  })

  test('says that there was no answer, and that the call may come anyway', async () => {
    const server = createServer((request) => request.socket.destroy())
    server.listen({host: '127.0.0.1', port: 0})
    await once(server, 'listening')
    onTestFinished(() => {
      server.close()
    })
    // As above.
    const {port} = server.address() as AddressInfo

    const {exit, stderr} = await run(printingOf(), {
      env: {EXOTEL_API_BASE: `http://127.0.0.1:${port}`},
    })

    expect(exit).toBe(1)
    expect(stderr).toContain('Exotel gave no answer.')
  })

  test('has nothing of its environment in the arguments of curl, where ps would show it', async () => {
    const folder = emptyFolder()
    const fake = join(folder, 'curl')
    writeFileSync(
      fake,
      `#!/bin/sh\nprintf '%s\\n' "$@" >"$SEEN/args"\ncat >"$SEEN/stdin"\nprintf '%s\\n200' '${TAKEN}'\n`,
    )
    chmodSync(fake, 0o755)

    const {exit} = await run(printingOf({use: 'connect-voice-ai', auth: USUAL_AUTH}), {
      args: ['direct'],
      env: {PATH: `${folder}:${process.env['PATH'] ?? ''}`, SEEN: folder},
    })

    expect(exit).toBe(0)
    const [args, stdin] = ['args', 'stdin'].map((name) => readFileSync(join(folder, name), 'utf8'))
    expect(args?.split('\n').slice(0, 3)).toEqual(['--disable', '--config', '-'])
    for (const value of Object.values(ENV)) expect(args).not.toContain(value)
    expect(stdin).toContain('url = "https://api.exotel.com/v1/Accounts/acme1/Calls/connect.json"\n')
    expect(stdin).toContain('data-urlencode = "StreamType=bidirectional"\n')
  })

  test('lets no value begin another option of curl', async () => {
    const {asked, env} = await api(200, TAKEN)
    const EXOTEL_FROM = '1"\nurl = "http://127.0.0.1:1/'

    const {exit} = await run(printingOf(), {env: {...env, EXOTEL_FROM}})

    expect(exit).toBe(0)
    expect(asked.map(pairsOf)).toMatchObject([{From: '1"url = "http://127.0.0.1:1/'}])
  })

  test.each([
    ['flow', [...ACCOUNT, 'EXOTEL_FLOW_ID']],
    ['direct', [...ACCOUNT, 'STREAM_URL', 'BOT_KEY', 'BOT_TOKEN']],
  ])('names all that %s lacks at once, each with what it is', async (mode, names) => {
    const env = Object.fromEntries(names.map((name) => [name, '']))

    const {exit, stdout, stderr} = await run(localPrinting({auth: USUAL_AUTH}), {args: [mode], env})

    expect({exit, stdout}).toEqual({exit: 1, stdout: ''})
    const [first, ...lines] = stderr.trimEnd().split('\n')
    expect(first).toBe('Not set in the environment:')
    expect(lines.map((line) => line.trim().split(/\s+/)[0])).toEqual(names)
    for (const line of lines) expect(line).toMatch(/^ {2}\w+ +\w+ \w+/)
  })

  test('names the one that it lacks', async () => {
    const {stderr} = await run(printingOf(), {env: {EXOTEL_FROM: ''}})

    expect(stderr).toBe(
      'Not set in the environment:\n  EXOTEL_FROM         the number of the customer, which is called first\n',
    )
  })

  test('tells how it is used, and calls nobody, unless it is told to', async () => {
    const printing = localPrinting({auth: USUAL_AUTH})

    const asked = await run(printing, {args: ['--help'], env: {EXOTEL_API_KEY: ''}})
    const bare = await run(printing, {args: []})
    const odd = await run(printing, {args: ['sideways']})

    expect(asked).toMatchObject({exit: 0, stderr: ''})
    for (const name of [...ACCOUNT, 'EXOTEL_FLOW_ID', 'STREAM_URL', 'BOT_KEY', 'BOT_TOKEN']) {
      expect(asked.stdout).toContain(`  ${name.padEnd(18)}  `)
    }
    for (const ended of [bare, odd]) {
      expect(ended).toMatchObject({exit: 2, stdout: '', stderr: asked.stdout})
    }
  })

  test('keeps the credentials that STREAM_URL has, and adds no others', async () => {
    const {asked, env} = await api(200, TAKEN)
    const STREAM_URL = 'wss://own:t0k@bot.acme.in/media?mail=a@b.in'

    const own = await run(localPrinting({auth: USUAL_AUTH}), {
      args: ['direct'],
      env: {...env, STREAM_URL, BOT_KEY: ''},
    })
    await run(localPrinting({auth: USUAL_AUTH}), {
      args: ['direct'],
      env: {...env, STREAM_URL: STREAM_URL.replace('own:t0k@', '')},
    })

    expect(own.exit).toBe(0)
    const urls = asked.map((one) => decodeURIComponent(pairsOf(one)['StreamUrl'] ?? ''))
    expect(urls).toEqual([STREAM_URL, STREAM_URL.replace('own:t0k@', 'b@t:p/w:d@')])
  })

  test('takes the URL of the stream from STREAM_URL where the flow has none', async () => {
    const {asked, env} = await api(200, TAKEN)
    const STREAM_URL = 'wss://bot.acme.in/media?sample-rate=8000'

    const without = await run(localPrinting(), {args: ['direct'], env})
    const given = await run(localPrinting(), {args: ['direct'], env: {...env, STREAM_URL}})

    expect(without.stderr).toMatch(/STREAM_URL +the wss:\/\/ URL of the bot, with \?sample/)
    expect(given.exit).toBe(0)
    expect(asked.map(pairsOf)).toMatchObject([{StreamUrl: STREAM_URL}])
  })

  test('refuses a stream URL that the API would refuse', async () => {
    const STREAM_URL = `wss://bot.acme.in/${'x'.repeat(600)}`

    const long = await run(localPrinting(), {args: ['direct'], env: {STREAM_URL}})

    expect(long).toMatchObject({exit: 1, stderr: expect.stringMatching(/fewer than 600/) as string})
  })
})
