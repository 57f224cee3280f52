import {describe, expect, test} from 'vitest'

import {idleCheck} from '../../../../src/doctor/call/idle.js'
import {secondCallCheck} from '../../../../src/doctor/call/second-call.js'
import {stopCheck} from '../../../../src/doctor/call/stop.js'
import {callReport, finding, run} from './call-reports.js'

const short = callReport({durationMs: 210, speech: {caller: [], bot: []}, metrics: {}})
const wrongSid = finding('stream-sid-mismatch', 'warning', 'The sid was that of another.')

function broken(durationMs: number) {
  return callReport({closing: {by: 'network', code: 1006}, durationMs})
}

function endedWith(code: number, durationMs: number) {
  return {...short, closing: {by: 'caller', code, reason: 'callended'} as const, durationMs}
}

describe('stop', () => {
  test('is survived by a bot that takes one more call', async () => {
    const result = await run(stopCheck, {known: {call: callReport()}, calls: [short]})

    expect(result.status).toBe('pass')
    expect(result.asked).toMatchObject([{caller: 'silence', durationMs: 200}])
  })

  test('is a warning where a bot that speaks leaves every close without an answer', async () => {
    const deaf = endedWith(1006, 2200)
    const call = callReport({closing: {by: 'caller', code: 1006, reason: 'callended'}})

    expect(await run(stopCheck, {known: {call}, calls: [deaf]})).toMatchObject({
      status: 'warn',
      summary: 'the bot does not answer the close of the call within 2 s',
    })
  })

  test('is a failure where a bot without a word leaves the close without an answer', async () => {
    const closing = {by: 'caller', code: 1006, reason: 'callended'} as const
    const mute = callReport({metrics: {}, closing})

    const result = await run(stopCheck, {known: {call: mute}, calls: [endedWith(1006, 2200)]})

    expect(result).toMatchObject({status: 'fail'})
    expect(result).not.toHaveProperty('exotelError')
  })

  test.for([{metrics: {firstMediaMs: 400}}, {metrics: {}}])(
    'is survived by a bot that is busy for a while at start, with $metrics',
    async ({metrics}) => {
      const call = callReport({metrics})

      expect(await run(stopCheck, {known: {call}, calls: [endedWith(1006, 2200)]})).toMatchObject({
        status: 'pass',
        detail: expect.stringContaining('busy with its start') as string,
      })
    },
  )

  test.for([
    {code: 1001, status: 'pass'},
    {code: 1005, status: 'pass'},
    {code: 1006, status: 'warn'},
    {code: 1011, status: 'warn'},
  ])('answered with $code is a $status', async ({code, status}) => {
    const calls = [endedWith(code, 210)]

    expect((await run(stopCheck, {known: {call: callReport()}, calls})).status).toBe(status)
  })
})

