import type {Violation} from '../../protocol/events.js'
import type {CallIdentity} from '../exotel/identity.js'
import {shortForm} from './call-query.js'
import type {AskedUrl} from './dynamic-url.js'
import {type Body, type HttpWorld, parseHttpUrl, post} from './get.js'

/** How the body comes: as multipart unless JSON is asked for, and as a plain form from elsewhere. */
export const CALLBACK_FORMS = ['multipart', 'urlencoded', 'json'] as const
export type CallbackForm = (typeof CALLBACK_FORMS)[number]

/** The call as it is told when it is over. */
export type CallFacts = {
  readonly identity: CallIdentity
  readonly startedAt: Date
  readonly durationMs: number
}

export type CallbackResult = {
  readonly answer: AskedUrl & {readonly form: CallbackForm}
  readonly violations: readonly Violation[]
}

/**
 * Posts the status callback of a call that is over, as the API posts it at the event `terminal`
 * (developer.exotel.com/api/statuscallback); expects 200. What the endpoint does wrong is returned.
 * @throws ExostreamError EXO_URL_INVALID when it is no http(s) URL
 */
export async function postStatusCallback(
  text: string,
  {form, facts, ...world}: HttpWorld & {readonly form: CallbackForm; readonly facts: CallFacts},
): Promise<CallbackResult> {
  const url = parseHttpUrl(text)
  const body = BODIES[form](fieldsOf(facts), facts.identity.callSid)
  const {tookMs, ...came} = await post(url, body, world)
  const told = {url: url.shown, tookMs, form}
  if (came.failure) {
    const {message, code} = came.failure
    const problem = `To ${NAMES[form]} there was no answer: ${message}`
    return {
      answer: {...told, problem},
      violations: code === 'EXO_INTERRUPTED' ? [] : [wrong(problem)],
    }
  }
  const {status} = came.answer
  if (status === 200) return {answer: {...told, status}, violations: []}
  const problem = `${url.shown} answered ${String(status)} to ${NAMES[form]}, not 200.`
  return {answer: {...told, status, problem}, violations: [wrong(problem)]}
}

function wrong(detail: string): Violation {
  return {rule: 'status-callback-wrong', detail}
}

const NAMES: Readonly<Record<CallbackForm, string>> = {
  multipart: 'multipart/form-data',
  urlencoded: 'application/x-www-form-urlencoded',
  json: 'JSON',
}

type Fields = readonly (readonly [name: string, value: string | number])[]

function fieldsOf({identity, startedAt, durationMs}: CallFacts): Fields {
  const {callSid, from, to} = identity
  const startTime = shortForm(startedAt)
  const endTime = shortForm(new Date(startedAt.getTime() + durationMs))
  return [
    ['CallSid', callSid],
    ['EventType', 'terminal'],
    ['DateCreated', startTime],
    ['DateUpdated', endTime],
    ['Status', 'completed'],
    ['To', to],
    ['From', from],
    ['PhoneNumberSid', to],
    ['StartTime', startTime],
    ['EndTime', endTime],
    ['ConversationDuration', Math.round(durationMs / 1000)],
    ['Direction', 'outbound-api'],
  ]
}

const BODIES: Readonly<Record<CallbackForm, (fields: Fields, callSid: string) => Body>> = {
  multipart: (fields, callSid) => {
    const boundary = `exostream-${callSid}`
    const parts = fields.map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${String(value)}\r\n`,
    )
    return {
      type: `multipart/form-data; boundary=${boundary}`,
      text: `${parts.join('')}--${boundary}--\r\n`,
    }
  },
  urlencoded: (fields) => ({
    type: 'application/x-www-form-urlencoded',
    text: new URLSearchParams(asTexts(fields)).toString(),
  }),
  json: (fields) => ({
    type: 'application/json',
    text: JSON.stringify(Object.fromEntries(fields)),
  }),
}

function asTexts(fields: Fields): Record<string, string> {
  return Object.fromEntries(fields.map(([name, value]) => [name, String(value)]))
}
