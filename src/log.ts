import {pino} from 'pino'

import {maskNumber, maskPhoneNumbers, maskSecrets} from './mask.js'

/** What rooms and floors say of themselves. Messages are constant sentences; values go in the object. */
export type Logger = {
  debug(values: object, message: string): void
  info(values: object, message: string): void
  warn(values: object, message: string): void
  error(values: object, message: string): void
  child(bindings: object): Logger
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export const LOG_CATEGORIES = [
  'CONNECTION',
  'WEBSOCKET',
  'MEDIA',
  'BIDIRECTIONAL',
  'TRANSCRIPTION',
  'DTMF',
  'ERROR',
  'SYSTEM',
] as const

/** What a line is about, as the value `category` says it; SYSTEM where none does. */
export type LogCategory = (typeof LOG_CATEGORIES)[number]

/** One reader of the log. */
export type LogSink = {
  readonly level: LogLevel
  /** One readable line an event; else one JSON object a line. */
  readonly pretty: boolean
  /** Only these; all unless said. */
  readonly categories?: readonly LogCategory[] | undefined
  /** Where the lines go, at once and without waiting; stderr unless said. */
  readonly destination?: {write(line: string): void}
}

/** One event of the log, with nothing in it that must not be logged. */
export type LogEntry = {
  readonly timestamp: string
  readonly level: Exclude<LogLevel, 'silent'>
  readonly category: LogCategory
  readonly connection?: string
  readonly callSid?: string
  readonly streamSid?: string
  readonly message: string
  readonly values?: Readonly<Record<string, unknown>>
}

const nothing = () => undefined

export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLogger,
}

const RANK: Readonly<Record<LogLevel, number>> = {debug: 0, info: 1, warn: 2, error: 3, silent: 4}

export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return RANK[level] >= RANK[least]
}

/** A log for any number of readers, each with a level, a form and categories of its own. */
export function createLogger(...sinks: readonly LogSink[]): Logger {
  const open = sinks.map((sink) => ({...sink, destination: sink.destination ?? stderr()}))
  const written = {
    write(line: string) {
      const entry = entryOf(line)
      for (const sink of open) {
        if (!isWanted(entry, sink)) continue
        sink.destination.write(`${sink.pretty ? readableLine(entry) : jsonLine(entry)}\n`)
      }
    },
  }
  const options = {
    level: sinks.reduce<LogLevel>(
      (lowest, {level}) => (isAtLeast(lowest, level) ? level : lowest),
      'silent',
    ),
    base: null,
    // So that no value can pass for the level or the time of its line.
    nestedKey: 'values',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {level: (label: string) => ({level: label})},
    // Its own would take what is left of an error for another error.
    serializers: {err: (value: unknown) => value},
  }
  return redacted(pino(options, written), {})
}

/** Bytes that stderr does not take; more are dropped, for it may be a file on a full disk. */
const MOST_UNWRITTEN = 64 * 1024

/** Written before the call returns, so that a process which ends loses no line. */
function stderr(): {write(line: string): unknown} {
  const destination = pino.destination({dest: 2, sync: true, maxLength: MOST_UNWRITTEN})
  // Without a listener an error would end the process; there is nowhere left to tell of it.
  destination.on('error', nothing)
  return destination
}

type Bindings = Readonly<Record<string, unknown>>

/** The one place where what must not be logged is taken out, whoever logs it. */
function redacted(log: pino.Logger, bindings: Bindings): Logger {
  const say = (level: LogEntry['level']) => {
    if (!log.isLevelEnabled(level)) return nothing
    const isDebug = level === 'debug'
    return (values: object | string, message?: unknown) => {
      // A bot in JavaScript may say its words first, or alone, as it would to the console.
      const [words, given] = typeof values === 'string' ? [values, message] : [message, values]
      const shown = typeof given === 'object' && given !== null ? redact(given, isDebug) : {}
      log[level]({...bindings, ...shown}, redactText('', typeof words === 'string' ? words : ''))
    }
  }
  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    child: (more) => redacted(log, {...bindings, ...redact(more, false)}),
  }
}

