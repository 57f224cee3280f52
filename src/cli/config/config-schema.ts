import {z} from 'zod'

import {listed} from '../../yaml-document.js'
import {serveFlags} from '../serve-flags.js'

/** What is needed of a flag to judge and to print its value. */
export type FlagShape = {
  readonly type: 'boolean' | 'option'
  readonly multiple?: boolean
  readonly options?: readonly string[]
  /** As options, for a flag that judges its words itself. */
  readonly choices?: readonly string[]
  readonly min?: number
  readonly max?: number
  readonly env?: string
  readonly default?: unknown
  readonly description?: string
  readonly helpGroup?: string
}

/** Those that say where the settings come from, and what to do with them. */
const NOT_SETTINGS: readonly string[] = ['config', 'print-config']

export const SECRET_SETTINGS: readonly string[] = ['basic-auth', 'bearer-token']

/** Every setting by its name, in the order of the flags. */
export const settingShapes: readonly (readonly [string, FlagShape])[] = Object.entries(
  // The cast leaves out what only oclif needs: how a flag is parsed.
  serveFlags as Readonly<Record<string, FlagShape>>,
).filter(([name]) => !NOT_SETTINGS.includes(name))

const MOST_RULES = 100

/** The file as a whole; made of the flags, so that it takes what they take. */
export function configSchema() {
  const settings = Object.fromEntries(
    settingShapes.map(([name, shape]) => [name, settingOf(name, shape)]),
  )
  const rule = z.strictObject({
    when: z
      .record(z.string(), z.string())
      .refine((when) => Object.keys(when).length > 0, {error: 'at least one field'}),
    answer: z.literal([200, 302]),
  })
  const rules = z.array(rule).max(MOST_RULES, {error: `at most ${String(MOST_RULES)} rules`})
  // A file whose every line is a comment, or the comments under serve, are nothing at all to YAML.
  return z
    .strictObject({
      serve: z.strictObject({...settings, 'passthru-rules': rules.optional()}).nullish(),
    })
    .nullish()
}

/** Judged by hand and not by zod's own types, for words that tell the range and keep a secret. */
function settingOf(name: string, shape: FlagShape) {
  return z
    .unknown()
    .superRefine((value, context) => {
      const expected = isTrustWord(name, value) ? undefined : expectedOf(shape, value)
      if (expected === undefined) return
      const found = SECRET_SETTINGS.includes(name) ? '' : but(value)
      context.addIssue({code: 'custom', message: expected + found})
    })
    .optional()
}

/** To YAML a bare true is no text, and neither is false; here each can mean one thing only. */
export function isTrustWord(name: string, value: unknown): value is boolean {
  return name === 'trust-proxy' && typeof value === 'boolean'
}

/** What should stand there; undefined when it does. */
function expectedOf(shape: FlagShape, value: unknown): string | undefined {
  if (shape.type === 'boolean') return typeof value === 'boolean' ? undefined : 'true or false'
  if (shape.min !== undefined) return isInRange(shape, value) ? undefined : rangeOf(shape)
  const words = shape.options ?? shape.choices
  const isFitting = (one: unknown) =>
    typeof one === 'string' && one !== '' && (words === undefined || words.includes(one))
  if (shape.multiple === true) {
    const isList = Array.isArray(value) && value.length > 0 && value.every(isFitting)
    return isList || isFitting(value) ? undefined : `a list of ${wordsOf(words, 'texts')}`
  }
  return isFitting(value) ? undefined : wordsOf(words, 'a text')
}

function isInRange({min = 0, max = Number.MAX_SAFE_INTEGER}: FlagShape, value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max
}

function rangeOf({min = 0, max}: FlagShape): string {
  const end = max === undefined ? ' on' : ` to ${String(max)}`
  return `a whole number from ${String(min)}${end}`
}

function wordsOf(words: readonly string[] | undefined, otherwise: string): string {
  return words === undefined ? otherwise : listed(words, 'or')
}

function but(value: unknown): string {
  if (value === null) return ', but there is nothing'
  return `, not ${JSON.stringify(value).slice(0, 60)}`
}
