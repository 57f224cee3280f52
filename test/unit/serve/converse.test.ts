import {describe, expect, test} from 'vitest'

import {pcm16ToBytes} from '../../../src/audio/pcm16.js'
import {noise, tone} from '../../../src/audio/tone.js'
import {seededRandom} from '../../../src/random.js'
import {clip, holds, withConverse} from './converse-rig.js'

const hasMark = (name: string) => (caller: {marks(): string[]}) => caller.marks().includes(name)

describe('a turn', () => {
  test('is said back in the same words, after the silence and the delay', async () => {
    const words = await clip('loan-enquiry')
    let endedMs = 0

    const {states, sent, said} = await withConverse(async (caller) => {
      await caller.listen(1000)
      await caller.say(words)
      endedMs = caller.atMs
      await caller.listenUntil(hasMark('turn-1'))
    })

    expect(states.map(({state}) => state)).toEqual([
      'listening',
      'buffering',
      'silence',
      'speaking',
      'listening',
    ])
    const [first] = sent
    expect(first?.event).toBe('media')
    // The clip ends in 60 ms of silence, and its last sound need not have a voice in it.
    expect((first?.atMs ?? 0) - endedMs).toBeGreaterThan(1700)
    expect((first?.atMs ?? 0) - endedMs).toBeLessThan(2150)
    expect(holds(said[0], words)).toBe(true)
  })

  test.each([
    ['8 kHz in frames of 20 ms', 'docs-strings', 8000],
    ['8 kHz in frames of 100 ms', '100ms', 8000],
    ['16 kHz', '16k', 16_000],
    ['24 kHz', '24k', 24_000],
    ['8 kHz on a line that sends nothing in silence', 'suppress-silence', 8000],
  ] as const)('is said back at %s', async (_, profile, sampleRateHz) => {
    const words = await clip('rate-question', sampleRateHz)

    const {said} = await withConverse(
      async (caller) => {
        await caller.listen(1000)
        await caller.say(words)
        await caller.listenUntil(hasMark('turn-1'))
      },
      {profile},
    )

    expect(holds(said[0], words)).toBe(true)
  })

  test('is said back to a line that stops sending within a word', async () => {
    const words = await clip('rate-question')

    const {said} = await withConverse(async (caller) => {
      await caller.listen(1000)
      await caller.say(words.subarray(0, 8000))
      await caller.sendNothing(8000)
    })

    expect(said).toHaveLength(1)
  })

  test('that comes in one message, beside half a sample, is said back', async () => {
    const words = await clip('rate-question')
    const payload = Buffer.from([...pcm16ToBytes(words), 7]).toString('base64')

    const {said} = await withConverse(async (caller) => {
      await caller.listen(1000)
      caller.exotel.sendRaw(JSON.stringify({event: 'media', media: {payload}}))
      await caller.sendNothing(12_000)
    })

    expect(holds(said[0], words)).toBe(true)
  })

  test('is said back without the silence behind it', async () => {
    const words = await clip('hello')

    const {said} = await withConverse(async (caller) => {
      await caller.listen(1000)
      await caller.say(words)
      await caller.listenUntil(hasMark('turn-1'))
    })

    expect((said[0]?.length ?? 0) / 8).toBeLessThan(words.length / 8 + 700)
  })

  test('ends after the silence that was asked for, and is answered after that delay', async () => {
    const words = tone({hz: 300, ms: 1000, sampleRateHz: 8000})

    const {states} = await withConverse(
      async (caller) => {
        await caller.listen(1000)
        await caller.say(words)
        await caller.listenUntil(hasMark('turn-1'))
      },
      {bot: {silenceMs: 500, responseDelayMs: 700}},
    )

    const atMs = (state: string) => states.find((one) => one.state === state)?.atMs ?? 0
    expect(atMs('silence')).toBeGreaterThanOrEqual(2480)
    expect(atMs('silence')).toBeLessThanOrEqual(2560)
    expect(atMs('speaking') - atMs('silence')).toBe(700)
  })

  test('goes on when the caller speaks again before the answer', async () => {
    const words = await clip('hello')
    const more = await clip('send-details')

    const {said} = await withConverse(
      async (caller) => {
        await caller.listen(1000)
        await caller.say(words)
        await caller.listen(1500)
        await caller.say(more)
        await caller.listenUntil(hasMark('turn-1'), 20_000)
      },
      {bot: {silenceMs: 500, responseDelayMs: 2000}},
    )

    expect(said).toHaveLength(1)
    expect(holds(said[0], words)).toBe(true)
    expect(holds(said[0], more)).toBe(true)
  })

  test('is followed by the next, each with a mark of its own', async () => {
    const {caller, said} = await withConverse(async (caller) => {
      await caller.listen(1000)
      for (const name of ['hello', 'loan-hindi', 'thanks-hindi']) {
        await caller.say(await clip(name))
        await caller.listen(8000)
      }
    })

    expect(caller.marks()).toEqual(['turn-1', 'turn-2', 'turn-3'])
    expect(holds(said[2], await clip('thanks-hindi'))).toBe(true)
  })

  test('of a softer voice is heard after a while', async () => {
    const soft = (await clip('send-details')).map((sample) => sample / 8)

    const {said} = await withConverse(async (caller) => {
      await caller.listen(1000)
      await caller.say(await clip('hello'))
      await caller.listenUntil(hasMark('turn-1'))
      await caller.listen(6000)
      await caller.say(soft)
      await caller.listenUntil(hasMark('turn-2'))
    })

    expect(holds(said[1], soft)).toBe(true)
  })

  test('longer than a minute is cut there, which is told once', async () => {
    const {said, messages} = await withConverse(async (caller) => {
      await caller.listen(1000)
      await caller.say(tone({hz: 300, ms: 70_000, sampleRateHz: 8000}))
      await caller.listenUntil(hasMark('turn-1'), 80_000)
    })

    expect((said[0]?.length ?? 0) / 8000).toBeGreaterThanOrEqual(60)
    expect((said[0]?.length ?? 0) / 8000).toBeLessThan(61)
    expect(messages.filter((message) => message.includes('the rest is dropped'))).toHaveLength(1)
  })

  test('of music without a pause ends after a minute, and is said back, again and again', async () => {
    const one = tone({hz: 300, ms: 250_000, sampleRateHz: 8000, dbfs: -20})
    const other = tone({hz: 470, ms: 250_000, sampleRateHz: 8000, dbfs: -20})
    const music = one.map((sample, index) => sample + (other[index] ?? 0))

    const {states, said} = await withConverse(async (caller) => {
      await caller.listen(1000)
      await caller.say(music)
    })

    expect(said.map((pcm) => Math.round(pcm.length / 8000))).toEqual([60, 60])
    expect(states.map(({state}) => state).slice(0, 8)).toEqual([
      ...['listening', 'buffering', 'silence', 'speaking'],
      ...['buffering', 'silence', 'speaking', 'buffering'],
    ])
  })

  test('that was cut is not answered once more when the caller has finished', async () => {
    const {said} = await withConverse(async (caller) => {
      await caller.listen(1000)
      await caller.say(tone({hz: 300, ms: 70_000, sampleRateHz: 8000}))
      await caller.listen(70_000)
    })

    expect(said).toHaveLength(1)
  })
})

