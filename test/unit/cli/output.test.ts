import {expect, test} from 'vitest'

import {createOutput} from '../../../src/cli/output.js'
import {aScreen} from './screen.js'

function aWorld() {
  return {stdout: aScreen({isTTY: false}), stderr: aScreen({isTTY: true}), env: {}}
}

test('the answer goes to stdout and the talk to stderr, each with a line end', () => {
  const world = aWorld()
  const output = createOutput({json: false}, world)

  output.answer('42')
  output.answer('with its own end\n')
  output.say('thinking')

  expect(world.stdout.written).toEqual(['42\n', 'with its own end\n'])
  expect(world.stderr.written).toEqual(['thinking\n'])
})

test('under --json stdout holds documents only', () => {
  const world = aWorld()
  const output = createOutput({json: true}, world)

  output.answer('42')
  output.answerLine({event: 'call'})

  expect(world.stdout.written).toEqual(['{"event":"call"}\n'])
})

test('under --json a document may come in pieces', async () => {
  const world = aWorld()

  await createOutput({json: true}, world).answerPieces(['{"calls":', '[]}\n'])

  expect(world.stdout.written).toEqual(['{"calls":', '[]}\n'])
})

test('without --json there are no lines and no pieces of JSON', async () => {
  const world = aWorld()
  const output = createOutput({json: false}, world)

  output.answerLine({event: 'call'})
  await output.answerPieces(['{}\n'])

  expect(world.stdout.written).toEqual([])
})

test('the live line is taken away before anything else is written', () => {
  const world = aWorld()
  const output = createOutput({json: false}, world)

  output.live.show('call 1 of 2')
  output.say('a warning')

  expect(world.stderr.written).toEqual(['\r\u001b[Kcall 1 of 2', '\r\u001b[K', 'a warning\n'])
})
