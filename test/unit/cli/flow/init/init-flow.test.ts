import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import type {InitFlags} from '../../../../../src/cli/flow/init/answers.js'
import {initFlow} from '../../../../../src/cli/flow/init/init-flow.js'
import {isStreaming} from '../../../../../src/flow/flow.js'
import {openWorkspace} from '../../../../../src/workspace.js'
import {CTRL_C, CTRL_D, CTRL_U, DOWN, ENTER, ESCAPE, aTerminal, type Step} from './a-terminal.js'

const URL = 'wss://bot.acme.in/media'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-init-'))
})
afterEach(() => rm(folder, {recursive: true, force: true}))

/** Every question of the longest interview, each answered by Enter where it has a default. */
const LONGEST: readonly Step[] = [
  ['What should the call do?', ENTER],
  ['Where does the bot run?', ENTER],
  ['Its public URL', `${URL}${ENTER}`],
  ['Which sample rate', ENTER],
  ['Custom parameters', ENTER],
  ['How does the bot know', DOWN + DOWN + ENTER],
  ['holds the key', ENTER],
  ['holds the token', ENTER],
  ['Should Exotel record', ENTER],
  ['Should a Passthru applet ask', DOWN + DOWN + ENTER],
  ['Its URL', `https://bot.acme.in/passthru${ENTER}`],
  ['Words that the caller hears', ENTER],
  ['What happens after the bot?', DOWN + ENTER],
  ['Whom to connect to', ENTER],
]

type Asking = {
  readonly flags?: Partial<InitFlags>
  readonly steps?: readonly Step[]
  readonly env?: Record<string, string>
  readonly isTTY?: boolean
  readonly columns?: number
  /** The flags of the command line; the others come from the environment. */
  readonly given?: readonly string[]
}

/** What came of it, and what was seen. */
async function init({flags = {}, steps = [], env = {}, isTTY = true, ...asking}: Asking) {
  const {columns = 80, given = Object.keys(flags)} = asking
  const terminal = aTerminal(steps, {columns})
  const world = {
    stdin: Object.assign(terminal.stdin, {isTTY}),
    stderr: terminal.stderr,
    env: {...terminal.env, ...env},
  }
  const said: string[] = []
  const {signal} = new AbortController()
  const made = await initFlow(
    {
      ...{out: join(folder, 'flow.yaml'), force: false, yes: false},
      'data-dir': join(folder, '.exostream'),
      ...flags,
    },
    {world, signal, given, say: (text) => said.push(text)},
  ).catch((error: unknown) => error)
  return {made, said, seen: terminal.seen(), unasked: terminal.unasked()}
}

const READY = {use: 'voicebot', url: URL} as const

const ALL_BUT_PARAMETERS: Partial<InitFlags> = {
  ...{'sample-rate': '8000', auth: 'none', record: false, 'passthru-at': 'none'},
  ...{greeting: '', afterwards: 'hangup'},
}

