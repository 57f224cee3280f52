import {inspect} from 'node:util'

import {Errors} from '@oclif/core'

import {ExostreamError, errorCatalogue} from '../errors.js'
import {hang} from '../report/text/cells.js'
import type {Look} from '../report/text/look.js'
import {printable} from '../report/text/plain.js'
import {EXIT, exitCodeOf} from './exit-codes.js'
import {usageSentence, withoutWrapping} from './usage.js'

/** How a command failed, as it is shown and as it ends the process. */
export type Failure = {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly exit: number
  readonly cause?: unknown
}

/** Anything that was thrown, told in our words. `command` is the one whose help would help. */
export function describeFailure(thrown: unknown, command?: string): Failure {
  const known = isAbort(thrown) && thrown.cause instanceof ExostreamError ? thrown.cause : thrown
  if (known instanceof ExostreamError) return ofOurs(known, command)
  if (known instanceof FailureError) return known.failure
  const isUsage = known instanceof Errors.CLIError && !(known instanceof Errors.ModuleLoadError)
  return isUsage ? ofUsage(known, command) : ofBug(known)
}

/** A failure on its way through oclif, which reads the exit code from it. */
export class FailureError extends Errors.CLIError {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.message, {code: failure.code, exit: failure.exit, suggestions: [failure.hint]})
    this.failure = failure
    this.cause = failure.cause
  }
}

/** For a person: the message, its code, what to do, and the machine's own words. */
export function failureText(failure: Failure, {look, debug}: {look: Look; debug: boolean}): string {
  const [first = '', ...more] = failure.message.split('\n').map(printable)
  const lines = [
    look.paint.bad('Error: ') + first,
    ...more.map((line) => `  ${line}`),
    look.paint.dim(`  Code: ${failure.code}`),
    ...hang('  Try this: ', printable(failure.hint), look.width),
    ...causesOf(failure.cause).flatMap((cause) =>
      hang('  Caused by: ', printable(cause), look.width),
    ),
  ]
  const stack = failure.exit === EXIT.bug && debug ? stackOf(failure.cause) : ''
  return `${lines.join('\n')}\n${stack}`
}

export type FailureDocument = {
  readonly error: {readonly code: string; readonly message: string; readonly hint: string}
}

/** For a program: the same three, and nothing of the parser's input or the user's paths. */
export function failureDocument({code, message, hint}: Failure): FailureDocument {
  const lines = message.split('\n').map(printable)
  return {error: {code, message: lines.join('\n'), hint: printable(hint)}}
}

function ofOurs(error: ExostreamError, command: string | undefined): Failure {
  const isInterrupt = error.code === 'EXO_INTERRUPTED'
  return {
    code: error.code,
    message: withoutWrapping(error.message),
    hint: error.code === 'EXO_USAGE' ? usageHint(command) : error.hint,
    exit: isInterrupt ? EXIT.interrupted : exitCodeOf[error.kind],
    cause: error.cause,
  }
}

function ofUsage(error: Errors.CLIError, command: string | undefined): Failure {
  const message = usageSentence(error.message, flagNamesOf(error))
  return {code: 'EXO_USAGE', message, hint: usageHint(command), exit: EXIT.usage}
}

function usageHint(command: string | undefined): string {
  if (command === undefined) return errorCatalogue.EXO_USAGE.hint
  return `Run "exostream ${command} --help" for its arguments and flags.`
}

function ofBug(thrown: unknown): Failure {
  const message = thrown instanceof Error ? thrown.message : inspect(thrown)
  return {
    code: 'EXO_BUG',
    message: `exostream failed: ${message}`,
    hint: 'Report it, with what the same command prints when DEBUG=* is set.',
    exit: EXIT.bug,
    cause: thrown,
  }
}

/** The flags that the command has, from the parser's own account of its input. */
function flagNamesOf(error: Errors.CLIError): readonly string[] {
  const parse: unknown = 'parse' in error ? error.parse : undefined
  const input: unknown = isObject(parse) ? parse['input'] : undefined
  const flags: unknown = isObject(input) ? input['flags'] : undefined
  return isObject(flags) ? Object.keys(flags) : []
}

function causesOf(cause: unknown): readonly string[] {
  const causes: string[] = []
  let at = cause
  // Bounded, because a chain of causes may be a circle.
  while (at !== undefined && causes.length < 5) {
    causes.push(at instanceof Error ? at.toString().replace(/^Error: /, '') : inspect(at))
    at = at instanceof Error ? at.cause : undefined
  }
  return causes
}

function stackOf(cause: unknown): string {
  return cause instanceof Error && cause.stack !== undefined ? `${cause.stack}\n` : ''
}

function isAbort(thrown: unknown): thrown is Error {
  return thrown instanceof Error && thrown.name === 'AbortError'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
