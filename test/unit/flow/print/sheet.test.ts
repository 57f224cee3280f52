import {describe, expect, test} from 'vitest'

import type {Applet, Flow} from '../../../../src/flow/flow.js'
import {makeFlow} from '../../../../src/flow/make-flow.js'
import {renderAs} from '../../../../src/flow/print/render.js'
import {sheetOf} from '../../../../src/flow/print/sheet/sheet.js'
import {plainPaint} from '../../../../src/report/text/look.js'
import {plainWish, PRINTED_FORMATS} from '../../../rig/flow-prints.js'

const rest = {
  look: {width: 200, paint: plainPaint, ascii: false},
  lang: 'js',
  upstreams: [],
} as const
const url = 'https://bot.acme.in/passthru'
const classic: Flow = {
  name: 'sales',
  applets: [{id: 'ask', kind: 'passthru', url, isAsync: false, on200: 'end'}],
}
const withUrl = (text: string): Flow => makeFlow({...plainWish, url: text})

describe('what flow check calls broken', () => {
  test.each(PRINTED_FORMATS)('comes with its fix before anything to enter in %s', (format) => {
    const page = renderAs(format, {...rest, flow: classic})
    const at = page.indexOf('no-stream-after-passthru')

    expect(at).toBeGreaterThan(-1)
    expect(page).toMatch(/Put a Voicebot|Voicebot/)
    if (format !== 'json') expect(at).toBeLessThan(page.indexOf(url))
  })

  test.each([
    ['wss://bot.acme.in/media?sample-rate=44100', 'rate-not-offered'],
    ['wss://bot.acme.in/media?sample-rate=16000', 'two-rates'],
    ['http://bot.acme.in/media', 'dynamic-url-not-https'],
    ['ws://bot.acme.in/media', 'without-tls'],
  ])('of %s is %s', (text, id) => {
    const {findings} = sheetOf({...rest, flow: withUrl(text)})

    expect(findings).toMatchObject([
      {id, path: expect.stringContaining('applets[0].voicebot') as string},
    ])
  })

  test('is not that a URL is still to come, which is said already', () => {
    const {url: _, ...withoutUrl} = plainWish

    expect(sheetOf({...rest, flow: makeFlow(withoutUrl)})).toMatchObject({
      findings: [],
      publicHost: 'missing',
    })
  })

  test('is no box to tick: the Passthru has to lead on', () => {
    const texts = sheetOf({...rest, flow: classic}).checklist.map(({text}) => text)

    expect(texts).toContain(
      'In the App Builder Passthru (ask) leads on to the applet that opens the stream.',
    )
  })
})

describe('the commands', () => {
  const commandsOf = (more: object, flow: Flow = makeFlow(plainWish)): string =>
    sheetOf({...rest, flow, ...more})
      .checklist.map(({command}) => command ?? '')
      .join('\n')

  test('name the file that the flow is in, and do not make it again', () => {
    const commands = commandsOf({file: 'my flow.yaml'})

    expect(commands).toContain("exostream flow check 'my flow.yaml' --probe")
    expect(commands).toContain("exostream simulate --flow 'my flow.yaml'")
    expect(commands).toContain("exostream flow print 'my flow.yaml' --as curl > call.sh")
    expect(commands).not.toContain('--as yaml')
  })

  test('repeat what was given where there is no file', () => {
    expect(commandsOf({again: 'exostream flow print wss://bot.acme.in/media'})).toContain(
      'exostream flow print wss://bot.acme.in/media --as yaml > flow.yaml',
    )
  })

  test('leave out what cannot pass without a public host, and say so', () => {
    const {url: _, ...withoutUrl} = plainWish
    const {checklist, namingCommand} = sheetOf({
      ...rest,
      flow: makeFlow(withoutUrl),
      localUrl: 'ws://127.0.0.1:7000/media',
    })

    expect(checklist.map(({command}) => command).join()).not.toMatch(/--probe|--flow|--as curl/)
    expect(checklist.some(({text}) => text.includes('only then can flow check --probe'))).toBe(true)
    expect(namingCommand).toBe('exostream serve --port 7000 --tunnel cloudflared')
  })

  test('take key and token from the environment, and say what ps shows of doctor', () => {
    const auth = {kind: 'basic', keyVariable: 'BOT_KEY', tokenVariable: 'BOT_TOKEN'} as const
    const flow = makeFlow({...plainWish, auth})
    const [reached] = sheetOf({...rest, flow}).checklist

    expect(reached?.text).toContain('ps shows key and token')
    expect(reached?.command).toBe(
      `exostream doctor wss://"$BOT_KEY:$BOT_TOKEN"'@bot.acme.in/media?sample-rate=8000'`,
    )
    expect(commandsOf({}, flow)).not.toMatch(/simulate.*BOT_KEY/)
  })

  test('of a call without a flow try the bot as one that ends with it', () => {
    expect(commandsOf({}, makeFlow({...plainWish, use: 'connect-voice-ai'}))).toContain(
      'exostream simulate wss://bot.acme.in/media?sample-rate=8000 --profile connect-voice-ai'.replace(
        /wss\S+/,
        (text) => `'${text}'`,
      ),
    )
  })
})

test('a checklist is read as it is: no escapes of Markdown in our own words', () => {
  const auth = {kind: 'basic', keyVariable: 'BOT_KEY', tokenVariable: 'BOT_TOKEN'} as const
  const page = renderAs('checklist', {...rest, flow: makeFlow({...plainWish, auth})})

  expect(page.replace(/^ {6}.*$/gm, '')).not.toContain('\\')
  expect(page).toContain('from $BOT_KEY and $BOT_TOKEN')
  expect(page).toContain('1. stream accepted')
})

test('a page begins with where the applets are put together', () => {
  const [first] = sheetOf({...rest, flow: makeFlow(plainWish)}).firstClicks

  expect(first).toMatch(/App Bazaar .* Create Custom App/)
})

test('the older fields tell those of the beta guide, and that sources disagree', () => {
  const applets: readonly Applet[] = makeFlow(plainWish).applets.map((applet) =>
    applet.kind === 'voicebot'
      ? {...applet, foreign: {MediaFormat: 'audio/x-mulaw', Track: 'both'}}
      : applet,
  )
  const {notInDashboard} = sheetOf({...rest, flow: {name: 'sales', applets}})

  expect(notInDashboard.find(({names}) => names.includes('MediaFormat'))).toMatchObject({
    instead: expect.stringContaining('sources disagree') as string,
    inFile: ['MediaFormat', 'Track'],
  })
})
