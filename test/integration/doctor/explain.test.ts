import {Readable} from 'node:stream'
import {fileURLToPath} from 'node:url'

import {captureOutput} from '@oclif/test'
import {afterEach, expect, test} from 'vitest'

import Explain from '../../../src/commands/explain.js'
import type {ExplainReport} from '../../../src/doctor/explain/explain.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const KNOWN =
  '3009 failed to establish ws conn dial tcp: lookup your-ip on 10.1.0.2:53: no such host'

const width = process.env['COLUMNS']
const stdin = Object.getOwnPropertyDescriptor(process, 'stdin')

afterEach(() => {
  process.exitCode = undefined
  if (stdin) Object.defineProperty(process, 'stdin', stdin)
  if (width === undefined) delete process.env['COLUMNS']
  else process.env['COLUMNS'] = width
})

function give(stream: Readable) {
  Object.defineProperty(process, 'stdin', {value: stream, configurable: true})
}

async function run(...argv: string[]) {
  const {stdout, stderr, error} = await captureOutput(() => Explain.run(argv, root))
  const exit = error?.oclif?.exit ?? process.exitCode
  return {stdout, stderr, exit, message: error?.message}
}

test('the known text ends with exit 0, and begins with what to put in place of the placeholder', async () => {
  const {stdout, stderr, exit} = await run(KNOWN)

  expect({stderr, exit}).toEqual({stderr: '', exit: 0})
  expect(stdout.replaceAll('\n', ' ')).toMatch(
    /no such host {2}The URL in the applet still holds the placeholder your-ip: put the public host name/,
  )
})

test('it tells meaning, causes, fix, proof and source, in this order', async () => {
  const {stdout} = await run(KNOWN)

  const headings = [
    'The URL in',
    'Likely causes',
    '  1. ',
    '  2. ',
    'Fix',
    'To prove it',
    'Source: ',
  ]
  const places = headings.map((heading) => stdout.indexOf(`\n${heading}`))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(places).not.toContain(-1)
})

test('the quotes may be forgotten', async () => {
  const {stdout} = await run(...KNOWN.split(' '))

  expect(stdout).toContain('placeholder your-ip')
})

test('a text that begins with a hyphen is a text', async () => {
  const {stdout, exit} = await run('--', '- close 1006')

  expect(stdout).toContain('close code 1006')
  expect(exit).toBe(0)
})

test('what is inferred is said to be', async () => {
  const {stdout} = await run('3009 failed to establish ws conn EOF')

  expect(stdout).toContain('inferred')
})

test.each(['40', '72', '120'])('at %s columns no line of prose is longer', async (columns) => {
  process.env['COLUMNS'] = columns

  const {stdout} = await run('read tcp 1.2.3.4:5->93.184.216.34:443: i/o timeout, then 1006')

  expect(stdout).toContain('close code 1006')
  // A word that is longer is left whole, to be copied.
  const broken = stdout.split('\n').filter((line) => /\S\s+\S/.test(line))
  expect(broken.filter((line) => line.length > Number(columns))).toEqual([])
})

test('a command is never broken, however narrow the terminal', async () => {
  process.env['COLUMNS'] = '40'

  const {stdout} = await run('close 1015')

  expect(stdout).toMatch(/^ {4}openssl s_client .* <\/dev\/null$/m)
})

test('with --json it is one document', async () => {
  const {stdout, exit} = await run('Stream[DisconnectedBy]=bot', '--json')

  // The cast names what the command says that it prints.
  const report = JSON.parse(stdout) as ExplainReport
  expect(report.schemaVersion).toBe(1)
  expect(report.text).toBe('Stream[DisconnectedBy]=bot')
  expect(report.explanations.map(({id, kind}) => ({id, kind}))).toEqual([
    {id: 'disconnected-by-bot', kind: 'passthru'},
  ])
  expect(exit).toBe(0)
})

test('of a text that is not known it says so, names doctor, and ends with exit 1', async () => {
  const {stdout, exit} = await run('the bot is deaf')

  expect(stdout).toMatch(/^This text is not known/)
  expect(stdout).toContain('  exostream doctor URL')
  expect(exit).toBe(1)
})

test('with --json a text that is not known has no explanations, and ends with exit 1', async () => {
  const {stdout, exit} = await run('the bot is deaf', '--json')

  expect(JSON.parse(stdout)).toEqual({
    ...{schemaVersion: 1, text: 'the bot is deaf', explanations: []},
  })
  expect(exit).toBe(1)
})

test.each([[[]], [['']], [['   ']]])('no text at all (%j) is a mistake in use', async (argv) => {
  const {message, exit} = await run(...argv)

  expect(message).toContain('There is no text to explain')
  expect(exit).toBe(2)
})

test('a hostile text cannot move the cursor, and its password is not shown', async () => {
  const {stdout} = await run(
    '3009 failed to establish ws conn \u001b[2J\u009b31m\u202e parse wss://KEY9:T0KEN@host',
  )

  expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
  expect(stdout).not.toMatch(/T0KEN/)
})

test.each([
  ['the log of a call', `${KNOWN}\n`, 0],
  ['nothing', '', 2],
])('- reads %s from stdin', async (_, text, code) => {
  give(Readable.from([text]))

  const {exit} = await run('-')

  expect(exit).toBe(code)
})

test('a flag that does not exist is a mistake in use', async () => {
  const {exit} = await run('1006', '--jsn')

  expect(exit).toBe(2)
})

test('of an endless stdin only the beginning is read', async () => {
  const endless = new Readable({
    read() {
      this.push('1006 ')
    },
  })
  give(endless)

  const {exit} = await run('-')

  expect(exit).toBe(0)
  expect(endless.destroyed).toBe(true)
})

test('bytes of stdin that are no text are passed over', async () => {
  give(Readable.from([Buffer.from([0xff, 0x20]), Buffer.from('close 1006')]))

  const {stdout, exit} = await run('-')

  expect(stdout).toMatch(/^close code 1006/)
  expect(exit).toBe(0)
})