describe('the interview', () => {
  test('asks one question after the other, and writes the flow of the answers', async () => {
    const {made, unasked} = await init({steps: LONGEST})

    expect(unasked).toEqual([])
    expect(made).toMatchObject({
      flow: {
        applets: [
          {
            ...{kind: 'voicebot', url: URL, sampleRateHz: 8000, parameters: {}, record: false},
            auth: {kind: 'basic', keyVariable: 'BOT_KEY', tokenVariable: 'BOT_TOKEN'},
          },
          {kind: 'passthru', url: 'https://bot.acme.in/passthru', on302: 'connect'},
          {kind: 'hangup'},
          {kind: 'connect'},
        ],
      },
    })
    expect(await readFile(join(folder, 'flow.yaml'), 'utf8')).toContain(`url: ${URL}`)
  })

  test('asks nothing that a flag has answered', async () => {
    const {seen, unasked} = await init({
      flags: {
        ...{use: 'stream', url: `${URL}?sample-rate=16000`, auth: 'none', record: true},
        ...{'passthru-at': 'none', 'connect-to': ['Sales']},
      },
      steps: [
        ['Custom parameters', ENTER],
        ['Words that the caller hears', ENTER],
      ],
    })

    expect(unasked).toEqual([])
    expect(seen.match(/^\? /gm)?.length).toBeGreaterThan(0)
    expect(seen).not.toMatch(/What should|Where does|public URL|sample rate|know that|record|Whom/)
  })

  test('asks nothing of applets that another answer leaves out', async () => {
    const {seen, made} = await init({
      flags: {use: 'connect-voice-ai'},
      steps: [
        ['Where does the bot run?', DOWN + DOWN + ENTER],
        ['Which sample rate', ENTER],
        ['Custom parameters', ENTER],
        ['How does the bot know', ENTER],
        ['Should Exotel record', ENTER],
        ['told the end of the call', ENTER],
      ],
    })

    expect(seen).not.toMatch(/public URL|Passthru|hears|What happens|Whom/)
    expect(made).toMatchObject({flow: {applets: [{kind: 'connect-voice-ai'}]}})
  })

  test('with --yes it asks only what has no default', async () => {
    const {seen, made} = await init({
      flags: {yes: true},
      steps: [
        ['What should the call do?', DOWN + ENTER],
        ['Where does the bot run?', DOWN + DOWN + ENTER],
      ],
    })

    expect(seen).not.toContain('sample rate')
    expect(made).toMatchObject({flow: {applets: [{kind: 'stream'}, {kind: 'connect'}, {}]}})
  })

  test.each([
    ['wss://your-ip/media', 'your-ip'],
    ['https//bot.acme.in/media', 'colon'],
    ['wss://localhost/media', 'localhost'],
    ['', 'Without it there is nothing'],
  ])('a URL such as %j is refused with the reason, and can be mended', async (wrong, reason) => {
    const {made, unasked, seen} = await init({
      flags: {use: 'voicebot', where: 'server', yes: true},
      steps: [
        ['Its public URL', wrong + ENTER],
        [reason, `${CTRL_U}${URL}${ENTER}`],
      ],
    })

    expect({unasked, seen: seen.length > 0}).toEqual({unasked: [], seen: true})
    expect(made).toMatchObject({flow: {applets: [{url: URL}, {}]}})
  })

  test('a key or a token itself is not taken for the name of a variable', async () => {
    const {made, unasked} = await init({
      flags: {...READY, record: false, param: [], greeting: '', 'sample-rate': '8000'},
      steps: [
        ['How does the bot know', DOWN + DOWN + ENTER],
        ['holds the key', `s3cr3t${ENTER}`],
        ['never the key', `${CTRL_U}MY_KEY${ENTER}`],
        ['holds the token', ENTER],
        ['Should a Passthru applet ask', ENTER],
        ['What happens after the bot?', ENTER],
      ],
    })

    expect(unasked).toEqual([])
    expect(made).toMatchObject({flow: {applets: [{auth: {keyVariable: 'MY_KEY'}}, {}]}})
  })

  test.each(LONGEST.map(([text], at) => [text, at] as const))(
    'Ctrl-C at "%s" leaves nothing behind, and tells how to go on',
    async (text, at) => {
      const steps: Step[] = [...LONGEST.slice(0, at), [text, CTRL_C]]

      const {made, said, unasked} = await init({steps})

      expect(unasked).toEqual([])
      expect(made).toMatchObject({code: 'EXO_INTERRUPTED'})
      expect(await readdir(folder)).toEqual([])
      expect(said).toEqual(
        at === 0
          ? []
          : [expect.stringMatching(/^To go on .+:\n {2}exostream flow init --use voicebot/)],
      )
    },
  )

  test.each([
    ['Ctrl-D', CTRL_D],
    ['Esc', ESCAPE],
  ])('%s leaves, too', async (_, key) => {
    const {made} = await init({steps: [['What should the call do?', key]]})

    expect(made).toMatchObject({code: 'EXO_INTERRUPTED'})
  })

  test('the flags it tells to go on from lead to the same flow', async () => {
    const left = await init({steps: [...LONGEST.slice(0, 13), ['Whom to connect to', CTRL_C]]})
    const words = left.said.join('').replace(/^[^]*flow init /, '')

    expect(words).toBe(
      `--use voicebot --where this-machine --url ${URL} --sample-rate 8000 --param '' --auth basic:BOT_KEY:BOT_TOKEN --no-record --passthru-at after --passthru https://bot.acme.in/passthru --greeting '' --afterwards connect --out ${join(folder, 'flow.yaml')}`,
    )
    expect(left.made).toMatchObject({
      failure: {exit: 130, hint: 'Go on with the command line above: it asks only what is left.'},
    })
  })

  test('answers that could not be written are not lost either', async () => {
    const {made, said} = await init({
      flags: {...READY, out: join(folder, 'a'.repeat(300))},
      steps: [
        ['Which sample rate', DOWN + ENTER],
        ['Custom parameters', ENTER],
        ['How does the bot know', ENTER],
        ['Should Exotel record', ENTER],
        ['Should a Passthru applet ask', ENTER],
        ['Words that the caller hears', ENTER],
        ['What happens after the bot?', ENTER],
      ],
    })

    expect(made).toMatchObject({code: 'EXO_DATA_DIR'})
    expect(said).toEqual([
      expect.stringMatching(/flow init .* --sample-rate 16000 .* --out .*aaa$/),
    ])
  })

  test('ends with an empty line, before what is printed', async () => {
    const {said} = await init({flags: {yes: true, url: URL}, steps: [['What should', ENTER]]})

    expect(said).toEqual([''])
  })

  test.each([
    ['690362298f1d.ngrok-free.app/media', 'wss://690362298f1d.ngrok-free.app/media'],
    ['wss://bot.acme.in/{CallSid}/media', 'wss://bot.acme.in/media'],
    ['wss://192.168.1.7/media', 'exostream serve --tunnel cloudflared'],
  ])('of a URL such as %s it is told what to do, with the line to copy', async (wrong, line) => {
    const {unasked, seen} = await init({
      flags: {use: 'voicebot', where: 'server', yes: true},
      steps: [
        ['Its public URL', wrong + ENTER],
        [`\n${line}`, CTRL_U + URL + ENTER],
      ],
    })

    expect(unasked).toEqual([])
    expect(seen).not.toContain('--local')
  })

  test.each<readonly [string, Record<string, string>]>([
    ['campaign=emi, plan=gold', {campaign: 'emi', plan: 'gold'}],
    ['campaign=emi plan=gold', {campaign: 'emi', plan: 'gold'}],
    ['campaign = emi', {campaign: 'emi'}],
    ['words=how are you, plan=gold', {words: 'how are you', plan: 'gold'}],
  ])('parameters may stand apart by commas or spaces: %s', async (text, parameters) => {
    const {made} = await init({
      flags: {...READY, ...ALL_BUT_PARAMETERS},
      steps: [['Custom parameters', text + ENTER]],
    })

    expect(made).toMatchObject({flow: {applets: [{parameters}, {}]}})
  })

  test('a parameter without a value is refused in words of the interview', async () => {
    const {seen, unasked} = await init({
      flags: {...READY, ...ALL_BUT_PARAMETERS},
      steps: [
        ['Custom parameters', `campaign${ENTER}`],
        ['A parameter is a name and a value', CTRL_U + ENTER],
      ],
    })

    expect(unasked).toEqual([])
    expect(seen).not.toContain('--param')
  })

  test('whom to connect to says what happens afterwards', async () => {
    const {seen, made} = await init({
      flags: {...READY, ...ALL_BUT_PARAMETERS, afterwards: undefined, 'connect-to': ['Sales']},
      steps: [['Custom parameters', ENTER]],
    })

    expect(seen).not.toContain('What happens')
    expect(made).toMatchObject({flow: {applets: [{}, {kind: 'connect', to: ['Sales']}]}})
  })

  test('no word of a question or an answer is broken in 40 columns', async () => {
    const {seen, unasked} = await init({
      columns: 40,
      // The question is broken before the word that the others wait for.
      steps: LONGEST.map(([text, keys]) => [text.replace(/holds the (.*)/, '$1:'), keys]),
    })
    const written = seen.split('\n').map((line) => line.trim())

    expect(unasked).toEqual([])
    for (const answer of [
      '8000 Hz, as the telephone has it',
      'On this machine, behind a tunnel',
      'By a key and a token in the URL',
      'https://bot.acme.in/passthru',
    ]) {
      expect(written).toContain(answer)
    }
  })
})

