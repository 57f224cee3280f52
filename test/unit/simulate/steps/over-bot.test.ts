import {describe, expect, test} from 'vitest'

import type {Step} from '../../../../src/simulate/scenario/scenario.js'
import {deafBot, politeBot, silentBot} from '../../../rig/bots.js'
import {clip, virtualCall} from '../../../rig/virtual-call.js'

const hangUp: Step = {hangUp: 'stop', now: true}
const mmHmm = (afterMs: number): Step => ({
  backchannel: clip(300, 'mm-hmm'),
  afterMs,
  expect: 'ignore',
})
const greet: Step = {greet: {withinMs: 500}}

describe('a backchannel', () => {
  test.each([500, 1000, 1740])('is heard %i ms after the bot was', async (afterMs) => {
    const {events} = await virtualCall({
      bot: deafBot([{afterMs: 100, ms: 5000}]),
      steps: [mmHmm(afterMs), hangUp],
    })

    const sound = events.find(({type}) => type === 'caller-speech')
    expect(sound).toMatchObject({turn: 0, startMs: 120 + afterMs})
    expect(events.find(({type}) => type === 'turn-start')).toMatchObject({
      kind: 'backchannel',
      label: 'mm-hmm',
      expectation: 'ignore',
    })
  })

  test('is over when a bot that yields would have fallen silent: 1.2 s after it and more', async () => {
    const {events} = await virtualCall({
      bot: deafBot([{afterMs: 0, ms: 6000}]),
      steps: [mmHmm(1000), hangUp],
    })

    const sound = events.find((event) => event.type === 'caller-speech')
    const end = events.find((event) => event.type === 'turn-end')
    expect((end?.atMs ?? 0) - (sound?.endMs ?? 0)).toBeGreaterThanOrEqual(1200)
    expect((end?.atMs ?? 0) - (sound?.endMs ?? 0)).toBeLessThan(1500)
  })

  test('is met by a bot that speaks on, and not by one that stops', async () => {
    const steps = [greet, {say: clip(600), expect: 'respond'}, mmHmm(1000), hangUp] as const

    const deaf = await virtualCall({bot: politeBot({stops: false}), steps})
    const jumpy = await virtualCall({bot: politeBot(), steps})

    expect(deaf.report.turns[2]).toMatchObject({kind: 'backchannel', met: true})
    expect(jumpy.report.turns[2]).toMatchObject({kind: 'backchannel', met: false})
  })

  test('leaves the same utterance to be interrupted after it', async () => {
    const {events} = await virtualCall({
      bot: deafBot([{afterMs: 0, ms: 8000}]),
      steps: [
        mmHmm(500),
        mmHmm(2500),
        {interrupt: clip(600), afterMs: 5000, expect: 'stop'},
        hangUp,
      ],
    })

    const sounds = events.flatMap((event) =>
      event.type === 'caller-speech' ? [event.startMs] : [],
    )
    expect(sounds).toEqual([520, 2520, 5020])
  })

  test('of a bot that never speaks is not made, and the turn says so', async () => {
    const {events} = await virtualCall({bot: silentBot, steps: [mmHmm(1000), hangUp]})

    expect(events.some(({type}) => type === 'caller-speech')).toBe(false)
    expect(events.some(({type}) => type === 'turn-end')).toBe(true)
  })
})

describe('a noise', () => {
  const noise = {noise: clip(800, 'street noise'), expect: 'ignore'} as const

  test('is made in quiet, and two seconds are left for a bot that answers it', async () => {
    const {events, report} = await virtualCall({
      bot: deafBot([{afterMs: 0, ms: 1000}]),
      steps: [greet, noise, hangUp],
    })

    const sound = events.find((event) => event.type === 'caller-speech')
    const end = events.findLast((event) => event.type === 'turn-end')
    expect(sound?.startMs).toBe(1020 + 700 + 40)
    expect((end?.atMs ?? 0) - (sound?.endMs ?? 0)).toBeGreaterThanOrEqual(2000)
    expect(report.turns[1]).toMatchObject({kind: 'noise', label: 'street noise', met: true})
  })

  test('is not met by a bot that takes it for a question', async () => {
    const {report} = await virtualCall({
      bot: politeBot(),
      steps: [greet, noise, hangUp],
    })

    expect(report.turns[1]).toMatchObject({kind: 'noise', met: false})
  })

  test('may be made while the bot speaks', async () => {
    const {events} = await virtualCall({
      bot: deafBot([{afterMs: 0, ms: 5000}]),
      steps: [greet, {...noise, afterMs: 1500}, hangUp],
    })

    expect(events.find(({type}) => type === 'caller-speech')).toMatchObject({startMs: 1520})
  })
})
