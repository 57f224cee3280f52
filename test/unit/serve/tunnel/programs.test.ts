import {describe, expect, test} from 'vitest'

import {tunnelPrograms} from '../../../../src/serve/tunnel/programs.js'

const {ngrok, cloudflared, localtunnel} = tunnelPrograms

describe('a line with the URL', () => {
  test.for([
    [
      ngrok,
      '{"msg":"started tunnel","url":"https://a.ngrok-free.app"}',
      'https://a.ngrok-free.app',
    ],
    [ngrok, '{"msg":"started tunnel","url":"https://a.ngrok.app/x?y"}', 'https://a.ngrok.app'],
    [
      cloudflared,
      '2026 INF |  https://a-b-c.trycloudflare.com   |',
      'https://a-b-c.trycloudflare.com',
    ],
    [localtunnel, 'your url is: https://a.loca.lt', 'https://a.loca.lt'],
  ] as const)('of $0.name is understood', ([program, line, url]) => {
    expect(program.urlIn(line)).toBe(url)
  })

  test.for([
    [
      'an address of the other version of HTTP',
      ngrok,
      '{"msg":"started tunnel","url":"http://a.ngrok.io"}',
    ],
    ['another message of ngrok', ngrok, '{"msg":"join connections","url":"https://x.example"}'],
    ['a message without an address', ngrok, '{"msg":"started tunnel"}'],
    ['an address that is none', ngrok, '{"msg":"started tunnel","url":"https://a b"}'],
    ['an address that is no text', ngrok, '{"msg":"started tunnel","url":["https://a.b"]}'],
    ['half a message', ngrok, '{"msg":"started tunnel","url":"https://a.ngrok-f'],
    ['null', ngrok, 'null'],
    ["Cloudflare's own API", cloudflared, 'Post "https://api.trycloudflare.com/tunnel": refused'],
    ['a name that goes on', cloudflared, 'https://a.trycloudflare.com.example.net'],
    ['an address that localtunnel did not get', localtunnel, 'your url is: undefined'],
    ['an address that localtunnel only mentions', localtunnel, 'see https://a.loca.lt'],
  ] as const)('is not %s', ([, program, line]) => {
    expect(program.urlIn(line)).toBeUndefined()
  })
})

describe('what is kept of what a program says', () => {
  test.for([
    ['the error of a warning', ngrok, '{"lvl":"warn","msg":"failed","err":"no route"}', 'no route'],
    [
      'a message without an error',
      ngrok,
      '{"lvl":"eror","msg":"session closing"}',
      'session closing',
    ],
    ['nothing that is in order', ngrok, '{"lvl":"info","msg":"no configuration"}', undefined],
    ['what is not JSON', ngrok, 'ERROR:  ERR_NGROK_108', 'ERR_NGROK_108'],
    ['no time of day', cloudflared, '2026-01-31T10:00:00Z ERR no', 'ERR no'],
    ['no stack', localtunnel, '    at Socket.<anonymous> (x.js:1:1)', undefined],
  ] as const)('is %s', ([, program, line, words]) => {
    expect(program.wordsIn(line)).toBe(words)
  })
})

test.for([
  [ngrok, 'ERR_NGROK_4018', /has no valid authtoken/],
  [ngrok, 'ERR_NGROK_105', /has no valid authtoken/],
  [ngrok, 'ERR_NGROK_108', /limit of sessions/],
  [ngrok, 'ERR_NGROK_334', /has its address already/],
  [ngrok, 'ERR_NGROK_121', /ngrok update/],
  [ngrok, 'ERR_NGROK_1080', undefined],
  [cloudflared, 'status_code="429 Too Many Requests"', /no more quick tunnels/],
  [cloudflared, 'status_code="500 Internal Server Error"', undefined],
  [localtunnel, 'tunnel server offline: connect ETIMEDOUT, retry 1s', /does not answer/],
  [localtunnel, 'connection refused: localtunnel.me:4 (check your firewall settings)', /firewall/],
  [localtunnel, 'Missing required arguments: port', undefined],
] as const)('$0.name with "$1" is explained', ([program, words, explanation]) => {
  const said = program.explain(words)

  if (explanation === undefined) expect(said).toBeUndefined()
  else expect(said).toMatch(explanation)
})
