import {describe, expect, test} from 'vitest'

import {pcm16ToUlaw} from '../../../../src/audio/g711.js'
import {pcm16ToBytes} from '../../../../src/audio/pcm16.js'
import {tone} from '../../../../src/audio/tone.js'
import {echo} from '../../../../src/serve/bots/echo.js'
import type {Bot, BotCall, BotEvent} from '../../../../src/stream/bot/bot.js'
import type {BotStreamEvent, StreamIdentity} from '../../../../src/stream/bot/stream-watch.js'
import type {Json} from '../exotel/exotel-rig.js'
import {actingBot, callerSays, keepingBot, keepingLogger, withBot} from './bot-rig.js'

const {start, media, mark, stop} = callerSays
const connected = {event: 'connected'}
const pcm = (...samples: number[]) => Int16Array.from(samples)
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const payload = (text: string, more: object = {}) => ({
  event: 'media',
  media: {payload: text, ...more},
})

type Heard = {
  readonly events: readonly BotEvent[]
  readonly call: BotCall | undefined
  /** What the caller got back. */
  readonly answers: readonly Json[]
  /** How often each rule was broken, as the line of the end says it. */
  readonly findings: unknown
  /** The lines that tell of an oddity. */
  readonly told: readonly unknown[]
  readonly identities: readonly StreamIdentity[]
}

/** Plays a caller with these habits to a bot that echoes everything, and hangs up. */
async function hear(...messages: readonly (object | string | Uint8Array)[]): Promise<Heard> {
  const {log, lines} = keepingLogger()
  const identities: StreamIdentity[] = []
  const watch = (event: BotStreamEvent) => {
    if (event.type === 'started' || event.type === 'identified') identities.push(event.identity)
  }
  const calls: BotCall[] = []
  const events: BotEvent[] = []
  const bot: Bot = async (call) => {
    calls.push(call)
    for await (const event of call.events) {
      events.push(event)
      if (event.type === 'audio') call.playPayload(event.payload)
    }
  }
  const answers = await withBot({bot, log, watch}, async (rig) => {
    for (const message of messages) {
      if (message instanceof Uint8Array) rig.caller.send(Buffer.from(message).toString(), true)
      else rig.say(message)
    }
    await rig.sleep(5)
    rig.caller.close(1000)
    await rig.end.done
    return rig.heard.map(({json}) => json)
  })
  return {
    events,
    call: calls[0],
    answers,
    findings: lines.at(-1)?.values['findings'],
    told: lines.flatMap(({values}) => ('rule' in values ? [values['rule']] : [])),
    identities,
  }
}

const samplesOf = (events: readonly BotEvent[]) =>
  events.flatMap((event) => (event.type === 'audio' ? [...event.pcm] : []))
const flatStart = {
  event: 'start',
  stream_sid: 's1',
  call_sid: 'c1',
  account_sid: 'a1',
  from: '1',
  to: '2',
  media_format: {encoding: 'raw', sample_rate: '16kHz'},
}

