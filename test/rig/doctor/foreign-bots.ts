import {once} from 'node:events'
import type {AddressInfo} from 'node:net'

import {type WebSocket, WebSocketServer} from 'ws'

import {pcm16ToBytes} from '../../../src/audio/pcm16.js'
import {tone} from '../../../src/audio/tone.js'

/** Bots as others write them: a few lines right on the WebSocket, without a line of exostream's server. */
export type ForeignBot =
  'whole echo' | 'camelCase echo' | 'greets and echoes' | 'answers with marks'

type Heard = {
  readonly event: string
  readonly stream_sid?: string
  readonly start?: {readonly media_format: {readonly sample_rate: string}}
  readonly media?: {readonly payload: string}
}

type Send = (message: object) => void
type Hear = (heard: Heard) => void

/** The chunk that Exotel's pages name as the least, in whole frames of 20 ms. */
const chunkBytesAt = (sampleRateHz: number) => (sampleRateHz === 24_000 ? 3840 : 3200)
/** 800 ms: up to 500 between two sounds are a hole in one utterance. */
const PAUSE_FRAMES = 40

const BOTS: Readonly<Record<ForeignBot, (send: Send) => Hear>> = {
  // With its counters, and whatever else Exotel has written into it.
  'whole echo': (send) => (heard) => {
    if (heard.media) send(heard)
  },

  'camelCase echo': (send) => {
    let streamSid = ''
    return ({event, stream_sid = '', media}) => {
      if (event === 'start') streamSid = stream_sid
      if (media) send({event: 'media', streamSid, media: {payload: media.payload}})
    }
  },

  'greets and echoes': (send) => {
    let heard = Buffer.alloc(0)
    let chunkBytes = 0
    return ({event, stream_sid, start, media}) => {
      if (event === 'start') {
        chunkBytes = chunkBytesAt(rateOf(start))
        send(greeting(stream_sid, start))
      }
      if (!media) return
      heard = Buffer.concat([heard, Buffer.from(media.payload, 'base64')])
      while (heard.length >= chunkBytes) {
        const payload = heard.subarray(0, chunkBytes).toString('base64')
        heard = heard.subarray(chunkBytes)
        send({event: 'media', stream_sid, media: {payload}})
      }
    }
  },

  'answers with marks': (send) => {
    let words: object = {}
    let marks = 0
    let framesToWait = 0
    const say = (stream_sid: string | undefined) => {
      marks += 1
      send(words)
      send({event: 'mark', stream_sid, mark: {name: `said-${String(marks)}`}})
    }
    return ({event, stream_sid, start, media}) => {
      if (event === 'start') {
        words = greeting(stream_sid, start)
        say(stream_sid)
      }
      if (event === 'mark') framesToWait = PAUSE_FRAMES
      if (!media || framesToWait === 0) return
      framesToWait -= 1
      if (framesToWait === 0) say(stream_sid)
    }
  },
}

function rateOf(start: Heard['start']): number {
  return Number(start?.media_format.sample_rate ?? 8000)
}

function greeting(stream_sid: string | undefined, start: Heard['start']): object {
  const bytes = pcm16ToBytes(tone({hz: 300, ms: 1000, sampleRateHz: rateOf(start)}))
  return {event: 'media', stream_sid, media: {payload: Buffer.from(bytes).toString('base64')}}
}

/** On a free port of loopback, on every path. */
export async function startForeignBot(
  bot: ForeignBot,
): Promise<{readonly port: number; close(): Promise<void>}> {
  const server = new WebSocketServer({host: '127.0.0.1', port: 0})
  server.on('connection', (ws: WebSocket) => {
    const hear = BOTS[bot]((message) => {
      ws.send(JSON.stringify(message))
    })
    // What Exotel sends is text, and has this form.
    ws.on('message', (data: Buffer) => {
      hear(JSON.parse(data.toString()) as Heard)
    })
    ws.on('error', () => undefined)
  })
  await once(server, 'listening')
  // A string only for a pipe.
  const {port} = server.address() as AddressInfo
  return {
    port,
    async close() {
      for (const ws of server.clients) ws.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}