const MOST_DEPTH = 5
const MOST_CHARACTERS = 1000
const MOST_KEY_CHARACTERS = 100
const MOST_ENTRIES = 50

const SECRETS =
  /^(proxy-?)?authorization$|cookie$|^(x-)?api[-_]?key$|^((access|api|auth|bearer|id|refresh|session)[-_]?)?token$|(password|passphrase|secret)$/i
const NUMBERS = /^((call)?(from|to)|caller|callee|(phone|mobile)([-_]?number)?|msisdn|exophone)$/i
const AUDIO = /^(payload|pcm|audio)$/i
/** Test clients number their calls by the time, which has as many digits as a phone number. */
const SIDS = /^(call|stream|account)sid$/i
/** What a customer's own systems say of a call: names always, values at debug only. */
const PARAMETERS = /^(custom[-_]?parameters|custom[-_]?field|customer)$/i

/** Where in the values of a line something stands. */
type Place = {readonly depth: number; readonly isDebug: boolean}

/** A copy without secrets, numbers, audio and depth without end; `isDebug` keeps custom parameters. */
export function redact(values: object, isDebug = false): Record<string, unknown> {
  // Of an object comes a record; the cast says what the types of a recursion cannot.
  return redactObject(values, {depth: 0, isDebug}) as Record<string, unknown>
}

