import {once} from 'node:events'
import {mkdir, mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {type IncomingMessage, request} from 'node:http'
import {homedir, tmpdir} from 'node:os'
import {basename, dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {captureOutput} from '@oclif/test'
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest'
import {WebSocket} from 'ws'

import {readWavHeader} from '../../src/audio/wav.js'
import Serve from '../../src/commands/serve.js'
import {readRecording} from '../../src/record/recording-reader.js'
import {findServe} from '../../src/workspace.js'

const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
const SECONDS = 60_000

let parent = ''
/** In no name that this machine has already. */
let marker = ''
let kept = ''
let cwdOfTests = ''
const calls = {made: 0}

/** Everything that a stranger may call himself, or his call, in the hope that it becomes a path. */
function hostileValues(): readonly string[] {
  return [
    `../../../${marker}`,
    `....//....//${marker}`,
    String.raw`..\..\..\${marker}`,
    join(parent, marker),
    `file://${join(parent, marker)}`,
    `C:\\${marker}`,
    String.raw`\\127.0.0.1\c$\${marker}`,
    `a\0/../../${marker}`,
    `${marker}\0.wav`,
    'NUL',
    'con.txt',
    'LPT1 ',
    'name.',
    '.',
    '..',
    '...',
    '',
    ' ',
    'x'.repeat(5120),
    `${'../'.repeat(1700)}${marker}`,
    `\u2024\u2024/\u2024\u2024/${marker}`,
    `\uFF0E\uFF0E\uFF0F\uFF0E\uFF0E\uFF0F${marker}`,
    `\u202E../${marker}`,
    '\uD800',
    `%2e%2e%2f%2e%2e%2f${marker}`,
    `%252e%252e%252f${marker}`,
    `..%c0%af..%c0%af${marker}`,
    `%00${marker}`,
    `~/${marker}`,
    `$(touch ${marker})`,
    `; touch ${marker} #`,
    `line\r\n2026-01-31T10:15:02.123Z error SYSTEM forged \u001B[2J\u009B31m\u2028${marker}`,
    '../logs/events.ndjson',
    'serve.json',
    '__proto__',
    'constructor',
  ]
}

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'exostream-traversal-'))
  marker = `escaped-${basename(parent)}`
  kept = join(parent, 'a', 'b', 'kept')
  cwdOfTests = process.cwd()
  await mkdir(dirname(kept), {recursive: true})
  // The log of stderr is written past whoever captures the output; the files have all of it.
  const logging = ['--log-level', 'debug', '--log-category', 'TRANSCRIPTION']
  const keeping = ['--record', '--dump', '--data-dir', kept, ...logging]
  const args = ['--host', '127.0.0.1', '--port', '0', '--bot', 'echo', '--ack', 'always']
  const ended = captureOutput(() => Serve.run([...args, ...keeping], projectRoot))
  const found = async () => (await findServe(kept)) ?? Promise.reject(new Error('not yet'))
  const {url} = await vi.waitFor(found, {timeout: 10_000})
  const {host} = new URL(url)
  for (const value of hostileValues()) {
    await askAll(host, value)
    await callAs(host, value)
  }
  process.emit('SIGTERM')
  const {error} = await ended
  process.exitCode = undefined
  if (error) throw error
}, SECONDS)

afterAll(async () => {
  await rm(parent, {recursive: true})
})

/** Half a surrogate pair cannot stand in a URL. */
const wellFormed = (text: string) => Buffer.from(text).toString()

/** A call in which every id, number, name and parameter is this value, and so is a segment of its path. */
async function callAs(host: string, value: string): Promise<void> {
  const segment = encodeURIComponent(wellFormed(value)).replaceAll('.', '%2e').slice(0, 6000)
  const query = new URLSearchParams({'sample-rate': value, name: value, [value]: value})
  const ws = new WebSocket(`ws://${host}/ws/voicebot/${segment || '%20'}?${query.toString()}`)
  const isOpened = await new Promise<boolean>((resolve) => {
    ws.once('open', () => {
      resolve(true)
    })
    ws.once('error', () => {
      resolve(false)
    })
  })
  const open = isOpened ? ws : new WebSocket(`ws://${host}/media`)
  if (!isOpened) await once(open, 'open')
  calls.made += 1
  const ids = {call_sid: value, stream_sid: value, account_sid: value}
  const custom = {custom_parameters: {[value]: value, file: value}}
  const format = {media_format: {encoding: value, sample_rate: value, bit_rate: value}}
  const payload = Buffer.alloc(320, 7).toString('base64')
  const media = {chunk: value, timestamp: value, payload}
  const messages = [
    {event: 'connected', protocol: value},
    {
      event: 'start',
      stream_sid: value,
      start: {...ids, from: value, to: value, ...custom, ...format},
    },
    {event: 'dtmf', stream_sid: value, dtmf: {digit: value, duration: value}},
    {event: 'mark', stream_sid: value, mark: {name: value}},
    {event: 'clear', stream_sid: value},
    {event: value, stream_sid: value},
    {event: 'media', sequence_number: value, stream_sid: value, media},
  ]
  for (const message of messages) open.send(JSON.stringify(message))
  await heardBack(open, payload)
  open.send(JSON.stringify({event: 'stop', stream_sid: value, stop: {reason: value, ...ids}}))
  open.close(1000)
  await once(open, 'close')
}

/** The audio is the last that was sent. */
function heardBack(ws: WebSocket, payload: string): Promise<void> {
  return new Promise((resolve) => {
    ws.on('message', (data: Buffer) => {
      if (data.includes(payload)) resolve()
    })
  })
}

