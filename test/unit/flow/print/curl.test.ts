import {spawnSync} from 'node:child_process'
import {join} from 'node:path'

import {describe, expect, test} from 'vitest'

import {USUAL_AUTH} from '../../../../src/flow/make-flow.js'
import {renderCurl} from '../../../../src/flow/print/curl.js'
import {localPrinting, printingOf, USES} from '../../../rig/flow-printing.js'

const golden = (name: string) =>
  join(import.meta.dirname, '../../../../fixtures/golden', `flow-curl-${name}.txt`)

const SHELLS = ['dash', 'bash'] as const

describe('the script that places a test call', () => {
  test.each(USES)('is as it was for %s', async (use) => {
    await expect(renderCurl(printingOf({use}))).toMatchFileSnapshot(golden(use))
  })

  test('is as it was without a public host, which it says first', async () => {
    const text = renderCurl(localPrinting({auth: USUAL_AUTH}))

    expect(text.split('\n')[1]).toMatch(/^# There is no public host yet:/)
    await expect(text).toMatchFileSnapshot(golden('no-host'))
  })

  test.each([
    ['voicebot', printingOf({auth: USUAL_AUTH, record: true})],
    ['direct', printingOf({use: 'connect-voice-ai', auth: USUAL_AUTH, record: true})],
    ['no host', localPrinting()],
    ['hostile', printingOf({name: '$(touch x)\n`id`\'"', parameters: {"a'$(id)": "`x`'\n"}})],
  ])('is one that dash and bash can read: %s', (_name, printing) => {
    for (const shell of SHELLS) {
      const read = spawnSync(shell, ['-n'], {input: renderCurl(printing), encoding: 'utf8'})

      expect({shell, said: read.stderr, status: read.status}).toEqual({shell, said: '', status: 0})
    }
  })

  test.each([
    ['wss://K3Y:T0K3N@bot.acme.in/media', /need BOT_KEY/],
    [
      'wss://bot.acme.in/media?api_key=T0K3N',
      /# The URL of the flow has what seems to be a secret/,
    ],
    ['wss://your-ip:5000/media', /# The URL of the flow holds the placeholder "your-ip"/],
    [
      'wss://10.0.0.7/media',
      /# The URL of the flow names 10\.0\.0\.7, which only this machine or its network can reach/,
    ],
    [
      'https://bot.acme.in/voicebot-url',
      /# The URL of the flow is dynamic: Exotel asks it for the URL of the stream/,
    ],
    ['bot.acme.in/media', /# The URL of the flow has no scheme/],
    ["wss://a'b;c.in/media", /# The URL of the flow has /],
  ])('does not hold what is no value of a public bot: %s', (url, says) => {
    const text = renderCurl(printingOf({url}))

    expect(text).toMatch(says)
    const commands = text.replace(/^#.*$/gm, '')
    expect(text).not.toMatch(/T0K3N|K3Y/)
    expect(commands).not.toMatch(/your-ip|10\.0\.0\.7|a'b/)
  })

  test('leaves a parameter that seems to be a secret to whoever runs it', () => {
    const text = renderCurl(printingOf({parameters: {token: 'T0K3N', campaign: 'emi'}}))

    expect(text).toContain("with ?sample-rate=8000&campaign=emi'")
    expect(text).not.toContain('T0K3N')
  })

  test('says of a Stream applet that a direct call goes both ways', () => {
    const words = 'Only flow tries the Stream applet: a direct stream always goes both ways.'

    expect(renderCurl(printingOf({use: 'stream'}))).toContain(words)
    expect(renderCurl(printingOf())).not.toContain(words)
  })

  test('tells the API of a direct call what the flow says of it', () => {
    const wish = {use: 'connect-voice-ai', record: true} as const
    const url = 'https://bot.acme.in/status-callback'

    const text = renderCurl(printingOf({...wish, statusCallback: url}))
    const secret = renderCurl(printingOf({...wish, statusCallback: `${url}?token=T0K3N`}))

    expect(text).toContain(`    Record=true \\\n    StatusCallback=${url}\n`)
    expect(secret).not.toContain('T0K3N')
    expect(secret).toContain('# The StatusCallback of the flow is left out')
  })
})
