import {describe, expect, test} from 'vitest'

import {profiles} from '../../../../src/protocol/profiles.js'
import {botMessage, eventsOf, identity, rulesOf, withExotel} from './exotel-rig.js'

describe('what Exotel does not document', () => {
  test.each([
    {profile: profiles['docs-strings'], counter: {sequence_number: '2'}, sid: 'stream_sid'},
    {profile: profiles['docs-numbers'], counter: {sequence_number: 2}, sid: 'stream_sid'},
    {profile: profiles['camel-mulaw'], counter: {sequenceNumber: '2'}, sid: 'streamSid'},
  ])('a clear of the caller is written in $profile.id', async ({profile, counter, sid}) => {
    await withExotel({profile}, async ({exotel, heard, events, sleep}) => {
      exotel.sendClear()
      await sleep(2)

      expect(heard.at(-1)?.json).toEqual({event: 'clear', ...counter, [sid]: identity.streamSid})
      expect(eventsOf(events, 'sent').at(-1)?.text).toBe(heard.at(-1)?.text)
    })
  })

  test('a mark of the caller counts like any message, and is no mark of the bot that returns', async () => {
    await withExotel({}, async ({exotel, heard, events, sleep}) => {
      exotel.sendMark('where')
      await sleep(2)

      expect(heard.at(-1)?.json).toEqual({
        event: 'mark',
        sequence_number: '2',
        stream_sid: identity.streamSid,
        mark: {name: 'where'},
      })
      expect(eventsOf(events, 'mark-echoed')).toEqual([])
    })
  })

  test('any text goes out as it is', async () => {
    await withExotel({}, async ({exotel, heard, events, sleep}) => {
      exotel.sendRaw('{"event": "hello"}')
      await sleep(2)

      expect(heard.at(-1)?.text).toBe('{"event": "hello"}')
      expect(eventsOf(events, 'sent').at(-1)?.text).toBe('{"event": "hello"}')
    })
  })

  test('nothing of it is sent after the caller has hung up', async () => {
    await withExotel({}, async ({exotel, heard, sleep}) => {
      exotel.hangUp('half-open')
      exotel.sendClear()
      exotel.sendMark('m')
      exotel.sendRaw('{"event":"hello"}')
      await sleep(10)

      expect(heard.map(({json}) => json['event'])).toEqual(['connected', 'start'])
    })
  })
})

describe('a connection that is left half-open', () => {
  test('neither sends nor reads any more, and is dropped after 5 s without a close frame', async () => {
    await withExotel({}, async ({exotel, bot, heard, botClosed, events, ticks}) => {
      await ticks(2)
      exotel.hangUp('half-open')
      bot.send(botMessage.media(3200))
      await ticks(251)

      expect(heard.map(({json}) => json['event'])).toEqual(['connected', 'start', 'media', 'media'])
      expect(eventsOf(events, 'received')).toEqual([])
      expect(botClosed).toEqual([{atMs: 5021, code: 1006, reason: ''}])
      expect(eventsOf(events, 'hung-up')).toMatchObject([{how: 'half-open', atMs: 20}])
      expect(await exotel.closed).toEqual({by: 'caller', code: 1006})
    })
  })

  test('does not answer a bot that closes it', async () => {
    await withExotel({}, async ({exotel, bot, botClosed, sleep}) => {
      exotel.hangUp('half-open')
      bot.close(1000)
      await sleep(10_000)

      expect(await exotel.closed).toEqual({by: 'caller', code: 1006})
      expect(botClosed).toEqual([{atMs: 5001, code: 1006, reason: ''}])
    })
  })
})

describe('a caller who is gone before start', () => {
  test('is heard of by connected alone, without audio, marks or stop', async () => {
    await withExotel({setUp: 'connected-only'}, async ({exotel, heard, botClosed, ticks}) => {
      await ticks(5)
      exotel.hangUp('stop')
      await ticks(1)

      expect(heard.map(({json}) => json['event'])).toEqual(['connected'])
      expect(botClosed.map(({code}) => code)).toEqual([1000])
      expect(await exotel.closed).toEqual({by: 'caller', code: 1000})
    })
  })

  test('can be gone without a close frame', async () => {
    await withExotel({setUp: 'connected-only'}, async ({exotel, botClosed, sleep}) => {
      exotel.hangUp('abort')
      await sleep(5)

      expect(botClosed.map(({code}) => code)).toEqual([1006])
    })
  })

  test('makes whatever the bot sends too early', async () => {
    await withExotel({setUp: 'connected-only'}, async ({bot, events, ticks}) => {
      bot.send(botMessage.media(320))
      await ticks(2)

      expect(rulesOf(events)).toContain('sent-before-start')
    })
  })
})

describe('marks', () => {
  /** When a mark behind 20 ms of audio came back. */
  const returns = (marks: 'return' | 'withhold' | 'late' | 'twice') =>
    withExotel({marks}, async ({bot, heard, events, ticks}) => {
      bot.send(botMessage.media(320))
      bot.send(botMessage.mark('m'))
      await ticks(200)
      return {
        heardAtMs: heard.filter(({json}) => json['event'] === 'mark').map(({atMs}) => atMs),
        roundTripsMs: eventsOf(events, 'mark-echoed').map(({roundTripMs}) => roundTripMs),
      }
    })

  test.each([
    {marks: 'return', heardAtMs: [41], roundTripsMs: [39]},
    {marks: 'withhold', heardAtMs: [], roundTripsMs: []},
    {marks: 'late', heardAtMs: [2041], roundTripsMs: [2039]},
    {marks: 'twice', heardAtMs: [41, 41], roundTripsMs: [39, 39]},
  ] as const)('come back as asked: $marks', async ({marks, ...expected}) => {
    expect(await returns(marks)).toEqual(expected)
  })

  test('that are late do not come after the end of the call', async () => {
    await withExotel({marks: 'late'}, async ({exotel, bot, heard, ticks, sleep}) => {
      bot.send(botMessage.mark('m'))
      await ticks(3)
      exotel.hangUp('stop')
      await sleep(5000)

      expect(heard.map(({json}) => json['event'])).not.toContain('mark')
    })
  })
})