describe('1. the beginning of a stream', () => {
  test('without connected is a stream', async () => {
    const {events, findings} = await hear(start(), media(pcm(1)))

    expect(samplesOf(events)).toEqual([1])
    expect(findings).toEqual({'connected-missing': 1})
  })

  test.each([
    ['media', payload('AQA='), 'audio'],
    ['a mark', {event: 'mark', mark: {name: 'm'}}, 'mark'],
    ['a digit', {event: 'dtmf', dtmf: {digit: '1'}}, 'dtmf'],
    ['a clear', {event: 'clear'}, 'clear'],
  ])('without start begins with %s, and is told once', async (_, message, type) => {
    const {events, told, identities} = await hear(message, message)

    expect(events.map((event) => event.type)).toEqual([type, type])
    expect(told.filter((rule) => rule === 'start-missing')).toHaveLength(1)
    expect(identities).toMatchObject([{isImplied: true, streamSid: '', sampleRateHz: 8000}])
  })

  test('without start has the sid of its first message, and answers with it', async () => {
    const {call, answers} = await hear({...payload('AQA='), stream_sid: 's7'})

    expect(call?.streamSid).toBe('s7')
    expect(answers).toEqual([{event: 'media', stream_sid: 's7', media: {payload: 'AQA='}}])
  })

  test('without any sid is answered without one', async () => {
    const {answers} = await hear(payload('AQA='))

    expect(answers).toEqual([payload('AQA=')])
  })

  test.each([
    ['a mark', {event: 'mark', mark: {name: 'm'}}, 'mark'],
    ['a digit', {event: 'dtmf', dtmf: {digit: '1'}}, 'dtmf'],
    ['a clear', {event: 'clear'}, 'clear'],
  ])('with %s has the rate of the start behind it, and all is heard', async (_, first, type) => {
    const behind = start({media_format: {encoding: 'raw', sample_rate: '16000'}})
    const {call, events, identities, findings} = await hear(first, behind, payload('AQA='))

    expect(call?.sampleRateHz).toBe(16_000)
    expect(events.map((event) => event.type)).toEqual([type, 'audio'])
    expect(identities).toMatchObject([{sampleRateHz: 16_000, rateFrom: 'start'}])
    expect(findings).toMatchObject({'start-missing': 1})
    expect(findings).not.toHaveProperty('rate-came-late')
  })

  test('with a digit waits for its start 200 ms, and not longer', async () => {
    const {bot, calls} = keepingBot()
    await withBot({bot}, async ({say, sleep}) => {
      say({event: 'dtmf', dtmf: {digit: '1'}}, {event: 'dtmf', dtmf: {digit: '2'}})
      await sleep(200)
      expect(calls).toEqual([])

      await sleep(2)
      expect(calls).toMatchObject([{sampleRateHz: 8000}])
    })
  })

  test('with a digit, and no more before stop, is a call all the same', async () => {
    const {events} = await hear({event: 'dtmf', dtmf: {digit: '1'}}, stop())

    expect(events.map(({type}) => type)).toEqual(['dtmf', 'stop'])
  })

  test('whose start comes after audio with another rate is told of both', async () => {
    const {log, lines} = keepingLogger()
    await withBot({bot: keepingBot().bot, log}, async ({say, sleep}) => {
      say(payload('AQA='), start({media_format: {encoding: 'raw', sample_rate: '16000'}}))
      await sleep(5)
    })

    const told = lines.find(({values}) => values['rule'] === 'rate-came-late')
    expect(told?.values).toMatchObject({detail: '16000 Hz in start, 8000 Hz in use'})
  })

  test('is identified by a start that comes late, and keeps its rate', async () => {
    const late = start({media_format: {encoding: 'raw', sample_rate: '16000'}})
    const {call, answers, identities} = await hear(payload('AQA='), late, payload('AgA='))

    expect(call).toMatchObject({callSid: identities[1]?.callSid, sampleRateHz: 8000})
    expect(identities).toMatchObject([
      {callSid: '', isImplied: true},
      {isImplied: false, sampleRateHz: 8000, rateFrom: 'default'},
    ])
    expect(answers.map((answer) => answer['stream_sid'])).toEqual([
      undefined,
      identities[1]?.streamSid,
    ])
  })

  test('with a flat start has its sids and its rate', async () => {
    const {call, findings} = await hear(connected, flatStart, payload('AQA='))

    expect(call).toMatchObject({
      ...{streamSid: 's1', callSid: 'c1', accountSid: 'a1', from: '1', to: '2'},
      sampleRateHz: 16_000,
    })
    expect(findings).toEqual({'flat-start': 1, 'number-with-unit': 1})
  })

  test('with a start without media_format is at 8 kHz', async () => {
    const {call, findings} = await hear(connected, start({media_format: undefined}))

    expect(call?.sampleRateHz).toBe(8000)
    expect(findings).toEqual({'start-missing-format': 1})
  })

  test('with connected that has a protocol and a version is not odd', async () => {
    const versioned = {event: 'connected', protocol: 'Call', version: '1.0.0'}
    const {findings} = await hear(versioned, start())

    expect(findings).toBeUndefined()
  })

  test('with two starts keeps the first, and counts the others', async () => {
    const {call, told, findings} = await hear(
      ...[connected, start(), start({call_sid: 'x'}), start({call_sid: 'y'})],
    )

    expect(call?.callSid).not.toBe('x')
    expect(told).toEqual(['counter-not-ascending', 'start-repeated'])
    expect(findings).toMatchObject({'start-repeated': 2})
  })

  const camelStart = (format: object, beside = false) => ({
    event: 'start',
    streamSid: 's1',
    start: {
      ...{streamSid: 's1', callSid: 'c1', accountSid: 'a1', from: '1', to: '2'},
      ...(beside ? {} : {mediaFormat: format}),
    },
    ...(beside ? {mediaFormat: format} : {}),
  })

  test('in camelCase is answered in camelCase', async () => {
    const {answers} = await hear(camelStart({encoding: 'raw', sampleRate: 8000}), payload('AQA='))

    expect(answers).toEqual([{event: 'media', streamSid: 's1', media: {payload: 'AQA='}}])
  })

  test('in camelCase with mediaFormat beside start has its rate', async () => {
    const {call, findings} = await hear(
      connected,
      camelStart({encoding: 'raw', sampleRate: 24_000}, true),
    )

    expect(call?.sampleRateHz).toBe(24_000)
    expect(findings).toEqual({'camel-case-keys': 1, 'start-field-misplaced': 1})
  })

  test('in camelCase that says mulaw while the payload is PCM is heard and answered as PCM', async () => {
    const speech = tone({hz: 440, ms: 20, sampleRateHz: 8000})
    const sent: string[] = []
    const bot: Bot = async (call) => {
      for await (const event of call.events) {
        if (event.type !== 'audio') continue
        expect([...event.pcm]).toEqual([...speech])
        call.play(event.pcm)
      }
    }
    const {log, lines} = keepingLogger()
    await withBot({bot, log}, async ({say, sleep, heard}) => {
      say(
        camelStart({encoding: 'audio/x-mulaw', sampleRate: 8000}),
        payload(base64(pcm16ToBytes(speech))),
      )
      await sleep(5)
      sent.push(...heard.map(({json}) => (json['media'] as {payload: string}).payload))
    })

    expect(sent).toEqual([base64(pcm16ToBytes(speech))])
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        values: expect.objectContaining({rule: 'ulaw-not-confirmed'}) as unknown,
      }),
    )
  })

  test('that says mulaw and sends it is heard and answered as mu-law', async () => {
    const speech = tone({hz: 440, ms: 20, sampleRateHz: 8000})
    const {events, answers, findings} = await hear(
      connected,
      start({media_format: {encoding: 'audio/x-mulaw', sample_rate: '8000'}}),
      payload(base64(pcm16ToUlaw(speech))),
    )

    expect(samplesOf(events)).toHaveLength(160)
    expect(answers).toHaveLength(1)
    expect(findings).toBeUndefined()
  })
})

