import {isSecretName, maskNumber, maskSecrets} from '../../mask.js'
import type {BotMessage, ExotelMessage, MediaMessage} from '../../protocol/messages.js'
import type {BotStreamEvent, StreamIdentity} from '../../stream/bot/stream-watch.js'
import {masked} from '../../stream/exotel/stream-url.js'

/** Longer messages are cut: none of the protocol but media comes near. */
const MOST_CHARACTERS = 64 * 1024

/**
 * Members of what is no JSON any more, such as a text that was cut. The name is looked for backwards,
 * from its quote and colon: forwards it could begin anywhere in a long text without either.
 */
const LOOSE_MEMBER = /(\\?"\s{0,8}:(?<=([^"\\\s]{1,64})\\?"\s{0,8}:)\s{0,8}\\?")[^"\\]*/g
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
      return event.isFirst ? {type, atMs, by: event.by, ...shownValue(event.violation)} : undefined
    case 'metric':
      return shownValue({type, atMs, name: event.name, value: event.value})
    case 'closed':
      return {type, atMs, ended: shownValue(event.ended)}
  }
}

/** As it may be kept beside the recording: who called only by the last digits. */
export function shownIdentity(identity: StreamIdentity): object {
  const {from, to, customParameters} = identity
  return shownValue({
    ...identity,
    from: maskNumber(from),
    to: maskNumber(to),
    customParameters: Object.fromEntries(
      Object.entries(customParameters).map(([name, value]) => [name, withoutSecret(name, value)]),
    ),
  })
}

/** As the JSON that it is going to be, with no secret in any text of it, whatever quotes it. */
export function shownValue(value: object): object {
  const shown: unknown = JSON.parse(JSON.stringify(value), (_, member: unknown) =>
    typeof member === 'string' ? shownText(member) : withShownNames(member),
  )
  // Of an object comes an object; the cast says what the types of JSON cannot.
  return shown as object
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
      const isPlain = typeof member === 'string' || typeof member === 'number'
      const shown = isPlain ? withoutSecret(name, member) : withShownNames(member)
      found.isSecret ||= shown !== member
      return shown
    })
    return found.isSecret ? JSON.stringify(value) : text
  } catch {
    // No JSON, or too deep for it; the text is kept all the same.
    return shownText(
      text.replace(LOOSE_MEMBER, (whole: string, between: string, name: string) =>
        isSecretName(name) ? `${between}${MASK}` : whole,
      ),
    )
  }
}

function withoutSecret<T extends string | number>(name: string, value: T): T | string {
  if (isSecretName(name) && value !== '') return MASK
  if (typeof value === 'number') return value
  // A custom parameter may be JSON, or a URL, with secrets of its own.
  return /^\s*[[{]/.test(value) ? withoutSecrets(value) : shownText(value)
}

function shownText(text: string): string {
  return maskSecrets(masked(text))
}

/** The same object where no name is a secret, or holds one. */
function withShownNames(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if (Object.keys(value).every((name) => shownText(name) === name)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [shownText(name), member]),
  )
}
