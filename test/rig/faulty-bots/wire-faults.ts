import {pcm16ToUlaw} from '../../../src/audio/g711.js'
import {base64, type Fault, snakeCase, wireObject} from './corpus.js'
import type {Said} from './raw-bot.js'

function write(beside: (streamSid: string) => Readonly<Record<string, unknown>>) {
  return () => ({
    write: (said: Said, streamSid: string) => JSON.stringify(wireObject(said, beside(streamSid))),
  })
}

function payload(toPayload: (bytes: Uint8Array) => string) {
  return () => ({toPayload})
}

function text(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes)
}

/** Faults of the messages and of the text of the payload. */
export const wireFaults: readonly Fault[] = [
  {
    name: 'the sid of an earlier call',
    cause: 'wrong-stream-sid',
    options: write(() => ({stream_sid: '00112233445566778899aabbccddeeff'})),
  },
  {
    name: 'a sid of its own',
    cause: 'wrong-stream-sid',
    options: write(() => ({stream_sid: 'bot-session-7'})),
  },
  {name: 'no sid', cause: 'missing-stream-sid', options: write(() => ({}))},
  {
    name: 'JSON in binary messages',
    cause: 'binary-frames',
    options: () => ({
      write: (said: Said, streamSid: string) => text(Buffer.from(snakeCase(said, streamSid))),
    }),
  },
  {
    name: 'bare samples in binary messages',
    cause: 'binary-frames',
    options: () => ({
      write: (said: Said, streamSid: string) =>
        said.event === 'media' ? Buffer.from(said.payload, 'base64') : snakeCase(said, streamSid),
      marks: 'none' as const,
    }),
  },
  {
    name: 'bytes written as Latin-1 text',
    cause: 'payload-not-base64',
    options: payload((bytes) => text(bytes).toString('latin1')),
  },
  {
    name: 'base64 in lines of 76',
    cause: 'payload-not-base64',
    options: payload((bytes) => base64(bytes).replace(/(.{76})/g, '$1\r\n')),
  },
  {
    name: 'base64 without padding',
    cause: 'payload-not-base64',
    options: ({rateHz}) => ({
      toPayload: (bytes: Uint8Array) => base64(bytes).replaceAll('=', ''),
      chunkBytes: (rateHz / 1000) * 40,
    }),
  },
  {
    name: 'the text of a Python bytes object',
    cause: 'payload-bytes-literal',
    options: payload((bytes) => `b'${base64(bytes)}'`),
  },
  {
    name: 'url-safe base64',
    cause: 'payload-url-safe',
    options: payload((bytes) => base64(bytes).replaceAll('+', '-').replaceAll('/', '_')),
  },
  {
    name: 'url-safe base64 without padding',
    cause: 'payload-url-safe',
    options: payload((bytes) => text(bytes).toString('base64url')),
  },
  {
    name: 'base64 twice',
    cause: 'payload-double-base64',
    options: payload((bytes) => base64(Buffer.from(base64(bytes)))),
  },
  {
    name: 'hex',
    cause: 'payload-hex',
    options: payload((bytes) => text(bytes).toString('hex')),
  },
  {
    name: 'hex in capitals',
    cause: 'payload-hex',
    options: payload((bytes) => text(bytes).toString('hex').toUpperCase()),
  },
  {
    name: 'a data: URI',
    cause: 'payload-data-uri',
    options: payload((bytes) => `data:audio/pcm;base64,${base64(bytes)}`),
  },
  {
    name: 'JSON as payload',
    cause: 'payload-json',
    options: payload((bytes) => JSON.stringify({audio: base64(bytes), rate: 8000})),
  },
  {
    name: 'JSON in base64 as payload',
    cause: 'payload-json',
    options: payload((bytes) => base64(Buffer.from(JSON.stringify({audio: base64(bytes)})))),
  },
  {
    name: 'the messages of another API',
    cause: 'messages-not-understood',
    options: () => ({
      write: (said: Said) =>
        JSON.stringify(
          said.event === 'media'
            ? {type: 'response.audio.delta', delta: said.payload}
            : {type: `response.${said.event}`},
        ),
    }),
  },
  {
    name: 'an event that Exotel does not know',
    cause: 'messages-not-understood',
    options: () => ({
      write: (said: Said, streamSid: string) =>
        JSON.stringify({...wireObject(said, {stream_sid: streamSid}), event: 'playAudio'}),
    }),
  },
  {
    name: 'the shape of Twilio',
    cause: 'twilio-shaped',
    options: () => ({
      write: (said: Said, streamSid: string) =>
        JSON.stringify(wireObject(said, {streamSid: `MZ${streamSid}`})),
      toBytes: pcm16ToUlaw,
      chunkBytes: 160,
    }),
  },
  {
    name: 'the shape of Twilio, with the right sid and larger chunks',
    cause: 'twilio-shaped',
    options: () => ({
      write: (said: Said, streamSid: string) => JSON.stringify(wireObject(said, {streamSid})),
      toBytes: pcm16ToUlaw,
      chunkBytes: 640,
    }),
  },
]
