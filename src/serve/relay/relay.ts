import type {Clock} from '../../clock.js'
import {ExostreamError} from '../../errors.js'
import {packetBytes} from '../../protocol/limits.js'
import {dial, type Dialled} from '../../stream/exotel/dial.js'
import {NO_CLOSE_FRAME, type StreamSocket} from '../../stream/socket.js'
import type {OpenStream, StreamContext, StreamEnd} from '../open-stream.js'
import {Beat} from './beat.js'
import {botTarget, type BotTarget} from './bot-target.js'
import {Hold} from './hold.js'
import {passClose} from './pass.js'
import {isLost} from './pulse.js'
import {Realigner} from './realigner.js'
import {type Ending, StreamLook} from './look/stream-look.js'

export type RelayOptions = {
  /** The URL of the bot, ws:// or wss://; with credentials in it, the caller's own stay here. */
  readonly to: string
  /** Mends the sizes of the bot's chunks. */
  readonly realign?: boolean
  readonly clock: Clock
}

/**
 * Every stream is passed on to another bot, unchanged and in order, and looked at on its way.
 * @throws ExostreamError EXO_URL_INVALID
 */
export function opensRelay({to, realign = false, clock}: RelayOptions): OpenStream {
  const targetOf = botTarget(to)
  const beat = new Beat(clock)
  return (socket, context) =>
    new Relay(socket, {target: targetOf(context), realign, clock, beat, context})
}

type RelayWorld = {
  readonly target: BotTarget
  readonly realign: boolean
  readonly clock: Clock
  readonly beat: Beat
  readonly context: StreamContext
}

type Data = string | Uint8Array

/** A leg that does not answer the close of the other is dropped after this. */
const CLOSE_TIMEOUT_MS = 5000
const UNREACHABLE = 'the bot could not be reached'

/** One stream between Exotel and a bot elsewhere. Forwards first, and looks afterwards. */
class Relay implements StreamEnd {
  readonly done: Promise<void>

  readonly #caller: StreamSocket
  readonly #world: RelayWorld
  readonly #acceptedAt: number
  readonly #hold = new Hold()
  readonly #look: StreamLook
  /** Aborted when the first leg has closed. */
  readonly #over = new AbortController()
  /** Aborted when both have. */
  readonly #gone = new AbortController()
  #bot: StreamSocket | undefined
  #botMessages = 0
  #realigner: Realigner | undefined
  #leaveBeat: () => void = () => undefined
  #closedByUs: Ending['byUs']

