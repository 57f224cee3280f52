import {Errors} from '@oclif/core'
import {expect, test} from 'vitest'

import {
  describeFailure,
  FailureError,
  failureDocument,
  failureText,
} from '../../../src/cli/failure.js'
import {ExostreamError} from '../../../src/errors.js'
import {plainPaint} from '../../../src/report/text/look.js'

const look = {width: 80, paint: plainPaint, ascii: false}
const inUse = new ExostreamError('EXO_PORT_IN_USE', 'Port 5000 on 127.0.0.1 is in use', {
  cause: new Error('listen EADDRINUSE', {cause: {errno: -98}}),
})

test('a person reads the message, the code, what to do, and the words of the machine', () => {
  const text = failureText(describeFailure(inUse), {look, debug: false})

  expect(text).toBe(`Error: Port 5000 on 127.0.0.1 is in use
  Code: EXO_PORT_IN_USE
  Try this: Pass --port 0 to take any free port, or stop what listens there.
  Caused by: listen EADDRINUSE
  Caused by: { errno: -98 }
`)
})

test('a program reads code, message and hint', () => {
  expect(failureDocument(describeFailure(inUse))).toEqual({
    error: {
      code: 'EXO_PORT_IN_USE',
      message: 'Port 5000 on 127.0.0.1 is in use',
      hint: 'Pass --port 0 to take any free port, or stop what listens there.',
    },
  })
})

test('a bug shows its cause, and its stack only when DEBUG is set', () => {
  const failure = describeFailure(new TypeError('x is not a function'))

  const quiet = failureText(failure, {look, debug: false})
  const loud = failureText(failure, {look, debug: true})

  expect(failure.exit).toBe(70)
  expect(quiet).toContain('Caused by: TypeError: x is not a function')
  expect(quiet).not.toContain('failure.test.ts')
  expect(loud).toContain('failure.test.ts')
})

test.for(['just a string', undefined, null])(
  '%j that was thrown is a bug, and survives',
  (thrown) => {
    const failure = describeFailure(thrown)

    expect(failureText(failure, {look, debug: true})).toContain('Code: EXO_BUG')
  },
)

test('a module of ours that cannot be loaded is a bug, though oclif calls it its own error', () => {
  expect(describeFailure(new Errors.ModuleLoadError('no dist'))).toMatchObject({exit: 70})
})

test('a usage error outside any command points to the whole help', () => {
  expect(describeFailure(new Errors.CLIError('Command x not found.'))).toMatchObject({
    code: 'EXO_USAGE',
    exit: 2,
    hint: 'Run "exostream --help" for the commands and their flags.',
  })
})

test('a failure on its way through oclif stays what it was', () => {
  const failure = describeFailure(inUse)

  expect(describeFailure(new FailureError(failure), 'serve')).toBe(failure)
})

test('an interruption ends with 130, also as the cause of a wait that was aborted', () => {
  const interrupted = new ExostreamError('EXO_INTERRUPTED', 'Interrupted by SIGINT')
  const aborted = Object.assign(new Error('The operation was aborted', {cause: interrupted}), {
    name: 'AbortError',
  })

  expect(describeFailure(interrupted)).toMatchObject({code: 'EXO_INTERRUPTED', exit: 130})
  expect(describeFailure(aborted)).toMatchObject({code: 'EXO_INTERRUPTED', exit: 130})
})

test('a message of several lines keeps them, each without control characters', () => {
  const error = new ExostreamError(
    'EXO_SCENARIO_INVALID',
    'a.yaml:\nline 3: \u001b[31mred\nline 9: odd',
  )

  const failure = describeFailure(error)

  expect(failureText(failure, {look, debug: false})).toMatch(
    /^Error: a\.yaml:\n {2}line 3: red\n {2}line 9: odd\n/,
  )
  expect(failureDocument(failure).error.message).toBe('a.yaml:\nline 3: red\nline 9: odd')
})

test('a chain of causes that is a circle comes to an end', () => {
  const error = new Error('round and round')
  error.cause = error

  expect(failureText(describeFailure(error), {look, debug: false}).split('Caused by').length).toBe(
    6,
  )
})