describe('2. payloads', () => {
  const bytes = Uint8Array.from({length: 4660}, (_, index) => (index * 7) % 256)

  test.each([
    [15, 31],
    [23, 20],
    [428, 10],
  ])('of %i bytes lose no sample, and come back as the same text', async (size, count) => {
    const parts = Array.from({length: count}, (_, at) => bytes.subarray(at * size, (at + 1) * size))
    const {events, answers} = await hear(start(), ...parts.map((part) => payload(base64(part))))

    const whole = bytes.subarray(0, size * count)
    expect(base64(pcm16ToBytes(Int16Array.from(samplesOf(events))))).toBe(
      base64(whole.subarray(0, whole.length - (whole.length % 2))),
    )
    expect(answers.map((answer) => answer['media'])).toEqual(
      parts.map((part) => ({payload: base64(part)})),
    )
  })

  test('of 2 s in one message are heard whole', async () => {
    const {events} = await hear(start(), media(new Int16Array(16_000).fill(5)))

    expect(samplesOf(events)).toHaveLength(16_000)
  })

  test.each(['not base64 at all', '!!!', '{"a":1}', '\u20b9', ''])(
    'that are not base64 come back as the same text: %s',
    async (text) => {
      const {answers, findings} = await hear(connected, start(), payload(text), payload(text))

      expect(answers.map((answer) => answer['media'])).toEqual([{payload: text}, {payload: text}])
      expect(findings).toMatchObject({'payload-not-base64': 2})
    },
  )

  test('that are not base64 do not shift the samples that follow', async () => {
    const [half, other] = [Uint8Array.of(1, 0, 2), Uint8Array.of(0, 3, 0)].map(base64)
    const {events} = await hear(
      ...[start(), payload(half ?? ''), payload('***x'), payload(other ?? '')],
    )

    const audible = events.filter((event) => event.type === 'audio' && event.payload !== '***x')
    expect(samplesOf(audible)).toEqual([1, 2, 3])
  })
})

