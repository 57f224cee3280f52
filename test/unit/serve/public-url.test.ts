import {describe, expect, test} from 'vitest'

import type {Peer} from '../../../src/serve/http.js'
import {publicUrlOf, readPublicUrl} from '../../../src/serve/public-url.js'

const peer: Peer = {
  address: '127.0.0.1',
  host: '192.168.1.5:5000',
  isSecure: false,
  isForwarded: false,
}
const nothing = {publicUrl: undefined, tunnelUrl: undefined, port: 5000}

describe('how the server is called from outside', () => {
  test('is what the option says, before all else', () => {
    const publicUrl = readPublicUrl('https://bot.example.com')

    const found = publicUrlOf({...nothing, publicUrl, tunnelUrl: 'https://t.example', peer})

    expect(found).toEqual({base: 'wss://bot.example.com', source: 'option', isLocal: false})
  })

  test('is the running tunnel where no option says otherwise', () => {
    const found = publicUrlOf({...nothing, tunnelUrl: 'https://t.example/', peer})

    expect(found).toEqual({base: 'wss://t.example', source: 'tunnel', isLocal: false})
  })

  test('is what a trusted proxy forwards', () => {
    const forwarded = {...peer, host: 'bot.example.com', isSecure: true, isForwarded: true}

    const found = publicUrlOf({...nothing, peer: forwarded})

    expect(found).toEqual({base: 'wss://bot.example.com', source: 'forwarded', isLocal: false})
  })

  test('is the Host as it was called, marked local', () => {
    expect(publicUrlOf({...nothing, peer})).toEqual({
      base: 'ws://192.168.1.5:5000',
      source: 'host',
      isLocal: true,
    })
  })

  test('is loopback for a client that sent no usable Host', () => {
    expect(publicUrlOf({...nothing, peer: {...peer, host: undefined}}).base).toBe(
      'ws://127.0.0.1:5000',
    )
  })
})

describe('the public URL as it is given', () => {
  test.each([
    ['https://bot.example.com', 'wss://bot.example.com'],
    ['https://bot.example.com/', 'wss://bot.example.com'],
    ['wss://bot.example.com:8443/eu/', 'wss://bot.example.com:8443/eu'],
    ['http://10.0.0.5:5000', 'ws://10.0.0.5:5000'],
    ['WS://Bot.Example', 'ws://bot.example'],
    ['https://bot.example.com:443', 'wss://bot.example.com'],
  ])('%s is the base %s', (text, base) => {
    expect(readPublicUrl(text)).toBe(base)
  })

  test.each([
    ['bot.example.com', 'The public URL "bot.example.com" is not an https:// or wss:// URL;'],
    ['ftp://bot.example', 'The public URL "ftp://bot.example" is not an https:// or wss:// URL;'],
    [
      'https://key:hush@bot.example/?token=hush#x',
      'The public URL "https://bot.example/" has credentials and a query and a fragment, which cannot be passed on;',
    ],
    ['https://key:hu sh@', 'The public URL "https://" is not an https:// or wss:// URL;'],
    ['', 'The public URL "" is not an https:// or wss:// URL;'],
  ])('%s is refused, without its secrets', (text, sentence) => {
    expect(() => readPublicUrl(text)).toThrow(
      expect.objectContaining({
        code: 'EXO_USAGE',
        message: `${sentence} give it as in https://bot.example.com.`,
      }),
    )
  })
})
