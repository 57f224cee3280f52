import {spawnSync} from 'node:child_process'
import {join} from 'node:path'

import {describe, expect, test} from 'vitest'

import type {Applet} from '../../../../src/flow/flow.js'
import {renderHandler} from '../../../../src/flow/print/handler/handler.js'
import type {Printing} from '../../../../src/flow/print/printing.js'
import type {SampleRateHz} from '../../../../src/protocol/messages.js'
import {localPrinting, printingOf, USES} from '../../../rig/flow-printing.js'

const golden = (name: string) =>
  join(import.meta.dirname, '../../../../fixtures/golden', `flow-handler-${name}.txt`)

const LANGS = ['js', 'python'] as const

const READERS = {
  js: ['node', '--check', '--input-type=module', '-'],
  python: ['python3', '-c', 'import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 8))'],
} as const

function read(printing: Printing) {
  const [program, ...args] = READERS[printing.lang]
  const input = renderHandler(printing)
  const {status, stderr} = spawnSync(program, args, {input, encoding: 'utf8'})
  return {status, stderr}
}

describe.each(LANGS)('the handler in %s', (lang) => {
  test.each(USES)('is as it was for %s', async (use) => {
    const text = renderHandler(printingOf({use}, {lang}))

    await expect(text).toMatchFileSnapshot(golden(`${lang}-${use}`))
  })

  test('is as it was without a public host, which it says first', async () => {
    const text = renderHandler(localPrinting({}, {lang}))

    expect(text).toMatch(/^(\/\/|#) There is no public host yet: /)
    await expect(text).toMatchFileSnapshot(golden(`${lang}-no-host`))
  })

  test.each([
    ['a plain flow', printingOf({}, {lang})],
    ['no host', localPrinting({}, {lang})],
    [
      'hostile texts',
      printingOf(
        {
          name: 'a\n*/ """ process.exit()\u2028',
          url: `wss://bot.acme.in/m"e'd\\ia?a=")`,
          passthru: {after: {url: `https://bot.acme.in/p"+'\${x}\\n`}},
        },
        {lang},
      ),
    ],
  ])('is one that its language can read: %s', (_name, printing) => {
    expect(read(printing)).toEqual({status: 0, stderr: ''})
  })

  test('holds no secret of the flow', () => {
    const inUrl = renderHandler(printingOf({url: 'wss://K3Y:T0K3N@bot.acme.in/media'}, {lang}))
    const inQuery = renderHandler(printingOf({parameters: {token: 'T0K3N'}}, {lang}))

    expect(inUrl).toContain('wss://bot.acme.in/media?sample-rate=8000&campaign=emi')
    expect(inUrl).toContain('BOT_KEY and BOT_TOKEN are not set')
    expect(inUrl + inQuery).not.toMatch(/K3Y|T0K3N/)
  })

  test('is shown with STREAM_URL where the flow does not hold the URL of the stream', () => {
    const command = (printing: Printing) =>
      /^\W+((?:STREAM_URL=\S+ )?(?:node|python3) \S+)/m.exec(renderHandler(printing))?.[1]

    expect(command(printingOf({url: 'https://bot.acme.in/where'}, {lang}))).toMatch(
      /^STREAM_URL=wss:\/\/\.\.\. /,
    )
    expect(command(printingOf({}, {lang}))).toMatch(/^(node|python3) /)
  })

  test('adds nothing to the answer of a URL that two different applets ask, and says why', () => {
    const {flow, ...rest} = printingOf({url: 'https://bot.acme.in/where'}, {lang})
    const ofRate = (sampleRateHz: SampleRateHz) => ({
      ...rest,
      flow: {
        ...flow,
        applets: flow.applets.flatMap((applet): readonly Applet[] =>
          applet.kind === 'voicebot' ? [applet, {...applet, id: 'bot-2', sampleRateHz}] : [applet],
        ),
      },
    })
    const why = 'Applets with different rates or parameters ask /where'
    const dynamic = (text: string) => /^.*DYNAMIC = .*$/m.exec(text)?.[0]

    const two = renderHandler(ofRate(16_000))
    const same = renderHandler(ofRate(8000))

    expect(two).toContain(why)
    expect(dynamic(two)).toMatch(/\/where.[,:] (''|"")/)
    expect(same).not.toContain(why)
    expect(dynamic(same)).toContain('sample-rate=8000&campaign=emi')
  })

  test('says where a Passthru and a dynamic URL are one', () => {
    const url = 'https://bot.acme.in/exotel'

    expect(renderHandler(printingOf({url, passthru: {before: {url}}}, {lang}))).toContain(
      '/exotel is both a dynamic URL and a Passthru',
    )
  })

  test('knows where 302 leads anywhere: behind the stream, of a Passthru with a choice', () => {
    const ways = (printing: Printing) => /^.*PASSTHRU = .*$/m.exec(renderHandler(printing))?.[0]
    const before = {url: 'https://bot.acme.in/before'}
    const after = {url: 'https://bot.acme.in/after'}

    const choice = ways(printingOf({passthru: {before, after}, afterwards: 'connect'}, {lang}))
    const none = ways(printingOf({passthru: {before, after}, afterwards: 'hangup'}, {lang}))

    expect(choice).toMatch(/.\/before.[:,] false\W+\/after.[:,] true/i)
    expect(none).toMatch(/.\/before.[:,] false\W+\/after.[:,] false/i)
  })
})
