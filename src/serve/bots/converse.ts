import {Chunker} from '../../audio/chunker.js'
import {packetBytes} from '../../protocol/limits.js'
import type {Bot, BotCall, BotEvent} from '../../stream/bot/bot.js'
import {Ear, type Heard} from './voice/ear.js'
import {LineWatch} from './voice/line-watch.js'
import {Mouth} from './voice/mouth.js'
import {pause} from './voice/pause.js'
import {type Alongside, withSideWork} from './voice/side-work.js'
import {TurnRecording} from './voice/turn-recording.js'

type Pace = {
  /** So much quiet ends the caller's turn. */
  readonly silenceMs: number
  /** From the end of the turn to the first word of the bot. */
  readonly responseDelayMs: number
}

type ConverseOptions = {readonly [Part in keyof Pace]?: Pace[Part] | undefined}

/** A bot that takes turns: it waits until the caller has finished, and says the same words back. */
export function converse({silenceMs = 2000, responseDelayMs = 100}: ConverseOptions = {}): Bot {
  return (call) => new Exchange(call, {silenceMs, responseDelayMs}).hold()
}

/**
 * `listening`: nobody speaks. `buffering`: the caller does. `silence`: the turn has ended. `speaking`:
 * it is said back. `clear`: that was cut short, by the caller's voice or a `clear`.
 */
type State = 'listening' | 'buffering' | 'silence' | 'speaking' | 'clear'

/** More than a click, a knock and the tone of a key. */
const BARGE_IN_MS = 160
const MOST_TURN_MS = 60_000
/** The tone of a key is heard about when its message comes. */
const KEY_TONE_MS = 500
/** After so much silence a softer voice is the caller's too. */
const PATIENCE_MS = 5000

/** One call of the converse bot. The only reader of its events; speaking and waiting run beside it. */
class Exchange {
  readonly #call: BotCall
  readonly #responseDelayMs: number
  /** Of 20 ms: a message may hold the end of one turn and the beginning of the next. */
  readonly #pieces: Chunker
  readonly #ear: Ear
  readonly #line: LineWatch
  readonly #mouth: Mouth
  readonly #recording: TurnRecording
  #alongside: Alongside = () => undefined
  #state: State = 'listening'
  #stateAtMs = 0
  #turns = 0
  #turnAtMs = 0
  #keyAtMs = -Infinity
  #hasInsisted = false
  #isOverBot = false
  /** The turn was answered before the caller had finished: it was as long as one may be. */
  #isCut = false
  #response: AbortController | undefined

  constructor(call: BotCall, {silenceMs, responseDelayMs}: Pace) {
    const {sampleRateHz} = call
    this.#call = call
    this.#responseDelayMs = responseDelayMs
    const pieceBytes = packetBytes(sampleRateHz)
    this.#pieces = new Chunker({chunkBytes: pieceBytes, packetBytes: pieceBytes})
    this.#ear = new Ear({sampleRateHz, silenceMs, bargeInMs: BARGE_IN_MS})
    this.#line = new LineWatch(call, this.#ear)
    this.#mouth = new Mouth(call)
    this.#recording = new TurnRecording(MOST_TURN_MS)
  }

  async hold(): Promise<void> {
    this.#enter('listening')
    try {
      await withSideWork((alongside) => {
        this.#alongside = alongside
        return this.#listen()
      })
    } finally {
      this.#response?.abort()
      this.#mouth.fallSilent()
    }
  }

  async #listen(): Promise<void> {
    for await (const event of this.#call.events) this.#hear(event)
  }

