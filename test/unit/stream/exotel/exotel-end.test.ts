import {describe, expect, test} from 'vitest'

import {pcm16ToUlaw} from '../../../../src/audio/g711.js'
import {tone} from '../../../../src/audio/tone.js'
import type {StreamEvent} from '../../../../src/protocol/events.js'
import {combineProfiles, type ProfileId, profiles} from '../../../../src/protocol/profiles.js'
import type {ExotelEndOptions} from '../../../../src/stream/exotel/exotel-end-options.js'
import {botMessage, eventsOf, identity, type Json, withExotel} from './exotel-rig.js'

const events = (heard: readonly {json: Json}[]) => heard.map(({json}) => json['event'])
const media = (json: Json) => json['media'] as {chunk: string; timestamp: string; payload: string}

describe('the opening', () => {
  test('is connected and then start, at once', async () => {
    await withExotel({}, async ({heard, sleep}) => {
      await sleep(1000)

      expect(heard.map(({atMs, json}) => [atMs, json['event']])).toEqual([
        [1, 'connected'],
        [1, 'start'],
      ])
    })
  })

  test('names the call, its audio and the parameters of the URL', async () => {
    await withExotel({customParameters: {plan: 'gold'}}, async ({heard, sleep}) => {
      await sleep(2)

      expect(heard[1]?.json).toEqual({
        event: 'start',
        sequence_number: '1',
        stream_sid: identity.streamSid,
        start: {
          stream_sid: identity.streamSid,
          call_sid: identity.callSid,
          account_sid: 'exostream1',
          from: '+910000012345',
          to: '+910000067890',
          custom_parameters: {plan: 'gold'},
          media_format: {encoding: 'audio/x-raw', sample_rate: '8000', bit_rate: '16'},
        },
      })
    })
  })

  test('begins the clock of the call', async () => {
    await withExotel({}, async ({exotel, events: recorded, sleep}) => {
      await sleep(123)

      expect(exotel.now()).toBe(123)
      expect(eventsOf(recorded, 'sent').map(({atMs}) => atMs)).toEqual([0, 0])
    })
  })
})

describe('the counters', () => {
  test('sequence numbers run from 1 at start over media, digits, marks and stop without a gap', async () => {
    await withExotel({}, async ({exotel, bot, heard, ticks, sleep}) => {
      await ticks(2)
      exotel.sendDigit('5')
      bot.send(botMessage.mark('m'))
      await ticks(2)
      exotel.sendDigit('#', 250)
      await ticks(1)
      exotel.hangUp('stop')
      await sleep(5)

      const counted = heard.slice(1).map(({json}) => json)
      expect(counted.map((json) => json['event'])).toEqual([
        ...['start', 'media', 'media', 'dtmf', 'mark', 'media', 'media', 'dtmf', 'media', 'stop'],
      ])
      expect(counted.map((json) => json['sequence_number'])).toEqual(
        counted.map((_, index) => String(index + 1)),
      )
    })
  })

  test('chunks run from 1, and each timestamp is that of its first sample', async () => {
    await withExotel({}, async ({heard, ticks}) => {
      await ticks(4)

      const chunks = heard.slice(2).map(({json}) => media(json))
      expect(chunks.map(({chunk, timestamp}) => [chunk, timestamp])).toEqual([
        ['1', '0'],
        ['2', '20'],
        ['3', '40'],
      ])
    })
  })
})

describe('what the caller does', () => {
  test('a frame is the audio that was given, and is recorded with the moment it was meant for', async () => {
    await withExotel({}, async ({heard, events: recorded, ticks, sleep}) => {
      const caller = tone({hz: 300, ms: 20, sampleRateHz: 8000})
      await ticks(1, caller)
      await sleep(2)

      const payload = Buffer.from(media(heard[2]?.json ?? {}).payload, 'base64')
      expect(payload).toEqual(Buffer.from(caller.buffer))
      expect(eventsOf(recorded, 'frame')).toEqual([
        {type: 'frame', atMs: 0, intendedMs: 0, chunk: 1},
      ])
    })
  })

  test('a digit is one message with its duration', async () => {
    await withExotel({}, async ({exotel, heard, sleep}) => {
      exotel.sendDigit('*')
      exotel.sendDigit('0', 250)
      await sleep(2)

      expect(heard.slice(2).map(({json}) => json['dtmf'])).toEqual([
        {digit: '*', duration: '100'},
        {digit: '0', duration: '250'},
      ])
    })
  })
})

