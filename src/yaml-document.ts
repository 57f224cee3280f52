import type {Document, Pair, Range, YAMLMap} from 'yaml'
import {isMap, isNode, isScalar, isSeq, Lexer, LineCounter, parseDocument, visit} from 'yaml'
import {z} from 'zod'

import {nearest} from './nearest.js'

/** One thing wrong with a document: where, and what. */
export type Mistake = {
  readonly line: number
  readonly column: number
  /** Such as `steps[2].say`; empty for the document as a whole. */
  readonly path: string
  /** Such as `expected a text, not 7`. */
  readonly problem: string
}

export type Parsed<T> = {readonly value: T} | {readonly mistakes: readonly Mistake[]}

type Issue = z.core.$ZodIssue

/** Tells where in a document a mistake is that no schema can see. */
export type MistakeFinder = (path: readonly PropertyKey[], problem: string) => Mistake

/** A text that is YAML, parsed once. */
export type YamlText = {
  readonly value: unknown
  /** The value against a schema: every mistake at once, each with its place, in the file's order. */
  fit<T>(schema: z.ZodType<T>): Parsed<T>
  readonly find: MistakeFinder
}

/** Reads YAML against a schema. */
export function readYaml<T>(text: string, schema: z.ZodType<T>): Parsed<T> {
  const parsed = parseYaml(text)
  return 'mistakes' in parsed ? parsed : parsed.value.fit(schema)
}

export function parseYaml(text: string): Parsed<YamlText> {
  const tooMuch = tooMuchIn(text)
  if (tooMuch !== undefined) return {mistakes: [atTop(tooMuch)]}
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // Its own way compares each key with all before it: minutes for a file of 1 MB.
    uniqueKeys: false,
    // Else it writes to stderr by itself, of a mapping that is a key.
    logLevel: 'error',
  })
  const errors = [...document.errors, ...repeatedKeys(document)].map(({pos: [at], message}) => {
    const {line, col} = lines.linePos(at)
    return {line, column: col, path: '', problem: validYaml(message)}
  })
  if (errors.length > 0) return {mistakes: byPlace(errors)}
  const value = valueOf(document)
  if (value instanceof Error) return {mistakes: [atTop(validYaml(value.message))]}
  const placeOf = placesIn(document, lines)
  const find: MistakeFinder = (path, problem) => ({...placeOf(path), path: written(path), problem})
  return {value: {value, fit: (schema) => fit(value, schema, placeOf), find}}
}

/** For a text that is YAML, as another reading found. */
export function mistakeFinder(text: string): MistakeFinder {
  const parsed = parseYaml(text)
  if ('value' in parsed) return parsed.value.find
  return (path, problem) => ({...atTop(problem), path: written(path)})
}

function fit<T>(value: unknown, schema: z.ZodType<T>, placeOf: FindPlace): Parsed<T> {
  const result = schema.safeParse(value, {error: namesOfKeys})
  if (result.success) return {value: result.data}
  const mistakes = result.error.issues
    .flatMap((issue) => explain(issue, value))
    .map(({path, problem, isKey}) => ({...placeOf(path, isKey), path: written(path), problem}))
  return {mistakes: byPlace(mistakes)}
}

export function byPlace(mistakes: readonly Mistake[]): readonly Mistake[] {
  return mistakes.toSorted((one, other) => one.line - other.line || one.column - other.column)
}

const MAX_CHARACTERS = 1024 * 1024
const MOST_LEVELS = 200
const MOST_ALIASES = 1000

export const TOO_DEEP = 'expected fewer levels inside each other'
const BRACKETS = new Map(Object.entries({'[': 1, '{': 1, ']': -1, '}': -1}))

/**
 * Thousands of brackets inside each other would take all the memory that Node has, and end it; each alias
 * is looked for among all the others.
 */
function tooMuchIn(text: string): string | undefined {
  if (text.length > MAX_CHARACTERS) return 'expected a file under 1 MB'
  let brackets = 0
  let dashesOfLine = 0
  let aliases = 0
  for (const token of new Lexer().lex(text)) {
    brackets += BRACKETS.get(token) ?? 0
    if (token === '-' || token === '?') dashesOfLine += 1
    if (token.startsWith('*')) aliases += 1
    if (token.endsWith('\n')) dashesOfLine = 0
    if (Math.max(brackets, dashesOfLine) > MOST_LEVELS) return TOO_DEEP
    if (aliases > MOST_ALIASES) return 'expected fewer aliases'
  }
  return undefined
}

function repeatedKeys(document: Document): readonly {pos: Range; message: string}[] {
  const found: {pos: Range; message: string}[] = []
  visit(document, {
    Map: (_, {items}) => {
      const seen = new Set<unknown>()
      for (const {key} of items) {
        if (!isScalar(key) || !key.range) continue
        if (seen.has(key.value)) found.push({pos: key.range, message: 'Map keys must be unique'})
        seen.add(key.value)
      }
    },
  })
  return found
}

/** The mistakes as a person reads them, one a line. */
export function describeMistakes(file: string, mistakes: readonly Mistake[]): string {
  return mistakes
    .map(({line, column, path, problem}) => {
      const where = `${file}:${String(line)}:${String(column)}`
      return path === '' ? `${where} ${problem}` : `${where} ${path}: ${problem}`
    })
    .join('\n')
}

