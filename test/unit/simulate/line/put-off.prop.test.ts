import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

import {tone} from '../../../../src/audio/tone.js'
import type {StreamEvent} from '../../../../src/protocol/events.js'
import type {Step} from '../../../../src/simulate/scenario/scenario.js'
import type {Bot} from '../../../../src/stream/bot/bot.js'
import {clip, virtualCall, type VirtualCall} from '../../../rig/virtual-call.js'

/** What a bot does, one after another, so long after the call began. */
type Deed = {
  readonly afterMs: number
  readonly does: 'speaks' | 'is quiet' | 'marks' | 'clears' | 'says something odd'
  readonly ms: number
}

const deeds = fc.array(
  fc.record({
    // Between two ticks: at the very moment of one its order would be chance.
    afterMs: fc.integer({min: 0, max: 700}).map((ms) => ms + 0.37),
    does: fc.constantFrom<Deed['does'][]>(
      ...['speaks' as const, 'speaks' as const, 'is quiet' as const, 'marks' as const],
      ...['clears' as const, 'says something odd' as const],
    ),
    ms: fc.integer({min: 1, max: 900}),
  }),
  {maxLength: 25},
)

const HANG_UP: Step = {hangUp: 'stop'}
const scenarios: Readonly<Record<string, readonly Step[]>> = {
  'takes turns': [
    {say: clip(430), expect: 'respond', withinMs: 1000, talkOver: 'allow'},
    {say: clip(310), expect: 'respond', withinMs: 700},
    HANG_UP,
  ],
  'speaks over the bot': [
    {interrupt: clip(500), afterMs: 300},
    {backchannel: clip(200), afterMs: 250},
    HANG_UP,
  ],
  'presses keys and sends what nobody sends': [
    {digits: '12', gapMs: 130, expect: 'respond', withinMs: 500},
    {send: {mark: 'm'}, answer: 'mark', withinMs: 300},
    {mute: {ms: 330}},
    HANG_UP,
  ],
  'waits and says nothing': [
    {wait: {ms: 770}},
    {wait: {mark: '*', timeoutMs: 1500}},
    {silence: {ms: 900}, expect: 'respond', withinMs: 500},
    HANG_UP,
  ],
}

/** @param comes hears what comes back to the bot, and when */
function botThat(does: readonly Deed[], comes: (what: string) => void): Bot {
  return async (call) => {
    void (async () => {
      for await (const event of call.events) {
        if (event.type !== 'audio') comes(`${JSON.stringify(event)} ${call.now().toFixed(2)}`)
      }
    })()
    for (const {afterMs, does: what, ms} of does) {
      await call.sleep(afterMs)
      const pcm = tone({hz: 440, ms, sampleRateHz: 8000})
      if (what === 'speaks') call.play(pcm)
      else if (what === 'is quiet') call.play(pcm.map((sample) => sample >> 11))
      else if (what === 'marks') call.mark(`m${String(ms)}`)
      else if (what === 'clears') call.clear()
      else call.send({event: 'odd'})
    }
  }
}

type Call = Omit<VirtualCall, 'bot' | 'profiles'> & {
  readonly does?: readonly Deed[]
  readonly bot?: Bot
}

/** What happens at both ends. */
async function eventsOf({does = [], ...call}: Call): Promise<readonly (StreamEvent | string)[]> {
  const atBot: string[] = []
  const bot = botThat(does, (what) => atBot.push(what))
  const {events} = await virtualCall({bot, ...call, profiles: ['100ms']})
  return [
    ...events.map((event) => (event.type === 'call' ? {...event, startedAt: ''} : event)),
    ...atBot,
  ]
}

/** Between two ticks, and long enough before the next that the thread is known to have been there. */
const stall = fc.option(
  fc.record({
    fromMs: fc.integer({min: 0, max: 250}).map((tick) => tick * 20 + 7),
    ms: fc.integer({min: 1, max: 300}),
  }),
  {nil: undefined},
)

/** A thread that is away wakes late from all that it slept until meanwhile. */
function lateBy(away: {readonly fromMs: number; readonly ms: number} | undefined) {
  if (!away) return () => 0
  const {fromMs, ms} = away
  const untilMs = fromMs + ms + 0.13
  return (deadlineMs: number) =>
    deadlineMs >= fromMs && deadlineMs < untilMs ? untilMs - deadlineMs : 0
}

describe('a caller whose ticks are put off where nothing can come of them', () => {
  test.each(Object.entries(scenarios))(
    '%s as one who makes each at its time',
    {timeout: 60_000},
    async (_, steps) => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            does: deeds,
            marksOnClear: fc.constantFrom('echo' as const, 'drop' as const),
            clear: fc.constantFrom('packet' as const, 'message' as const),
            isOneOfMany: fc.boolean(),
            away: stall,
          }),
          async ({away, ...given}) => {
            const call = {...given, steps, lateMs: lateBy(away)}

            expect(await eventsOf({...call, isPaced: true})).toEqual(await eventsOf(call))
          },
        ),
        {numRuns: 40},
      )
    },
  )

  test('hears the end of a bot that closes, and ends with it', async () => {
    const bot: Bot = async (call) => {
      await call.sleep(1234.37)
      call.close(1000)
    }
    const call = {bot, steps: [{wait: {ms: 9000}}]} as const

    expect(await eventsOf({...call, isPaced: true})).toEqual(await eventsOf(call))
  })

  test('is ended by the longest session, and by an interruption, at the same moment', async () => {
    const steps = [{wait: {ms: 9000}}]
    for (const ends of [{maxSessionMs: 1230}, {abortAfterMs: 1234.5}]) {
      expect(await eventsOf({...ends, steps, isPaced: true})).toEqual(
        await eventsOf({...ends, steps}),
      )
    }
  })
})
