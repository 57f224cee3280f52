import {ExostreamError} from '../errors.js'
import {isSecretName} from '../mask.js'

/** What is answered over HTTP alone: no stream is taken there. */
export const HTTP_PATHS = [
  '/health',
  '/passthru',
  '/passthru-handler',
  '/status-callback',
  '/voicebot-url',
  '/websocket-url',
] as const

export type HttpPath = (typeof HTTP_PATHS)[number]

/** Those that Exotel's own samples and the test clients of others dial. */
const USUAL_PATTERNS: readonly string[] = [
  '/media',
  '/v1/ingest',
  '/ws/voicebot/{sessionId}',
  '/stream',
  '/',
  '/ws',
  '/voicebot',
]

const MOST_PATTERNS = 50
const MOST_PATTERN_CHARACTERS = 200
/** A token of a session fits; what is longer names no session. */
const MOST_SEGMENT_CHARACTERS = 1024

/** Where streams are taken. */
export type StreamPaths = {
  /** The first is the one that is answered where no path was asked for. */
  readonly patterns: readonly string[]
  /** What stood in the named segments; undefined where no stream is taken. */
  match(path: string): {readonly pathParameters: Readonly<Record<string, string>>} | undefined
  /** The path as it may be told: without what stands in segments that are named like a secret. */
  shown(path: string): string
}

type Segment =
  | {readonly kind: 'literal'; readonly text: string}
  | {readonly kind: 'named'; readonly name: string}

type Pattern = {readonly text: string; readonly segments: readonly Segment[]}

/** @throws ExostreamError EXO_USAGE with every mistake in the patterns */
export function createStreamPaths(given: readonly string[] = []): StreamPaths {
  const texts = (given.length === 0 ? USUAL_PATTERNS : given).map(withoutLastSlash)
  const mistakes = mistakesIn(texts)
  if (mistakes.length > 0) throw new ExostreamError('EXO_USAGE', mistakes.join(' '))
  const patterns = [...new Set(texts)].map((text) => ({text, segments: segmentsOf(text)}))
  // A path that is spelled out goes before one that a name would take as well.
  const byNames = patterns.toSorted((one, other) => namesIn(one).length - namesIn(other).length)
  const find = (path: string): Found | undefined => {
    const trimmed = withoutLastSlash(path)
    if (isHttpPath(trimmed)) return undefined
    const parts = trimmed.slice(1).split('/')
    if (!trimmed.startsWith('/') || !parts.every(isShort)) return undefined
    const dialled = parts.map(decodedOnce)
    for (const {segments} of byNames) {
      const pathParameters = taken(segments, dialled)
      if (pathParameters) return {pathParameters, segments, parts}
    }
    return undefined
  }
  return {
    patterns: patterns.map(({text}) => text),
    match(path) {
      const found = find(path)
      return found && {pathParameters: found.pathParameters}
    },
    shown(path) {
      const found = find(path)
      return found?.segments.some(isSecret) === true ? withoutSecrets(found) : path
    },
  }
}

type Found = {
  readonly pathParameters: Readonly<Record<string, string>>
  readonly segments: readonly Segment[]
  /** As they were sent. */
  readonly parts: readonly string[]
}

function isSecret(segment: Segment | undefined): boolean {
  return segment?.kind === 'named' && isSecretName(segment.name)
}

function withoutSecrets({segments, parts}: Found): string {
  return `/${parts.map((part, index) => (isSecret(segments[index]) ? '***' : part)).join('/')}`
}

/** The first that can be dialled as it is written, else the first. */
export function dialablePath(patterns: readonly string[]): string {
  return patterns.find((pattern) => !pattern.includes('{')) ?? patterns[0] ?? '/media'
}

export function isHttpPath(path: string): path is HttpPath {
  return HTTP_PATHS.some((known) => known === path)
}

/** `/media/` means `/media`; `/` and `//` are themselves. */
export function withoutLastSlash(path: string): string {
  return path.length > 2 && path.endsWith('/') ? path.slice(0, -1) : path
}

/**
 * The path as it goes into a URL: each segment encoded anew, and one that is still the name of a value,
 * because Exotel fills in none, filled with the CallSid where there is one.
 */
