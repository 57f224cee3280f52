import {describe, expect, test} from 'vitest'

import {branchOf, type PassthruRule, streamFacts} from '../../../../src/serve/exotel/passthru.js'

describe('the branch of a Passthru', () => {
  const rules: readonly PassthruRule[] = [
    {when: {digits: '1', 'Stream[Status]': 'completed'}, answer: 200},
    {when: {digits: '1'}, answer: 302},
    {when: {CustomField: 'vip'}, answer: 302},
  ]

  test.each([
    ['no rule fits', {digits: '2'}, 200],
    ['one fits', {digits: '1'}, 302],
    ['the first of two that fit', {digits: '1', 'stream[status]': 'completed'}, 200],
    ['a field of the customer', {CustomField: 'vip'}, 302],
    ['half of a rule', {'Stream[Status]': 'completed'}, 200],
  ])('is decided where %s', (_, fields, branch) => {
    expect(branchOf(rules, Object.entries(fields))).toBe(branch)
  })

  test('is always that of a rule without conditions', () => {
    expect(branchOf([{when: {}, answer: 302}], [])).toBe(302)
  })
})

describe('what is told of a stream that is over', () => {
  test('is how it went', () => {
    const facts = streamFacts([
      ['Stream[StreamSID]', 's1'],
      ['Stream[Status]', 'failed'],
      ['Stream[Duration]', '0'],
      ['Stream[DisconnectedBy]', 'NA'],
      ['Stream[DetailedStatus]', 'Streaming_call_throttled'],
      ['Stream[Error]', '3009 failed to establish ws conn EOF'],
    ])

    expect(facts).toEqual({
      streamSid: 's1',
      streamStatus: 'failed',
      streamSeconds: '0',
      disconnectedBy: 'NA',
      detailedStatus: 'Streaming_call_throttled',
      streamError: '3009 failed to establish ws conn EOF',
      streamUrl: undefined,
    })
  })

  test.each([
    ['wss://key:hush@bot.example/media?plan=gold', 'wss://bot.example/media?plan=gold'],
    ['wss://bot.example/media?token=hush&a=1', 'wss://bot.example/media?token=***&a=1'],
    ['wss://key:hu/sh@bot.example/media', 'bot.example/media'],
    ['wss://bot.example/media?mail=a@b.example', 'wss://bot.example/media?mail=a@b.example'],
  ])('has no credentials: %s', (url, shown) => {
    const {streamUrl = ''} = streamFacts([['Stream[StreamUrl]', url]])

    expect(streamUrl).toContain(shown)
    expect(streamUrl).not.toMatch(/hush|hu\/sh/)
  })

  test('has none in the words of an error, and is short', () => {
    const words = `dial wss://key:hush@bot.example/?token=hush&a=${'x'.repeat(5000)}`

    const {streamError = ''} = streamFacts([['Stream[Error]', words]])

    expect(streamError).not.toContain('hush')
    expect(streamError).toHaveLength(300)
  })
})
