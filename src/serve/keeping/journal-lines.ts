import {isSecretName, maskNumber} from '../../mask.js'
import type {BotMessage, ExotelMessage, MediaMessage} from '../../protocol/messages.js'
import type {BotStreamEvent, StreamIdentity} from '../../stream/bot/stream-watch.js'
import {masked} from '../../stream/exotel/stream-url.js'

/** Longer messages are cut: none of the protocol but media comes near. */
const MOST_CHARACTERS = 64 * 1024

/** Members of what is no JSON any more, such as a text that was cut. */
const LOOSE_MEMBER = /([^"\\\s]{1,64})(\\?"\s{0,8}:\s{0,8}\\?")([^"\\]*)/g
const MASK = '***'

/**
 * An event as one line of the journal: messages verbatim but for secrets, and media without the
 * payload, because its sound is in the recording. Nothing for what another line has already said.
 */
export function journalLine(event: BotStreamEvent): object | undefined {
  const {type, atMs} = event
  switch (event.type) {
    case 'received':
    case 'sent':
      return {type, atMs, ...messageLine(event)}
    case 'started':
    case 'identified':
      return {type, atMs, identity: shownIdentity(event.identity)}
    case 'audio':
      return undefined
    case 'violation':
      return event.isFirst ? {type, atMs, by: event.by, ...event.violation} : undefined
    case 'metric':
      return {type, atMs, name: event.name, value: event.value}
    case 'closed':
      return {type, atMs, ended: event.ended}
  }
}

/** As it may be kept beside the recording: who called only by the last digits. */
export function shownIdentity(identity: StreamIdentity): StreamIdentity {
  const {from, to, customParameters} = identity
  return {
    ...identity,
    from: maskNumber(from),
    to: maskNumber(to),
    customParameters: Object.fromEntries(
      Object.entries(customParameters).map(([name, value]) => [name, withoutSecret(name, value)]),
    ),
  }
}

type Message = {
  readonly raw: string | Uint8Array
  readonly message: ExotelMessage | BotMessage
}

function messageLine({raw, message}: Message): object {
  const binary = typeof raw === 'string' ? {} : {binary: true}
  if (message.event === 'media') return {...binary, media: mediaLine(message)}
  const length = typeof raw === 'string' ? raw.length : raw.byteLength
  const cut = length > MOST_CHARACTERS ? {cutFrom: length} : {}
  return {...binary, ...cut, text: withoutSecrets(textOf(raw))}
}

function mediaLine({sequenceNumber, chunk, timestampMs, payload}: MediaMessage): object {
  return {sequence: sequenceNumber, chunk, timestampMs, bytes: Buffer.byteLength(payload, 'base64')}
}

function textOf(raw: string | Uint8Array): string {
  if (typeof raw === 'string') return raw.slice(0, MOST_CHARACTERS)
  return Buffer.from(
    raw.buffer,
    raw.byteOffset,
    Math.min(raw.byteLength, MOST_CHARACTERS),
  ).toString('utf8')
}

/** Verbatim where there is none. */
function withoutSecrets(text: string): string {
  const found = {isSecret: false}
  try {
    const value: unknown = JSON.parse(text, (name, member: unknown) => {
      if (typeof member !== 'string' && typeof member !== 'number') return member
      const shown = withoutSecret(name, member)
      found.isSecret ||= shown !== member
      return shown
    })
    return found.isSecret ? JSON.stringify(value) : text
  } catch {
    // No JSON, or too deep for it; the text is kept all the same.
    return text.replace(LOOSE_MEMBER, (whole: string, name: string, between: string) =>
      isSecretName(name) ? `${name}${between}${MASK}` : whole,
    )
  }
}

function withoutSecret<T extends string | number>(name: string, value: T): T | string {
  if (isSecretName(name) && value !== '') return MASK
  if (typeof value === 'number') return value
  // A custom parameter may be JSON, or a URL, with secrets of its own.
  return value.trimStart().startsWith('{') ? withoutSecrets(value) : masked(value)
}
