import {z} from 'zod'

import type {TurnKind} from '../../protocol/events.js'
import {rules} from '../../protocol/rules.js'
import type {JournalLine} from '../journal.js'

/** What each line of a journal must hold before anything is made of it. */

const ms = z.number().min(-60_000).max(1e9)
/** Two days of ticks: what claims more would be played out for ever. */
const tick = z.int().min(0).max(10_000_000)
const place = z.int().min(0).max(1_000_000)
const text = z.string()
const short = z.string().max(1000)
const sid = short.min(1)
const rule = z.string().refine((id) => Object.hasOwn(rules, id))
const seen = z.looseObject

const sampleRateHz = z.union([z.literal(8000), z.literal(16_000), z.literal(24_000)])
const frameMs = z.number().min(20).max(1000)
const clear = z.enum(['packet', 'message'])
const marksOnClear = z.enum(['drop', 'echo'])
const vad = z.object({
  thresholdDbfs: z.number().min(-100).max(0),
  startMs: z.number().min(0).max(10_000),
  stopMs: z.number().min(0).max(10_000),
})

const header = seen({
  type: z.literal('run'),
  journalVersion: z.literal(1),
  run: z.object({
    tool: z.object({name: z.literal('exostream'), version: short}),
    startedAt: short,
    seed: z.int().min(0),
    plan: seen({
      scenarios: z.array(short),
      profile: short,
      sampleRateHz,
      frameMs,
      clear,
      marksOnClear,
      vad,
    }),
    machine: z.object({platform: short, arch: short, cpus: place, node: short}),
    target: seen({kind: z.enum(['url', 'serve', 'bot'])}),
  }),
  call: seen({
    index: place,
    of: place,
    thresholds: z.array(short),
    flow: z.object({applet: short, stream: place}).optional(),
  }),
})

const footer = seen({
  type: z.literal('end'),
  interrupted: z.boolean(),
  call: seen({
    callSid: sid,
    streamSid: sid,
    scenario: short,
    outcome: z.enum(['completed', 'failed', 'dropped']),
    failure: seen({code: short, message: text, hint: text}).optional(),
  }),
  watched: z.object({lagP99Ms: z.number(), cpu: z.number().optional()}).optional(),
})

const KINDS = {
  greeting: true,
  say: true,
  interrupt: true,
  digits: true,
  backchannel: true,
  noise: true,
  silence: true,
  send: true,
  closing: true,
} satisfies Record<TurnKind, true>
const kind = z.string().refine((name) => Object.hasOwn(KINDS, name))

const closing = z.object({
  by: z.enum(['caller', 'bot', 'network']),
  code: z.int().optional(),
  reason: text.optional(),
})

const event = <const T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  seen({type: z.literal(type), atMs: ms, ...shape})

const events = [
  event('call', {
    journalVersion: z.literal(1),
    startedAt: short,
    callSid: sid,
    streamSid: sid,
    scenario: short,
    seed: z.number(),
    sampleRateHz,
    frameMs,
    clear,
    marksOnClear,
    vad,
    handshakeMs: ms,
    attempts: z.int(),
    profile: short,
  }),
  event('sent', {text}),
  event('frame', {intendedMs: ms, chunk: z.int()}),
  event('received', {tick, text, base64: text.optional()}),
  event('bot-audio', {audioMs: ms, audible: z.boolean(), queuedMs: ms}),
  event('gap', {
    gapMs: ms,
    cause: z.enum(['late-chunk', 'short-last-packet', 'odd-length', 'rig']),
  }),
  event('cleared', {droppedMs: ms}),
  event('mark-echoed', {name: text, roundTripMs: ms}),
  event('bot-speech-start', {startMs: ms}),
  event('bot-speech-end', {endMs: ms}),
  event('turn-start', {
    turn: place,
    step: place,
    kind,
    label: text,
    expectation: z.enum(['respond', 'stop', 'ignore']).optional(),
    withinMs: ms.optional(),
    answerWithinMs: ms.optional(),
    talkOver: z.literal('allow').optional(),
    code: z.int().optional(),
  }),
  event('caller-speech', {turn: place, startMs: ms, endMs: ms}),
  event('turn-end', {turn: place}),
  event('answered', {turn: place, sentMs: ms}),
  event('violation', {violation: z.object({rule, detail: text.optional()})}),
  event('late-tick', {tick, intendedMs: ms}),
  event('hung-up', {tick, how: short, reason: short.optional()}),
  event('closed', {tick, closing, unheardMs: ms}),
] as const

const line = z.discriminatedUnion('type', [header, footer, ...events])

/** A line as it is meant; else where it is wrong, for a person. */
export function checkLine(value: unknown): {readonly line: JournalLine} | {readonly wrong: string} {
  const checked = line.safeParse(value)
  // The cast: zod writes an optional member as one that may be undefined, which JSON cannot hold.
  if (checked.success) return {line: value as JournalLine}
  const [issue] = checked.error.issues
  const path = issue?.path.join('.') ?? ''
  return {wrong: path === '' ? 'is no line of a journal' : `has no valid "${path}"`}
}
