import {describe, expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import {profiles} from '../../../../src/protocol/profiles.js'
import type {RuleId} from '../../../../src/protocol/rules.js'
import type {SocketListener, StreamSocket} from '../../../../src/stream/socket.js'
import {
  botMessage,
  createRig,
  type ExotelRig,
  findingsOf,
  identity,
  rulesOf,
  speech,
  withExotel,
} from './exotel-rig.js'

const {media, payload, mark, clear} = botMessage
const sid = identity.streamSid
const json = (message: object) => JSON.stringify(message)
const wav = () =>
  Buffer.concat([Buffer.from('RIFF\u0024\u0000\u0000\u0000WAVEfmt ', 'latin1'), speech(304)])
const mediaText = (text: unknown) => json({event: 'media', stream_sid: sid, media: {payload: text}})

describe('a message of each bad kind gives its finding and no other', () => {
  test.each<{what: string; data: string | Uint8Array; rules: readonly RuleId[]}>([
    {what: 'a chunk of 3,200 bytes', data: media(3200), rules: []},
    {what: 'text that is not JSON', data: 'hello', rules: ['message-not-an-event']},
    {what: 'empty text', data: '', rules: ['message-not-an-event']},
    {what: 'a JSON array', data: '[1,2]', rules: ['message-not-an-event']},
    {what: 'JSON that is cut off', data: media(320).slice(0, -9), rules: ['message-not-an-event']},
    {what: 'JSON without an event', data: '{"type":"x"}', rules: ['message-not-an-event']},
    {what: 'an event that is a number', data: '{"event":7}', rules: ['message-not-an-event']},
    {what: 'a ping', data: '{"event":"ping"}', rules: ['unknown-event']},
    {
      what: 'an event called constructor',
      data: '{"event":"constructor"}',
      rules: ['unknown-event'],
    },
    {what: 'a stop of its own', data: '{"event":"stop"}', rules: ['unknown-event']},
    {
      what: 'a dtmf',
      data: json({event: 'dtmf', stream_sid: sid, dtmf: {digit: '1'}}),
      rules: ['unknown-event', 'event-answered-with-itself'],
    },
    {what: 'a binary message', data: Buffer.from(media(3200)), rules: ['binary-message']},
    {
      what: 'camelCase',
      data: json({event: 'clear', streamSid: sid}),
      rules: ['camel-case-keys'],
    },
    {
      what: "another stream's sid",
      data: json({event: 'clear', stream_sid: 'f00'}),
      rules: ['stream-sid-mismatch'],
    },
    {what: 'no sid', data: '{"event":"clear"}', rules: ['stream-sid-absent']},
    {what: 'a payload that is not base64', data: mediaText('***'), rules: ['payload-not-base64']},
    {what: 'an empty payload', data: mediaText(''), rules: ['payload-not-base64']},
    {what: 'a payload that is a number', data: mediaText(7), rules: ['payload-not-base64']},
    {
      what: 'no media',
      data: json({event: 'media', stream_sid: sid}),
      rules: ['payload-not-base64'],
    },
    {
      what: 'an odd number of bytes',
      data: media(3201),
      rules: ['payload-odd-length', 'chunk-not-multiple-of-320'],
    },
    {what: '4,096 bytes', data: media(4096), rules: ['chunk-not-multiple-of-320']},
    {
      what: '100,001 bytes',
      data: media(100_001),
      rules: ['payload-odd-length', 'chunk-not-multiple-of-320', 'chunk-too-large', 'lead-long'],
    },
    {what: '100,160 bytes', data: media(100_160), rules: ['chunk-too-large', 'lead-long']},
    {what: '32,320 bytes, 20 ms too far ahead', data: media(32_320), rules: ['lead-long']},
    {what: '32,000 bytes, 2 s ahead', data: media(32_000), rules: []},
    {what: 'a WAV file', data: payload(wav()), rules: ['payload-has-header']},
    {
      what: 'a mark without a name',
      data: json({event: 'mark', stream_sid: sid}),
      rules: ['mark-without-name'],
    },
    {what: 'a mark with an empty name', data: mark(''), rules: ['mark-without-name']},
    {what: 'a clear with nothing to clear', data: clear(), rules: []},
  ])('$what: $rules', async ({data, rules}) => {
    await withExotel({}, async ({receive, events, ticks}) => {
      receive(data)
      await ticks(2)

      expect(rulesOf(events)).toEqual(rules)
    })
  })

  test('camelCase is none where the caller writes it too', async () => {
    const profile = profiles['camel-mulaw']
    await withExotel({profile}, async ({receive, events, ticks}) => {
      receive(json({event: 'clear', streamSid: sid}))
      await ticks(2)

      expect(rulesOf(events)).toEqual([])
    })
  })

  test('the hole that 4,096 bytes leave is named with it', async () => {
    await withExotel({}, async ({receive, events, ticks}) => {
      receive(media(4096))
      await ticks(1)

      const [finding] = findingsOf(events)
      expect(finding?.summary).toContain('a hole of 4 ms')
    })
  })
})

describe('what only memory shows', () => {
  const at = async (rig: ExotelRig, ms: number, data: string) => {
    await rig.clock.sleepUntil(ms)
    rig.receive(data)
  }

  test('clear again and again with nothing to clear is a storm from the second on', async () => {
    await withExotel({}, ({receive, events}) => {
      for (let count = 0; count < 5; count += 1) receive(clear())

      expect(rulesOf(events)).toEqual(new Array(4).fill('clear-storm'))
      return Promise.resolve()
    })
  })

  test('audio between two clears makes them no storm, even if it has been played', async () => {
    await withExotel({}, async ({receive, events, ticks}) => {
      receive(clear())
      receive(media(3200))
      receive(clear())
      receive(clear())
      receive(media(3200))
      await ticks(12)
      receive(clear())

      expect(rulesOf(events)).toEqual([])
    })
  })

  test('a mark name that comes again while the first waits is a repeated one', async () => {
    await withExotel({}, async ({receive, events, ticks}) => {
      for (const message of [media(3200), mark('a'), mark('b'), mark('a')]) receive(message)
      await ticks(1)

      expect(findingsOf(events)).toMatchObject([
        {rule: 'mark-name-repeated', count: 1, severity: 'info'},
      ])
      expect(findingsOf(events)[0]?.summary).toContain('"a"')
    })
  })

  test('a mark name is compared with the first 10,000 of the stream', async () => {
    await withExotel({}, ({receive, events}) => {
      receive(media(3200))
      for (let count = 0; count <= 10_000; count += 1) receive(mark(String(count)))
      receive(mark('10000'))
      expect(rulesOf(events)).toEqual([])

      receive(mark('9999'))
      expect(rulesOf(events)).toEqual(['mark-name-repeated'])
      return Promise.resolve()
    })
  })

  test('what was under way when stop was sent is not held against it; half a second later it is', async () => {
    const rules = await Promise.all(
      [500, 501].map((ms) =>
        withExotel({socket: deafSocket()}, async (rig) => {
          rig.exotel.hangUp('stop')
          await at(rig, ms, media(3200))
          return rulesOf(rig.events)
        }),
      ),
    )

    expect(rules).toEqual([[], ['sent-after-stop']])
  })

  test('a bot that speaks before start was sent', async () => {
    const clock = virtualClock()
    const early = await clock.run(async () => {
      const rig = createRig(clock)
      rig.bot.send(media(3200))
      await clock.sleepUntil(5)
      rig.exotel.start()
      rig.receive(media(3200))
      return rig
    })

    expect(findingsOf(early.events)).toMatchObject([
      {rule: 'sent-before-start', count: 1, firstAtMs: 0},
    ])
    expect(early.exotel.queuedMs).toBe(400)
  })

  test.each([
    {handshakeMs: 2000, rules: []},
    {handshakeMs: 2001, rules: ['handshake-slow']},
  ])('a handshake of $handshakeMs ms: $rules', async ({handshakeMs, rules}) => {
    await withExotel({handshakeMs}, ({events}) => {
      expect(rulesOf(events)).toEqual(rules)
      return Promise.resolve()
    })
  })

  test.each([
    {seconds: 2, rules: []},
    {seconds: 3, rules: ['lead-long']},
    {seconds: 15, rules: new Array(13).fill('lead-long')},
    {seconds: 16, rules: [...new Array<string>(13).fill('lead-long'), 'lead-excessive']},
  ])('$seconds s of audio at once, in messages of 1 s', async ({seconds, rules}) => {
    await withExotel({}, ({receive, events}) => {
      for (let sent = 0; sent < seconds; sent += 1) receive(media(16_000))

      expect(rulesOf(events)).toEqual(rules)
      return Promise.resolve()
    })
  })

  test('anything at all on a Stream applet', async () => {
    await withExotel({profile: profiles['stream-applet']}, ({receive, events}) => {
      for (const message of [media(3200), mark('m'), clear()]) receive(message)

      expect(rulesOf(events)).toEqual(new Array(3).fill('sent-on-stream-applet'))
      return Promise.resolve()
    })
  })

  test.each<Spoken & {what: string; rules: RuleId[]}>([
    {what: 'whole chunks and a mark', bytes: 3200, everyTicks: 10, marks: true, rules: []},
    {what: 'no mark', bytes: 3200, everyTicks: 10, rules: ['turn-without-mark']},
    {what: 'small chunks, evenly', bytes: 320, everyTicks: 1, marks: true, rules: ['chunk-small']},
    {
      what: 'small chunks, two of them too late',
      bytes: 320,
      everyTicks: 2,
      count: 4,
      marks: true,
      rules: ['underrun-in-utterance', 'underrun-in-utterance', 'chunk-small'],
    },
    {
      what: 'small chunks, three of them too late',
      bytes: 320,
      everyTicks: 2,
      count: 5,
      marks: true,
      rules: [
        ...['underrun-in-utterance', 'underrun-in-utterance', 'underrun-in-utterance'],
        'chunk-small-irregular',
      ] as RuleId[],
    },
  ])('a call with $what', async ({rules, ...spoken}) => {
    expect(await rulesOfCall(spoken)).toEqual(rules)
  })

  test('a first utterance that the end of the call cut off had no time for its mark', async () => {
    expect(await rulesOfCall({bytes: 16_000, everyTicks: 1, count: 2})).toEqual([])
  })

  test('a bot that had not read all that was sent to it when the call ended', async () => {
    await withExotel({socket: unreadSocket(7)}, async (rig) => {
      rig.exotel.hangUp('stop')
      await rig.exotel.closed

      expect(findingsOf(rig.events)).toMatchObject([
        {rule: 'receive-loop-blocked', severity: 'warning', count: 1},
      ])
      expect(findingsOf(rig.events)[0]?.summary).toMatch(/ 7 messages could not be sent\.$/)
    })
  })
})

type Spoken = {
  readonly bytes: number
  readonly everyTicks: number
  readonly count?: number
  readonly marks?: boolean
}

/** A call in which the bot says so many chunks, one each so many ticks. */
function rulesOfCall({bytes, everyTicks, count = 4, marks = false}: Spoken) {
  return withExotel({}, async ({bot, exotel, events, ticks}) => {
    for (let sent = 0; sent < count; sent += 1) {
      bot.send(media(bytes))
      await ticks(everyTicks)
    }
    if (marks) bot.send(mark('end'))
    await ticks(3)
    exotel.hangUp('stop')
    await exotel.closed
    return rulesOf(events)
  })
}

/** Its peer never closes. */
function deafSocket() {
  const nothing = () => undefined
  return {
    send: nothing,
    close: nothing,
    terminate: nothing,
    pause: nothing,
    listen: nothing,
    dropped: () => 0,
  }
}

/** Its peer closes at once, and had not read so many messages. */
function unreadSocket(unread: number): StreamSocket {
  let listener: SocketListener | undefined
  return {
    ...deafSocket(),
    close: (code = 1005) => listener?.closed(code, ''),
    dropped: () => unread,
    listen(given) {
      listener = given
    },
  }
}
