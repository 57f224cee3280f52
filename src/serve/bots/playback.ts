import type {Bot, BotCall, BotEvent} from '../../stream/bot/bot.js'
import {scriptFor, type Template, templateFor} from '../template.js'
import {
  answer,
  BEGINNING,
  type Input,
  opening,
  type Progress,
  type Reply,
  type Script,
  takesDigits,
} from './dialogue.js'
import {Ear, type Heard} from './voice/ear.js'
import {LineWatch} from './voice/line-watch.js'
import {Mouth} from './voice/mouth.js'
import {pause} from './voice/pause.js'
import {type Alongside, withSideWork} from './voice/side-work.js'

/** Digits closer together than this are one entry. */
const BURST_MS = 1000
/** More than any entry; a caller may lean on a key. */
const MOST_DIGITS = 64

/** A bot that plays the recordings of a template, and stops when the caller speaks. */
export function playback(template: Template): Bot {
  return async (call) => {
    const chosen = templateFor(template, call.customParameters)
    const voice = await chosen.voice(call.sampleRateHz)
    await new Conversation(call, {template: chosen, voice}).hold()
  }
}

type Parts = {readonly template: Template; readonly voice: ReadonlyMap<string, Int16Array>}

/** One call of the playback bot. The only reader of its events; speaking and waiting run beside it. */
class Conversation {
  readonly #call: BotCall
  readonly #voice: ReadonlyMap<string, Int16Array>
  readonly #script: Script
  readonly #ear: Ear
  readonly #line: LineWatch
  readonly #mouth: Mouth
  #progress: Progress = BEGINNING
  #hasInsisted = false
  #digits = ''
  #digitWait: AbortController | undefined
  #callerWait: AbortController | undefined
  #alongside: Alongside = () => undefined

  constructor(call: BotCall, {template, voice}: Parts) {
    this.#call = call
    this.#voice = voice
    this.#script = scriptFor(template, call.customParameters)
    const {silenceMs, bargeInMs} = template.file
    this.#ear = new Ear({sampleRateHz: call.sampleRateHz, silenceMs, bargeInMs})
    this.#line = new LineWatch(call, this.#ear)
    this.#mouth = new Mouth(call)
  }

  async hold(): Promise<void> {
    try {
      await withSideWork((alongside) => {
        this.#alongside = alongside
        return this.#listen()
      })
    } finally {
      this.#digitWait?.abort()
      this.#callerWait?.abort()
      this.#mouth.fallSilent()
    }
  }

  async #listen(): Promise<void> {
    this.#alongside(this.#reply(opening(this.#script)))
    for await (const event of this.#call.events) this.#hear(event)
  }

  #hear(event: BotEvent): void {
    switch (event.type) {
      case 'audio':
        this.#callerDid(this.#ear.push(event.pcm, this.#call.now()))
        return
      case 'dtmf':
        this.#keyPressed(event.digit)
        return
      case 'mark':
        this.#mouth.marked(event.name)
        return
      case 'clear':
      case 'stop':
    }
  }

  #callerDid(heard: readonly Heard[]): void {
    // The last words are said to the end, whatever the caller says meanwhile.
    if (this.#progress.hasEnded) return
    for (const what of heard) {
      switch (what) {
        case 'caller-started':
          this.#hasInsisted = false
          this.#callerWait?.abort()
          this.#alongside(this.#watchLine())
          break
        case 'caller-insists':
          this.#hasInsisted = true
          if (this.#mouth.isBusy)
            this.#call.log.info({category: 'BIDIRECTIONAL'}, 'the caller speaks over the bot')
          this.#mouth.hush()
          break
        case 'caller-finished':
          this.#callerFinished()
      }
    }
  }

  #callerFinished(): void {
    // The tone of a key may be heard as speech; the key is what the caller meant.
    if (this.#digits !== '') return
    if (this.#mouth.isBusy && !this.#hasInsisted) {
      this.#call.log.info(
        {category: 'BIDIRECTIONAL'},
        'the caller only let the bot know of being there',
      )
      return
    }
    this.#take({type: 'turn'})
  }

  async #watchLine(): Promise<void> {
    this.#callerDid(await this.#line.watch())
  }

  #keyPressed(digit: string): void {
    if (this.#progress.hasEnded || !takesDigits(this.#script)) return
    this.#mouth.hush()
    this.#callerWait?.abort()
    this.#digits = (this.#digits + digit).slice(-MOST_DIGITS)
    this.#digitWait?.abort()
    this.#digitWait = new AbortController()
    this.#alongside(this.#endEntry(this.#digitWait.signal))
  }

  async #endEntry(signal: AbortSignal): Promise<void> {
    if (!(await pause(this.#call, BURST_MS, signal))) return
    const digits = this.#digits
    this.#digits = ''
    this.#take({type: 'digits', digits})
  }

  #take(input: Input): void {
    const {progress, reply} = answer(this.#script, this.#progress, input)
    this.#progress = progress
    this.#alongside(reply ? this.#reply(reply) : this.#awaitCaller())
  }

  async #reply({label, play, thenHangUp}: Reply): Promise<void> {
    this.#callerWait?.abort()
    this.#call.log.info({category: 'BIDIRECTIONAL', reply: label, play}, 'the bot speaks')
    const isSaid = await this.#mouth.say(
      play.map((name, index) => ({pcm: this.#prompt(name), mark: `${label}-${index + 1}`})),
    )
    if (!isSaid) return
    if (thenHangUp) this.#call.close(1000, 'the template has ended')
    else await this.#awaitCaller()
  }

  /** Speaks to a caller who says nothing; for as often as the script has something to say to that. */
  async #awaitCaller(): Promise<void> {
    const {silence} = this.#script
    if (!silence || this.#progress.silencesInRow >= silence.times) return
    // The turn that is being spoken brings the next reply.
    if (this.#ear.isCallerSpeaking) return
    this.#callerWait?.abort()
    this.#callerWait = new AbortController()
    if (!(await pause(this.#call, silence.afterMs, this.#callerWait.signal))) return
    this.#ear.listenCloser()
    this.#take({type: 'silence'})
  }

  #prompt(name: string): Int16Array {
    const pcm = this.#voice.get(name)
    if (!pcm) throw new RangeError(`the template has no prompt ${name}`)
    return pcm
  }
}