describe('3. what only bots send', () => {
  test('a mark of the caller is heard, and counted as its own', async () => {
    const {events, findings} = await hear(connected, start(), mark('mine'), mark('mine'))

    expect(events.map(({type}) => type)).toEqual(['mark', 'mark'])
    expect(findings).toEqual({'caller-sent-mark': 2})
  })

  test("a mark of the bot's own that comes back is not odd, the second time it is", async () => {
    const {log, lines} = keepingLogger()
    const bot = actingBot((call) => {
      call.mark('ours')
    })
    await withBot({bot, log}, async ({say, sleep, caller, end}) => {
      say(connected, start(), mark('ours'), mark('ours'))
      await sleep(5)
      caller.close(1000)
      await end.done
    })

    expect(lines.at(-1)?.values['findings']).toEqual({'caller-sent-mark': 1})
    expect(lines.map(({message}) => message)).toContain('mark came back')
  })

  test('a clear is heard, and counted', async () => {
    const {events, findings} = await hear(connected, start(), {event: 'clear'})

    expect(events).toEqual([{type: 'clear'}])
    expect(findings).toEqual({'caller-sent-clear': 1})
  })

  test('a flat mark and a flat payload are heard', async () => {
    const {events, findings} = await hear(
      ...[connected, start(), {event: 'mark', name: 'm'}, {event: 'media', payload: 'AQA='}],
    )

    expect(events).toMatchObject([
      {type: 'mark', name: 'm'},
      {type: 'audio', payload: 'AQA='},
    ])
    expect(findings).toMatchObject({'flat-message': 2})
  })

  test('each is acknowledged under its name by an echo that always does', async () => {
    const heard = await withBot({bot: echo({ack: 'always'})}, async (rig) => {
      rig.say(start(), mark('m1'), {event: 'clear'}, {event: 'dtmf', dtmf: {digit: '5'}})
      await rig.sleep(5)
      return rig.heard.map(({json}) => json)
    })

    expect(heard).toMatchObject([
      {event: 'mark', mark: {name: 'm1'}},
      {event: 'clear'},
      {event: 'dtmf', dtmf: {digit: '5'}},
    ])
  })
})

describe('4. digits', () => {
  test('with finished and no duration are heard', async () => {
    const {events} = await hear(start(), {event: 'dtmf', dtmf: {digit: '5', finished: true}})

    expect(events).toEqual([{type: 'dtmf', digit: '5'}])
  })

  test('in a flat form are heard, and counted', async () => {
    const {events, findings} = await hear(connected, start(), {event: 'dtmf', digit: '#'})

    expect(events).toEqual([{type: 'dtmf', digit: '#'}])
    expect(findings).toEqual({'flat-dtmf': 1})
  })
})

