import {tone} from '../../../../../src/audio/tone.js'
import {pcm16ToBytes} from '../../../../../src/audio/pcm16.js'
import {type Logger, silentLogger} from '../../../../../src/log.js'
import {StreamLook} from '../../../../../src/serve/relay/look/stream-look.js'
import type {
  BotStreamEvent,
  StreamEnded,
  StreamWatch,
} from '../../../../../src/stream/bot/stream-watch.js'

/** A look at one stream, in a time that the test sets. */
export type LookRig = {
  readonly look: StreamLook
  readonly events: BotStreamEvent[]
  nowMs: number
  lateMs: number
  /** The caller's connected and start, with the bot there. */
  begin(): void
  /** 20 ms at a time, as the beat of a relay does. */
  until(ms: number): void
  end(): StreamEnded
  /** The rules that the bot has broken so far, or the caller. */
  broken(by: 'caller' | 'bot'): readonly string[]
}

type RigOptions = {
  readonly watch?: StreamWatch
  readonly log?: Logger
  readonly urlSampleRateHz?: 8000 | 16_000 | 24_000
}

export function lookRig({watch, log = silentLogger, urlSampleRateHz}: RigOptions = {}): LookRig {
  const events: BotStreamEvent[] = []
  const time = {nowMs: 0, lateMs: 0}
  const look = new StreamLook({
    now: () => time.nowMs,
    lateMs: () => time.lateMs,
    context: {
      connection: 'c1',
      path: '/media',
      pathParameters: {},
      customerOf: () => ({}),
      query: new URLSearchParams(),
      urlSampleRateHz,
      authorization: undefined,
      log,
      watch: watch ?? ((event) => events.push(event)),
    },
  })
  return Object.assign(time, {
    look,
    events,
    begin() {
      look.botReached(1)
      look.fromCaller('{"event":"connected"}')
      look.fromCaller(start())
    },
    until(ms: number) {
      while (time.nowMs < ms) {
        time.nowMs += 20
        look.advance()
      }
    },
    end() {
      const ending = {leg: 'caller', code: 1000, reason: '', isRefusal: false} as const
      look.end({...ending, byUs: undefined}, {held: 0, toBot: 0, toCaller: 0})
      const last = events.at(-1)
      if (last?.type !== 'closed') throw new Error('nobody was told of the end')
      return last.ended
    },
    broken: (by: 'caller' | 'bot') =>
      events.flatMap((event) =>
        event.type === 'violation' && event.by === by ? [event.violation.rule] : [],
      ),
  })
}

export function start(encoding = 'audio/x-raw'): string {
  return JSON.stringify({
    event: 'start',
    sequence_number: '1',
    stream_sid: 's1',
    start: {
      stream_sid: 's1',
      call_sid: 'c1',
      account_sid: 'a1',
      from: '+910000012345',
      to: '+910000067890',
      custom_parameters: {},
      media_format: {encoding, sample_rate: '8000', bit_rate: '16'},
    },
  })
}

/** So much speech in one message. */
export function speech(ms: number): string {
  const payload = Buffer.from(pcm16ToBytes(tone({hz: 300, ms, sampleRateHz: 8000})))
  return JSON.stringify({
    event: 'media',
    stream_sid: 's1',
    media: {payload: payload.toString('base64')},
  })
}

export const mark = (name: string): string =>
  JSON.stringify({event: 'mark', stream_sid: 's1', mark: {name}})
