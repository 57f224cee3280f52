import {describe, expect, test} from 'vitest'

import {peak} from '../../../src/audio/level.js'
import {tone} from '../../../src/audio/tone.js'
import type {ProfileId} from '../../../src/protocol/profiles.js'
import type {Bot} from '../../../src/stream/bot/bot.js'
import {clip, virtualCall} from '../../rig/virtual-call.js'

/** Speaks for 1 s once it has heard the caller, and then nothing of the caller for 700 ms: longer than a stall. */
const answering: Bot = async (call) => {
  let hush = new AbortController()
  for await (const event of call.events) {
    if (event.type !== 'audio' || peak(event.pcm) < 1000) continue
    hush.abort()
    hush = new AbortController()
    call.sleep(700, hush.signal).then(
      () => {
        call.play(tone({hz: 500, ms: 1000, sampleRateHz: call.sampleRateHz}))
      },
      () => undefined,
    )
  }
}

const steps = [
  {say: clip(800), expect: 'respond', withinMs: 2000},
  {say: clip(800), expect: 'respond', withinMs: 2000},
  {hangUp: 'stop'},
] as const

const called = (profiles: readonly ProfileId[], seed = 1) =>
  virtualCall({steps, bot: answering, profiles, seed})

describe('a sound bot', () => {
  test.each<{profiles: readonly ProfileId[]}>([
    {profiles: ['suppress-silence']},
    {profiles: ['suppress-silence', '100ms']},
    {profiles: ['rough-network']},
    {profiles: ['rough-network', 'suppress-silence', 'docs-numbers']},
    {profiles: ['camel-mulaw', 'rough-network']},
  ])('is answered well with $profiles', async ({profiles}) => {
    const {report} = await called(profiles)

    expect(report.outcome).toBe('completed')
    expect(report.turns.map(({met}) => met)).toEqual([true, true])
  })

  test('answers later on a rough network, by what the network takes, and the rig is not late', async () => {
    const smooth = await called([])
    const seeds = Array.from({length: 10}, (_, seed) => seed)
    const rough = await Promise.all(seeds.map((seed) => called(['rough-network'], seed)))

    const [even = 0] = smooth.report.turns.map(({responseMs}) => responseMs ?? 0)
    const delays = rough.flatMap(({report}) =>
      report.turns.map(({responseMs}) => (responseMs ?? Number.NaN) - even),
    )
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(-20)
    expect(Math.max(...delays)).toBeGreaterThan(20)
    expect(Math.max(...delays)).toBeLessThan(600)
    expect(rough.map(({lateness}) => lateness.percentile(100))).toEqual(seeds.map(() => 0))
  })

  test('is called the same way again with the same seed', async () => {
    const [one, same] = await Promise.all([
      called(['rough-network'], 4),
      called(['rough-network'], 4),
    ])

    expect(JSON.stringify(same.events)).toBe(JSON.stringify(one.events))
  })
})
