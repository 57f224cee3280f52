import {readFileSync} from 'node:fs'

import {expect, test} from 'vitest'

import {oldVariableHints} from '../../../../src/cli/config/old-variables.js'

test.for([
  ['AUDIO_DUMP_ENABLED', 'true', 'use --dump or EXOSTREAM_DUMP=true'],
  ['AUDIO_DUMP_ENABLED', 'false', 'nothing is dumped unless --dump says so'],
  ['AUDIO_DUMP_DIR', './audio-dumps', 'use --dump-dir or EXOSTREAM_DUMP_DIR'],
  ['AUDIO_DUMP_FORMAT', 'raw', 'use --dump-format raw or EXOSTREAM_DUMP_FORMAT=raw'],
  ['AUDIO_DUMP_FORMAT', 'mp3', 'use --dump-format or EXOSTREAM_DUMP_FORMAT, with wav or raw'],
  ['ECHO_PORT', '8080', 'use --port 8080 or EXOSTREAM_PORT=8080'],
  ['ECHO_PORT', 'http', 'use --port or EXOSTREAM_PORT'],
  ['WEBSOCKET_PORT', '5000', 'use --port 5000 or EXOSTREAM_PORT=5000'],
  ['WEBSOCKET_HOST', '0.0.0.0', 'use --host or EXOSTREAM_HOST'],
  ['SILENCE_THRESHOLD', '1.5', 'it was in seconds; use --bot converse --silence-ms 1500'],
  ['SILENCE_THRESHOLD', 'long', 'it was in seconds; use --bot converse with --silence-ms'],
  ['IMMEDIATE_ECHO_MODE', 'True', 'use --bot echo'],
  ['IMMEDIATE_ECHO_MODE', 'False', 'use --bot converse'],
  ['LOG_LEVEL', 'DEBUG', 'use --log-level debug or EXOSTREAM_LOG_LEVEL=debug'],
  ['LOG_LEVEL', 'chatty', 'use --log-level or EXOSTREAM_LOG_LEVEL'],
  [
    'REDIS_URL',
    'redis://key:hush@store',
    'nothing takes its place: what a Passthru says of a customer is kept in the process',
  ],
  ['SUPPORT_EXOTEL', 'true', "nothing takes its place: Exotel's messages are always understood"],
] as const)('%s=%s has one hint', ([name, value, advice]) => {
  expect(oldVariableHints({[name]: value})).toEqual([
    `${name} is set, and is not read here: ${advice}.`,
  ])
})

test.for(['DASHBOARD_PORT', 'WEB_DASHBOARD_PORT', 'ENABLE_DASHBOARD'])(
  '%s is told what shows the calls instead',
  (name) => {
    expect(oldVariableHints({[name]: '1'})).toEqual([
      expect.stringContaining('"exostream logs --follow"'),
    ])
  },
)

test('each that is set has its own hint, and what is empty or of others has none', () => {
  const env = {
    ECHO_PORT: '1',
    AUDIO_DUMP_DIR: 'x',
    WEBSOCKET_HOST: '',
    PORT: '5',
    NODE_ENV: 'production',
  }

  expect(oldVariableHints(env).map((hint) => hint.split(' ', 1)[0])).toEqual([
    'AUDIO_DUMP_DIR',
    'ECHO_PORT',
  ])
})

test('the README has each of them in its table, and no variable that has no hint', () => {
  const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8')
  const [, section = ''] = /### Coming from another server\n([^]*?)\n### /.exec(readme) ?? []
  const before = section.split('\n').flatMap((line) => line.split('|').slice(1, 2))
  const named = before.join().match(/\b[A-Z]+(_[A-Z]+)+\b/g)

  // An environment in which every variable is set.
  const every = new Proxy<Record<string, string>>({}, {get: () => '1'})
  const hinted = oldVariableHints(every).map((hint) => hint.split(' ', 1)[0])

  expect(named?.toSorted()).toEqual(hinted.toSorted())
})
