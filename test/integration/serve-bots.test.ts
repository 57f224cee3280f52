import {once} from 'node:events'

import {afterEach, describe, expect, test} from 'vitest'
import {WebSocket} from 'ws'

import {tone} from '../../src/audio/tone.js'
import {systemClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import {type BotOptions, resolveBot} from '../../src/serve/bots/index.js'
import {opensBot} from '../../src/serve/open-stream.js'
import {startServer, type StreamServer} from '../../src/serve/server.js'
import {dial} from '../../src/stream/exotel/dial.js'
import {parseStreamUrl} from '../../src/stream/exotel/stream-url.js'
import {Caller, type CallerOptions} from '../unit/serve/caller.js'
import {templateFolder, type TemplateFolder} from '../unit/serve/template-folder.js'

let server: StreamServer | undefined
let folder: TemplateFolder | undefined

afterEach(async () => {
  await server?.close()
  await folder?.remove()
})

async function serve(botName: string, options: BotOptions = {}): Promise<StreamServer> {
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    open: opensBot(await resolveBot(botName, options), {clock: systemClock}),
    botName,
    clock: systemClock,
    log: silentLogger,
    version: '0',
  })
  return server
}

async function callOver(url: string, options: CallerOptions = {}): Promise<Caller> {
  const {signal} = new AbortController()
  const {socket} = await dial(parseStreamUrl(url), {clock: systemClock, signal})
  return new Caller(socket, options)
}

describe('echo', () => {
  test.each([
    ['of 23 bytes', Buffer.alloc(23, 7).toString('base64')],
    ['that is not base64', 'not base64 "at" all \\ \u20b9'],
    ['without padding', 'QUI'],
    ['that is empty', ''],
  ])('returns the very text of a payload %s', async (_, payload) => {
    const serving = await serve('echo')
    const ws = new WebSocket(serving.url('/media'))
    await once(ws, 'open')

    ws.send(JSON.stringify({event: 'start', stream_sid: 's1', start: {stream_sid: 's1'}}))
    ws.send(JSON.stringify({event: 'media', stream_sid: 's1', media: {payload}}))
    const [data] = (await once(ws, 'message')) as [Buffer]

    expect(JSON.parse(data.toString('utf8'))).toEqual({
      event: 'media',
      stream_sid: 's1',
      media: {payload},
    })
    ws.terminate()
  })

  test.each([
    ['auto', ['mark', 'clear', 'media']],
    ['always', ['mark', 'clear', 'dtmf', 'media']],
    ['never', ['media']],
  ] as const)(
    'with ack %s answers a mark, a clear and a digit, then audio, by %j',
    async (ack, events) => {
      const serving = await serve('echo', {ack})
      const ws = new WebSocket(serving.url('/media'))
      await once(ws, 'open')
      const answers: unknown[] = []
      const isAnswered = new Promise<void>((resolve) => {
        ws.on('message', (data: Buffer) => {
          if (answers.push(JSON.parse(data.toString('utf8'))) === events.length) resolve()
        })
      })

      ws.send(JSON.stringify({event: 'start', stream_sid: 's1', start: {stream_sid: 's1'}}))
      ws.send(JSON.stringify({event: 'mark', stream_sid: 's1', mark: {name: 'mine'}}))
      ws.send(JSON.stringify({event: 'clear', stream_sid: 's1'}))
      ws.send(JSON.stringify({event: 'dtmf', stream_sid: 's1', dtmf: {digit: '1'}}))
      ws.send(JSON.stringify({event: 'media', stream_sid: 's1', media: {payload: 'QUJD'}}))
      await isAnswered

      expect(answers).toMatchObject(events.map((event) => ({event, stream_sid: 's1'})))
      ws.terminate()
    },
  )
})

describe('playback', () => {
  const YAML = `
version: 1
name: short
silenceMs: 300
start: [hello.wav]
turns: [[answer.wav]]
end: {afterTurns: 2, play: [bye.wav]}
`

  test('greets, is interrupted, answers, says goodbye and hangs up, over a real socket', async () => {
    folder = await templateFolder(YAML, {'hello.wav': 1500, 'answer.wav': 300, 'bye.wav': 200})
    const serving = await serve('playback', {template: folder.path})
    const speech = tone({hz: 300, ms: 400, sampleRateHz: 8000})

    const caller = await callOver(serving.url('/media?sample-rate=8000'))
    await caller.listen(600)
    const beganMs = caller.atMs
    await caller.say(speech)
    const stoppedMs = caller.heardAtMs.at(-1) ?? 0
    await caller.listenUntil((one) => one.marks().includes('turn-1-1'))
    await caller.say(speech)
    await caller.listenUntil((one) => one.count('closed') > 0)

    expect(stoppedMs - beganMs).toBeGreaterThan(0)
    expect(stoppedMs - beganMs).toBeLessThanOrEqual(250)
    expect(caller.marks()).toEqual(['turn-1-1', 'end-1'])
    expect(await caller.exotel.closed).toMatchObject({by: 'bot', code: 1000})
  })

  test('breaks no rule of the protocol', async () => {
    folder = await templateFolder(YAML, {'hello.wav': 500, 'answer.wav': 300, 'bye.wav': 200})
    const serving = await serve('playback', {template: folder.path})

    const caller = await callOver(serving.url('/media'))
    await caller.listenUntil((one) => one.marks().includes('start-1'))
    caller.exotel.hangUp('stop')
    await caller.listenUntil((one) => one.count('closed') > 0)

    const broken = caller.events.flatMap((event) =>
      event.type === 'violation' ? [event.violation.rule] : [],
    )
    expect(broken).toEqual([])
  })
})