describe('a file that is there already', () => {
  const whole: Partial<InitFlags> = {...READY, ...ALL_BUT_PARAMETERS, param: []}
  beforeEach(() => writeFile(join(folder, 'flow.yaml'), 'old'))
  const written = (file = 'flow.yaml') => readFile(join(folder, file), 'utf8')

  test('is replaced when the person says so', async () => {
    await init({flags: whole, steps: [['Replace it?', `y${ENTER}`]]})

    expect(await written()).toContain(URL)
  })

  test('stays when the person names another, which must be new', async () => {
    const other = join(folder, 'other.yaml')
    const {made} = await init({
      flags: whole,
      steps: [
        ['Replace it?', ENTER],
        ['Which file instead?', join(folder, 'flow.yaml') + ENTER],
        ['is there already.', CTRL_U + other + ENTER],
      ],
    })

    expect(made).toMatchObject({file: other})
    expect(await written()).toBe('old')
    expect(await written('other.yaml')).toContain(URL)
  })

  test.each([
    ['without a terminal', {isTTY: false}],
    ['with --yes', {flags: {...whole, yes: true}}],
  ])('is refused %s', async (_, asking) => {
    const {made} = await init({flags: whole, ...asking})

    expect(made).toMatchObject({
      code: 'EXO_USAGE',
      message: expect.stringContaining('--force replaces it') as unknown,
    })
    expect(await written()).toBe('old')
  })

  test('is replaced with --force, and nobody is asked', async () => {
    const {seen} = await init({flags: {...whole, force: true}})

    expect(seen).toBe('')
    expect(await written()).toContain(URL)
  })
})

