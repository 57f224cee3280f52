import {describe, expect, test} from 'vitest'

import {profiles} from '../../../../src/protocol/profiles.js'
import type {StreamSocket} from '../../../../src/stream/socket.js'
import {
  botMessage,
  eventsOf,
  findingsOf,
  type Json,
  rulesOf,
  speech,
  withExotel,
} from './exotel-rig.js'

const isSilent = (pcm: Int16Array) => pcm.every((sample) => sample === 0)
const audibleTicks = (played: readonly Int16Array[]) =>
  played.flatMap((pcm, index) => (isSilent(pcm) ? [] : [index]))

describe('what the bot says', () => {
  test('is heard from the next tick on, 20 ms a tick, and silence after it', async () => {
    await withExotel({}, async ({bot, exotel, ticks}) => {
      await ticks(5)
      bot.send(botMessage.media(960))
      const played = await ticks(6)

      expect(audibleTicks(played)).toEqual([0, 1, 2])
      expect(new Set(played.map(({length}) => length))).toEqual(new Set([160]))
      expect(exotel.queuedMs).toBe(0)
    })
  })

  test('is sample for sample what was sent', async () => {
    await withExotel({profile: profiles['16k']}, async ({bot, ticks}) => {
      const sent = speech(1280)
      bot.send(botMessage.payload(sent))
      const played = await ticks(3)

      expect(
        Buffer.concat(
          played
            .slice(1)
            .map(({buffer, byteOffset, byteLength}) => Buffer.from(buffer, byteOffset, byteLength)),
        ),
      ).toEqual(sent)
    })
  })

  test('is recorded with its length, its loudness and what then waits', async () => {
    await withExotel({}, async ({bot, events, sleep}) => {
      bot.send(botMessage.media(3200))
      bot.send(botMessage.payload(new Uint8Array(320)))
      await sleep(2)

      expect(eventsOf(events, 'bot-audio')).toEqual([
        {type: 'bot-audio', atMs: 1, audioMs: 200, audible: true, queuedMs: 200},
        {type: 'bot-audio', atMs: 1, audioMs: 20, audible: false, queuedMs: 220},
      ])
    })
  })

  test('is recorded word for word, with the tick before which it came', async () => {
    await withExotel({}, async ({bot, events, ticks}) => {
      await ticks(3)
      bot.send('{"event" : "nothing we know"}')
      await ticks(1)

      expect(eventsOf(events, 'received')).toEqual([
        {type: 'received', atMs: 41, tick: 3, text: '{"event" : "nothing we know"}'},
      ])
    })
  })
})

describe('gaps', () => {
  test('a late chunk inside speech is one, with a finding', async () => {
    await withExotel({}, async ({bot, events, ticks}) => {
      bot.send(botMessage.media(640))
      await ticks(6)
      bot.send(botMessage.media(640))
      await ticks(4)

      expect(eventsOf(events, 'gap')).toEqual([
        {type: 'gap', atMs: 60, gapMs: 60, cause: 'late-chunk'},
      ])
      expect(rulesOf(events)).toContain('underrun-in-utterance')
    })
  })

  test.each([
    {bytes: 4096, cause: 'short-last-packet', gapMs: 4, profile: profiles['docs-strings']},
    {bytes: 4097, cause: 'odd-length', gapMs: 4, profile: profiles['docs-strings']},
    {bytes: 4096, cause: 'short-last-packet', gapMs: 12, profile: profiles['16k']},
    {bytes: 4097, cause: 'odd-length', gapMs: 12, profile: profiles['16k']},
  ])('$bytes bytes at $profile.sampleRateHz Hz leave one of $gapMs ms', async (expected) => {
    const {bytes, cause, gapMs, profile} = expected
    await withExotel({profile}, async ({bot, events, ticks}) => {
      bot.send(botMessage.media(bytes))
      bot.send(botMessage.media(3840))
      await ticks(40)

      const ended = Math.ceil(bytes / (profile.sampleRateHz / 25)) * 20 + 20
      expect(eventsOf(events, 'gap')).toEqual([{type: 'gap', atMs: ended - gapMs, gapMs, cause}])
    })
  })

  test('an odd chunk behind an uneven one does not change its cause', async () => {
    await withExotel({}, async ({bot, events, ticks}) => {
      for (const bytes of [300, 301, 320]) bot.send(botMessage.media(bytes))
      await ticks(6)

      expect(eventsOf(events, 'gap').map(({cause}) => cause)).toEqual([
        'short-last-packet',
        'odd-length',
      ])
    })
  })

  test('mu-law has no odd lengths', async () => {
    await withExotel({profile: profiles['camel-mulaw']}, async ({bot, events, ticks}) => {
      bot.send(botMessage.media(151))
      bot.send(botMessage.media(160))
      await ticks(4)

      expect(eventsOf(events, 'gap').map(({cause}) => cause)).toEqual(['short-last-packet'])
      expect(rulesOf(events)).toEqual([])
    })
  })

  test('a bot that was cut off and speaks anew leaves none', async () => {
    await withExotel({}, async ({bot, events, ticks}) => {
      bot.send(botMessage.media(6400))
      await ticks(4)
      bot.send(botMessage.clear())
      await ticks(5)
      bot.send(botMessage.media(3200))
      await ticks(4)

      expect(eventsOf(events, 'gap')).toEqual([])
    })
  })
})

