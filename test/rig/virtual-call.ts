import {tone} from '../../src/audio/tone.js'
import {virtualClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import type {StreamEvent} from '../../src/protocol/events.js'
import {combineProfiles, type ProfileId} from '../../src/protocol/profiles.js'
import {seededRandom} from '../../src/random.js'
import {type CallResult, runCall} from '../../src/simulate/call.js'
import type {Keeper} from '../../src/simulate/keep.js'
import type {Clip, Scenario, Step} from '../../src/simulate/scenario.js'
import type {Bot} from '../../src/stream/bot.js'
import {BotEnd} from '../../src/stream/bot-end.js'
import type {StreamSocket} from '../../src/stream/socket.js'
import {parseStreamUrl} from '../../src/stream/stream-url.js'
import {socketPair} from './socket-pair.js'

export type VirtualCall = {
  readonly steps: readonly Step[]
  /** A bot behind a real bot end, or whatever sits on the raw socket. */
  readonly bot?: Bot
  readonly raw?: (socket: StreamSocket, sleep: (ms: number) => Promise<void>) => void
  readonly profiles?: readonly ProfileId[]
  readonly clear?: 'packet' | 'message'
  readonly marksOnClear?: 'drop' | 'echo'
  readonly maxSessionMs?: number
  readonly seed?: number
  readonly abortAfterMs?: number
}

export type VirtualResult = CallResult & {
  readonly events: readonly StreamEvent[]
  readonly caller: Int16Array
  readonly heard: Int16Array
}

/** One call through the real engine, on the virtual clock, over a socket pair of 1 ms. */
export async function virtualCall(call: VirtualCall): Promise<VirtualResult> {
  const clock = virtualClock()
  const {steps, bot, raw, profiles = [], clear = 'packet', marksOnClear = 'drop', seed = 1} = call
  const profile = combineProfiles(profiles)
  const events: StreamEvent[] = []
  const caller: number[] = []
  const heard: number[] = []
  const keeper: Keeper = {
    event: (event) => events.push(event),
    audio(said, played) {
      caller.push(...said)
      heard.push(...played)
    },
    close: () => Promise.resolve({artifacts: {}, problems: []}),
  }
  const scenario: Scenario = {name: 'test', description: '', steps, thresholds: []}
  const abort = new AbortController()
  const result = await clock.run(async () => {
    if (call.abortAfterMs !== undefined) {
      void clock.sleepUntil(call.abortAfterMs).then(() => {
        abort.abort()
      })
    }
    return runCall(
      scenario,
      {
        target: {kind: 'bot', bot: 'test'},
        url: parseStreamUrl('ws://127.0.0.1/media?plan=gold'),
        scenarios: [scenario],
        profile,
        sampleRateHz: profile.sampleRateHz,
        clear,
        marksOnClear,
        seed,
        ...(call.maxSessionMs === undefined ? {} : {maxSessionMs: call.maxSessionMs}),
      },
      {
        clock,
        random: seededRandom(seed),
        signal: abort.signal,
        keeper,
        on: () => undefined,
        dial() {
          const [exotel, other] = socketPair(clock)
          raw?.(other, (ms) => clock.sleepUntil(clock.now() + ms))
          if (bot) new BotEnd(other, {bot, clock, log: silentLogger})
          return Promise.resolve({socket: exotel, handshakeMs: 12, attempts: 1})
        },
      },
    )
  })
  return {...result, events, caller: Int16Array.from(caller), heard: Int16Array.from(heard)}
}

/** A clip of a tone as speech, with 40 ms of silence around it. */
export function clip(ms: number, label = `${String(ms)} ms of speech`, sampleRateHz = 8000): Clip {
  const edgeMs = 40
  const edge = (sampleRateHz / 1000) * edgeMs
  const speech = tone({hz: 440, ms, sampleRateHz})
  const pcm = new Int16Array(speech.length + 2 * edge)
  pcm.set(speech, edge)
  return {pcm, label, speechStartMs: edgeMs, speechEndMs: edgeMs + ms}
}
