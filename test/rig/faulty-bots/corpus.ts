import {readFileSync} from 'node:fs'

import {virtualClock} from '../../../src/clock.js'
import {concatPcm, pcm16ToBytes} from '../../../src/audio/pcm16.js'
import {resample} from '../../../src/audio/resampler.js'
import type {StreamEvent} from '../../../src/protocol/events.js'
import {type Random, seededRandom} from '../../../src/random.js'
import {decodeWav} from '../../../src/record/wav-reader.js'
import {runCall} from '../../../src/simulate/call.js'
import type {CallWorld} from '../../../src/simulate/placed.js'
import type {Keeper} from '../../../src/simulate/keep.js'
import type {CallReport} from '../../../src/report/report.js'
import type {Clip, Step} from '../../../src/simulate/scenario/scenario.js'
import {socketPair} from '../socket-pair.js'
import {planOf} from '../virtual-call.js'
import {RawBot, type RawBotOptions, type Said} from './raw-bot.js'

/** Three speakers the diagnosis was tuned with, and one that it was not. */
export const TUNING_VOICES = ['asha', 'david', 'susan'] as const
export const HELD_OUT_VOICE = 'alan'
export type VoiceName = (typeof TUNING_VOICES)[number] | typeof HELD_OUT_VOICE

export type RateHz = 8000 | 16_000 | 24_000

/** What a bot is made of. */
export type Given = {
  /** The speaker at any rate, 3.2 s; with all that lies between 4 kHz and half the rate. */
  readonly voice: (hz: number) => Int16Array
  readonly rateHz: RateHz
  readonly random: Random
}

export type CorpusBot = {
  readonly name: string
  readonly rateHz?: RateHz
  readonly options: (given: Given) => Partial<RawBotOptions>
}

/** A bot with one thing wrong, and what that is. */
export type Fault = CorpusBot & {readonly cause: string}

export type CorpusCall = {
  readonly bots: readonly CorpusBot[]
  readonly voice: VoiceName
  readonly seed: number
  /** Hears of everything that happens. */
  readonly on?: (event: StreamEvent) => void
}

/** The greeting, a question, an interruption, a key, the end: what a bot has to master. */
export async function corpusCall({
  bots,
  voice,
  seed,
  on = () => undefined,
}: CorpusCall): Promise<CallReport> {
  const rateHz = bots.find((bot) => bot.rateHz !== undefined)?.rateHz ?? 8000
  const given = givenOf({voice, rateHz, seed})
  const options = bots.reduce<RawBotOptions>(
    (made, bot) => ({...made, ...bot.options(given)}),
    plain(given),
  )
  const clock = virtualClock()
  const {plan, scenario} = planOf({
    steps: stepsAt(rateHz),
    seed,
    profiles: rateHz === 8000 ? [] : [rateHz === 16_000 ? '16k' : '24k'],
  })
  const world: CallWorld = {
    clock,
    random: seededRandom(seed),
    signal: new AbortController().signal,
    keeper: KEEPS_NOTHING,
    on,
    dial() {
      const [exotel, bot] = socketPair(clock)
      new RawBot(bot, clock, options)
      return Promise.resolve({socket: exotel, handshakeMs: 12, attempts: 1})
    },
  }
  const {report} = await clock.run(() => runCall(scenario, plan, world))
  return report
}

export const KEEPS_NOTHING: Keeper = {
  header: () => undefined,
  footer: () => undefined,
  event: () => undefined,
  audio: () => undefined,
  close: () => Promise.resolve({artifacts: {}, problems: []}),
}

export function givenOf({
  voice,
  rateHz,
  seed,
}: {
  readonly voice: VoiceName
  readonly rateHz: RateHz
  readonly seed: number
}): Given {
  return {voice: (hz) => voiceAt(voice, hz), rateHz, random: seededRandom(seed)}
}

const CHUNK_PACKETS = [1, 2, 5, 10] as const

/** A healthy bot in one of many styles, by chance. */
export function plain({voice, rateHz, random}: Given): RawBotOptions {
  const packetBytes = (rateHz / 1000) * 40
  const speech = voice(rateHz)
  return {
    speech: concatPcm([speech, speech, speech]),
    speechRateHz: rateHz,
    replyMs: 2200 + random.below(600),
    greetAfterMs: 100 + random.below(500),
    answerAfterMs: 400 + random.below(500),
    chunkBytes: packetBytes * (CHUNK_PACKETS[random.below(CHUNK_PACKETS.length)] ?? 1),
    leadMs: 60 + random.below(300),
    pace: 1,
    isPadded: true,
    marks: random.below(3) === 0 ? 'none' : 'after',
    onBargeIn: 'clear',
    clearsAt: 'barge-in',
    answers: () => true,
    toBytes: pcm16ToBytes,
    toPayload: base64,
    write: snakeCase,
    sends: () => true,
    jitterMs: () => 0,
    besides: () => undefined,
    onMark: () => undefined,
    waitsForMarks: false,
    repliesPerTurn: 1,
    echoes: false,
    bargeInAfterMs: 0,
  }
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

export function snakeCase(said: Said, streamSid: string): string {
  return JSON.stringify(wireObject(said, {stream_sid: streamSid}))
}

/** A message of the protocol with these members beside its event. */
export function wireObject(said: Said, beside: Readonly<Record<string, unknown>>): object {
  const {event} = said
  if (event === 'media') return {event, ...beside, media: {payload: said.payload}}
  if (event === 'mark') return {event, ...beside, mark: {name: said.name}}
  return {event, ...beside}
}

const voices = new Map<string, Int16Array>()

function voiceAt(name: VoiceName, hz: number): Int16Array {
  const key = `${name} ${String(hz)}`
  const known = voices.get(key)
  if (known) return known
  const bytes = readFileSync(new URL(`voices/${name}.wav`, import.meta.url))
  const pcm = decodeWav(bytes, {sampleRateHz: hz, name})
  voices.set(key, pcm)
  return pcm
}

const steps = new Map<RateHz, readonly Step[]>()

export function stepsAt(rateHz: RateHz): readonly Step[] {
  const known = steps.get(rateHz)
  if (known) return known
  const respond = {expect: 'respond', withinMs: 2500} as const
  const made: readonly Step[] = [
    {greet: {withinMs: 2000}},
    {say: callerClip('hello', rateHz), ...respond},
    {interrupt: callerClip('wait-interest', rateHz), afterMs: 800, expect: 'stop', withinMs: 1000},
    {digits: '1', gapMs: 250, ...respond},
    {hangUp: 'stop'},
  ]
  steps.set(rateHz, made)
  return made
}

const CLIP_EDGE_MS = 60

function callerClip(name: string, rateHz: RateHz): Clip {
  const file = new URL(`../../../fixtures/audio/${name}.wav`, import.meta.url)
  const recorded = decodeWav(readFileSync(file), {sampleRateHz: 8000, name})
  const pcm = resample(recorded, {fromHz: 8000, toHz: rateHz})
  const lengthMs = (pcm.length / rateHz) * 1000
  return {pcm, label: name, speechStartMs: CLIP_EDGE_MS, speechEndMs: lengthMs - CLIP_EDGE_MS}
}