describe('a second call', () => {
  test('is placed while the first goes on, and both are to stay', async () => {
    const result = await run(secondCallCheck, {calls: [callReport(), callReport()]})

    expect(result.status).toBe('pass')
    expect(result.asked.map(({durationMs}) => durationMs)).toEqual([2000, 2000])
  })

  test.for([
    {lost: 'first', calls: [broken(310), callReport()], says: 'the first is lost'},
    {lost: 'second', calls: [callReport(), broken(310)], says: 'a second one is lost'},
  ])('names the $lost as the one that was lost', async ({calls, says}) => {
    expect(await run(secondCallCheck, {calls})).toMatchObject({
      status: 'fail',
      summary: expect.stringContaining(says) as string,
      exotelError: 'Stream[Status]=failed&Stream[DisconnectedBy]=NA',
    })
  })

  test('that is not opened has the limit of connections first, and says it once', async () => {
    const {closing, ...whole} = callReport()
    const failure = {code: 'EXO_UPGRADE_REFUSED', message: 'It answered 503.', hint: ''}

    const result = await run(secondCallCheck, {calls: [callReport(), {...whole, failure}]})

    expect(closing).toBeDefined()
    expect(result).toMatchObject({
      status: 'fail',
      detail: 'It answered 503.',
      fix: expect.stringMatching(/^Look for a limit of connections/) as string,
    })
  })

  test('that takes the first with it is the death of the bot', async () => {
    expect(await run(secondCallCheck, {calls: [broken(310), broken(10)]})).toMatchObject({
      status: 'fail',
      summary: 'when a second call comes, the bot dies, and both calls are lost',
      fix: expect.stringContaining('crash') as string,
    })
  })

  const ownEnd = callReport({closing: {by: 'bot', code: 1000}, durationMs: 1500})

  test('is not judged where the bot ends each of its calls by itself', async () => {
    const result = await run(secondCallCheck, {calls: [ownEnd, ownEnd], known: {call: ownEnd}})

    expect(result).toMatchObject({
      status: 'skip',
      summary: 'not judged: the bot hung up by itself after 1.5 s',
      mayGoOn: true,
    })
  })

  test('that ends one of the two in good order is a failure where a call alone stays open', async () => {
    const calls = [callReport(), ownEnd]

    expect(await run(secondCallCheck, {calls, known: {call: callReport()}})).toMatchObject({
      status: 'fail',
      summary: 'with two calls at the same time, the bot hangs up on the second',
      exotelError: 'Stream[Status]=completed&Stream[DisconnectedBy]=bot',
    })
  })

  test('warns of a bot that mixes up the streams only with two of them', async () => {
    const calls = [callReport(), callReport({findings: [wrongSid]})]
    const alone = callReport({findings: [wrongSid]})

    expect((await run(secondCallCheck, {calls})).status).toBe('warn')
    expect((await run(secondCallCheck, {calls, known: {call: alone}})).status).toBe('pass')
  })
})

describe('an idle line', () => {
  test('is not held unless asked for', async () => {
    expect(await run(idleCheck, {})).toMatchObject({status: 'skip', mayGoOn: true, asked: []})
  })

  test('is held as long as asked for, in silence', async () => {
    const result = await run(idleCheck, {
      calls: [callReport({durationMs: 120_000}), callReport({durationMs: 120_000})],
      target: {idleMs: 120_000},
    })

    expect(result).toMatchObject({
      status: 'pass',
      summary: 'a silent line stayed open for 120.0 s',
      asked: [
        {caller: 'silence', durationMs: 120_000},
        {caller: 'nothing', durationMs: 120_000},
      ],
    })
  })

  test('that is cut after a minute fails with the settings that look at one direction', async () => {
    const result = await run(idleCheck, {
      calls: [broken(60_020), broken(60_010)],
      target: {idleMs: 90_000},
    })

    expect(result).toMatchObject({
      status: 'fail',
      summary:
        'with nobody speaking, the connection breaks after 60.0 s, without a close frame (1006)',
      fix: expect.stringMatching(/^HAProxy: no option independent-streams$/m) as string,
    })
  })

  test('on which nobody sends anything is only a warning, with the settings of the proxies that cut it', async () => {
    const whole = callReport({durationMs: 90_000})
    const calls = [whole, broken(60_010)]

    expect(await run(idleCheck, {calls, target: {idleMs: 90_000}})).toMatchObject({
      status: 'warn',
      summary: expect.stringMatching(
        /^with nobody sending anything, the connection breaks/,
      ) as string,
      fix: expect.stringMatching(/^nginx: proxy_read_timeout 3600s;/m) as string,
    })
  })

  test('on which nobody sends anything may be ended by the bot', async () => {
    const calls = [callReport(), callReport({closing: {by: 'bot', code: 1011}, durationMs: 900})]

    expect((await run(idleCheck, {calls, target: {idleMs: 6000}})).status).toBe('pass')
  })

  test('may be ended by a bot that has spoken', async () => {
    const call = callReport({closing: {by: 'bot', code: 1000}, durationMs: 30_000})

    expect(await run(idleCheck, {calls: [call, call], target: {idleMs: 60_000}})).toMatchObject({
      status: 'warn',
      summary: 'the bot ended the silent call by itself after 30.0 s, in good order',
    })
  })
})
