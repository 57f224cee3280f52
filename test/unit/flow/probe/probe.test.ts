import {expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import {readFlow} from '../../../../src/flow/format/flow-reader.js'
import {probeFlow} from '../../../../src/flow/probe/probe.js'

const world = {clock: virtualClock(), signal: new AbortController().signal, isLocal: false}

/** Nothing in these flows may be asked, so that no test dials anything. */
const probe = (applets: readonly unknown[]) =>
  probeFlow(readFlow(JSON.stringify({name: 'sales', applets}), 'flow.json'), world)

test.each([
  [
    'that is not known yet',
    [{voicebot: {sampleRate: 8000}}],
    {path: 'applets[0]', notAsked: 'its URL is not known yet'},
  ],
  [
    'of a stream',
    [{voicebot: {url: 'wss://bot:s3cr3t@bot.acme.in/media'}}],
    {
      path: 'applets[0].voicebot.url',
      url: 'wss://bot.acme.in/media',
      notAsked: 'a stream is dialled by "exostream doctor" and "exostream simulate"',
    },
  ],
  [
    'with a placeholder',
    [{voicebot: {url: 'https://your-domain.com/bot?token=abc123'}}],
    {
      path: 'applets[0].voicebot.url',
      url: 'https://your-domain.com/bot?token=***',
      notAsked: 'it still holds a placeholder',
    },
  ],
  [
    'that is not well formed',
    [{passthru: {url: 'bot.acme.in/passthru', on200: 'end'}}],
    {
      path: 'applets[0].passthru.url',
      url: 'bot.acme.in/passthru',
      notAsked: 'it has no scheme: it has to begin with https:// or http://',
    },
  ],
  [
    'of a private network',
    [{passthru: {url: 'http://192.168.1.7/passthru', on200: 'end'}}],
    {
      path: 'applets[0].passthru.url',
      url: 'http://192.168.1.7/passthru',
      notAsked: 'its host is of your own network; with --local it is asked',
    },
  ],
  [
    'of an applet that no call comes to',
    ['hangup', {connect: {url: 'https://bot.acme.in/connect'}}],
    {
      path: 'applets[1].connect.url',
      url: 'https://bot.acme.in/connect',
      notAsked: 'no call comes to this applet',
    },
  ],
  [
    'of a sound',
    [{greeting: {audioUrl: 'https://bot.acme.in/hello.wav'}}],
    {
      path: 'applets[0].greeting.audioUrl',
      url: 'https://bot.acme.in/hello.wav',
      notAsked: 'a sound is fetched by Exotel alone',
    },
  ],
])('a URL %s is not asked, and it is told why', async (_, applets, told) => {
  expect(await probe(applets)).toEqual({findings: [], asked: [told], isInterrupted: false})
})

test('what is not asked is told in the order of the flow', async () => {
  const {asked} = await probe([
    {voicebot: {url: 'wss://bot.acme.in/media'}},
    {passthru: {async: true}},
    {connect: {to: ['Sales']}},
  ])

  expect(asked.map(({path}) => path)).toEqual(['applets[0].voicebot.url', 'applets[1]'])
})
