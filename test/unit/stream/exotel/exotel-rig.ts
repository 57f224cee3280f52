import {tone} from '../../../../src/audio/tone.js'
import {type VirtualClock, virtualClock} from '../../../../src/clock.js'
import type {Finding, StreamEvent} from '../../../../src/protocol/events.js'
import {profiles} from '../../../../src/protocol/profiles.js'
import type {RuleId} from '../../../../src/protocol/rules.js'
import {ExotelEnd} from '../../../../src/stream/exotel/exotel-end.js'
import type {ExotelEndOptions} from '../../../../src/stream/exotel/exotel-end-options.js'
import {FindingCounter} from '../../../../src/stream/findings.js'
import type {SocketListener, StreamSocket} from '../../../../src/stream/socket.js'
import {socketPair} from '../../../rig/socket-pair.js'

export const identity = {
  callSid: 'c8961ab2fa675ddac2d7b8974c25201m',
  streamSid: 'b8ac7b482138e87f6da1c79a692b201m',
  accountSid: 'exostream1',
  from: '+910000012345',
  to: '+910000067890',
}

export type Json = Readonly<Record<string, unknown>>

/** An ExotelEnd over a socket pair of 1 ms, and what happens at the bot's end of it. */
export type ExotelRig = {
  readonly clock: VirtualClock
  readonly exotel: ExotelEnd
  readonly bot: StreamSocket
  /** What the bot heard, as text and parsed. */
  readonly heard: {readonly atMs: number; readonly text: string; readonly json: Json}[]
  readonly botClosed: {readonly atMs: number; readonly code: number; readonly reason: string}[]
  readonly events: StreamEvent[]
  /** Messages that no string holds reach ExotelEnd this way. */
  receive(data: string | Uint8Array): void
  sleep(ms: number): Promise<void>
  /** Plays and speaks on time; returns what the caller heard. */
  ticks(count: number, caller?: Int16Array): Promise<Int16Array[]>
}

type RigOptions = Partial<Omit<ExotelEndOptions, 'clock' | 'record'>> & {
  /** Instead of the near end of the pair. */
  readonly socket?: StreamSocket
  /** The bot answers each message it hears. */
  readonly answer?: (json: Json, bot: StreamSocket) => void
}

/** Opens the stream at time 0 and does the work in virtual time. */
export async function withExotel<T>(
  {answer, ...options}: RigOptions,
  work: (rig: ExotelRig) => Promise<T>,
): Promise<T> {
  const clock = virtualClock()
  return clock.run(() => {
    const rig = createRig(clock, options)
    const {bot, heard, botClosed} = rig
    bot.listen({
      message(data) {
        const text = String(data)
        // What ExotelEnd sends is an object: a test says so.
        const json = JSON.parse(text) as Json
        heard.push({atMs: clock.now(), text, json})
        answer?.(json, bot)
      },
      closed(code, reason) {
        botClosed.push({atMs: clock.now(), code, reason})
      },
    })
    rig.exotel.start()
    return work(rig)
  })
}

/** Not started, and with nobody at the bot's end. */
export function createRig(
  clock: VirtualClock,
  {socket, ...options}: Omit<RigOptions, 'answer'> = {},
): ExotelRig {
  const [paired, bot] = socketPair(clock)
  const near = socket ?? paired
  const {profile = profiles['docs-strings']} = options
  const events: StreamEvent[] = []
  let listener: SocketListener | undefined
  const exotel = new ExotelEnd(
    {
      send: (text, isBinary) => {
        near.send(text, isBinary)
      },
      close: (code, reason) => {
        near.close(code, reason)
      },
      terminate: () => {
        near.terminate()
      },
      pause: () => {
        near.pause()
      },
      dropped: () => near.dropped(),
      listen(given) {
        listener = given
        near.listen(given)
      },
    },
    {
      identity,
      profile,
      sampleRateHz: profile.sampleRateHz,
      customParameters: {},
      clear: 'packet',
      marksOnClear: 'drop',
      handshakeMs: 10,
      ...options,
      clock,
      record: (event) => events.push(event),
    },
  )
  let tick = 0
  return {
    clock,
    exotel,
    bot,
    heard: [],
    botClosed: [],
    events,
    receive: (data) => listener?.message(data),
    sleep: (ms) => clock.sleepUntil(clock.now() + ms),
    async ticks(count, caller = new Int16Array(exotel.samplesPerPacket)) {
      const played: Int16Array[] = []
      for (const last = tick + count; tick < last; tick += 1) {
        await clock.sleepUntil(tick * 20)
        played.push(exotel.tick(tick * 20))
        exotel.sendAudio(caller, tick * 20)
      }
      return played
    },
  }
}

export function rulesOf(events: readonly StreamEvent[]): readonly RuleId[] {
  return events.flatMap((event) => (event.type === 'violation' ? [event.violation.rule] : []))
}

export function findingsOf(events: readonly StreamEvent[]): readonly Finding[] {
  const counter = new FindingCounter()
  for (const event of events)
    if (event.type === 'violation') counter.add(event.violation, event.atMs)
  return counter.findings()
}

export function eventsOf<T extends StreamEvent['type']>(
  events: readonly StreamEvent[],
  type: T,
): readonly Extract<StreamEvent, {type: T}>[] {
  return events.filter((event): event is Extract<StreamEvent, {type: T}> => event.type === type)
}

const sid = {stream_sid: identity.streamSid}

export const botMessage = {
  /** Audio of so many bytes, audible throughout. */
  media: (bytes: number) => botMessage.payload(speech(bytes)),
  payload: (bytes: Uint8Array) =>
    JSON.stringify({
      event: 'media',
      ...sid,
      media: {payload: Buffer.from(bytes).toString('base64')},
    }),
  mark: (name: string) => JSON.stringify({event: 'mark', ...sid, mark: {name}}),
  clear: () => JSON.stringify({event: 'clear', ...sid}),
}

/** So many bytes of PCM that can be heard at any rate. */
export function speech(bytes: number): Buffer {
  const samples = Math.ceil(bytes / 2)
  const pcm = tone({hz: 400, ms: Math.ceil(samples / 8), sampleRateHz: 8000})
  return Buffer.from(pcm.buffer).subarray(0, bytes)
}
