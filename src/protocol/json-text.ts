import type {Violation} from './events.js'
import {asFields, quote, type Fields} from './fields.js'

/** Deeper objects are not kept: whoever prints them would run out of stack. */
const MAX_DEPTH = 64

const BACKSLASH = 92
const QUOTE = 34

type ParsedText = {readonly fields: Fields} | {readonly reason: string}

/** Text → the JSON object in it. An object with other text around it is still found, and noted. */
export function parseObject(text: string, found: Violation[]): ParsedText {
  // trim also takes a byte order mark, which JSON.parse does not.
  const start = text.trimStart()
  if (start === '') return {reason: 'empty text'}
  if (!start.startsWith('{')) return {reason: `not a JSON object: ${quote(start)}`}
  const {end, isTooDeep} = outline(start)
  // Before JSON.parse, which takes a second for a megabyte of brackets.
  if (isTooDeep) return {reason: `nested deeper than ${MAX_DEPTH} levels`}
  const whole = parseJson(text)
  if (whole) return {fields: whole}
  const fields = end > 0 ? parseJson(start.slice(0, end)) : undefined
  if (!fields) return {reason: `not JSON: ${quote(start)}`}
  const rest = start.slice(end).trim()
  const detail = rest === '' ? 'a byte order mark or the like' : `${quote(rest)} after it`
  found.push({rule: 'text-around-message', detail})
  return {fields}
}

function parseJson(text: string): Fields | undefined {
  try {
    return asFields(JSON.parse(text))
  } catch {
    // What is not JSON is a finding, and the caller's to word.
    return undefined
  }
}

/** Where the object that the text starts with ends; 0 when it does not. */
function outline(text: string): {end: number; isTooDeep: boolean} {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (isOpening(code)) depth += 1
    else if (isClosing(code)) depth -= 1
    if (depth === 0) return {end: at + 1, isTooDeep: false}
    if (depth > MAX_DEPTH) return {end: 0, isTooDeep: true}
  }
  return {end: 0, isTooDeep: false}
}

/** The closing quote of the string that opens at `start`; the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

/** After an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1
  while (text.charCodeAt(before) === BACKSLASH) before -= 1
  return (at - before) % 2 === 0
}

/** One of `{` and `[`. */
function isOpening(code: number): boolean {
  return code === 123 || code === 91
}

/** One of `}` and `]`. */
function isClosing(code: number): boolean {
  return code === 125 || code === 93
}