/** The same value in every field, form and path of the HTTP beside the streams. */
async function askAll(host: string, value: string): Promise<void> {
  const fields = {
    CallSid: value,
    CallFrom: value,
    CustomField: value,
    digits: value,
    RecordingUrl: value,
    'Stream[StreamSID]': value,
    'Stream[Status]': value,
    [value]: value,
  }
  const form = new URLSearchParams(fields).toString()
  const stream = JSON.stringify({StreamSID: value, RecordingUrl: value, [value]: value})
  const typed = (type: string, body: string) => ({method: 'POST', type, body})
  for (const path of ['/passthru', '/voicebot-url', '/websocket-url']) {
    // Longer ones are refused as a whole.
    await ask(host, {path: `${path}?${form.slice(0, 10_000)}`})
    await ask(host, {path, ...typed('application/x-www-form-urlencoded', form)})
    const json = JSON.stringify({...fields, Stream: stream})
    await ask(host, {path, ...typed('application/json', json)})
  }
  const parts = new FormData()
  for (const [name, text] of Object.entries(fields)) {
    parts.append(name, text)
    parts.append(name, new Blob([text]), text)
  }
  const {status} = await fetch(`http://${host}/status-callback`, {method: 'POST', body: parts})
  // 413 for the longest.
  expect([200, 413]).toContain(status)
  const plain = encodeURI(wellFormed(value)).replaceAll('%25', '%').slice(0, 10_000)
  await ask(host, {path: `/${plain}`})
  await ask(host, {path: `/ws/voicebot/${plain}`})
  await ask(host, {path: `/../../${plain}`, headers: {upgrade: 'websocket'}})
}

type Asked = {
  readonly path: string
  readonly method?: string
  readonly type?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Over node:http, which sends a path as it is. */
async function ask(host: string, {path, method = 'GET', type, body, headers}: Asked) {
  const connection = headers ? {connection: 'Upgrade', ...headers} : {connection: 'close'}
  const asked = request(`http://${host}`, {
    path,
    method,
    agent: false,
    headers: {...connection, ...(type === undefined ? {} : {'content-type': type})},
  })
  asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end')
  expect(response.statusCode).toBeLessThan(500)
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true})
  return entries
    .filter((entry) => entry.isFile())
    .map(({parentPath, name}) => join(parentPath, name))
}

const linesOf = (text: string) => text.split('\n').slice(0, -1)
/** What a terminal or a viewer would act on: controls, and what turns the direction of the text. */
const CONTROLS = /[\0-\x09\x0B-\x1F\x7F-\x9F\u2028-\u202E\u2066-\u2069]/

describe('whatever a caller calls himself, his call, his files and his parameters', () => {
  test('nothing is made outside of the data folder', async () => {
    expect(await readdir(parent)).toEqual(['a'])
    expect(await readdir(join(parent, 'a'))).toEqual(['b'])
    expect(await readdir(join(parent, 'a', 'b'))).toEqual(['kept'])
    for (const place of ['/', tmpdir(), homedir(), cwdOfTests, dirname(cwdOfTests)]) {
      expect((await readdir(place)).filter((name) => name.includes(marker))).toEqual([])
    }
  })

  test('each call has a folder of a harmless name, in each of the places', async () => {
    expect((await readdir(kept)).sort()).toEqual([
      '.gitignore',
      'audio-dumps',
      'logs',
      'recordings',
    ])
    for (const place of ['audio-dumps', 'recordings']) {
      const names = (await readdir(join(kept, place))).filter((name) => !name.startsWith('.'))
      expect(names).toHaveLength(calls.made)
      for (const name of names) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9_~-]{0,120}$/)
    }
    const logs = (await readdir(join(kept, 'logs'))).filter((name) => !/\.\d$/.test(name))
    expect(logs.sort()).toEqual(['calls.ndjson', 'events.ndjson', 'exostream.log'])
  })

  test('all that was kept opens', async () => {
    const files = await filesIn(kept)
    const recordings = files.filter((file) => file.endsWith('call.wav'))
    const chunks = files.filter((file) => /chunk-\d+\.wav$/.test(file))

    expect([recordings.length, chunks.length]).toEqual([calls.made, calls.made])
    for (const file of recordings) {
      const {caller} = await readRecording(file)
      expect(caller.filter((sample) => sample === 0x0707)).toHaveLength(160)
    }
    for (const file of chunks) {
      expect(readWavHeader(await readFile(file))).toMatchObject({dataBytes: 320})
    }
    for (const file of files.filter((one) => one.endsWith('json'))) {
      const text = await readFile(file, 'utf8')
      const documents = file.endsWith('.ndjson') ? linesOf(text) : [text]
      for (const document of documents) expect(() => JSON.parse(document) as unknown).not.toThrow()
    }
  })

  test('each call is told in the records, and no line of the log is of a caller’s making', async () => {
    const read = (name: string) => readFile(join(kept, 'logs', name), 'utf8')
    const [log, events, ended] = await Promise.all(
      ['exostream.log', 'events.ndjson', 'calls.ndjson'].map(read),
    )

    expect(linesOf(ended ?? '')).toHaveLength(calls.made)
    for (const text of [log, events, ended]) expect(text).not.toMatch(CONTROLS)
    const line = /^\d{4}-\d\d-\d\dT[\d:.]+Z (debug|info|warn|error) +[A-Z]+ /
    expect(linesOf(log ?? '').filter((one) => !line.test(one))).toEqual([])
    expect(linesOf(log ?? '').filter((one) => /^\S+ error/.test(one))).toEqual([])
  })
})