export function filledPath(path: string, callSid: string | undefined): string {
  const segments = withoutLastSlash(path).slice(1).split('/').map(decodedOnce)
  const filled = segments.map((text) => (nameOf(text) === undefined ? text : (callSid ?? text)))
  return `/${filled.map((text) => encodeURIComponent(text)).join('/')}`
}

function segmentsOf(pattern: string): readonly Segment[] {
  return pattern
    .slice(1)
    .split('/')
    .map((text) => {
      const name = nameOf(text)
      return name === undefined ? {kind: 'literal', text: decodedOnce(text)} : {kind: 'named', name}
    })
}

/** What the braces hold, when they hold a name. */
function nameOf(segment: string): string | undefined {
  return /^\{([A-Za-z][\w-]{0,63})\}$/.exec(segment)?.[1]
}

function namesIn({segments}: Pattern): readonly string[] {
  return segments.flatMap((segment) => (segment.kind === 'named' ? [segment.name] : []))
}

function taken(
  segments: readonly Segment[],
  dialled: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (segments.length !== dialled.length) return undefined
  const pairs: (readonly [string, string])[] = []
  for (const [index, segment] of segments.entries()) {
    const text = dialled[index] ?? ''
    if (segment.kind === 'literal') {
      if (segment.text !== text) return undefined
    } else {
      if (!isValue(text)) return undefined
      pairs.push([segment.name, text])
    }
  }
  return Object.fromEntries(pairs)
}

/** Dot segments are resolved away by whoever dials a URL that holds them. */
function isValue(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..'
}

function isShort(segment: string): boolean {
  return segment.length <= MOST_SEGMENT_CHARACTERS
}

/** A percent sign that begins no code is a character like any other. */
function decodedOnce(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text.replace(/\p{Cs}/gu, '\ufffd')
  }
}

function mistakesIn(patterns: readonly string[]): readonly string[] {
  if (patterns.length > MOST_PATTERNS) {
    return [`There are ${patterns.length} paths for streams; give at most ${MOST_PATTERNS}.`]
  }
  const own = patterns.flatMap((pattern) => {
    const wrong = wrongWith(pattern)
    return wrong === undefined ? [] : [`The path ${shown(pattern)} ${wrong}.`]
  })
  return own.length > 0 ? own : twins(patterns)
}

function wrongWith(pattern: string): string | undefined {
  if (pattern.length > MOST_PATTERN_CHARACTERS) {
    return `is longer than ${MOST_PATTERN_CHARACTERS} characters`
  }
  if (!pattern.startsWith('/')) return 'does not begin with a slash'
  if (/[?#]/.test(pattern)) return 'has a query or a fragment; a path ends before them'
  if (/[\s\p{C}]/u.test(pattern)) return 'holds a space or a control character'
  if (isHttpPath(pattern)) return 'is answered over HTTP, and takes no streams'
  return wrongSegments(pattern.slice(1).split('/'), pattern === '/')
}

function wrongSegments(segments: readonly string[], isRoot: boolean): string | undefined {
  if (!isRoot && segments.includes('')) return 'has an empty segment'
  if (segments.some((text) => /^\.{1,2}$/.test(decodedOnce(text)))) return 'has a dot segment'
  const names = segments.flatMap((text) => nameOf(text) ?? [])
  if (segments.some((text) => /[{}]/.test(text) && nameOf(text) === undefined)) {
    return 'has braces around something else than the name of a whole segment, such as {sessionId}'
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  return twice === undefined ? undefined : `has the name {${twice}} twice`
}

/** Patterns that differ in nothing but their names: the second would never be asked. */
function twins(patterns: readonly string[]): readonly string[] {
  const shapes = new Map<string, string>()
  return patterns.flatMap((pattern) => {
    const shape = segmentsOf(pattern)
      .map((segment) => (segment.kind === 'named' ? '{}' : segment.text))
      .join('/')
    const first = shapes.get(shape) ?? pattern
    shapes.set(shape, first)
    return first === pattern
      ? []
      : [`The paths ${shown(first)} and ${shown(pattern)} match the same.`]
  })
}

function shown(pattern: string): string {
  return JSON.stringify(pattern.slice(0, MOST_PATTERN_CHARACTERS))
}
