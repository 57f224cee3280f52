import {expect, test} from 'vitest'

import {atHost, flowAtHost, readHost} from '../../../../src/flow/walk/at-host.js'
import type {Flow} from '../../../../src/flow/flow.js'

test.for([
  ['wss://bot.acme.in/media?sample-rate=8000', 'ws://127.0.0.1:5000/media?sample-rate=8000'],
  ['https://bot.acme.in:8443/who', 'http://127.0.0.1:5000/who'],
  ['ws://bot.acme.in/media', 'ws://127.0.0.1:5000/media'],
  [' https://key:word@bot.acme.in/who ', 'http://key:word@127.0.0.1:5000/who'],
  ['not a URL', 'not a URL'],
  ['ftp://bot.acme.in/', 'ftp://bot.acme.in/'],
] as const)('%s is taken from the host as %s', ([url, expected]) => {
  expect(atHost(url, '127.0.0.1:5000')).toBe(expected)
})

test.for(['127.0.0.1:5000', 'localhost:80', '[::1]:5000'])('%s is a host with a port', (text) => {
  expect(readHost(text)).toBe(text)
})

test.for(['localhost', ':5000', 'http://127.0.0.1:5000', '127.0.0.1:99999', 'a@b:80', ''])(
  '"%s" is no host with a port',
  (text) => {
    expect(() => readHost(text)).toThrow(/HOST:PORT/)
  },
)

test('every URL that a walk asks is moved, and those of a Connect or a Greeting stay', () => {
  const streaming = {parameters: {}, auth: {kind: 'none'}, record: false, foreign: {}} as const
  const flow: Flow = {
    name: 'x',
    applets: [
      {
        id: 'a',
        kind: 'greeting',
        audioUrl: 'https://bot.acme.in/hello.wav',
        next: 'b',
      },
      {id: 'b', kind: 'passthru', url: 'https://bot.acme.in/p', isAsync: false, on200: 'c'},
      {id: 'c', kind: 'stream', url: 'wss://bot.acme.in/m', ...streaming, next: 'd'},
      {id: 'd', kind: 'connect', url: 'https://bot.acme.in/whom', record: false, next: 'end'},
      {
        id: 'e',
        kind: 'connect-voice-ai',
        url: 'wss://bot.acme.in/m',
        statusCallback: 'https://bot.acme.in/over',
        ...streaming,
      },
      {id: 'f', kind: 'voicebot', ...streaming, encryptDtmf: false, next: 'end'},
    ],
  }

  expect(flowAtHost(flow, '127.0.0.1:5000').applets).toMatchObject([
    {audioUrl: 'https://bot.acme.in/hello.wav'},
    {url: 'http://127.0.0.1:5000/p'},
    {url: 'ws://127.0.0.1:5000/m'},
    {url: 'https://bot.acme.in/whom'},
    {url: 'ws://127.0.0.1:5000/m', statusCallback: 'http://127.0.0.1:5000/over'},
    {id: 'f'},
  ])
})
