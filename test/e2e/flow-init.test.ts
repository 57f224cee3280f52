import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {stripVTControlCharacters} from 'node:util'

import {describe, expect, test} from 'vitest'

import {onPty, type Step} from '../rig/pty.js'
import {emptyFolder, runCli, startCli} from '../rig/run-cli.js'

const INIT = ['flow', 'init']
const ENTER = '\r'
const DOWN = '\u001b[B'
const UP = '\u001b[A'
const CTRL_C = '\u0003'
const CTRL_U = '\u0015'
const SHOW_CURSOR = '\u001b[?25h'
const HIDE_CURSOR = '\u001b[?25l'

/** The longest interview, with a URL that is wrong at first. */
const STEPS: readonly Step[] = [
  ['What should the call do?', DOWN + UP + ENTER],
  ['Where does the bot run?', DOWN + ENTER],
  ['Its public URL', `wss://your-ip/media${ENTER}`],
  ['your-ip", so', `${CTRL_U}wss://bot.acme.in/media${ENTER}`],
  ['Which sample rate', DOWN + ENTER],
  ['Custom parameters', `campaign=emi, lang=hi${ENTER}`],
  ['How does the bot know', DOWN + DOWN + ENTER],
  ['holds the key', `ACME_KEY${ENTER}`],
  ['holds the token', ENTER],
  ['Should Exotel record', `y${ENTER}`],
  ['Should a Passthru applet ask', UP + DOWN + DOWN + DOWN + ENTER],
  ['Its URL', `https://bot.acme.in/passthru${ENTER}`],
  ['Words that the caller hears', `Welcome to Acme.${ENTER}`],
  ['What happens after the bot?', DOWN + ENTER],
  ['Whom to connect to', `Sales, Support${ENTER}`],
]

