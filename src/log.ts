import {pino} from 'pino'

import {maskNumber, maskUserinfo} from './mask.js'

/** What rooms and floors say of themselves. Messages are constant sentences; values go in the object. */
export type Logger = {
  debug(values: object, message: string): void
  info(values: object, message: string): void
  warn(values: object, message: string): void
  error(values: object, message: string): void
  child(bindings: object): Logger
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

type LogOptions = {
  readonly level: LogLevel
  /** One readable line an event; else one JSON object a line. */
  readonly pretty: boolean
  /** Where the lines go; stderr unless said. */
  readonly destination?: {write(line: string): void}
}

const nothing = () => undefined

export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLogger,
}

/** A log that is written before the call returns, so that a process which ends loses no line. */
export function createLogger({level, pretty, destination}: LogOptions): Logger {
  const sink = destination ?? pino.destination({dest: 2, sync: true})
  const written = {
    write(line: string) {
      sink.write(pretty ? readable(line) : escapeControls(line.trimEnd()) + '\n')
    },
  }
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {level: (label: string) => ({level: label})},
    // Its own would take what is left of an error for another error.
    serializers: {err: (value: unknown) => value},
  }
  return redacted(pino(options, written))
}

/** The one place where what must not be logged is taken out, whoever logs it. */
function redacted(log: pino.Logger): Logger {
  const say = (level: 'debug' | 'info' | 'warn' | 'error') => (values: object, message: string) => {
    if (log.isLevelEnabled(level)) log[level](redact(values), message)
  }
  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    child: (bindings) => redacted(log.child(redact(bindings))),
  }
}

const MOST_DEPTH = 5
const MOST_CHARACTERS = 1000
const MOST_ENTRIES = 50

const SECRETS =
  /^(proxy-?)?authorization$|cookie$|^(api[-_]?key|api[-_]?token|token|password|secret)$/i
const NUMBERS = /^(call)?(from|to)$/i
const AUDIO = /^(payload|pcm|audio)$/i

function redact(values: object): Record<string, unknown> {
  // Of an object comes a record; the cast says what the types of a recursion cannot.
  return redactObject(values, 0) as Record<string, unknown>
}

function redactValue(key: string, value: unknown, depth: number): unknown {
  if (SECRETS.test(key)) return '[redacted]'
  if (NUMBERS.test(key) && typeof value === 'number') return maskNumber(String(value))
  if (ArrayBuffer.isView(value)) return `[${String(value.byteLength)} bytes]`
  if (typeof value === 'string') return redactText(key, value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  return depth >= MOST_DEPTH ? '[deeper]' : redactObject(value, depth)
}

function redactObject(value: object, depth: number): unknown {
  if (value instanceof Error) return redactError(value)
  if (value instanceof Date || value instanceof URL) return redactText('', String(value))
  if (Array.isArray(value)) {
    return value.slice(0, MOST_ENTRIES).map((entry) => redactValue('', entry, depth + 1))
  }
  const entries = Object.entries(value).slice(0, MOST_ENTRIES)
  // Without a prototype, so that a key named __proto__ from the network is a key like any other.
  return Object.fromEntries(
    entries.map(([key, entry]) => [key, redactValue(key, entry, depth + 1)]),
  )
}

type LoggedError = {readonly type: string; readonly message: string; readonly at: readonly string[]}

function redactError(error: Error): LoggedError & {code?: string} {
  const {name, message, stack = ''} = error
  // Only the frames: the message stands at the head of the stack too, and could be anything.
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return {
    type: name,
    message: redactText('', message),
    at: frames.map((frame) => redactText('', frame.trim().slice('at '.length))),
    ...('code' in error && typeof error.code === 'string' ? {code: error.code} : {}),
  }
}

function redactText(key: string, text: string): string {
  if (AUDIO.test(key)) return `[${String(text.length)} characters]`
  if (NUMBERS.test(key)) return maskNumber(text)
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text
  return maskUserinfo(short)
    .replace(/\b(basic|bearer)\s+[\w.~+/=-]+/gi, '$1 [redacted]')
    .replace(/[A-Za-z0-9+/]{120,}={0,2}/g, (run) => `[${String(run.length)} characters of base64]`)
    .replace(/(?<![\w.-])(?:\+\d{8,15}|\d{10,15})(?![\w.-])/g, maskNumber)
}

// Control characters, line separators and the marks that reorder text, but not the joiners of Indian scripts.
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu

/** Inside a JSON text all of them can only stand in strings, where the escape means the same. */
function escapeControls(text: string): string {
  return text.replace(CONTROLS, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** `2026-01-31T10:15:02.123Z info  stream started  streamSid=… sampleRateHz=8000` */
function readable(line: string): string {
  // pino wrote it a moment ago: an object with these three.
  const {time, level, msg, ...values} = JSON.parse(line) as Record<string, unknown>
  const pairs = Object.entries(values).map(([key, value]) => `${key}=${shown(value)}`)
  const text = [String(time), String(level).padEnd(5), String(msg), ...pairs].join(' ')
  return `${escapeControls(text)}\n`
}

function shown(value: unknown): string {
  if (isLoggedError(value)) {
    const [where] = value.at
    return JSON.stringify(`${value.type}: ${value.message}`) + (where ? ` at=${where}` : '')
  }
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return value
  return JSON.stringify(value)
}

function isLoggedError(value: unknown): value is LoggedError {
  return typeof value === 'object' && value !== null && 'type' in value && 'at' in value
}