describe('without a terminal', () => {
  const nobody = {isTTY: false}

  test('all flags given is a flow, and nobody is asked', async () => {
    const {made, seen} = await init({...nobody, flags: READY})

    expect(seen).toBe('')
    expect(made).toMatchObject({flow: {applets: [{kind: 'voicebot', url: URL}, {kind: 'hangup'}]}})
  })

  test.each([
    ['all', {}, 'flow init --use voicebot|stream|connect-voice-ai --url URL'],
    ['the URL', {use: 'stream'}, 'flow init --use stream --url URL'],
    ['the use', {url: URL}, `flow init --url ${URL} --use voicebot|stream|connect-voice-ai`],
  ] as const)('what is missing is told as a command line: %s', async (_, flags, line) => {
    const {made} = await init({...nobody, flags})

    expect(made).toMatchObject({code: 'EXO_USAGE'})
    expect(String(made).split('\n')).toContainEqual(`exostream ${line}`)
    expect(await readdir(folder)).toEqual([])
  })

  test('a URL that is not known yet is left out, and the next call is on this machine', async () => {
    const {made} = await init({...nobody, flags: {use: 'voicebot', where: 'unknown'}})

    expect(made).toMatchObject({
      next: [
        `exostream flow check ${join(folder, 'flow.yaml')}`,
        `exostream simulate --flow ${join(folder, 'flow.yaml')} --flow-host 127.0.0.1:5000`,
      ],
    })
    expect(urlsOf(made)).toEqual([undefined])
  })

  test.each([
    ['a CI job', {CI: 'true'}],
    ['a terminal that cannot move its cursor', {TERM: 'dumb'}],
  ])('%s is the same as none', async (_, env) => {
    const {made} = await init({env})

    expect(made).toMatchObject({code: 'EXO_USAGE'})
  })

  test.each<readonly [Partial<InitFlags>, string]>([
    [{url: 'wss://your-ip/media'}, 'your-ip'],
    [{param: ['campaign']}, 'KEY=VALUE'],
    [{auth: 'token'}, '--auth must be'],
    [{greeting: 'a'.repeat(5000)}, 'greeting.say: expected at most'],
    [{url: ''}, '--url URL'],
    [{passthru: 'ftp://bot.acme.in/ask'}, 'ftp'],
    [{url: 'bot.acme.in/media'}, '\nwss://bot.acme.in/media'],
    [{'passthru-at': 'both'}, '--passthru-at both --passthru URL'],
    [{auth: 'basic:abc:s3cr3t'}, '--auth must be'],
  ])('a flag that will not do is refused: %j', async (flags, reason) => {
    const {made} = await init({...nobody, flags: {...READY, ...flags}})

    expect(made).toMatchObject({code: 'EXO_USAGE'})
    expect(String(made)).toContain(reason)
    expect(await readdir(folder)).toEqual([])
  })
})

describe('a flag that another answer makes pointless', () => {
  const direct = {use: 'connect-voice-ai'} as const
  const listening = {use: 'stream'} as const

  test.each<readonly [Partial<InitFlags>, string]>([
    [{...direct, greeting: 'Welcome'}, '--greeting means nothing with --use connect-voice-ai,'],
    [{...direct, passthru: URL}, '--passthru means nothing with --use connect-voice-ai,'],
    [{...direct, 'passthru-at': 'both'}, '--passthru-at means nothing with --use connect'],
    [{...direct, 'connect-to': ['Sales']}, '--connect-to means nothing with --use connect-voice'],
    [{...listening, afterwards: 'hangup'}, '--afterwards means nothing with --use stream,'],
    [{afterwards: 'hangup', 'connect-to': ['Sales']}, '--connect-to means nothing with --after'],
    [{'passthru-at': 'none', passthru: URL}, '--passthru means nothing with --passthru-at none'],
    [{'status-callback': URL}, '--status-callback means nothing without --use connect-voice-ai'],
  ])('is refused: %j', async (flags, sentence) => {
    const {made} = await init({isTTY: false, flags: {...READY, ...flags}})

    expect(made).toMatchObject({code: 'EXO_USAGE'})
    expect(String(made)).toContain(sentence)
    expect(await readdir(folder)).toEqual([])
  })

  test.each<readonly [Partial<InitFlags>]>([
    [{...direct, greeting: '', 'connect-to': [], 'passthru-at': 'none'}],
    [{...listening, 'connect-to': ['Sales']}],
    [{...direct, 'status-callback': 'https://bot.acme.in/ended'}],
  ])('is another than these: %j', async (flags) => {
    const {made} = await init({isTTY: false, flags: {...READY, ...flags}})

    expect(made).toMatchObject({flow: {}})
  })

  test('is nothing to refuse in the environment', async () => {
    const flags = {...READY, ...direct, greeting: 'Welcome'}
    const {made} = await init({isTTY: false, flags, given: ['use', 'url']})

    expect(made).toMatchObject({flow: {applets: [{kind: 'connect-voice-ai'}]}})
  })

  test('is told as left out where the interview made it so', async () => {
    const {said} = await init({
      flags: {url: URL, yes: true, greeting: 'Welcome'},
      steps: [['What should the call do?', DOWN + DOWN + ENTER]],
    })

    expect(said[0]).toMatch(/^--greeting means nothing .+ It is left out\.$/)
  })
})

