import {describe, expect, test} from 'vitest'

import {
  againOf,
  assertMeant,
  type Given,
  type PrintFlags,
} from '../../../../src/cli/flow/print-command-line.js'

const asked = (flags: PrintFlags, names: readonly string[] = Object.keys(flags)) => ({
  flags,
  given: names.map((name): Given => ({name, input: ''})),
})
const refused = (flags: PrintFlags, names?: readonly string[]) => () => {
  assertMeant(asked(flags, names), {knowsPassthru: false})
}

describe('a flag that would be dropped is refused', () => {
  const direct = {use: 'connect-voice-ai'} as const

  test.each<[PrintFlags, string]>([
    [{'status-callback': 'https://bot.acme.in/s'}, '--status-callback means nothing without'],
    [{...direct, greeting: 'Namaste'}, '--greeting means nothing with --use connect-voice-ai'],
    [{...direct, passthru: 'https://bot.acme.in/p'}, '--passthru means nothing with'],
    [{...direct, afterwards: 'hangup'}, '--afterwards means nothing with'],
    [{...direct, 'connect-to': ['Sales']}, '--connect-to means nothing with'],
    [{use: 'stream', afterwards: 'hangup'}, '--afterwards means nothing with --use stream'],
    [
      {afterwards: 'hangup', 'connect-to': ['Sales']},
      '--connect-to means nothing with --afterwards',
    ],
    [{'passthru-at': 'after'}, '--passthru-at needs --passthru'],
    [{as: 'text', upstream: ['127.0.0.1:1']}, '--upstream means nothing without --as nginx'],
    [{as: 'text', lang: 'python'}, '--lang means nothing without --as handler'],
    [{as: 'yaml', json: true}, '--as cannot be given beside --json'],
    [{param: ['a=1', 'a=2']}, '--param a is given twice'],
  ])('%o', (flags, sentence) => {
    expect(refused(flags)).toThrow(sentence)
  })
})

test('what only the environment says may be meant for another command', () => {
  expect(
    refused({use: 'voicebot', 'status-callback': 'https://bot.acme.in/s'}, ['use']),
  ).not.toThrow()
})

test.each<PrintFlags>([
  {as: 'nginx', upstream: ['127.0.0.1:1']},
  {as: 'handler', lang: 'python'},
  {as: 'json', json: true},
  {passthru: 'https://bot.acme.in/p', 'passthru-at': 'after'},
  {use: 'stream', 'connect-to': ['Sales']},
])('%o is meant', (flags) => {
  expect(refused(flags)).not.toThrow()
})

describe('the same command again', () => {
  test('has the source and what was wished, quoted for a shell', () => {
    const given = [
      {name: 'param', input: 'campaign=emi & more'},
      {name: 'record', input: '--no-record'},
      {name: 'as', input: 'checklist'},
    ]

    expect(againOf('wss://bot.acme.in/media', given)).toBe(
      "exostream flow print wss://bot.acme.in/media --param 'campaign=emi & more' --no-record",
    )
  })

  test.each([
    ['wss://k:S3CR@bot.acme.in/media', []],
    ['wss://bot.acme.in/media?token=S3CR', []],
    ['wss://bot.acme.in/media', [{name: 'param', input: 'token=S3CR'}]],
    ['wss://bot.acme.in/media', [{name: 'passthru', input: 'https://k:S3CR@bot.acme.in/p'}]],
    ['-', []],
  ])('of %s with %j is not there, for it would tell a secret or read stdin', (source, given) => {
    expect(againOf(source, given)).toBeUndefined()
  })
})