describe('a clear', () => {
  test.each([
    {clear: 'packet', heard: 3, droppedMs: 340},
    {clear: 'message', heard: 10, droppedMs: 200},
  ] as const)('by $clear drops $droppedMs ms', async ({clear, heard, droppedMs}) => {
    await withExotel({clear}, async ({bot, events, ticks}) => {
      bot.send(botMessage.media(3200))
      bot.send(botMessage.media(3200))
      await ticks(4)
      bot.send(botMessage.clear())
      const rest = await ticks(20)

      expect(eventsOf(events, 'cleared')).toEqual([{type: 'cleared', atMs: 61, droppedMs}])
      expect(3 + audibleTicks(rest).length).toBe(heard)
    })
  })

  test.each([
    {marksOnClear: 'drop', returned: []},
    {marksOnClear: 'echo', returned: ['said']},
  ] as const)('and its marks: $marksOnClear', async ({marksOnClear, returned}) => {
    await withExotel({marksOnClear}, async ({bot, events, ticks}) => {
      bot.send(botMessage.media(6400))
      bot.send(botMessage.mark('said'))
      await ticks(3)
      bot.send(botMessage.clear())
      await ticks(30)

      expect(eventsOf(events, 'mark-echoed').map(({name}) => name)).toEqual(returned)
    })
  })
})

describe('a mark', () => {
  test('comes back when its audio has ended, and its way there and back is measured', async () => {
    await withExotel({}, async ({bot, heard, events, ticks}) => {
      await ticks(1)
      bot.send(botMessage.media(640))
      bot.send(botMessage.mark('said'))
      await ticks(5)

      expect(eventsOf(events, 'mark-echoed')).toEqual([
        {type: 'mark-echoed', atMs: 60, name: 'said', roundTripMs: 59},
      ])
      expect(heard.find(({json}) => json['event'] === 'mark')).toMatchObject({
        atMs: 61,
        json: {mark: {name: 'said'}},
      })
    })
  })

  test('with nothing queued comes back within one tick', async () => {
    await withExotel({}, async ({bot, heard, ticks}) => {
      await ticks(1)
      bot.send(botMessage.mark('now'))
      await ticks(3)

      expect(heard.filter(({json}) => json['event'] === 'mark').map(({atMs}) => atMs)).toEqual([21])
    })
  })
})

describe('a bot that returns each mark with the same mark', () => {
  const parrot = (json: Json, bot: StreamSocket) => {
    if (json['event'] === 'mark') bot.send(JSON.stringify(json))
  }
  const namesOf = (heard: readonly {json: Json}[]) =>
    heard.flatMap(({json}) => (json['mark'] ? [(json['mark'] as {name: string}).name] : []))

  test('gets it back twelve times and no more', async () => {
    await withExotel({answer: parrot}, async ({bot, heard, ticks}) => {
      bot.send(botMessage.mark('again'))
      await ticks(200)

      expect(namesOf(heard)).toEqual(new Array(12).fill('again'))
    })
  })

  test('is found out', async () => {
    await withExotel({answer: parrot}, async ({bot, events, ticks}) => {
      bot.send(botMessage.mark('again'))
      await ticks(200)

      expect(findingsOf(events).map(({rule, severity, count}) => [rule, severity, count])).toEqual([
        ['mark-loop', 'error', 1],
        ['event-answered-with-itself', 'warning', 9],
        ['mark-name-repeated', 'info', 2],
      ])
    })
  })

  test('goes on with its call: what it says later is played, and the mark behind it returned', async () => {
    await withExotel({answer: parrot}, async ({bot, exotel, heard, ticks}) => {
      bot.send(botMessage.mark('again'))
      await ticks(200)
      bot.send(botMessage.media(320))
      bot.send(botMessage.mark('again'))
      const played = await ticks(5)

      expect(audibleTicks(played)).toEqual([0])
      expect(namesOf(heard).length).toBeGreaterThan(12)
      expect(exotel.isOpen()).toBe(true)
    })
  })
})
