import {EventEmitter} from 'node:events'

import {expect, test} from 'vitest'

import {onSignals} from '../../../src/cli/shutdown.js'

function aProcess() {
  const exits: number[] = []
  const exit = (code: number): void => {
    exits.push(code)
  }
  return Object.assign(new EventEmitter(), {stdout: new EventEmitter(), exits, exit})
}

test.for(['SIGINT', 'SIGTERM'])('%s aborts, and the process goes on to its end', (name) => {
  const source = aProcess()
  const signals = onSignals(source)

  source.emit(name, name)

  expect(signals.signal.reason).toMatchObject({
    code: 'EXO_INTERRUPTED',
    message: `Interrupted by ${name}`,
  })
  expect(source.exits).toEqual([])
})

test('the second signal ends the process at once', () => {
  const source = aProcess()
  onSignals(source)

  source.emit('SIGINT', 'SIGINT')
  source.emit('SIGTERM', 'SIGTERM')

  expect(source.exits).toEqual([130])
})

test('a reader that goes away asks for the same end, and a signal after it is the first', () => {
  const source = aProcess()
  const signals = onSignals(source)

  source.stdout.emit('error', Object.assign(new Error('write EPIPE'), {code: 'EPIPE'}))
  source.emit('SIGINT', 'SIGINT')

  expect(signals.signal.aborted).toBe(true)
  expect(source.exits).toEqual([])
})

test('another error of stdout is not taken for a reader that went away', () => {
  const source = aProcess()
  const signals = onSignals(source)

  source.stdout.emit('error', Object.assign(new Error('no space'), {code: 'ENOSPC'}))

  expect(signals.signal.aborted).toBe(false)
})

test('once disposed it listens to nothing', () => {
  const source = aProcess()
  const signals = onSignals(source)

  signals.dispose()

  expect(source.eventNames()).toEqual([])
  expect(source.stdout.eventNames()).toEqual([])
})
