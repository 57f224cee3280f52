import {once} from 'node:events'
import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {connect} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {expect, onTestFinished, test} from 'vitest'
import {WebSocket} from 'ws'

import {pcm16ToBytes} from '../../src/audio/pcm16.js'
import {systemClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import {readRecording} from '../../src/record/recording-reader.js'
import {openKeeping} from '../../src/serve/keeping/keeping.js'
import {opensRelay} from '../../src/serve/relay/relay.js'
import {startServer} from '../../src/serve/server.js'
import {CONNECTED, Inbox} from './relay-rig.js'
import {listenBot, listenTcp} from './stream-rig.js'

/** A server that relays to this bot and keeps its calls; `kept` ends it and tells where they are. */
async function serve(to: string): Promise<{url: string; kept: () => Promise<string>}> {
  const dir = await mkdtemp(join(tmpdir(), 'exostream-relay-kept-'))
  const keeping = await openKeeping({
    recordDir: dir,
    dumpFormat: 'wav',
    retention: {maxAgeDays: 7, maxBytes: 1_000_000_000},
    clock: systemClock,
    log: silentLogger,
  })
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    open: opensRelay({to, clock: systemClock}),
    botName: 'relay',
    clock: systemClock,
    log: silentLogger,
    version: '0',
    watch: (stream) => keeping.watchFor(stream),
  })
  const end = async () => {
    await server.close()
    await keeping.close()
  }
  onTestFinished(async () => {
    await end()
    await rm(dir, {recursive: true})
  })
  const kept = async () => {
    await end()
    return dir
  }
  return {url: server.url('/media'), kept}
}

/** Returns every message but the first two, which are no audio. */
const echoBot = () =>
  listenBot((ws) => {
    ws.on('message', (data: Buffer) => {
      if (data.includes('"media"')) ws.send(data.toString('utf8'))
    })
  })

const urlOf = ({port}: {readonly port: number}) => `ws://127.0.0.1:${String(port)}/bot`

const startOf = (sid: string) =>
  JSON.stringify({
    event: 'start',
    stream_sid: sid,
    start: {stream_sid: sid, call_sid: sid, account_sid: 'a1', from: '1', to: '2'},
  })

const CHUNKS = 25

function chunkOf(value: number): string {
  const payload = Buffer.from(pcm16ToBytes(new Int16Array(160).fill(value))).toString('base64')
  return JSON.stringify({event: 'media', media: {chunk: String(value), payload}})
}

type Call = {readonly ws: WebSocket; readonly inbox: Inbox; readonly sent: string[]}

/** A caller who has said connected and start. */
async function call(url: string, sid: string): Promise<Call> {
  const ws = new WebSocket(url, {perMessageDeflate: false})
  onTestFinished(() => {
    ws.terminate()
  })
  await once(ws, 'open')
  const sent = [CONNECTED, startOf(sid)]
  for (const text of sent) ws.send(text)
  return {ws, inbox: new Inbox(ws), sent}
}

/** All the audio of a call, each chunk with its own value, until all has come back, and the end. */
async function speak({ws, inbox, sent}: Call): Promise<void> {
  for (let value = 1; value <= CHUNKS; value += 1) {
    sent.push(chunkOf(value))
    ws.send(chunkOf(value))
  }
  await inbox.received(CHUNKS)
  ws.close(1000)
  await once(ws, 'close')
}

async function linesOf(path: string): Promise<readonly Record<string, unknown>[]> {
  const text = await readFile(path, 'utf8')
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

const VALUES = Array.from({length: CHUNKS}, (_, index) => index + 1)

/** That the folder of this call holds all of it. */
async function expectWhole(dir: string, sid: string, {sent}: Call): Promise<void> {
  const [name = 'none'] = (await readdir(dir)).filter((folder) => folder.includes(sid))
  const {caller, heard} = await readRecording(join(dir, name, 'call.wav'))
  expect([...new Set(caller)].filter((sample) => sample !== 0)).toEqual(VALUES)
  expect([...new Set(heard)].filter((sample) => sample !== 0)).toEqual(VALUES)

  const lines = await linesOf(join(dir, name, 'journal.ndjson'))
  const keptOf = (type: string) => lines.filter((line) => line['type'] === type)
  const texts = keptOf('received').flatMap(({text}) => (text === undefined ? [] : [text]))
  expect(texts).toEqual(sent.slice(0, 2))
  const chunksOf = (type: string) => keptOf(type).flatMap(({media}) => (media ? [media] : []))
  expect(chunksOf('received')).toEqual(VALUES.map((chunk) => ({chunk, bytes: 320})))
  expect(chunksOf('sent')).toHaveLength(CHUNKS)
  expect(lines.at(-1)).toMatchObject({type: 'closed'})
}

test('a relayed call is recorded whole: both sides in the WAV, every message in the journal', async () => {
  const {url, kept} = await serve(urlOf(await echoBot()))
  const one = await call(url, 'sid-one')

  await speak(one)

  await expectWhole(await kept(), 'sid-one', one)
})

test('a call whose bot is slow to open holds up no other, and both are recorded whole', async () => {
  const bot = await echoBot()
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  let dialled: () => void = () => undefined
  const isDialled = new Promise<void>((resolve) => {
    dialled = resolve
  })
  const gate = await listenTcp((socket, count) => {
    socket.pause()
    dialled()
    void (count === 1 ? opened : Promise.resolve()).then(() => {
      const onwards = connect(bot.port, '127.0.0.1')
      onwards.on('error', () => undefined)
      socket.pipe(onwards).pipe(socket)
    })
  })
  const {url, kept} = await serve(urlOf(gate))
  const slow = await call(url, 'sid-slow')
  const isSpoken = speak(slow)
  await isDialled
  const other = await call(url, 'sid-other')

  await speak(other)
  expect(slow.inbox.messages).toEqual([])
  open()
  await isSpoken

  const dir = await kept()
  await expectWhole(dir, 'sid-slow', slow)
  await expectWhole(dir, 'sid-other', other)
})
