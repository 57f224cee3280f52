import {once} from 'node:events'
import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect, test} from 'vitest'
import wavefile from 'wavefile'
import {WebSocket} from 'ws'

import {pcm16ToBytes} from '../../src/audio/pcm16.js'
import {readWavHeader, WAV_HEADER_BYTES} from '../../src/audio/wav.js'
import {systemClock} from '../../src/clock.js'
import {encodePayload} from '../../src/protocol/payload.js'
import {emptyFolder, startCli} from '../rig/run-cli.js'

const CALLS = 20
const FRAMES = 250
const FRAME_MS = 20
const SAMPLES_PER_FRAME = 160
/** Caller and bot, 16 bits each. */
const BYTES_PER_FRAME = SAMPLES_PER_FRAME * 4

const args = ['serve', '--host', '127.0.0.1', '--port', '0', '--bot', 'echo', '--json']

test('kill -9 during 20 recorded calls costs each of them its last second at most', async () => {
  const cwd = emptyFolder()
  const recordings = join(cwd, 'kept')
  const keeping = ['--record', '--record-dir', recordings, '--dump', '--log-level', 'error']
  const killed = startCli([...args, ...keeping], {cwd})
  const callers = await dialAll(await portOf(killed))

  await speak(callers)
  killed.kill('SIGKILL')
  expect((await killed.ended).signal).toBe('SIGKILL')
  const asLeft = await Promise.all((await callsIn(recordings)).map((call) => wavOf(call)))
  const again = startCli([...args, ...keeping], {cwd})
  await portOf(again)
  const asMended = await Promise.all((await callsIn(recordings)).map((call) => wavOf(call)))
  again.kill('SIGTERM')
  await again.ended

  expect(asLeft).toHaveLength(CALLS)
  const sentMs = FRAMES * FRAME_MS
  for (const wav of [...asLeft, ...asMended]) {
    expect(wav.channels).toBe(2)
    expect(sentMs - wav.readableMs).toBeLessThanOrEqual(1000)
    expect(wav.callerInOrder).toBe(true)
  }
  for (const wav of asMended) expect(wav.saidBytes).toBe(wav.presentBytes)
  const dumped = await chunksIn(join(cwd, '.exostream', 'audio-dumps'))
  // What waited for the disk is gone; what is there is whole.
  expect(dumped.length).toBeGreaterThan(CALLS)
  expect(dumped.every((bytes) => bytes.length === WAV_HEADER_BYTES + 2 * SAMPLES_PER_FRAME)).toBe(
    true,
  )
})

async function portOf({said}: {said: (pattern: RegExp) => Promise<string>}): Promise<number> {
  const [line = ''] = (await said(/"event":"listening".*\n/)).split('\n')
  return (JSON.parse(line) as {port: number}).port
}

async function dialAll(port: number): Promise<WebSocket[]> {
  const callers = Array.from({length: CALLS}, () => {
    const ws = new WebSocket(`ws://127.0.0.1:${String(port)}/media`)
    // The end of these calls is a kill.
    ws.on('error', () => undefined)
    return ws
  })
  await Promise.all(callers.map((ws) => once(ws, 'open')))
  for (const [index, ws] of callers.entries()) {
    const sid = `sid${String(index)}`
    ws.send(JSON.stringify({event: 'connected'}))
    const start = {stream_sid: sid, call_sid: sid, account_sid: 'a', from: '1', to: '2'}
    ws.send(JSON.stringify({event: 'start', stream_sid: sid, start}))
  }
  return callers
}

/** At real pace; each frame holds its own number, from 1. */
async function speak(callers: readonly WebSocket[]): Promise<void> {
  const begunAt = systemClock.now()
  for (let frame = 1; frame <= FRAMES; frame += 1) {
    const payload = encodePayload(pcm16ToBytes(new Int16Array(SAMPLES_PER_FRAME).fill(frame)))
    const text = JSON.stringify({event: 'media', media: {chunk: frame, payload}})
    for (const ws of callers) ws.send(text)
    await systemClock.sleepUntil(begunAt + frame * FRAME_MS)
  }
}

/** The folders of calls, and not what the server lays beside them. */
async function callsIn(dir: string): Promise<string[]> {
  const names = (await readdir(dir)).filter((name) => !name.startsWith('.'))
  return names.map((name) => join(dir, name))
}

/** A recording as an ordinary reader finds it. */
async function wavOf(call: string) {
  const bytes = await readFile(join(call, 'call.wav'))
  const header = readWavHeader(bytes)
  const samples = [...new wavefile.WaveFile(bytes).getSamples(true, Int16Array)]
  const numbers = samples.filter((sample, index) => index % 2 === 0 && sample !== 0)
  return {
    channels: 'channels' in header ? header.channels : 0,
    readableMs: (samples.length * 2 * FRAME_MS) / BYTES_PER_FRAME,
    saidBytes: bytes.readUInt32LE(40),
    presentBytes: bytes.length - WAV_HEADER_BYTES,
    callerInOrder: numbers.every(
      (number, index) => number === 1 + Math.floor(index / SAMPLES_PER_FRAME),
    ),
  }
}

async function chunksIn(dir: string): Promise<Buffer[]> {
  const files = (await readdir(dir, {recursive: true})).filter((file) => file.endsWith('.wav'))
  return await Promise.all(files.map((file) => readFile(join(dir, file))))
}
