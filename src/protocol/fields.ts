import type {Violation} from './events.js'
import type {RuleId} from './rules.js'

/** Reads members of a message as leniently as can be answered for, and notes each leniency. */

export type Fields = Readonly<Record<string, unknown>>

export const NO_VIOLATIONS: readonly Violation[] = Object.freeze([])

/** Undocumented; our choice. Real sids have 32 characters. */
const MAX_TEXT_CHARACTERS = 256
export const MAX_MARK_NAME_CHARACTERS = 1024

/** The documented names, and what they are in the camelCase dialect. */
export const CAMEL_CASE = {
  stream_sid: 'streamSid',
  sequence_number: 'sequenceNumber',
  call_sid: 'callSid',
  account_sid: 'accountSid',
  custom_parameters: 'customParameters',
  media_format: 'mediaFormat',
  sample_rate: 'sampleRate',
  bit_rate: 'bitRate',
} as const

export type FieldName = keyof typeof CAMEL_CASE

const camelCaseNames = Object.values(CAMEL_CASE)

const units: ReadonlyMap<string, number> = new Map([
  ['hz', 1],
  ['khz', 1000],
  ['ms', 1],
  ['s', 1000],
])

const PLAIN = /^(?:0|[1-9]\d*)$/
const LENIENT = /^\s*\+?(\d+(?:\.\d+)?(?:e\+?\d+)?)\s*([a-z]*)\s*$/i
const MAX_NUMBER_CHARACTERS = 64

export function asFields(value: unknown): Fields | undefined {
  // The cast widens a parsed JSON object to its keys.
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  return undefined
}

/** The member under its documented name, else under its camelCase one; null is kept as null. */
export function readField(fields: Fields, name: FieldName): unknown {
  const value = fields[name]
  return value ?? fields[CAMEL_CASE[name]] ?? value
}

export function noteCamelCase(objects: readonly (Fields | undefined)[], found: Violation[]): void {
  const seen = camelCaseNames.filter((name) =>
    objects.some((fields) => fields !== undefined && Object.hasOwn(fields, name)),
  )
  if (seen.length > 0) found.push({rule: 'camel-case-keys', detail: seen.join(', ')})
}

/** A text, cut when it is absurdly long; nothing when it is missing, empty or not a plain value. */
export function readText(
  value: unknown,
  found: Violation[],
  most = MAX_TEXT_CHARACTERS,
): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : cutText(value, found, most)
  if (typeof value !== 'number' && typeof value !== 'boolean') return undefined
  found.push({rule: 'text-not-a-string', detail: quote(value)})
  return String(value)
}

export function cutText(text: string, found: Violation[], most = MAX_TEXT_CHARACTERS): string {
  if (text.length <= most) return text
  found.push({rule: 'text-too-long', detail: `${text.length} characters, cut to ${most}`})
  // Through a buffer, because V8's slice would keep all of a hostile text alive.
  return Buffer.from(text.slice(0, most), 'utf16le').toString('utf16le')
}

/**
 * A whole number from 0, as JSON number or as decimal digits in quotes: both are documented. A
 * missing one is nothing, and no violation; one that cannot be read is noted under `unreadable`.
 */
export function readNumber(
  value: unknown,
  found: Violation[],
  unreadable: RuleId = 'number-not-understood',
): number | undefined {
  if (value === undefined || value === null) return undefined
  const plain = plainNumber(value)
  if (plain !== undefined) return plain
  const lenient = lenientNumber(value)
  found.push({rule: lenient?.rule ?? unreadable, detail: quote(value)})
  return lenient?.number
}

function plainNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && (value.length > 16 || !PLAIN.test(value))) return undefined
  const number = typeof value === 'string' ? Number(value) : value
  // Adding 0 turns -0 into 0.
  return isCount(number) && Number.isInteger(number) ? number + 0 : undefined
}

function lenientNumber(value: unknown): {number: number; rule: RuleId} | undefined {
  if (isCount(value)) return {number: value, rule: 'number-oddly-written'}
  if (typeof value !== 'string' || value.length > MAX_NUMBER_CHARACTERS) return undefined
  const [, digits = '', unit = ''] = LENIENT.exec(value) ?? []
  if (digits === '') return undefined
  const scale = unit === '' ? 1 : units.get(unit.toLowerCase())
  const number = Number(digits) * (scale ?? Number.NaN)
  if (!isCount(number)) return undefined
  return {number, rule: unit === '' ? 'number-oddly-written' : 'number-with-unit'}
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
}

/** A value as it would be written, short enough for a line of a report. */
export function quote(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40))
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'an array' : 'an object'
  return String(value)
}
