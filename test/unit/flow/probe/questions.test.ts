import {expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import {readFlow} from '../../../../src/flow/format/flow-reader.js'
import {createAsker} from '../../../../src/flow/probe/asker.js'
import {questionsTo} from '../../../../src/flow/probe/passthru/questions.js'

function questionsOf(applets: readonly unknown[]) {
  const {flow} = readFlow(JSON.stringify({name: 'sales', applets}), 'flow.json')
  const applet = flow.applets.find(({id}) => id === 'asked')
  if (applet?.kind !== 'passthru') throw new TypeError('the flow has no Passthru "asked"')
  const asker = createAsker({
    url: 'https://bot.acme.in/passthru',
    isLocal: false,
    clock: virtualClock(),
    signal: new AbortController().signal,
    deadline: 60_000,
    label: 'asked',
    tell: () => undefined,
  })
  return questionsTo(applet, flow, asker)
}

const url = 'https://bot.acme.in/passthru'
const BEHIND = [
  'completed, flat',
  'completed, flat, again',
  'completed, JSON',
  'cancelled, flat',
  'cancelled, JSON',
  'failed, flat',
  'failed, JSON',
]
const BEFORE = ['before the stream', 'before the stream, again']
const DURING = ['while the stream runs', 'while the stream runs, again']
const listens = {stream: {url: 'wss://bot.acme.in/media'}}

test.each([
  [
    'before the stream',
    [{id: 'asked', passthru: {url}}, {voicebot: {url: 'wss://bot.acme.in/media'}}],
    BEFORE,
  ],
  [
    'behind the stream',
    [{voicebot: {url: 'wss://bot.acme.in/media'}}, {id: 'asked', passthru: {url, on200: 'end'}}],
    BEHIND,
  ],
  [
    'behind a stream that may have been left out',
    [
      {id: 'first', passthru: {url, on302: 'asked'}},
      {voicebot: {url: 'wss://bot.acme.in/media'}},
      {id: 'asked', passthru: {url, on200: 'end'}},
    ],
    [...BEFORE, ...BEHIND],
  ],
  [
    'right behind a Stream, which still runs',
    [listens, {id: 'asked', passthru: {url, on200: 'end'}}],
    DURING,
  ],
  [
    'behind a Stream and a Connect, in which the stream may end',
    [listens, {connect: {to: ['Sales']}}, {id: 'asked', passthru: {url, on200: 'end'}}],
    [...DURING, ...BEHIND],
  ],
  [
    'behind a Stream that was stopped',
    [listens, {stream: {action: 'stop'}}, {id: 'asked', passthru: {url, on200: 'end'}}],
    BEHIND,
  ],
  ['in a flow without a stream', [{id: 'asked', passthru: {url, on200: 'end'}}], BEFORE],
])('a Passthru %s is asked as its place says', (_, applets, words) => {
  expect(questionsOf(applets).map((question) => question.words)).toEqual(words)
})

test.each([
  ['wss://key:token@bot.acme.in/media?a=1', 'wss://bot.acme.in/media?a=1&sample-rate=8000'],
  ['https://bot.acme.in/bot', 'wss://bot.example/media'],
])('behind %s, the stream is told as %s', (streamUrl, told) => {
  const questions = questionsOf([
    {voicebot: {url: streamUrl, sampleRate: 8000}},
    {id: 'asked', passthru: {url, on200: 'end'}},
  ])

  expect(new Set(questions.map(({facts}) => facts.stream?.streamUrl))).toEqual(new Set([told]))
})

test('the JSON form tells of another stream of the same call', () => {
  const [flat, , json] = questionsOf([
    {voicebot: {url: 'wss://bot.acme.in/media'}},
    {id: 'asked', passthru: {url, on200: 'end'}},
  ])

  expect(json?.facts.identity).toEqual(flat?.facts.identity)
  expect(json?.facts.stream?.streamSid).not.toBe(flat?.facts.stream?.streamSid)
})

test('of a stream that still runs nothing is told', () => {
  const questions = questionsOf([listens, {id: 'asked', passthru: {url, on200: 'end'}}])

  expect(questions.map(({facts}) => facts.stream)).toEqual([undefined, undefined])
})