describe('5. order and numbers', () => {
  test('a burst with stop straight after is heard whole before the stop, and echoed', async () => {
    const burst = Array.from({length: 500}, (_, at) => media(new Int16Array(160).fill(at + 1)))
    const {events, answers} = await hear(connected, start(), ...burst, stop())

    expect(events.map(({type}) => type)).toEqual([...burst.map(() => 'audio'), 'stop'])
    expect(answers).toHaveLength(500)
  })

  test('a bot that is still answering when stop came is given the time to', async () => {
    const slow: Bot = async (call) => {
      for await (const event of call.events) {
        await call.sleep(1000)
        if (event.type === 'audio') call.playPayload(event.payload)
      }
    }
    await withBot({bot: slow}, async ({say, sleep, heard, closed}) => {
      say(start(), ...Array.from({length: 5}, () => media(pcm(1))), stop())
      await sleep(10_000)

      expect(heard).toHaveLength(5)
      expect(closed).toMatchObject([{code: 1000}])
    })
  })

  test('a bot that never reads is not waited for longer than half a minute', async () => {
    const deaf = actingBot((call) => call.sleep(120_000))
    await withBot({bot: deaf}, async ({say, sleep, closed}) => {
      say(start(), media(pcm(1)), stop())
      await sleep(60_000)

      expect(closed).toEqual([{atMs: 30_002, code: 1000, reason: ''}])
    })
  })

  test('media after stop is not heard, and counted', async () => {
    const {events, told, findings} = await hear(
      ...[connected, start(), stop(), media(pcm(1)), media(pcm(2)), media(pcm(3))],
    )

    expect(events.map(({type}) => type)).toEqual(['stop'])
    expect(told).toEqual(['message-after-stop'])
    expect(findings).toEqual({'message-after-stop': 3})
  })

  test('chunk always 0 is one line, whatever the number of messages', async () => {
    const zero = payload('AQA=', {chunk: 0, timestamp: '0'})
    const {told, findings} = await hear(connected, start(), ...new Array<object>(1000).fill(zero))

    expect(told).toEqual(['counter-not-ascending'])
    expect(findings).toEqual({'counter-not-ascending': 999})
  })

  test.each([
    ['epoch milliseconds', 1_732_200_000_000, 'timestamp-since-epoch'],
    ['epoch milliseconds in quotes', '1732200000000', 'timestamp-since-epoch'],
    ['ISO text', '2026-01-31T10:00:00.000Z', 'timestamp-not-a-number'],
  ])('a timestamp in %s is counted, and its audio heard', async (_, timestamp, rule) => {
    const {events, findings} = await hear(connected, start(), payload('AQA=', {timestamp}))

    expect(samplesOf(events)).toEqual([1])
    expect(findings).toEqual({[rule]: 1})
  })
})

describe('the spelling of messages', () => {
  test.each([
    ['Event', '{"Event":"media","media":{"payload":"AQA="}}', 'event-oddly-written'],
    ['MEDIA', '{"event":"MEDIA","media":{"payload":"AQA="}}', 'event-oddly-written'],
    [
      'streamSid',
      '{"event":"media","streamSid":"s","media":{"payload":"AQA="}}',
      'camel-case-keys',
    ],
  ])('with %s is understood, and counted', async (_, text, rule) => {
    const {events, findings} = await hear(connected, start(), text)

    expect(samplesOf(events)).toEqual([1])
    expect(findings).toEqual({[rule]: 1})
  })

  test('with a trailing newline is not odd', async () => {
    const {events, findings} = await hear(
      ...[connected, start(), '{"event":"media","media":{"payload":"AQA="}}\n'],
    )

    expect(samplesOf(events)).toEqual([1])
    expect(findings).toBeUndefined()
  })

  test('in binary frames is understood, and counted', async () => {
    const {events, findings} = await hear(
      ...[connected, start(), Buffer.from(JSON.stringify(media(pcm(1))))],
    )

    expect(samplesOf(events)).toEqual([1])
    expect(findings).toEqual({'binary-message': 1})
  })
})
