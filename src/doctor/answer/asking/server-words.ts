import {STATUS_CODES} from 'node:http'

import {maskSecrets} from '../../../mask.js'
import {printable} from '../../../report/text/plain.js'
import type {UpgradeAnswer} from '../../check.js'

export type Answered = Extract<UpgradeAnswer, {kind: 'answered'}>

/** By which one can tell who on the way it was that answered. */
const TELLING_HEADERS = [
  'server',
  'via',
  'location',
  'www-authenticate',
  'x-powered-by',
  'cf-ray',
  'cf-mitigated',
  'ngrok-error-code',
  'x-render-routing',
  'x-vercel-error',
  'x-amzn-errortype',
  'retry-after',
] as const

const MOST_BODY_CHARACTERS = 200
const MOST_HEADER_CHARACTERS = 120

/** The status with its name: "404 Not Found". */
export function statusOf({status}: Answered): string {
  return `${String(status)} ${STATUS_CODES[status] ?? ''}`.trim()
}

/** What the server said, for a person: status, telling headers, the beginning of the body. */
export function wordsOf(answer: Answered): string {
  const {headers, body} = answer
  const told = TELLING_HEADERS.flatMap((name) => {
    const value = headers[name]
    if (value === undefined) return []
    const line = `${name}: ${value.slice(0, MOST_HEADER_CHARACTERS)}`
    // What a server asks for is no secret, and reads like one: a scheme, and a word behind it.
    return [name === 'www-authenticate' ? line : maskSecrets(line)]
  })
  const text = maskSecrets(withoutTags(body).slice(0, MOST_BODY_CHARACTERS).trim())
  return [`HTTP ${statusOf(answer)}`, ...told, ...(text === '' ? [] : [text])]
    .map(printable)
    .join('\n')
}

/** Whether nothing of it tells who on the way it was that answered. */
export function isBare({headers, body}: Answered): boolean {
  return body.trim() === '' && TELLING_HEADERS.every((name) => headers[name] === undefined)
}

/** All that a table can know an answer by: a line a header, then the body. */
export function marksOf({headers, body}: Answered): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [...lines, body].join('\n')
}

function withoutTags(body: string): string {
  return body
    .replace(/<(script|style)\b[^]*?<\/\1>/gi, ' ')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