describe('a line that sends noise without pause', () => {
  test.each([-50, -40, -35])(
    'of %i dBFS: the turn ends, and the noise is no caller',
    async (dbfs) => {
      const words = await clip('loan-enquiry')
      const random = seededRandom(5)
      const line = noise({samples: words.length, dbfs, random: () => random.next()})

      const {states, said} = await withConverse(
        async (caller) => {
          await caller.listen(6000)
          await caller.say(words.map((sample, index) => sample + (line[index] ?? 0)))
          await caller.listenUntil(hasMark('turn-1'), 10_000)
          await caller.listen(6000)
        },
        {lineDbfs: dbfs},
      )

      expect(said).toHaveLength(1)
      expect(states.filter(({state}) => state === 'buffering')).toHaveLength(1)
    },
  )

  test.each([
    ['loan-enquiry', 0],
    ['rate-question', 1500],
    ['loan-hindi', 3000],
    ['wait-interest', 5000],
  ])('of a street: %s from its %i. ms on is one turn', async (name, fromMs) => {
    const words = await clip(name)
    const street = (await clip('street')).map((sample) => sample * 0.25)
    const from = fromMs * 8
    const around = Int16Array.from([...street.subarray(from), ...street, ...street, ...street])
    const at = 5000 * 8

    const {caller, said} = await withConverse(async (caller) => {
      await caller.say(around.map((sample, index) => sample + (words[index - at] ?? 0)))
    })

    expect(caller.marks()).toEqual(['turn-1'])
    expect((said[0]?.length ?? 0) / 8).toBeLessThan(words.length / 8 + 900)
  })
})

describe('keys and marks', () => {
  test('do not disturb a turn, and are not answered', async () => {
    const words = await clip('loan-enquiry')

    const {sent, said} = await withConverse(async (caller) => {
      caller.exotel.sendDigit('1')
      await caller.listen(1000)
      await caller.say(words.subarray(0, 8000))
      caller.exotel.sendDigit('2')
      caller.exotel.sendMark('mine')
      await caller.say(words.subarray(8000))
      await caller.listenUntil(hasMark('turn-1'))
    })

    expect(holds(said[0], words)).toBe(true)
    expect(sent.map(({event}) => event)).toEqual(['media', 'mark'])
  })

  test('the tone of a key is no turn', async () => {
    const {states, sent} = await withConverse(async (caller) => {
      await caller.listen(1000)
      await caller.say(tone({hz: 350, ms: 120, sampleRateHz: 8000}))
      caller.exotel.sendDigit('1')
      await caller.listen(5000)
    })

    expect(sent).toEqual([])
    expect(states.at(-1)?.state).toBe('listening')
  })

  test('the tone of a key before the answer does not take the turn away', async () => {
    const words = await clip('loan-enquiry')

    const {said} = await withConverse(
      async (caller) => {
        await caller.listen(1000)
        await caller.say(words)
        await caller.listen(1000)
        await caller.say(tone({hz: 350, ms: 120, sampleRateHz: 8000}))
        caller.exotel.sendDigit('1')
        await caller.listenUntil(hasMark('turn-1'))
      },
      {bot: {silenceMs: 500, responseDelayMs: 2000}},
    )

    expect(holds(said[0], words)).toBe(true)
  })
})
