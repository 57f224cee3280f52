import {z} from 'zod'

import type {TurnKind} from '../../protocol/events.js'
import type {ScenarioSource} from '../../report/report.js'
import {listed} from '../../yaml-document.js'
import {mistakeInThreshold, samplesMissing} from '../thresholds.js'

/** A scenario file, `version: 1`: what the caller does, and what is expected of the bot. */

const longestMs = 10 * 60 * 1000
const MOST_STEPS = 1000
const ms = z
  .int({error: 'a whole number of milliseconds'})
  .min(0, {error: 'no less than 0 ms'})
  .max(longestMs, {error: 'no more than 600000 ms'})
const WAV = 'the path of a WAV file'
const wav = z.string({error: WAV}).min(1, {error: WAV})
const label = z.string().max(200, {error: 'at most 200 characters'})
const answer = z.enum(['respond', 'ignore'])

const greet = z.strictObject({
  greet: z.strictObject({withinMs: ms, optional: z.boolean().optional()}, {error: '{withinMs: N}'}),
})

const say = z.strictObject({
  say: wav,
  label: label.optional(),
  expect: answer.optional(),
  withinMs: ms.optional(),
  talkOver: z.literal('allow').optional(),
})

const interrupt = z.strictObject({
  interrupt: wav,
  label: label.optional(),
  afterMs: ms.default(1000),
  expect: z.literal('stop').optional(),
  withinMs: ms.optional(),
  /** How soon the bot has to be heard again after the caller's last word. */
  answerWithinMs: ms.optional(),
})

const KEYS = "1 to 32 of 0-9, * and # in quotes, such as '1'"

const digits = z.strictObject({
  digits: z.string({error: KEYS}).regex(/^[0-9*#]{1,32}$/, {error: KEYS}),
  gapMs: ms.default(250),
  during: z.literal('speech').optional(),
  expect: answer.optional(),
  withinMs: ms.optional(),
})

const wait = z.strictObject({
  wait: z.union([z.strictObject({ms}), z.strictObject({quietMs: ms})], {
    error: '{ms: N} or {quietMs: N}',
  }),
})

const hangUp = z.strictObject({
  hangUp: z.enum(['stop', 'close', 'abort']),
  now: z.boolean().optional(),
})

const VERBS = ['greet', 'say', 'interrupt', 'digits', 'wait', 'hangUp'] as const

const step = z.union([greet, say, interrupt, digits, wait, hangUp], {
  error: ({input}) => mistakeInVerbs(input),
})

/** Of a step that is none of the six, or several at once. */
function mistakeInVerbs(input: unknown): string {
  const keys = typeof input === 'object' && input !== null ? Object.keys(input) : []
  const verbs = VERBS.filter((verb) => keys.includes(verb))
  if (verbs.length > 1) return `one verb a step: ${listed(verbs, 'and')} are steps of their own`
  const [only] = keys
  const found = only === undefined || Array.isArray(input) ? '' : `; "${only}" is none of them`
  return `a step that begins with ${listed(VERBS, 'or')}${found}`
}

const steps = z
  .array(step)
  .min(1, {error: 'at least one step'})
  .max(MOST_STEPS, {error: `at most ${MOST_STEPS} steps`})
  .check((context) => {
    for (const [index, one] of context.value.entries()) {
      const mistake = misplaced(one, index === 0, index === context.value.length - 1)
      if (mistake === undefined) continue
      context.issues.push({...told(one, mistake), path: [index]})
    }
  })

/** A mistake beside which the others are looked for as well. */
function told(input: unknown, message: string) {
  return {code: 'custom' as const, input, message, continue: true}
}

function misplaced(
  one: z.output<typeof step>,
  isFirst: boolean,
  isLast: boolean,
): string | undefined {
  if ('greet' in one && !isFirst) return 'greet as the first step only: it counts from the start'
  if ('hangUp' in one && !isLast) return 'hangUp as the last step only: nothing can follow it'
  return undefined
}

export const scenarioSchema = z
  .strictObject({
    version: z.literal(1),
    name: z
      .string({error: 'a name of small letters, digits and -'})
      .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, {error: 'a name of small letters, digits and -'}),
    description: z.string().optional(),
    steps,
    thresholds: z
      .array(
        z.string().check(({value, issues}) => {
          const mistake = mistakeInThreshold(value)
          if (mistake !== undefined) issues.push(told(value, mistake))
        }),
      )
      .default([]),
  })
  .check(({value, issues}) => {
    for (const [index, expression] of value.thresholds.entries()) {
      const mistake = samplesMissing(expression, countTurns(value.steps))
      if (mistake === undefined) continue
      issues.push({...told(expression, mistake), path: ['thresholds', index]})
    }
  })

function countTurns(all: readonly z.output<typeof step>[]): (kind: TurnKind) => number {
  return (kind) => all.filter((one) => (kind === 'greeting' ? 'greet' : kind) in one).length
}

/** A scenario as written: audio by path. */
export type ScenarioFile = z.output<typeof scenarioSchema>
export type StepFile = ScenarioFile['steps'][number]

/** A line of the caller, at the call's rate, with the edges of the speech in it. */
export type Clip = {
  readonly pcm: Int16Array
  readonly speechStartMs: number
  readonly speechEndMs: number
  /** What is said, for a person. */
  readonly label: string
}

type WithClip<T, Verb extends string> = Omit<T, Verb | 'label'> & Readonly<Record<Verb, Clip>>

/** A step ready to be played. */
export type Step =
  | z.output<typeof greet>
  | WithClip<z.output<typeof say>, 'say'>
  | WithClip<z.output<typeof interrupt>, 'interrupt'>
  | z.output<typeof digits>
  | z.output<typeof wait>
  | z.output<typeof hangUp>

export type Scenario = {
  readonly name: string
  readonly description: string
  readonly steps: readonly Step[]
  readonly thresholds: readonly string[]
  /** Absent when it was made of WAV files alone. */
  readonly source?: Omit<ScenarioSource, 'name'>
}