  constructor(caller: StreamSocket, world: RelayWorld) {
    const {clock, beat, context} = world
    this.#caller = caller
    this.#world = world
    this.#acceptedAt = clock.now()
    const now = () => this.#now()
    this.#look = new StreamLook({context, now, lateMs: () => beat.lateMs})
    const callerGone = this.#listen('caller', caller, (data) => {
      this.#fromCaller(data)
    })
    this.done = Promise.all([callerGone, this.#reachBot()]).then(() => {
      this.#gone.abort()
    })
  }

  close(code: number, reason = ''): void {
    this.#closedByUs ??= {code, reason}
    this.#caller.close(code, reason)
    this.#bot?.close(code, reason)
  }

  terminate(): void {
    this.#closedByUs ??= {code: NO_CLOSE_FRAME, reason: ''}
    this.#caller.terminate()
    this.#bot?.terminate()
  }

  #now(): number {
    return this.#world.clock.now() - this.#acceptedAt
  }

  /** A stream that cannot be passed on ends itself; the server and its other streams go on. */
  #guarded(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#look.failed(error)
      this.close(1011, 'exostream failed')
    }
  }

  /** Resolves when this leg has closed. */
  #listen(leg: Ending['leg'], socket: StreamSocket, message: (data: Data) => void): Promise<void> {
    return new Promise((resolve) => {
      socket.listen({
        message: (data) => {
          this.#guarded(() => {
            message(data)
          })
        },
        closed: (code, reason, isRefusal = false) => {
          this.#guarded(() => {
            this.#legClosed({leg, code, reason, isRefusal, byUs: this.#closedByUs})
          })
          resolve()
        },
      })
    })
  }

  /** Resolves when the bot's leg has closed, or was never open. */
  async #reachBot(): Promise<void> {
    const dialled = await this.#dial()
    if (!dialled) return
    const {socket} = dialled
    if (this.#over.signal.aborted) {
      // The caller left in the very moment in which the bot answered.
      await this.#listenTo(socket, () => {
        this.#dismiss(socket, {code: 1000, reason: ''})
      })
      return
    }
    this.#bot = socket
    await this.#listenTo(socket, () => {
      this.#begin(socket, dialled)
    })
  }

  /** What the bot has said already is heard before it is told anything. */
  #listenTo(bot: StreamSocket, then: () => void): Promise<void> {
    const closed = this.#listen('bot', bot, (data) => {
      this.#fromBot(data)
    })
    this.#guarded(then)
    return closed
  }

  async #dial(): Promise<Dialled | undefined> {
    const {target, clock} = this.#world
    try {
      return await dial(target.url, {clock, signal: this.#over.signal, headers: target.headers})
    } catch (error) {
      if (!this.#over.signal.aborted) this.#unreachable(error)
      return undefined
    }
  }

  #unreachable(error: unknown): void {
    const values =
      error instanceof ExostreamError
        ? {
            code: error.code,
            reason: error.message,
            hint: error.hint,
            exotelError: error.exotelError,
          }
        : {err: error}
    this.#look.log.error({category: 'ERROR', ...values}, UNREACHABLE)
    this.close(1011, UNREACHABLE)
    this.#dropLater(this.#caller)
  }

  #begin(bot: StreamSocket, {handshakeMs, attempts, firstFailure}: Dialled): void {
    const held = this.#hold.take(this.#now())
    for (const data of held) bot.send(data)
    const {clock, beat, target} = this.#world
    const {signal} = this.#over
    if (signal.aborted) return
    const values = {
      category: 'CONNECTION',
      bot: target.url.shown,
      handshakeMs: Math.round(handshakeMs),
      attempts,
      firstFailure: firstFailure?.message,
      held: held.length,
      heldDropped: this.#hold.dropped,
    }
    this.#look.log.info(values, 'the bot was reached')
    this.#look.botReached(handshakeMs)
    this.#leaveBeat = beat.join(() => {
      this.#guarded(() => {
        this.#passAll(this.#realigner?.overdue())
        this.#look.advance()
      })
    })
    void isLost(bot, {clock, signal, messages: () => this.#botMessages}).then((lost) => {
      if (!lost) return
      this.#look.log.warn(
        {category: 'CONNECTION'},
        'the bot answers no ping any more; it is dropped',
      )
      bot.terminate()
    })
  }

  #fromCaller(data: Data): void {
    if (this.#over.signal.aborted) return
    if (this.#bot) this.#bot.send(data)
    const isAudio = this.#look.fromCaller(data)
    if (!this.#bot) this.#hold.push(data, {atMs: this.#now(), isAudio})
  }

  #fromBot(data: Data): void {
    if (this.#over.signal.aborted) return
    this.#botMessages += 1
    if (this.#world.realign) this.#passAll(this.#realigned(data))
    else this.#caller.send(data)
    this.#look.fromBot(data)
  }

  #passAll(messages: readonly Data[] = []): void {
    for (const data of messages) this.#caller.send(data)
  }

  #realigned(data: Data): readonly Data[] {
    const {sampleRateHz, codec} = this.#look
    // A packet of mu-law is not measured in the bytes that the rule is about.
    if (sampleRateHz === undefined || codec === 'ulaw') return [data]
    this.#realigner ??= new Realigner({
      sampleRateHz,
      now: () => this.#now(),
      mended: (chunkBytes) => {
        const values = {chunkBytes, packetBytes: packetBytes(sampleRateHz)}
        this.#look.log.warn(
          {category: 'BIDIRECTIONAL', ...values},
          'the chunks of the bot are cut and joined to whole packets from here on',
        )
      },
    })
    return this.#realigner.take(data)
  }

  /** What closed one leg closes the other, in the same words. */
  #legClosed(ending: Ending): void {
    if (this.#over.signal.aborted) return
    this.#leaveBeat()
    if (ending.leg === 'bot') this.#passAll(this.#realigner?.flush())
    // From here on nothing more is passed on, whatever the closing itself brings about.
    this.#over.abort()
    const other = ending.leg === 'caller' ? this.#bot : this.#caller
    if (other) this.#dismiss(other, ending)
    // Last, because a socket that is closed lets go of what waits in it, and counts that, too.
    this.#look.end(ending, {
      held: this.#hold.dropped + this.#hold.count,
      toBot: this.#bot?.dropped() ?? 0,
      toCaller: this.#caller.dropped(),
    })
  }

  #dismiss(socket: StreamSocket, {code, reason}: {code: number; reason: string}): void {
    passClose(socket, code, reason)
    this.#dropLater(socket)
  }

  #dropLater(socket: StreamSocket): void {
    const {clock} = this.#world
    clock.sleepUntil(clock.now() + CLOSE_TIMEOUT_MS, this.#gone.signal).then(
      () => {
        socket.terminate()
      },
      // Aborted: it closed in time.
      () => undefined,
    )
  }
}
