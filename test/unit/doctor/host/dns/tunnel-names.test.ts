import {expect, test} from 'vitest'

import {meantTunnel, tunnelServiceOf} from '../../../../../src/doctor/host/dns/tunnel-names.js'

test.each([
  ['ab12.ngrok-free.app', 'ngrok'],
  ['AB12.NGROK.IO', 'ngrok'],
  ['a.b.trycloudflare.com', 'cloudflared'],
  ['voice.loca.lt', 'localtunnel'],
  ['ngrok-free.app', undefined],
  ['notngrok.io', undefined],
  ['ngrok.io.acme.in', undefined],
])('the service of %s is %s', (host, service) => {
  expect(tunnelServiceOf(host)).toBe(service)
})

test.each([
  ['ab12.ngork-fre.app', 'ab12.ngrok-free.app'],
  ['ab12.ngrokfree.app', 'ab12.ngrok-free.app'],
  ['ab12.ngork.io', 'ab12.ngrok.io'],
  ['ab12.trycloudfare.com', 'ab12.trycloudflare.com'],
  ['ab12.try-cloudflare.com', 'ab12.trycloudflare.com'],
  ['voice.local.lt', 'voice.loca.lt'],
])('%s is a slip for %s', (host, meant) => {
  expect(meantTunnel(host)).toBe(meant)
})

test.each([
  'ab12.ngrok-free.app',
  'voice.acme-bots.in',
  'bot.groq.com',
  'voice.cloudflare.com',
  'a.lt',
  'ngork.io',
  'bot.io',
  'localhost',
  '',
])('%s is no slip', (host) => {
  expect(meantTunnel(host)).toBeUndefined()
})