function redactValue(key: string, value: unknown, place: Place): unknown {
  if (SECRETS.test(key)) return '[redacted]'
  if (PARAMETERS.test(key) && !place.isDebug) return namesOf(value)
  if (NUMBERS.test(key) && typeof value === 'number') return maskNumber(String(value))
  if (ArrayBuffer.isView(value)) return `[${String(value.byteLength)} bytes]`
  if (typeof value === 'string') return redactText(key, value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  return place.depth >= MOST_DEPTH ? '[deeper]' : redactObject(value, place)
}

function redactObject(value: object, {depth, isDebug}: Place): unknown {
  if (value instanceof Error) return redactError(value)
  if (value instanceof Date || value instanceof URL) return redactText('', String(value))
  const inside = {depth: depth + 1, isDebug}
  if (Array.isArray(value)) {
    return value.slice(0, MOST_ENTRIES).map((entry) => redactValue('', entry, inside))
  }
  const entries = Object.entries(value).slice(0, MOST_ENTRIES)
  // Without a prototype, so that a key named __proto__ from the network is a key like any other.
  return Object.fromEntries(
    entries.map(([key, entry]) => [redactKey(key), redactValue(key, entry, inside)]),
  )
}

function namesOf(value: unknown): unknown {
  if (typeof value === 'string') return `[${String(value.length)} characters]`
  if (typeof value !== 'object' || value === null) return '[at debug only]'
  return Object.keys(value).slice(0, MOST_ENTRIES).map(redactKey)
}

function redactKey(key: string): string {
  return key.length < 8 ? key : maskPhoneNumbers(maskSecrets(key.slice(0, MOST_KEY_CHARACTERS)))
}

type LoggedError = {readonly type: string; readonly message: string; readonly at: readonly string[]}

function redactError(error: Error): LoggedError & {code?: string} {
  const {name, message, stack = ''} = error
  // Only the frames: the message stands at the head of the stack too, and could be anything.
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return {
    type: redactText('', name),
    message: redactText('', message),
    at: frames
      .slice(0, MOST_ENTRIES)
      .map((frame) => redactText('', frame.trim().slice('at '.length))),
    ...('code' in error && typeof error.code === 'string' ? {code: error.code} : {}),
  }
}

function redactText(key: string, text: string): string {
  if (AUDIO.test(key)) return `[${String(text.length)} characters]`
  // Twice what is kept, so that what is cut off is not half of a secret that was not seen as one.
  const bounded = maskSecrets(text.slice(0, 2 * MOST_CHARACTERS))
  const isId = SIDS.test(key) && /^[\w-]+$/.test(bounded)
  const masked = (isId ? bounded : maskPhoneNumbers(bounded)).replace(
    /[A-Za-z0-9+/]{120,}={0,2}/g,
    (run) => `[${String(run.length)} characters of base64]`,
  )
  const short = masked.length > MOST_CHARACTERS ? `${masked.slice(0, MOST_CHARACTERS)}...` : masked
  return NUMBERS.test(key) && !short.includes('://') ? maskNumber(short) : short
}

type PinoLine = {
  readonly time: string
  readonly level: LogEntry['level']
  readonly msg?: string
  readonly values?: Readonly<Record<string, unknown>>
}

const IDS: ReadonlySet<string> = new Set(['connection', 'callSid', 'streamSid'])

function entryOf(line: string): LogEntry {
  // pino wrote it a moment ago; it leaves out values where there are none.
  const {time, level, msg = '', values = {}} = JSON.parse(line) as PinoLine
  const entries = Object.entries(values)
  const isHead = ([key, value]: [string, unknown]) =>
    key === 'category' ? isCategory(value) : IDS.has(key) && typeof value === 'string'
  const rest = Object.fromEntries(entries.filter((entry) => !isHead(entry)))
  return {
    timestamp: time,
    level,
    category: 'SYSTEM',
    ...Object.fromEntries(entries.filter((entry) => isHead(entry) && entry[1] !== '')),
    message: msg,
    ...(Object.keys(rest).length === 0 ? {} : {values: rest}),
  }
}

function isWanted({level, category}: LogEntry, sink: LogSink): boolean {
  return isAtLeast(level, sink.level) && (sink.categories?.includes(category) ?? true)
}

export function isCategory(value: unknown): value is LogCategory {
  return LOG_CATEGORIES.some((category) => category === value)
}

export function isLevel(value: unknown): value is LogEntry['level'] {
  return typeof value === 'string' && value !== 'silent' && Object.hasOwn(RANK, value)
}

// Control characters, line separators and the marks that reorder text, but not the joiners of Indian scripts.
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu

/** Inside a JSON text all of them can only stand in strings, where the escape means the same. */
function escapeControls(text: string): string {
  return text.replace(CONTROLS, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** One JSON value as one line of plain text, without its line feed. */
export function jsonLine(value: object): string {
  return escapeControls(JSON.stringify(value))
}

const SHORT_ID_CHARACTERS = 8

/** `2026-01-31T10:15:02.123Z info  MEDIA 3f2a-17 6f048d2e first media received payloadBytes=320` */
export function readableLine(entry: LogEntry): string {
  const {timestamp, level, category, connection, callSid, streamSid, message, values = {}} = entry
  const sid = (callSid ?? streamSid)?.slice(0, SHORT_ID_CHARACTERS)
  const ids = [connection, sid].flatMap((id) => (id === undefined ? [] : [shown(id)]))
  const pairs = Object.entries(values).map(([key, value]) => `${shown(key)}=${shown(value)}`)
  return escapeControls(
    [timestamp, level.padEnd(5), category.padEnd(LONGEST_CATEGORY), ...ids, message, ...pairs].join(
      ' ',
    ),
  )
}

const LONGEST_CATEGORY = Math.max(...LOG_CATEGORIES.map(({length}) => length))

function shown(value: unknown): string {
  if (isLoggedError(value)) {
    const [where] = value.at
    return JSON.stringify(`${value.type}: ${value.message}`) + (where ? ` at=${where}` : '')
  }
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return value
  return JSON.stringify(value)
}

function isLoggedError(value: unknown): value is LoggedError {
  if (typeof value !== 'object' || value === null) return false
  return 'type' in value && 'message' in value && 'at' in value && Array.isArray(value.at)
}
