import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmod, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {connect} from 'node:net'
import {tmpdir} from 'node:os'
import {delimiter, dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {afterAll, beforeAll, expect, test} from 'vitest'

import {readOutsideAnswer} from '../../../src/doctor/outside/outside-answer.js'

/** The checker that the README shows, with an `exostream` in its path that tells what it was asked. */
const CHECKER = fileURLToPath(new URL('../../rig/doctor/outside-checker.mjs', import.meta.url))
const README = fileURLToPath(new URL('../../../README.md', import.meta.url))
const STAND_IN = `#!/usr/bin/env node
const summary = process.argv.slice(2).join(' ')
console.log(JSON.stringify({schemaVersion: 1, verdict: 'unreachable', rootCause: 'tcp', summary}))
process.exitCode = 1
`

let folder: string
let checker: ChildProcess
let origin: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outside-checker-'))
  await writeFile(join(folder, 'exostream'), STAND_IN)
  await chmod(join(folder, 'exostream'), 0o755)
  const path = [folder, dirname(process.execPath), process.env['PATH']].join(delimiter)
  const env = {PATH: path, PORT: '0', CHECKER_KEY: 'sesame'}
  checker = spawn(process.execPath, [CHECKER], {env, stdio: ['ignore', 'pipe', 'inherit']})
  origin = `http://127.0.0.1:${await portOf(checker)}/`
})

afterAll(async () => {
  const over = once(checker, 'exit')
  checker.kill()
  await over
  await rm(folder, {recursive: true})
})

test('the checker runs a doctor on the URL that it is given, and hands on its report', async () => {
  const asked = new URLSearchParams({key: 'sesame', url: 'wss://bot.lab.in/media?sample-rate=8000'})

  const response = await fetch(`${origin}?${asked.toString()}`)

  expect(readOutsideAnswer(await response.text())).toEqual({
    isReachable: false,
    detail:
      'the doctor there says: doctor --json --deadline 6 -- wss://bot.lab.in/media?sample-rate=8000',
  })
})

test('whoever does not know its key is refused', async () => {
  const {status} = await fetch(`${origin}?url=wss://bot.lab.in/media`)

  expect(status).toBe(403)
})

test.each([
  ['no path', 'GET // HTTP/1.1', '403'],
  ['the whole server', 'OPTIONS * HTTP/1.1', '403'],
  ['another host', 'GET http://[ HTTP/1.1', '403'],
  ['a URL that no program can be given', 'GET /?key=sesame&url=%00 HTTP/1.1', '400'],
  ['a WebSocket', 'GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket', '403'],
  ['nothing that is HTTP', 'hello', '400'],
])('a request for %s is refused, and the next one is answered', async (_what, head, status) => {
  expect(await statusOf(head)).toBe(status)
  expect((await fetch(origin)).status).toBe(403)
})

test('the README shows this very checker', async () => {
  const [, section = ''] = (await readFile(README, 'utf8')).split('### A checker of your own')
  const [, shown] = /```js\n([^]*?)```/.exec(section) ?? []

  expect(shown).toBe(await readFile(CHECKER, 'utf8'))
})

/** As it is written; no client of HTTP would send some of it. */
async function statusOf(head: string): Promise<string | undefined> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  socket.end(`${head}\r\nHost: checker\r\n\r\n`)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer.split(' ', 2)[1]
}

async function portOf({stdout}: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('The checker has no stdout.')
  const [said] = (await once(stdout, 'data')) as [Buffer]
  const port = /port: (\d+)/.exec(said.toString())?.[1]
  if (port === undefined) throw new Error(`The checker said ${said.toString()}`)
  return port
}
