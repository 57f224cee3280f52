import {Args, Flags, Parser} from '@oclif/core'
import {expect, test} from 'vitest'

import {unknownFlagSentence, usageSentence} from '../../../src/cli/usage.js'

const input = {
  args: {url: Args.string({required: true, description: 'where to'})},
  flags: {
    count: Flags.integer(),
    file: Flags.string({required: true}),
    json: Flags.boolean(),
  },
}

async function messageOf(argv: string[]): Promise<string> {
  const error: unknown = await Parser.parse(argv, input).catch((thrown: unknown) => thrown)
  return error instanceof Error ? error.message : ''
}

test.for([
  [['u', '--file', 'f', '--count', 'x'], '--count: Expected an integer but received: x'],
  [['--file', 'f'], 'Missing argument: URL'],
  [['u'], 'Missing required flag: --file'],
  [['u', '--file', 'f', '--jsno'], 'Nonexistent flag: --jsno (did you mean --json?)'],
  [['u', '--file', 'f', '--jsno', '--x'], 'Nonexistent flags: --jsno, --x (did you mean --json?)'],
  [['u', '--file', 'f', 'v', 'w'], 'Unexpected arguments: v, w'],
] as const)('what the parser says of %j is one sentence', async ([argv, sentence]) => {
  const message = await messageOf([...argv])

  expect(usageSentence(message, Object.keys(input.flags))).toBe(sentence)
})

test('several missing arguments are named in one sentence, without their descriptions', () => {
  const message = 'Missing 2 required args:\nurl   where to\nfile  what\nSee more help with --help'

  expect(usageSentence(message)).toBe('Missing arguments: URL, FILE')
})

test.for([
  [['--prot', '5'], 'Nonexistent flag: --prot (did you mean --port?)'],
  [['--prot=5'], 'Nonexistent flag: --prot=5 (did you mean --port?)'],
  [['--port', '5', 'x'], undefined],
  [['--', '--prot'], undefined],
  [['-p'], undefined],
] as const)('of %j the unknown flag is found', ([argv, sentence]) => {
  expect(unknownFlagSentence(argv, ['port'])).toBe(sentence)
})