/** A mistake of the file as a whole. */
export function atTop(problem: string): Mistake {
  return {line: 1, column: 1, path: '', problem}
}

/** Aliases can make a small file huge; yaml refuses by throwing. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS({maxAliasCount: 100}) as unknown
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function validYaml(message: string): string {
  return `expected valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
}

type Explained = {
  readonly path: readonly PropertyKey[]
  readonly problem: string
  /** The mistake is the key itself, not what stands behind it. */
  readonly isKey?: boolean
}

function explain(
  issue: Issue,
  root: unknown,
  base: readonly PropertyKey[] = [],
): readonly Explained[] {
  const path = [...base, ...issue.path]
  const found = but(valueAt(root, path))
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        problem: unknownKey(key, issue.message),
        isKey: true,
      }))
    case 'invalid_union':
      return explainUnion(issue, root, path)
    case 'invalid_value':
      return [expecting(path, (own(issue) ?? listed(issue.values.map(String), 'or')) + found)]
    case 'invalid_type':
      return [expecting(path, (own(issue) ?? ARTICLES[issue.expected] ?? issue.expected) + found)]
    case 'invalid_key':
      return [expecting(path, issue.issues[0]?.message ?? issue.message)]
    default:
      return [expecting(path, issue.message)]
  }
}

function expecting(path: readonly PropertyKey[], expected: string): Explained {
  return {path, problem: `expected ${expected}`}
}

/** The message of an unknown key is the names that are known there: the finished issue has no schema. */
const namesOfKeys: z.core.$ZodErrorMap = ({code, inst}) =>
  code === 'unrecognized_keys' && inst instanceof z.ZodObject
    ? Object.keys(inst.shape).join(' ')
    : undefined

function unknownKey(key: string, names: string): string {
  const meant = nearest(key.slice(0, 64).toLowerCase(), names.toLowerCase().split(' '))
  const name = names.split(' ').find((known) => known.toLowerCase() === meant)
  return `no key of this name is known here${name === undefined ? '' : `; did you mean ${name}?`}`
}

/** The words of the schema, where it has its own: zod's all begin alike. */
function own({message}: Issue): string | undefined {
  return /^Invalid (input|option)/.test(message) ? undefined : message
}

/** What stands there instead, for a person. */
function but(value: unknown): string {
  if (value === undefined) return ', but it is missing'
  if (value === null) return ', but there is nothing'
  if (Array.isArray(value)) return ', not a list'
  if (typeof value === 'object') return ', not a mapping'
  // JSON has no word for what is infinite, or no number.
  return `, not ${typeof value === 'number' ? String(value) : JSON.stringify(value)}`
}

export function listed(words: readonly string[], last: 'and' | 'or'): string {
  return words.join(', ').replace(/, ([^,]*)$/, ` ${last} $1`)
}

/**
 * Of a union of objects that each have a key of their own, only the branch that was meant speaks:
 * the one whose own key is there.
 */
function explainUnion(
  issue: Extract<Issue, {code: 'invalid_union'}>,
  root: unknown,
  path: readonly PropertyKey[],
): readonly Explained[] {
  const value = valueAt(root, path)
  const meant = issue.errors.filter(
    (issues) => !issues.some((inner) => isOfAnotherBranch(inner, value)),
  )
  const [only] = meant
  if (only && meant.length === 1) return only.flatMap((inner) => explain(inner, root, path))
  return [expecting(path, own(issue) ?? 'something else')]
}

/** A branch that misses its own key, or is of another kind of value altogether, was not meant. */
function isOfAnotherBranch({code, path}: Issue, value: unknown): boolean {
  const isAboutKind = ['invalid_type', 'invalid_value', 'invalid_union'].includes(code)
  return (
    isAboutKind && (path.length === 0 || (path.length === 1 && valueAt(value, path) === undefined))
  )
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  )
}

const ARTICLES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

function written(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) =>
      typeof key === 'number' ? `[${String(key)}]` : `${index === 0 ? '' : '.'}${String(key)}`,
    )
    .join('')
}

type FindPlace = (path: readonly PropertyKey[], isKey?: boolean) => {line: number; column: number}

/**
 * The place of a value or its key, or of the nearest thing around it that is there. Each mapping is indexed
 * once, for there may be as many mistakes as keys.
 */
function placesIn({contents}: Document, lines: LineCounter): FindPlace {
  const indexes = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>()
  const pairIn = (map: YAMLMap, key: PropertyKey) => {
    const index = indexes.get(map) ?? new Map(map.items.map((pair) => [String(pair.key), pair]))
    indexes.set(map, index)
    return index.get(String(key))
  }
  return (path, isKey = false) => {
    let at: unknown = contents
    let place = startOf(at) ?? 0
    for (const [index, key] of path.entries()) {
      const pair = isMap(at) ? pairIn(at, key) : undefined
      at = isSeq(at) ? at.items[Number(key)] : pair?.value
      place = startOf(isKey && index === path.length - 1 ? pair?.key : at) ?? place
    }
    const {line, col} = lines.linePos(place)
    return {line, column: col}
  }
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}