describe('the dialects', () => {
  test.each<{profile: readonly ProfileId[]; bytes: number; messages: number; step: number}>([
    {profile: ['docs-strings'], bytes: 320, messages: 10, step: 20},
    {profile: ['16k'], bytes: 640, messages: 10, step: 20},
    {profile: ['24k'], bytes: 960, messages: 10, step: 20},
    {profile: ['100ms'], bytes: 1600, messages: 2, step: 100},
    {profile: ['100ms', '16k'], bytes: 3200, messages: 2, step: 100},
    {profile: ['100ms', '24k'], bytes: 4800, messages: 2, step: 100},
    {profile: ['camel-mulaw'], bytes: 160, messages: 10, step: 20},
    {profile: ['camel-mulaw', '100ms'], bytes: 800, messages: 2, step: 100},
  ])('$profile: 200 ms are $messages messages of $bytes bytes', async (expected) => {
    await withExotel(
      {profile: combineProfiles(expected.profile)},
      async ({heard, ticks, sleep}) => {
        await ticks(10)
        await sleep(2)

        const chunks = heard.slice(2).map(({json}) => media(json))
        expect(chunks.map(({payload}) => Buffer.from(payload, 'base64').length)).toEqual(
          new Array<number>(expected.messages).fill(expected.bytes),
        )
        expect(chunks.map(({timestamp}) => Number(timestamp))).toEqual(
          chunks.map((_, index) => index * expected.step),
        )
      },
    )
  })

  test('a frame of 100 ms leaves when its last 20 ms are spoken, and holds all five in order', async () => {
    await withExotel({profile: profiles['100ms']}, async ({exotel, heard, clock, sleep}) => {
      const parts = [1, 2, 3, 4, 5].map((sample) => new Int16Array(160).fill(sample))
      for (const [index, part] of parts.entries()) {
        await clock.sleepUntil(index * 20)
        exotel.sendAudio(part, index * 20)
      }
      await sleep(2)

      const [frame] = heard.slice(2)
      expect(frame?.atMs).toBe(81)
      expect(media(frame?.json ?? {}).payload).toBe(
        Buffer.concat(parts.map(({buffer}) => Buffer.from(buffer))).toString('base64'),
      )
    })
  })

  test('camel-mulaw writes camelCase and speaks mu-law both ways', async () => {
    await withExotel({profile: profiles['camel-mulaw']}, async ({bot, heard, ticks}) => {
      const caller = tone({hz: 300, ms: 20, sampleRateHz: 8000})
      const code = Buffer.alloc(160, 0x00)
      bot.send(JSON.stringify({event: 'media', media: {payload: code.toString('base64')}}))
      const played = await ticks(2, caller)

      const [start, first] = heard.slice(1)
      expect(start?.json).toMatchObject({
        sequenceNumber: '1',
        streamSid: identity.streamSid,
        start: {callSid: identity.callSid, mediaFormat: {encoding: 'audio/x-mulaw'}},
      })
      expect(media(first?.json ?? {}).payload).toBe(
        Buffer.from(pcm16ToUlaw(caller)).toString('base64'),
      )
      // Code 0 is the loudest negative sample of mu-law.
      expect(played[1]).toEqual(new Int16Array(160).fill(-32_124))
    })
  })

  test('docs-numbers counts in JSON numbers, and keeps the timestamp in quotes', async () => {
    await withExotel({profile: profiles['docs-numbers']}, async ({heard, ticks}) => {
      await ticks(2)

      expect(heard[2]?.json).toMatchObject({
        sequence_number: 2,
        media: {chunk: 1, timestamp: '0'},
      })
    })
  })

  test('every message ends in a newline, but not those of the legacy client', async () => {
    const endings = await Promise.all(
      [profiles['docs-strings'], profiles['legacy-connected-version']].map((profile) =>
        withExotel({profile}, async ({exotel, heard, ticks}) => {
          exotel.sendDigit('1')
          await ticks(2)
          return heard.map(({text}) => text.endsWith('}\n'))
        }),
      ),
    )

    expect(endings).toEqual([
      [true, true, true, true],
      [false, false, false, false],
    ])
  })

  test('a Stream applet passes on no digits, returns no marks and plays nothing', async () => {
    await withExotel({profile: profiles['stream-applet']}, async (rig) => {
      const {exotel, bot, heard, events: recorded, ticks} = rig
      bot.send(botMessage.media(3200))
      bot.send(botMessage.mark('m'))
      exotel.sendDigit('1')
      const played = await ticks(4)

      expect(new Set(events(heard))).toEqual(new Set(['connected', 'start', 'media']))
      expect(played.flatMap((pcm) => [...pcm]).filter((sample) => sample !== 0)).toEqual([])
      expect(eventsOf(recorded, 'received')).toHaveLength(2)
      expect(eventsOf(recorded, 'violation').map(({violation}) => violation.rule)).toEqual([
        'sent-on-stream-applet',
        'sent-on-stream-applet',
      ])
    })
  })
})

test('tells of each message as it was read, between its arrival and what it gives rise to', async () => {
  const told: unknown[] = []
  let log: readonly StreamEvent[] = []
  const heard: ExotelEndOptions['heard'] = ({event}, atMs) => {
    told.push([event, atMs, log.at(-1)?.type])
  }

  await withExotel({heard, profile: combineProfiles(['stream-applet'])}, async (rig) => {
    log = rig.events
    await rig.sleep(1)
    rig.receive('{"event":"clear"}')
    rig.receive('{"event":"Mark","mark":{"name":"a"}}')
    rig.receive('null')
  })

  expect(told).toEqual([
    ['clear', 1, 'received'],
    ['mark', 1, 'received'],
    ['invalid', 1, 'received'],
  ])
})
