import {expect, test} from 'vitest'

import {notFoundSentence} from '../../../src/cli/command-not-found.js'

const commands = ['serve', 'simulate', 'flow:print', 'flow:check']

test.for([
  ['simulat', '"simulat" is not a command of exostream (did you mean "simulate"?)'],
  ['simulat:ws://127.0.0.1', '"simulat" is not a command of exostream (did you mean "simulate"?)'],
  ['flow:pritn', '"flow pritn" is not a command of exostream (did you mean "flow print"?)'],
  ['flwo:print', '"flwo" is not a command of exostream (did you mean "flow"?)'],
  ['frobnicate', '"frobnicate" is not a command of exostream'],
  ['--port', 'Give a command before --port'],
  ['\u001b[31mx', '"[31mx" is not a command of exostream'],
] as const)('what oclif calls "%s" is answered in one sentence', ([id, sentence]) => {
  expect(notFoundSentence(id, commands)).toBe(sentence)
})
