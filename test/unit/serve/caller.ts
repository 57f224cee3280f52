import {isAudible} from '../../../src/audio/level.js'
import {noise} from '../../../src/audio/tone.js'
import {type Clock, systemClock} from '../../../src/clock.js'
import {type Logger, silentLogger} from '../../../src/log.js'
import type {StreamEvent} from '../../../src/protocol/events.js'
import type {SampleRateHz} from '../../../src/protocol/messages.js'
import {type ProfileId, profiles} from '../../../src/protocol/profiles.js'
import {seededRandom} from '../../../src/random.js'
import type {Bot} from '../../../src/stream/bot/bot.js'
import {BotEnd} from '../../../src/stream/bot/bot-end.js'
import {ExotelEnd} from '../../../src/stream/exotel/exotel-end.js'
import {makeIdentity} from '../../../src/stream/exotel/identity.js'
import type {StreamSocket} from '../../../src/stream/socket.js'
import {socketPair} from '../../rig/socket-pair.js'

export type CallerOptions = {
  readonly clock?: Clock
  readonly profile?: ProfileId
  readonly sampleRateHz?: SampleRateHz
  readonly customParameters?: Readonly<Record<string, string>>
  /** The level of the line's noise. */
  readonly lineDbfs?: number
  /** Never plays what the bot sends, and so returns no mark. */
  readonly playsNothing?: boolean
}

/** A person on the phone, a step at a time, each step at real pace on the caller's clock. */
export class Caller {
  readonly exotel: ExotelEnd
  readonly sampleRateHz: SampleRateHz
  readonly events: StreamEvent[] = []
  /** When the bot could be heard, one entry a tick of 20 ms. */
  readonly heardAtMs: number[] = []
  atMs = 0

  readonly #clock: Clock
  readonly #startedAt: number
  readonly #options: CallerOptions
  readonly #random = seededRandom(7)

  constructor(socket: StreamSocket, options: CallerOptions = {}) {
    const profile = profiles[options.profile ?? 'docs-strings']
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.sampleRateHz = options.sampleRateHz ?? profile.sampleRateHz
    this.exotel = new ExotelEnd(socket, {
      identity: makeIdentity(seededRandom(1), new Date('2026-01-01')),
      profile,
      sampleRateHz: this.sampleRateHz,
      customParameters: options.customParameters ?? {},
      clear: 'packet',
      marksOnClear: 'drop',
      handshakeMs: 1,
      clock: this.#clock,
      record: (event) => this.events.push(event),
    })
    this.#startedAt = this.#clock.now()
    this.exotel.start()
  }

  /** Listens, with nothing but the noise of the line. */
  async listen(ms: number): Promise<void> {
    const samples = (ms / 1000) * this.sampleRateHz
    const dbfs = this.#options.lineDbfs ?? -69
    await this.say(noise({samples, dbfs, random: () => this.#random.next()}))
  }

  async say(pcm: Int16Array): Promise<void> {
    const {samplesPerPacket} = this.exotel
    for (let at = 0; at + samplesPerPacket <= pcm.length; at += samplesPerPacket) {
      this.exotel.sendAudio(pcm.subarray(at, at + samplesPerPacket), this.atMs)
      await this.#tick()
    }
  }

  /** The line sends nothing at all. */
  async sendNothing(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 20) await this.#tick()
  }

  async listenUntil(isReached: (caller: Caller) => boolean, withinMs = 10_000): Promise<void> {
    const limit = this.atMs + withinMs
    while (!isReached(this)) {
      if (this.atMs >= limit) throw new Error(`not reached within ${String(withinMs)} ms`)
      await this.listen(20)
    }
  }

  /** The names of the marks that came back, in order. */
  marks(): string[] {
    return this.events.flatMap((event) => (event.type === 'mark-echoed' ? [event.name] : []))
  }

  count(type: StreamEvent['type']): number {
    return this.events.filter((event) => event.type === type).length
  }

  async #tick(): Promise<void> {
    if (!this.#options.playsNothing && isAudible(this.exotel.tick(this.atMs))) {
      this.heardAtMs.push(this.atMs)
    }
    this.atMs += 20
    await this.#clock.sleepUntil(this.#startedAt + this.atMs)
  }
}

/** A call inside this process. */
export function callBot(
  bot: Bot,
  options: CallerOptions & {readonly clock: Clock; readonly log?: Logger},
): Caller {
  const [exotelSide, botSide] = socketPair(options.clock)
  // Its life is that of its socket.
  new BotEnd(botSide, {bot, clock: options.clock, log: options.log ?? silentLogger})
  return new Caller(exotelSide, options)
}
