import {expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import {type AskedOfFlow, type AskerOptions, createAsker} from '../../../../src/flow/probe/asker.js'

function asker(options: Partial<AskerOptions> = {}) {
  const told: Omit<AskedOfFlow, 'path' | 'url'>[] = []
  const created = createAsker({
    url: 'https://bot.acme.in/bot',
    isLocal: false,
    clock: virtualClock(),
    signal: new AbortController().signal,
    deadline: 60_000,
    label: 'applets[0].voicebot.url',
    tell: (one) => told.push(one),
    ...options,
  })
  return {...created, told}
}

const answer = {url: 'https://bot.acme.in/bot', status: 200, tookMs: 12}

test('an answer is told with its time and the applet that it leads to', async () => {
  const {ask, told} = asker()

  const result = await ask({
    words: 'GET',
    put: () => Promise.resolve({answer}),
    leadsTo: () => 'agents',
  })

  expect(result).toEqual({answer})
  expect(told).toEqual([{question: 'GET', status: 200, branch: 'agents', tookMs: 12}])
})

test('a problem is told in one line, without the URL that stands beside it', async () => {
  const {ask, told} = asker()
  const problem = 'https://bot.acme.in/bot answered\n\u001b[31m500, not 200.'

  await ask({words: 'GET', put: () => Promise.resolve({answer: {...answer, problem}})})

  expect(told[0]?.problem).toBe('answered [31m500, not 200.')
})

test('when the time for all questions is over, no further one is put', async () => {
  const {ask, told} = asker({deadline: -1})
  let isPut = false

  const result = await ask({
    words: 'POST',
    put: () => {
      isPut = true
      return Promise.resolve({answer})
    },
  })

  expect([result, isPut]).toEqual([undefined, false])
  expect(told).toEqual([{question: 'POST', notAsked: 'the time for all questions was over'}])
})

test('an answer that comes after the abort is not told, and no further question is put', async () => {
  const stop = new AbortController()
  const begun: string[] = []
  const {ask, told} = asker({signal: stop.signal, begin: (words) => begun.push(words)})
  const put = () => {
    stop.abort()
    return Promise.resolve({answer})
  }

  const results = [await ask({words: 'GET', put}), await ask({words: 'POST', put})]

  expect(results).toEqual([undefined, undefined])
  expect(begun).toEqual(['GET'])
  expect(told).toEqual([
    {question: 'GET', notAsked: 'interrupted before its answer'},
    {question: 'POST', notAsked: 'interrupted before its answer'},
  ])
})

test('each call is another, and those of two endpoints are not the same', () => {
  const one = asker()
  const other = asker({label: 'applets[1].passthru.url'})

  const sids = [one.newCall(), one.newCall(), other.newCall()].map(({callSid}) => callSid)

  expect(new Set(sids).size).toBe(3)
})
