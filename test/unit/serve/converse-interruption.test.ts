import {describe, expect, test} from 'vitest'

import {tone} from '../../../src/audio/tone.js'
import type {Caller} from './caller.js'
import {clip, type ConverseCall, holds, withConverse} from './converse-rig.js'

const hasMark = (name: string) => (caller: Caller) => caller.marks().includes(name)
const isHeard = (caller: Caller) => caller.heardAtMs.length > 0

/** The bot says a long turn back, and is 500 ms into it when the script goes on. */
async function whileItSpeaks(
  script: (caller: Caller) => Promise<void>,
  bot: {responseDelayMs?: number} = {},
): Promise<ConverseCall> {
  const words = await clip('rate-question')
  return withConverse(
    async (caller) => {
      await caller.listen(1000)
      await caller.say(words)
      await caller.listenUntil(isHeard)
      await caller.listen(500)
      await script(caller)
    },
    {bot},
  )
}

const eventsOf = ({sent}: ConverseCall) => sent.map(({event}) => event)

describe('the bot stops', () => {
  test('at once when the caller speaks, clears, and says the next turn back', async () => {
    const words = await clip('wait-interest')
    let beganMs = 0

    const call = await whileItSpeaks(async (caller) => {
      beganMs = caller.atMs
      await caller.say(words)
      await caller.listenUntil(hasMark('turn-2'))
    })

    expect(eventsOf(call)).toEqual(['media', 'clear', 'media', 'mark'])
    const clear = call.sent.find(({event}) => event === 'clear')
    // The clip begins with 60 ms of silence, and the first sound has to be known for a voice.
    expect((clear?.atMs ?? 0) - beganMs).toBeLessThan(350)
    expect(call.states.map(({state}) => state)).toEqual([
      'listening',
      'buffering',
      'silence',
      'speaking',
      'clear',
      'buffering',
      'silence',
      'speaking',
      'listening',
    ])
    expect(holds(call.said[1], words)).toBe(true)
  })

  test('at once for a clear, answers it with one, and takes the next turn', async () => {
    const words = await clip('hello')

    const call = await whileItSpeaks(async (caller) => {
      caller.exotel.sendClear()
      await caller.listen(2000)
      await caller.say(words)
      await caller.listenUntil(hasMark('turn-2'))
    })

    expect(eventsOf(call)).toEqual(['media', 'clear', 'media', 'mark'])
    expect(holds(call.said[1], words)).toBe(true)
  })
})

describe('the bot goes on', () => {
  test.each(['cough', 'street', 'side-talk'])('through %s', async (name) => {
    const call = await whileItSpeaks(async (caller) => {
      await caller.say(await clip(name))
      await caller.listen(3000)
    })

    expect(eventsOf(call)).toEqual(['media', 'mark'])
    expect(call.states.at(-1)?.state).toBe('listening')
  })

  test.each([
    ['a click', 40],
    ['the tone of a key', 120],
  ])('through %s, which is no turn either', async (_, ms) => {
    const call = await whileItSpeaks(async (caller) => {
      await caller.say(tone({hz: 350, ms, sampleRateHz: 8000}))
      caller.exotel.sendDigit('1')
      await caller.listen(8000)
    })

    expect(eventsOf(call)).toEqual(['media', 'mark'])
  })

  test.each([
    ['in the middle', 200],
    ['near the end', 2300],
  ])('through a soft "mm-hmm" %s of what it says, which is no turn either', async (_, waitMs) => {
    const soft = (await clip('mm-hmm')).map((sample) => sample * 0.6)

    const call = await whileItSpeaks(async (caller) => {
      await caller.listen(waitMs)
      await caller.say(soft)
      await caller.listen(8000)
    })

    expect(eventsOf(call)).toEqual(['media', 'mark'])
    expect(call.states.at(-1)?.state).toBe('listening')
  })

  test('through marks that are not its own', async () => {
    const call = await whileItSpeaks(async (caller) => {
      caller.exotel.sendMark('mine')
      await caller.listenUntil(hasMark('turn-1'))
    })

    expect(eventsOf(call)).toEqual(['media', 'mark'])
  })
})

describe('a clear', () => {
  test('while nobody speaks is not answered: two such bots cannot keep each other busy', async () => {
    const {sent, states} = await withConverse(async (caller) => {
      await caller.listen(500)
      caller.exotel.sendClear()
      await caller.listen(500)
    })

    expect(sent).toEqual([])
    expect(states.map(({state}) => state)).toEqual(['listening'])
  })

  test('takes back the answer that is due', async () => {
    const {sent, states} = await withConverse(
      async (caller) => {
        await caller.listen(1000)
        await caller.say(await clip('hello'))
        await caller.listen(3000)
        caller.exotel.sendClear()
        await caller.listen(5000)
      },
      {bot: {responseDelayMs: 4000}},
    )

    expect(sent).toEqual([])
    expect(states.map(({state}) => state).slice(-3)).toEqual(['silence', 'clear', 'listening'])
  })

  test('while the caller speaks leaves the turn as it is', async () => {
    const words = await clip('loan-enquiry')

    const {said} = await withConverse(async (caller) => {
      await caller.listen(1000)
      await caller.say(words.subarray(0, 8000))
      caller.exotel.sendClear()
      await caller.say(words.subarray(8000))
      await caller.listenUntil(hasMark('turn-1'))
    })

    expect(holds(said[0], words)).toBe(true)
  })
})

describe('the end', () => {
  test('of the call within a turn leaves nothing to be said', async () => {
    const {sent} = await withConverse(async (caller) => {
      await caller.listen(1000)
      await caller.say(await clip('hello'))
      await caller.listen(1900)
      caller.exotel.hangUp('stop')
      await caller.sendNothing(5000)
    })

    expect(sent).toEqual([])
  })

  test('of what is said does not hang on a mark that never returns', async () => {
    const {said} = await withConverse(
      async (caller) => {
        await caller.listen(1000)
        await caller.say(await clip('hello'))
        await caller.listen(9000)
        await caller.say(await clip('send-details'))
        await caller.listen(9000)
      },
      {playsNothing: true},
    )

    expect(holds(said[1], await clip('send-details'))).toBe(true)
  })
})
