import {isMap, isNode, Lexer, LineCounter, parseDocument, type Document} from 'yaml'
import {z} from 'zod'

import {editDistance} from './nearest.js'

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

const MAX_CHARACTERS = 1024 * 1024

/** Reads YAML against a schema: every mistake at once, each with its place, in the file's order. */
export function readYaml<T>(text: string, schema: z.ZodType<T>): Parsed<T> {
  if (text.length > MAX_CHARACTERS) {
    return {mistakes: [atTop('expected a file under 1 MB')]}
  }
  if (isTooDeep(text)) return {mistakes: [atTop(TOO_DEEP)]}
  const lines = new LineCounter()
  const document = parseDocument(text, {lineCounter: lines, prettyErrors: false})
  if (document.errors.length > 0) {
    return {
      mistakes: document.errors.map((error) => {
        const {line, col} = lines.linePos(error.pos[0])
        return {line, column: col, path: '', problem: validYaml(error)}
      }),
    }
  }
  const value = valueOf(document)
  if (value instanceof Error) {
    return {mistakes: [atTop(validYaml(value))]}
  }
  const result = schema.safeParse(value, {error: namesOfKeys})
  if (result.success) return {value: result.data}
  const mistakes = result.error.issues
    .flatMap((issue) => explain(issue, value))
    .map(({path, problem, isKey = false}) => ({
      ...place(document, lines, {path, isKey}),
      path: written(path),
      problem,
    }))
  return {
    mistakes: mistakes.toSorted((one, other) => one.line - other.line || one.column - other.column),
  }
}

export const TOO_DEEP = 'expected fewer levels inside each other'

const MOST_LEVELS = 200

/** Thousands of brackets inside each other would take all the memory that Node has, and end it. */
export function isTooDeep(text: string): boolean {
  let brackets = 0
  let dashesOfLine = 0
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets += 1
    if (token === ']' || token === '}') brackets -= 1
    if (token === '-' || token === '?') dashesOfLine += 1
    if (token.endsWith('\n')) dashesOfLine = 0
    if (Math.max(brackets, dashesOfLine) > MOST_LEVELS) return true
  }
  return false
}

/** Tells where in a document a mistake is that no schema can see; the document is read once. */
export type MistakeFinder = (path: readonly PropertyKey[], problem: string) => Mistake

export function mistakeFinder(text: string): MistakeFinder {
  const lines = new LineCounter()
  const document = parseDocument(text, {lineCounter: lines, prettyErrors: false})
  return (path, problem) => ({
    ...place(document, lines, {path, isKey: false}),
    path: written(path),
    problem,
  })
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

function atTop(problem: string): Mistake {
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

function validYaml({message}: Error): string {
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
      return [expecting(path, (own(issue) ?? article(issue.expected)) + found)]
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
  const most = key.length < 4 ? 1 : Math.max(2, Math.floor(key.length / 3))
  const [nearest] = names
    .split(' ')
    .filter((name) => Math.abs(name.length - key.length) <= most)
    .map((name) => ({name, edits: editDistance(key.toLowerCase(), name.toLowerCase())}))
    .filter(({edits}) => edits <= most)
    .sort((one, other) => one.edits - other.edits)
  return `no key of this name is known here${nearest ? `; did you mean ${nearest.name}?` : ''}`
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
  return `, not ${JSON.stringify(value)}`
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

function article(type: string): string {
  return ARTICLES[type] ?? type
}

function written(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) =>
      typeof key === 'number' ? `[${String(key)}]` : `${index === 0 ? '' : '.'}${String(key)}`,
    )
    .join('')
}

/** The place of the key or its value, or of the nearest thing around it that is there. */
function place(
  document: Document,
  lines: LineCounter,
  {path, isKey}: {path: readonly PropertyKey[]; isKey: boolean},
): {line: number; column: number} {
  const nearest = path.map((_, index) => document.getIn(path.slice(0, path.length - index), true))
  const key = isKey ? keyNode(document, path) : undefined
  for (const node of [key, ...nearest, document.contents]) {
    if (!isNode(node) || !node.range) continue
    const {line, col} = lines.linePos(node.range[0])
    return {line, column: col}
  }
  return {line: 1, column: 1}
}

function keyNode(document: Document, path: readonly PropertyKey[]): unknown {
  const around = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(around)) return undefined
  return around.items.find(({key}) => String(key) === String(path.at(-1)))?.key
}