describe('with a serve in the folder', () => {
  const asked = 'https://bot.acme.in/exo/passthru'
  const here = {use: 'voicebot', where: 'this-machine', yes: true} as const
  const note = {
    ...{
      pid: process.pid,
      url: 'wss://127.0.0.1:5601/media',
      nonce: 'a',
      startedAt: '2026-11-21T00:00:00Z',
    },
    publicUrl: 'wss://bot.acme.in/exo/media?sample-rate=8000',
  }
  const serving = async (more: {readonly asksCredentials?: true} = {}) => {
    const workspace = await openWorkspace(join(folder, '.exostream'))
    await workspace.noteServe({...note, ...more})
  }

  test.each<readonly [Partial<InitFlags>, number]>([
    [{}, 8000],
    [{'sample-rate': '16000'}, 16_000],
  ])('its URL is taken without the rate that it suggests: %j', async (flags, sampleRateHz) => {
    await serving()

    const {made} = await init({isTTY: false, flags: {...here, ...flags}})

    expect(made).toMatchObject({
      flow: {applets: [{url: 'wss://bot.acme.in/exo/media', sampleRateHz}, {}]},
      next: [{}, expect.stringMatching(/ --flow-host 127\.0\.0\.1:5601$/)],
    })
  })

  test('its Passthru is asked, behind the same prefix of a proxy', async () => {
    await serving()

    const {made} = await init({isTTY: false, flags: {...here, 'passthru-at': 'both'}})

    expect(made).toMatchObject({flow: {applets: [{url: asked}, {}, {url: asked}, {}]}})
  })

  test('its Passthru is offered on a terminal, for its own URL', async () => {
    await serving()

    const {made} = await init({
      flags: {...here, where: undefined, 'passthru-at': 'before'},
      steps: [
        ['Where does the bot run?', ENTER],
        ['(wss://bot.acme.in/exo/media)', ENTER],
        [`(${asked})`, ENTER],
      ],
    })

    expect(made).toMatchObject({flow: {applets: [{url: asked}, {}, {}]}})
  })

  test('another bot has its own Passthru', async () => {
    await serving()

    const {made} = await init({isTTY: false, flags: {...READY, 'passthru-at': 'both'}})

    expect(String(made)).toContain('--passthru URL')
  })

  test('the credentials that it asks for are in the flow, and said', async () => {
    await serving({asksCredentials: true})

    const {made, said} = await init({isTTY: false, flags: here})

    expect(made).toMatchObject({flow: {applets: [{auth: {kind: 'basic'}}, {}]}})
    expect(said).toEqual([expect.stringMatching(/ asks for credentials, so --auth basic is taken/)])
  })

  test.each<readonly [string, Partial<InitFlags>]>([
    ['somebody says otherwise', {...here, auth: 'none'}],
    ['the bot is another', {...READY, where: 'server', yes: true}],
  ])('no credentials are taken where %s', async (_, flags) => {
    await serving({asksCredentials: true})

    const {made, said} = await init({isTTY: false, flags})

    expect(made).toMatchObject({flow: {applets: [{auth: {kind: 'none'}}, {}]}})
    expect(said).toEqual([])
  })
})

function urlsOf(made: unknown) {
  // The cast is what `init` gives where nothing was thrown.
  const {flow} = made as Exclude<Awaited<ReturnType<typeof initFlow>>, Error>
  return flow.applets.filter(isStreaming).map(({url}) => url)
}