describe.concurrent('the interview on a terminal', () => {
  test('is answered by keys, and ends with the file, the settings and the next two commands', async () => {
    const cwd = emptyFolder()

    const {exit, seen, unasked, isCooked} = await onPty(INIT, STEPS, {cwd, columns: 120})

    expect({exit, unasked, isCooked}).toEqual({exit: 0, unasked: [], isCooked: true})
    const shown = stripVTControlCharacters(seen)
    expect(shown).toContain('wss://bot.acme.in/media?sample-rate=16000&campaign=emi&lang=hi')
    // The talk ends with an empty line.
    expect(shown).toMatch(/ Sales, Support\r\n\r\n\S/)
    expect(shown).toMatch(
      /Next:\r\n {2}exostream flow check flow\.yaml\r\n {2}exostream simulate --flow flow\.yaml\r\n$/,
    )
    const file = await readFile(join(cwd, 'flow.yaml'), 'utf8')
    for (const line of [
      'key: ACME_KEY',
      'token: BOT_TOKEN',
      'say: Welcome to Acme.',
      '- Support',
    ]) {
      expect(file).toContain(line)
    }
    expect((await runCli(['flow', 'check', 'flow.yaml'], {cwd})).exit).toBe(0)
  })

  test('stands on stderr, so that stdout holds the answer alone', async () => {
    const cwd = emptyFolder()

    const {exit, seen} = await onPty([...INIT, '--json', '--yes'], STEPS.slice(0, 4), {
      ...{cwd, columns: 120, redirection: '> answer.json'},
    })

    expect(exit).toBe(0)
    expect(seen).not.toContain('"file"')
    expect(JSON.parse(await readFile(join(cwd, 'answer.json'), 'utf8'))).toMatchObject({
      file: 'flow.yaml',
      flow: {applets: [{voicebot: {url: 'wss://bot.acme.in/media'}}, 'hangup']},
    })
  })

  test('asks before it replaces a file', async () => {
    const cwd = emptyFolder()
    const path = join(cwd, 'flow.yaml')
    await writeFile(path, 'old')
    const flags = ['--use', 'voicebot', '--url', 'wss://bot.acme.in/media', '--auth', 'none']
    const rest = STEPS.filter(([text]) => /rate|param|record|hears/.test(text))
    const ends: readonly Step[] = [
      ['Should a Passthru', ENTER],
      ['hears', ENTER],
      ['What happens', ENTER],
    ]
    const steps: readonly Step[] = [['Replace it?', `y${ENTER}`], ...rest.slice(0, 3), ...ends]

    const {exit, unasked} = await onPty([...INIT, ...flags], steps, {cwd})

    expect({exit, unasked}).toEqual({exit: 0, unasked: []})
    expect(await readFile(path, 'utf8')).toContain('campaign: emi')
  })

  test.each(STEPS.map(([text], at) => [text, at] as const))(
    'Ctrl-C at "%s" writes nothing, and gives the terminal back as it was',
    async (text, at) => {
      const cwd = emptyFolder()
      const steps: readonly Step[] = [...STEPS.slice(0, at), [text, CTRL_C]]

      const {exit, seen, unasked, isCooked} = await onPty(INIT, steps, {cwd, columns: 120})

      expect({exit, unasked, isCooked}).toEqual({exit: 130, unasked: [], isCooked: true})
      expect(seen.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(seen.lastIndexOf(HIDE_CURSOR))
      expect(seen).not.toContain('Warning')
      expect(seen).toContain('Left before the end: nothing was written.')
      expect(seen.includes('exostream flow init --use voicebot')).toBe(at > 0)
      expect(seen.includes('Run the same command again')).toBe(at === 0)
      expect(await readdir(cwd)).toEqual([])
    },
  )

  test.each([
    ['Esc', '\u001b'],
    ['Ctrl-D', '\u0004'],
  ])('%s leaves it as Ctrl-C does', async (_, key) => {
    const cwd = emptyFolder()

    const {exit, isCooked} = await onPty(INIT, [STEPS[0] ?? ['', ''], ['Where does', key]], {cwd})

    expect({exit, isCooked}).toEqual({exit: 130, isCooked: true})
    expect(await readdir(cwd)).toEqual([])
  })

  test('breaks no word of a question or an answer in 40 columns, and writes no colour where NO_COLOR is set', async () => {
    const cwd = emptyFolder()
    const steps: readonly Step[] = [
      ['What should the call do?', ENTER],
      ['Where does the bot run?', DOWN + DOWN + ENTER],
      ['Which sample rate does the bot want?', ENTER],
      ['commas (Enter:', ENTER],
      ['Exotel who calls?', CTRL_C],
    ]

    const {exit, seen, unasked} = await onPty(INIT, steps, {
      ...{cwd, columns: 40, env: {NO_COLOR: '1'}},
    })

    expect({exit, unasked}).toEqual({exit: 130, unasked: []})
    expect(seen).not.toMatch(/\u001b\[[\d;]*m/)
    expect(stripVTControlCharacters(seen)).toMatch(
      /want\?\r\n {2}8000 Hz, as the telephone has it\r\n/,
    )
  })

  test('offers the public URL of the serve that runs in the folder', async () => {
    const cwd = emptyFolder()
    const args = ['serve', '--port', '0', '--json', '--public-url', 'https://bot.acme.in']
    const serving = startCli(args, {cwd})
    await serving.said(/"listening"/)
    const steps: readonly Step[] = [
      ['What should the call do?', ENTER],
      ['Where does the bot run?', ENTER],
      ['(wss://bot.acme.in/media', ENTER],
    ]

    const {exit, seen, unasked} = await onPty([...INIT, '--yes'], steps, {cwd, columns: 120})
    serving.kill('SIGINT')
    await serving.ended

    expect({exit, unasked}).toEqual({exit: 0, unasked: []})
    expect(seen).toMatch(/simulate --flow flow\.yaml --flow-host 127\.0\.0\.1:\d+\r\n/)
  })
})

describe.concurrent('without a terminal', () => {
  const given = ['--use', 'voicebot', '--url', 'wss://bot.acme.in/media']

  test('the flags make the flow, and inquirer is not even loaded', async () => {
    const cwd = emptyFolder()
    const coverage = emptyFolder()

    const {exit, stderr} = await runCli([...INIT, ...given], {
      ...{cwd, env: {NODE_V8_COVERAGE: coverage}},
    })

    expect({exit, stderr}).toEqual({exit: 0, stderr: ''})
    expect(await readdir(cwd)).toEqual(['flow.yaml'])
    const [loaded = ''] = await readdir(coverage)
    expect(await readFile(join(coverage, loaded), 'utf8')).not.toContain('/inquirer/')
  })

  test.each([
    ['nothing', [], '--use voicebot|stream|connect-voice-ai --url URL'],
    ['the use alone', ['--use', 'stream'], '--use stream --url URL'],
    [
      'a Passthru without its URL',
      [...given, '--passthru-at', 'both'],
      `${given.join(' ')} --passthru-at both --passthru URL`,
    ],
  ])('%s said ends with 2 and the command line to use', async (_, args, line) => {
    const {exit, stdout, stderr} = await runCli([...INIT, ...args], {cwd: emptyFolder()})

    expect({exit, stdout}).toEqual({exit: 2, stdout: ''})
    expect(stderr).toContain(`exostream flow init ${line}\n`)
  })

  test('--json is one document with the file and the flow', async () => {
    const {exit, stdout} = await runCli([...INIT, ...given, '--json'], {cwd: emptyFolder()})

    expect(exit).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({file: 'flow.yaml', flow: {name: 'voicebot flow'}})
  })

  test('a file that is there stays, unless --force is said', async () => {
    const cwd = emptyFolder()
    await writeFile(join(cwd, 'flow.yaml'), 'old')

    const refused = await runCli([...INIT, ...given], {cwd})
    const kept = await readFile(join(cwd, 'flow.yaml'), 'utf8')
    const forced = await runCli([...INIT, ...given, '--force'], {cwd})

    expect({exit: refused.exit, kept}).toEqual({exit: 2, kept: 'old'})
    expect(refused.stderr).toContain('flow.yaml is there already: --force replaces it')
    expect(forced.exit).toBe(0)
    expect(await readFile(join(cwd, 'flow.yaml'), 'utf8')).toContain('bot.acme.in')
  })

  test('a flag that means nothing is refused on the command line, and let be in the environment', async () => {
    const direct = ['--use', 'connect-voice-ai', '--url', 'wss://bot.acme.in/media']
    const byFlag = await runCli([...INIT, ...direct, '--greeting', 'Hi'], {cwd: emptyFolder()})
    const byVariable = await runCli([...INIT, ...direct], {
      ...{cwd: emptyFolder(), env: {EXOSTREAM_GREETING: 'Hi'}},
    })

    expect(byFlag.exit).toBe(2)
    expect(byFlag.stderr).toContain('--greeting means nothing with --use connect-voice-ai')
    expect(byVariable.exit).toBe(0)
  })

  test('what the flags wish is what the interview would have written', async () => {
    const [byKeys, byFlags] = [emptyFolder(), emptyFolder()]
    const flags = [
      ...[...given, '--sample-rate', '16000', '--param', 'campaign=emi', '--param', 'lang=hi'],
      ...['--auth', 'basic:ACME_KEY:BOT_TOKEN', '--record', '--greeting', 'Welcome to Acme.'],
      ...['--passthru', 'https://bot.acme.in/passthru', '--afterwards', 'connect'],
      ...['--connect-to', 'Sales', '--connect-to', 'Support'],
    ]

    await onPty(INIT, STEPS, {cwd: byKeys, columns: 120})
    await runCli([...INIT, ...flags], {cwd: byFlags})

    expect(await readFile(join(byFlags, 'flow.yaml'), 'utf8')).toBe(
      await readFile(join(byKeys, 'flow.yaml'), 'utf8'),
    )
  })
})