  #hear(event: BotEvent): void {
    switch (event.type) {
      case 'audio':
        this.#hearAudio(event.pcm)
        return
      case 'dtmf':
        this.#keyAtMs = this.#call.now()
        return
      case 'mark':
        this.#mouth.marked(event.name)
        return
      case 'clear':
        this.#beCleared()
        return
      case 'stop':
    }
  }

  #hearAudio(pcm: Int16Array): void {
    const nowMs = this.#call.now()
    if (this.#state === 'listening' && nowMs - this.#stateAtMs > PATIENCE_MS) {
      this.#ear.listenCloser()
    }
    for (const piece of this.#pieces.push(pcm)) {
      const heard = this.#ear.push(piece, nowMs)
      if (this.#recording.add(piece, this.#ear.hearsSpeech) === 'full') {
        this.#cutTurn()
      }
      this.#callerDid(heard)
    }
  }

  #callerDid(heard: readonly Heard[]): void {
    for (const what of heard) {
      switch (what) {
        case 'caller-started':
          this.#callerStarted()
          break
        case 'caller-insists':
          this.#hasInsisted = true
          if (this.#mouth.isBusy) this.#fallSilent('the caller speaks')
          break
        case 'caller-finished':
          this.#callerFinished()
      }
    }
  }

  #callerStarted(): void {
    // In the silence the last turn goes on, and a key must not take it away.
    if (this.#state !== 'silence') this.#hasInsisted = false
    this.#isOverBot = this.#mouth.isBusy
    this.#isCut = false
    this.#turnAtMs = this.#call.now()
    this.#response?.abort()
    this.#recording.begin()
    if (!this.#isOverBot) this.#enter('buffering')
    this.#alongside(this.#watchLine())
  }

  async #watchLine(): Promise<void> {
    this.#callerDid(await this.#line.watch())
  }

  /** Who goes on without a pause, as music does, is answered all the same. */
  #cutTurn(): void {
    this.#tell({mostMs: MOST_TURN_MS}, 'the turn is as long as one may be; the rest is dropped')
    this.#hasInsisted = true
    this.#endTurn()
    this.#isCut = true
  }

  #callerFinished(): void {
    if (this.#isCut) {
      this.#isCut = false
      return
    }
    this.#endTurn()
  }

  #endTurn(): void {
    const isKey = this.#keyAtMs >= this.#turnAtMs - KEY_TONE_MS
    // Over the bot it is a "mm-hmm" at most; who wants to be heard goes on, and stops the bot.
    if (!this.#hasInsisted && (isKey || this.#isOverBot)) {
      this.#recording.forget()
      if (!this.#mouth.isBusy) this.#enter('listening')
      return
    }
    this.#recording.end()
    this.#enter('silence')
    this.#alongside(this.#respond())
  }

  async #respond(): Promise<void> {
    const response = new AbortController()
    this.#response = response
    const isDue = await pause(this.#call, this.#responseDelayMs, response.signal)
    if (!isDue || response.signal.aborted) return
    const pcm = this.#recording.take()
    this.#turns += 1
    const mark = `turn-${this.#turns}`
    const saidMs = Math.round((pcm.length / this.#call.sampleRateHz) * 1000)
    this.#enter('speaking', {mark, saidMs})
    const isSaid = await this.#mouth.say([{pcm, mark}])
    if (isSaid && this.#state === 'speaking') this.#enterRest()
  }

  /** A `clear` of the caller's takes back what is being said, or is about to be. */
  #beCleared(): void {
    if (this.#state === 'silence') {
      this.#response?.abort()
      this.#recording.forget()
    } else if (!this.#mouth.isBusy) return
    this.#fallSilent('clear')
  }

  #fallSilent(cause: string): void {
    this.#mouth.hush()
    this.#enter('clear', {cause})
    this.#enterRest()
  }

  #enterRest(): void {
    // The caller has not paused since the last turn was cut: what comes now is the next one.
    if (this.#isCut) this.#callerStarted()
    else this.#enter(this.#ear.isCallerSpeaking ? 'buffering' : 'listening')
  }

  #enter(state: State, values: object = {}): void {
    this.#state = state
    this.#stateAtMs = this.#call.now()
    this.#tell({state, ...values}, 'the conversation changed its state')
  }

  #tell(values: object, message: string): void {
    this.#call.log.info({category: 'BIDIRECTIONAL', ...values}, message)
  }
}
