import {describe, expect, test} from 'vitest'

import {readFlow} from '../../../../src/flow/format/flow-reader.js'

function told(text: string): string {
  try {
    readFlow(text, 'flow.yaml')
    return 'no mistake'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** What is told of an applet, or of several; the first begins in line 3. */
function toldOf(...entries: readonly string[]): string {
  return told(['name: calls', 'applets:', ...entries].join('\n'))
}

test('every mistake of a file is told at once, in its order, with line and column', () => {
  const message = toldOf(
    '- id: Bot',
    '  voicebot: {url: [a], sampleRate: 44100, record: maybe, sample_rate: 8000}',
    '- id: people',
    '  connect: {to: Sales}',
    '  next: peopel',
    '- id: people',
    '  hangup:',
  )

  expect(message).toBe(
    [
      'flow.yaml:3:7 applets[0].id: expected small letters, digits and -, at most 64, and not the word end',
      'flow.yaml:4:19 applets[0].voicebot.url: expected a URL, not a list',
      'flow.yaml:4:36 applets[0].voicebot.sampleRate: expected 8000, 16000 or 24000, not 44100',
      'flow.yaml:4:51 applets[0].voicebot.record: expected true or false, not "maybe"',
      'flow.yaml:4:58 applets[0].voicebot.sample_rate: no key of this name is known here; did you mean sampleRate?',
      'flow.yaml:6:17 applets[1].connect.to: expected a list of numbers, users or groups, such as [Sales], not "Sales"',
      'flow.yaml:7:9 applets[1].next: expected the id of an applet, or end, but none is called "peopel"; did you mean people?',
      'flow.yaml:8:7 applets[2].id: expected an id of its own: another applet has it',
    ].join('\n'),
  )
})

describe('the whole file', () => {
  test.each([
    ['', '1:1 expected a flow with name and applets, but there is nothing'],
    ['# nothing yet', '1:1 expected a flow with name and applets, but there is nothing'],
    ['- hangup', '1:1 expected a flow: a mapping with name and applets, not a list'],
    ['[]', '1:1 expected a flow: a mapping with name and applets, not a list'],
    ['hello', '1:1 expected a flow: a mapping with name and applets, not "hello"'],
    ['name: a', '1:1 applets: expected a list of applets, but it is missing'],
    ['name: a\napplets: []', '2:10 applets: expected at least one applet'],
    ['applets: [hangup]', '1:1 name: expected a name, but it is missing'],
    ['name: a\nname: b', '2:1 expected valid YAML: map keys must be unique'],
    ['name: a\n---\nname: b', '2:1 expected one flow a file, without a line of ---'],
    [
      'name: a\napplets:\n\t- hangup',
      '3:1 expected valid YAML: tabs are not allowed as indentation',
    ],
    ['name: \0', '1:1 expected text in UTF-8, not UTF-16 or a binary file'],
    [`name: ${'a'.repeat(2_000_000)}`, '1:1 expected a file under 512 kB'],
  ])('%.20j', (text, expected) => {
    expect(told(text)).toBe(`flow.yaml:${expected}`)
  })

  test('aliases that multiply are refused', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]']
    for (const [one, other] of ['ab', 'bc', 'cd', 'de', 'ef'].map((pair) => pair.split(''))) {
      lines.push(`${String(other)}: &${String(other)} [${`*${String(one)}, `.repeat(9)}]`)
    }

    expect(told(lines.join('\n'))).toBe('flow.yaml:1:1 expected fewer aliases')
  })

  test.each([
    ['brackets', '['.repeat(20_000)],
    ['closed brackets', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['brackets with others in quotes', '["]", '.repeat(20_000)],
    ['braces', '{a: '.repeat(20_000)],
    ['dashes', '- '.repeat(20_000)],
  ])('thousands of levels of %s are refused', (_, text) => {
    expect(told(text)).toBe('flow.yaml:1:1 expected fewer levels inside each other')
  })

  test('many levels of indentation are refused in plain words', () => {
    const lines = Array.from({length: 1000}, (_, level) => `${' '.repeat(level)}a:`)

    expect(told(lines.join('\n'))).toContain('expected fewer levels inside each other')
  })

  test('more than 100 applets are refused, and not for their depth', () => {
    expect(toldOf(...Array<string>(300).fill('- hangup'))).toContain('expected at most 100 applets')
  })

  test('of very many mistakes the first are told, and how many more there are', () => {
    const lines = toldOf(...Array<string>(50).fill('- nothing')).split('\n')

    expect(lines).toHaveLength(21)
    expect(lines.at(-1)).toBe('and 30 more')
  })
})

describe('an applet', () => {
  const KINDS =
    'hangup, or a mapping with one of greeting, passthru, voicebot, stream, gather, connect, hangup or connectVoiceAi'

  test.each([
    ['- {}', `3:3 applets[0]: expected an applet: ${KINDS}`],
    [
      '- voicebto: {}',
      '3:3 applets[0]: expected an applet, not "voicebto"; did you mean voicebot?',
    ],
    ['- Hangup', '3:3 applets[0]: expected an applet, not "Hangup"; did you mean hangup?'],
    ['- voicebot', '3:3 applets[0]: expected an applet, not "voicebot"; did you mean "voicebot:"?'],
    [
      '- end',
      '3:3 applets[0]: expected an applet, not "end": a flow ends by itself behind its last applet, or with hangup',
    ],
    ['- dial: {}', `3:3 applets[0]: expected an applet, not "dial": ${KINDS}`],
    [
      '- passthru: https://bot.acme.in/passthru',
      '3:13 applets[0].passthru: expected a mapping, {url: https://bot.acme.in/passthru}, not "https://bot.acme.in/passthru"',
    ],
    [
      '- voicebot: wss://key:hush-1234@bot.acme.in/media',
      '3:13 applets[0].voicebot: expected a mapping, {url: wss://***@bot.acme.in/media}, not "wss://***@bot.acme.in/media"',
    ],
    [
      '- gather: {maxDigits: .inf}',
      '3:23 applets[0].gather.maxDigits: expected 1 to 255 digits, not Infinity',
    ],
    [
      '- {voicebot: {}, hangup: }',
      '3:3 applets[0]: expected one kind an applet: voicebot and hangup are applets of their own',
    ],
    [
      '- {id: end, voicebot: }',
      '3:8 applets[0].id: expected small letters, digits and -, at most 64, and not the word end',
    ],
    ['- voicebot: yes', '3:13 applets[0].voicebot: expected a mapping, not "yes"'],
    [
      '- {passthru: , next: end}',
      '3:22 applets[0].next: expected no next here: on200 and on302 say what follows a Passthru',
    ],
    [
      '- {hangup: , next: end}',
      '3:20 applets[0].next: expected no next here: nothing follows a Hangup',
    ],
    [
      '- {connectVoiceAi: , next: end}',
      '3:28 applets[0].next: expected no next here: the API places the call, and no flow runs',
    ],
    ['- greeting: {}', '3:13 applets[0].greeting: expected say with words, or audioUrl'],
    [
      '- greeting: {say: Hi, audioUrl: https://bot.acme.in/hi.wav}',
      '3:13 applets[0].greeting: expected either say or audioUrl, not both',
    ],
    [
      '- connect: {to: [a], url: https://bot.acme.in/whom}',
      '3:12 applets[0].connect: expected either to or url, which is asked whom to connect to',
    ],
    [
      '- stream: {action: stop, record: true}',
      '3:34 applets[0].stream.record: expected nothing beside action: stop, which ends the stream of a Stream applet before',
    ],
    [
      '- gather: {finishOnKey: 12, maxDigits: 0}',
      "3:25 applets[0].gather.finishOnKey: expected one of 0-9, * and # in quotes, such as '#'; '' for none",
    ],
    ['- gather: {maxDigits: 0}', '3:23 applets[0].gather.maxDigits: expected 1 to 255 digits'],
    [
      '- connectVoiceAi: {timeLimitSeconds: 14401}',
      '3:38 applets[0].connectVoiceAi.timeLimitSeconds: expected 1 to 14400 seconds',
    ],
    [
      `- voicebot: {url: wss://${'a'.repeat(2000)}}`,
      '3:19 applets[0].voicebot.url: expected at most 2000 characters',
    ],
    [
      '- &x {voicebot: {foreign: {self: *x}}}',
      '3:34 applets[0].voicebot.foreign.self: expected at most 4000 characters as JSON',
    ],
  ])('%.70s', (entry, expected) => {
    expect(toldOf(entry).split('\n')[0]).toBe(`flow.yaml:${expected}`)
  })

  test('connectVoiceAi beside another is refused', () => {
    expect(toldOf('- connectVoiceAi:', '- hangup')).toBe(
      'flow.yaml:3:18 applets[0].connectVoiceAi: expected connectVoiceAi alone: the API places the call, and no flow runs',
    )
  })
})

describe('the id of an applet that is not there', () => {
  test.each([
    ['agent', 'did you mean agents?'],
    ['Agents', 'did you mean agents?'],
    ['agnets', 'did you mean agents?'],
    ['End', 'did you mean end?'],
    ['people', 'there are passthru, bot, agents'],
  ])('%s', (name, expected) => {
    const message = toldOf(
      `- passthru: {on302: ${name}}`,
      '- {id: bot, voicebot: }',
      '- {id: agents, connect: }',
    )

    expect(message).toBe(
      `flow.yaml:3:21 applets[0].passthru.on302: expected the id of an applet, or end, but none is called "${name}"; ${expected}`,
    )
  })

  test('is told where the kind of another applet cannot be known', () => {
    const message = toldOf(
      '- {passthru: {on302: agentz}}',
      '- {voicebott: }',
      '- {id: agents, connect: }',
    )

    expect(message).toContain('none is called "agentz"; did you mean agents?')
    expect(message).toContain('did you mean voicebot?')
  })

  test('is not told of one that such an applet may have', () => {
    const message = toldOf('- {voicebot: , next: connect-2}', '- {connect: }', '- {conect: }')

    expect(message).not.toContain('none is called')
  })
})

test.each([
  ['keys', (index: number) => `k${String(index)}: 1`],
  ['the same key', () => 'a: 1'],
])(
  'a file of tens of thousands of lines with %s is told of soon',
  (_, line) => {
    expect(told(Array.from({length: 20_000}, (__, index) => line(index)).join('\n'))).toContain(
      'flow.yaml:',
    )
  },
  5000,
)

describe('a secret in the wrong place is not repeated', () => {
  test.each([
    'auth: {key: hush-1234, token: hush-1234}',
    'auth: {key: deadbeefdeadbeefdeadbeefdeadbeef, token: BOT_TOKEN}',
    'auth: {key: BOT_KEY, token: hush_1234}',
    'auth: {key: 7712345678, token: BOT_TOKEN}',
    'auth: hush-1234',
    'auth: [hush-1234, hush-1234]',
    'record: wss://key:hush-1234@bot.acme.in/media',
    'parameters: {api_token: 7712345678}',
  ])('%s', (settings) => {
    const message = toldOf(`- voicebot: {${settings}}`)

    expect(message).toContain('applets[0].voicebot.')
    expect(message).not.toMatch(/hush.1234|deadbeef|7712345678/)
  })
})

test('what would steer a terminal is left out', () => {
  const message = toldOf('- voicebot: {"\\u001b[31mred": 1, record: "\\u001b]0;title\\u0007"}')

  expect(message).toContain('[31mred: no key of this name is known here')
  expect(message).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
})
