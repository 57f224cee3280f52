import type {StreamEvent, Violation} from '../protocol/events.js'
import {hide, type Scrub, scrubber, secretsIn, unmistakable} from '../stream/exotel/secrets.js'
import {basicAuthorization, type StreamUrl} from '../stream/exotel/stream-url.js'
import type {RunPlan} from './plan.js'

/** The credentials of a call, kept out of its report and its journal when the bot says them back. */
export type Secrets = {
  readonly text: Scrub
  /** As it may be kept; the same event where it holds no secret. */
  readonly event: (event: StreamEvent) => StreamEvent
  readonly violation: (violation: Violation) => Violation
  /** With its `message` or `problem` scrubbed. */
  readonly told: <T extends {readonly message?: string; readonly problem?: string}>(told: T) => T
}

type Secretive = Pick<RunPlan, 'headers' | 'dynamicUrl' | 'passthru' | 'statusCallback'>

/** @param url what is dialled, which a dynamic URL may have named with credentials of its own */
export function secretsOf(
  {headers = {}, dynamicUrl, passthru, statusCallback}: Secretive,
  {authorization}: Pick<StreamUrl, 'authorization'>,
): Secrets {
  const asked = [dynamicUrl, passthru?.url, statusCallback]
  const basics = [authorization, ...asked.map(basicOf)]
  const sets = [headers, ...basics.map((basic) => (basic === undefined ? {} : {basic}))]
  const secrets = [...new Set(sets.flatMap(secretsIn))].toSorted(
    (one, other) => other.length - one.length,
  )
  const text = scrubber(secrets)
  const message = messageScrubber(secrets)
  const violation = ({rule, detail}: Violation): Violation =>
    detail === undefined ? {rule} : {rule, detail: text(detail)}
  return {
    text,
    violation,
    event: (event) => (secrets.length === 0 ? event : scrubbed(event, {text, message, violation})),
    told: (told) => ({
      ...told,
      ...(told.message === undefined ? {} : {message: text(told.message)}),
      ...(told.problem === undefined ? {} : {problem: text(told.problem)}),
    }),
  }
}

type Scrubs = Pick<Secrets, 'text' | 'violation'> & {readonly message: Scrub}

/** What a kept call is played from again changes its words, never its sense. */
function scrubbed(event: StreamEvent, {text, message, violation}: Scrubs): StreamEvent {
  switch (event.type) {
    case 'sent':
      return {...event, text: message(event.text)}
    case 'received': {
      const kept = message(event.text)
      if (kept === event.text) return event
      const bytes = event.base64 === undefined ? {} : {base64: Buffer.from(kept).toString('base64')}
      return {...event, text: kept, ...bytes}
    }
    case 'mark-echoed':
      return {...event, name: text(event.name)}
    case 'violation':
      return {...event, violation: violation(event.violation)}
    case 'closed': {
      const {by, reason} = event.closing
      if (reason === undefined || by === 'caller') return event
      return {...event, closing: {...event.closing, reason: text(reason)}}
    }
    default:
      return event
  }
}

/** What the protocol reads: a short secret that is part of such a value is there by chance. */
const AUDIO = /^payload$/i
const PROTOCOL = /^([\da-f]{32,}|\d+|connected|start|media|dtmf|mark|clear|stop)$/
const MEMBER = /"((?:[^"\\]|\\.)*)"\s*:\s*"((?:[^"\\]|\\.)*)"/g

function messageScrubber(secrets: readonly string[]): Scrub {
  const long = unmistakable(secrets)
  const short = secrets.filter((secret) => !long.includes(secret))
  return (text) => {
    const kept = hide(text, long)
    if (!short.some((secret) => kept.includes(secret))) return kept
    return kept.trimStart().startsWith('{') ? inMembers(kept, short) : hide(kept, short)
  }
}

function inMembers(text: string, secrets: readonly string[]): string {
  return text.replace(MEMBER, (member: string, name: string, value: string) => {
    if (AUDIO.test(name) || PROTOCOL.test(value)) return member
    return `${member.slice(0, -value.length - 1)}${hide(value, secrets)}"`
  })
}

/** Of a URL that is asked over HTTP; what is none is refused elsewhere. */
function basicOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? basicAuthorization(new URL(url)) : undefined
}
