import {describe, expect, test} from 'vitest'

import {callCheck} from '../../../../src/doctor/call/call.js'
import {callReport, run} from './call-reports.js'

const BY_BOT = 'Stream[Status]=completed&Stream[DisconnectedBy]=bot'

describe('the call', () => {
  test('is made with what the user gave, and with speech', async () => {
    const {asked} = await run(callCheck, {
      calls: [callReport()],
      hop: {url: new URL('wss://key:token@bot.test/media?sample-rate=16000')},
      target: {headers: {'x-tenant': '7'}, applet: 'none'},
    })

    expect(asked).toMatchObject([
      {
        url: 'wss://key:token@bot.test/media?sample-rate=16000',
        headers: {'x-tenant': '7'},
        applet: 'none',
        caller: 'speech',
        durationMs: 6000,
      },
    ])
  })

  test('is known to the checks that follow, however it ended', async () => {
    const well = callReport()
    const ill = callReport({closing: {by: 'network', code: 1006}, durationMs: 10})

    expect((await run(callCheck, {calls: [well]})).known?.call).toBe(well)
    expect((await run(callCheck, {calls: [ill]})).known?.call).toBe(ill)
  })

  test('is well when its connection broke only after the caller had hung up', async () => {
    const closing = {by: 'caller', code: 1006, reason: 'callended'} as const

    expect(await run(callCheck, {calls: [callReport({closing})]})).toMatchObject({status: 'pass'})
  })

  const ownEnds = [1000, 1005] as const
  test.for(ownEnds)('may be ended by a bot that has spoken, with %i', async (code) => {
    const call = callReport({closing: {by: 'bot', code}, durationMs: 2500})

    expect(await run(callCheck, {calls: [call]})).toMatchObject({
      status: 'warn',
      summary: 'the bot hung up after 2.5 s, while the caller was still on the line',
      fix: expect.not.stringContaining('about 4 s') as string,
    })
  })

  test('that the bot ended while the caller spoke is told so, with what Exotel says of 4 s', async () => {
    const caller = [
      {startMs: 0, endMs: 1600},
      {startMs: 3900, endMs: 4000},
    ]
    const call = callReport({
      closing: {by: 'bot', code: 1000},
      durationMs: 4005,
      speech: {caller, bot: [{startMs: 500, endMs: 2000}]},
    })

    expect(await run(callCheck, {calls: [call]})).toMatchObject({
      status: 'warn',
      summary: 'the bot hung up after 4.0 s, while the caller spoke',
      fix: expect.stringContaining('Of hang-ups after about 4 s Exotel says') as string,
    })
  })

  const mute = {speech: {caller: [], bot: []}, metrics: {}}
  const codes: readonly (readonly [number, RegExp, RegExp])[] = [
    [1000, /a normal end/, /what ends the bot's handler/],
    [1001, /the server goes away/, /a deployment, or a reload/],
    [1003, /it could not read what it got/, /as text with one JSON object/],
    [1005, /a close without a code/, /what ends the bot's handler/],
    [1008, /refused by a rule of its own/, /refused with 401 before the upgrade/],
    [1009, /a message was too large/, /limit of a message/],
    [1011, /an error in the bot/, /an exception at that moment/],
    [1013, /it is restarting or has no room/, /the number of calls/],
    [1014, /a gateway lost the server/, /the log of the proxy/],
    [3000, /a code of the bot or its framework/, /this code in the source/],
    [4401, /a code of the bot or its framework/, /this code in the source/],
  ]
  test.for(codes)('that a mute bot closes with %i tells what the code means', async (row) => {
    const [code, means, fix] = row

    const call = callReport({closing: {by: 'bot', code}, durationMs: 2000, ...mute})
    const result = await run(callCheck, {calls: [call]})

    expect(result).toMatchObject({status: 'fail', exotelError: BY_BOT})
    expect(result.summary).toMatch(/^the bot closes the stream after 2\.0 s with /)
    expect(result.summary).toMatch(means)
    expect('fix' in result && result.fix).toMatch(fix)
  })

  test('that ends after about 4 s has what Exotel says of such calls in its fix', async () => {
    const ended = (durationMs: number) =>
      run(callCheck, {calls: [callReport({closing: {by: 'network', code: 1006}, durationMs})]})

    expect(await ended(4000)).toMatchObject({fix: expect.stringContaining('about 4 s') as string})
    expect(await ended(2000)).toMatchObject({
      fix: expect.not.stringContaining('about 4 s') as string,
    })
  })

  test('shows the reason of the bot on one line, without control characters and passwords', async () => {
    const reason = 'no\u001b[31m\nwss://key:token@bot.test'
    const call = callReport({closing: {by: 'bot', code: 4000, reason}, durationMs: 900})

    const {detail} = await run(callCheck, {calls: [call]})

    expect(detail).toBe('close code 4000, reason "no[31m wss://***@bot.test", 0.900 s after start')
  })

  test('that is not opened names the address which Exotel would have dialled', async () => {
    const {closing, ...call} = callReport({
      failure: {
        code: 'EXO_DIAL_REFUSED',
        message: 'Nothing accepts connections at bot.test:443.',
        hint: '',
        exotelError: 'dial tcp bot.test:443',
      },
    })

    const result = await run(callCheck, {
      calls: [call],
      hop: {url: new URL('wss://bot.test/media'), addresses: ['2001:db8::1']},
    })

    expect(result).toMatchObject({
      status: 'fail',
      summary: 'the stream opened once, and not again',
      exotelError:
        '3009 failed to establish ws conn dial tcp [2001:db8::1]:443: connect: connection refused',
    })
  })
})
