import {readdirSync} from 'node:fs'
import {join} from 'node:path'

import {describe, expect, test} from 'vitest'

import {readFlow, readFlowFile} from '../../../../src/flow/format/flow-reader.js'
import {flowDocument, writeFlow} from '../../../../src/flow/format/flow-writer.js'
import {makeFlow, type Wish} from '../../../../src/flow/make-flow.js'

const FLOWS = join(import.meta.dirname, '..', '..', '..', '..', 'fixtures', 'flows')
const files = ['good', 'older-guides'].flatMap((folder) =>
  readdirSync(join(FLOWS, folder)).map((file) => join(folder, file)),
)

const WISH: Wish = {
  use: 'voicebot',
  name: 'sales calls',
  url: 'wss://bot.acme.in/media',
  passthru: {before: {url: 'https://bot.acme.in/passthru'}, after: {}},
  sampleRateHz: 8000,
  parameters: {campaign: 'emi'},
  auth: {kind: 'basic', keyVariable: 'BOT_KEY', tokenVariable: 'BOT_TOKEN'},
  record: true,
  afterwards: 'connect',
}

test.each(files)('%s is the same flow when it is written and read again', async (file) => {
  const {flow} = await readFlowFile(join(FLOWS, file))

  expect(readFlow(writeFlow(flow), 'flow.yaml').flow).toEqual(flow)
})

test('a flow is written short, with a word on each applet that its name does not explain', () => {
  expect(writeFlow(makeFlow(WISH))).toBe(`\
# A call begins at the first applet, and goes on downwards unless one names another.

name: sales calls
applets:
  # Told of the call so far; 200 leads to bot.
  - id: before
    passthru:
      url: https://bot.acme.in/passthru
  # The caller talks to the bot, until it closes the stream.
  - id: bot
    voicebot:
      url: wss://bot.acme.in/media
      sampleRate: 8000
      parameters:
        campaign: emi
      auth:
        key: BOT_KEY
        token: BOT_TOKEN
      record: true
  # Told how the stream ended; 200 leads to hangup, 302 leads to connect; put in its url.
  - id: after
    passthru:
      on302: connect
  - hangup
  # Whom to connect to is chosen in the dashboard.
  - connect:
`)
})

describe('in the shape of the file', () => {
  test('what is there unless said is left out', () => {
    const {flow} = readFlow(
      'name: a\napplets:\n- id: voicebot\n  voicebot: {record: false, auth: none}\n  next: hangup\n- hangup',
      'flow.yaml',
    )

    expect(flowDocument(flow)).toEqual({name: 'a', applets: [{voicebot: null}, 'hangup']})
  })

  test('an id that would be another is kept', () => {
    const {flow} = readFlow(
      'name: a\napplets:\n- {id: passthru-2, passthru: }\n- {id: passthru, passthru: }\n- {id: over, hangup: }',
      'flow.yaml',
    )

    expect(flowDocument(flow)).toEqual({
      name: 'a',
      applets: [{id: 'passthru-2', passthru: null}, {passthru: null}, {id: 'over', hangup: null}],
    })
  })

  test('a way that leads elsewhere is kept', () => {
    const {flow} = readFlow(
      'name: a\napplets:\n- {passthru: {on200: connect}}\n- {gather: , next: end}\n- connect:',
      'flow.yaml',
    )

    expect(flowDocument(flow)).toEqual({
      name: 'a',
      applets: [{passthru: {on200: 'connect'}}, {gather: null, next: 'end'}, {connect: null}],
    })
  })
})
