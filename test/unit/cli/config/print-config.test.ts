import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parse} from 'yaml'

import {printConfig, settingsDocument} from '../../../../src/cli/config/print-config.js'
import {serveFlags} from '../../../../src/cli/serve-flags.js'
import {settled, useConfigFolder} from './settled.js'

useConfigFolder()

describe('the printed settings', () => {
  test('name every flag once, but those that tell where settings come from', async () => {
    const printed = printConfig(await settled({}))

    const names = [...printed.matchAll(/^ {2}(?:# )?([a-z-]+):/gm)].map(([, name]) => name)
    expect(names.sort()).toEqual(
      [...Object.keys(serveFlags), 'passthru-rules']
        .filter((name) => !['config', 'print-config'].includes(name))
        .sort(),
    )
  })

  test('say what each is, and the variable that sets it', async () => {
    const printed = printConfig(await settled({}))

    expect(printed).toContain(
      '  # after how many days recordings and dumps are deleted; EXOSTREAM_KEEP_DAYS\n' +
        '  # keep-days: 7\n',
    )
  })

  test('set nothing where everything is a default, and are a valid file all the same', async () => {
    const printed = printConfig(await settled({}))

    const {given} = await settled({file: printed})

    expect(given.size).toBe(0)
  })

  test('set the same when they are read again', async () => {
    const before = await settled({
      argv: ['--port', '0', '--path', '/a', '--path', '/b,c', '--record', '--trust-proxy', 'true'],
      env: {EXOSTREAM_LOG_CATEGORY: 'DTMF,ERROR', EXOSTREAM_TUNNEL: 'ngrok'},
      file: 'serve:\n  ack: never\n  passthru-rules:\n    - {when: {digits: "1"}, answer: 302}\n',
    })

    const after = await settled({file: printConfig(before)})

    expect(after.settings).toEqual(before.settings)
    expect(after.given).toEqual(before.given)
  })

  test('with every default commented in are a valid file that changes nothing', async () => {
    const plain = await settled({})
    const commentedIn = printConfig(plain).replace(/^ {2}# ([a-z-]+: \S.*)$/gm, '  $1')

    const after = await settled({file: commentedIn.replace(/^ {2}passthru-rules.*$/m, '')})

    expect(after.given.size).toBeGreaterThan(10)
    expect(after.settings).toEqual(plain.settings)
  })

  test('are valid whatever a text holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({unit: 'binary', minLength: 1}), async (template) => {
        const {settings} = await settled({})
        const given = new Set(['template'])

        const printed = printConfig({settings: {...settings, template}, given})

        expect(parse(printed)).toEqual({serve: {template}})
      }),
      {numRuns: 200},
    )
  })

  test('name the variable of a secret instead of its value', async () => {
    const printed = printConfig(
      await settled({
        argv: [
          '--basic-auth',
          'KEY:letmein',
          '--bearer-token',
          'letmein',
          '--to',
          'wss://K:letmein@h/',
        ],
        file: 'serve:\n  public-url: https://h.example/?token=letmein\n',
      }),
    )

    expect(printed).not.toContain('letmein')
    expect(printed).toContain(
      '# basic-auth: is set, and not shown; keep it in EXOSTREAM_BASIC_AUTH',
    )
    expect(parse(printed)).toEqual({serve: null})
  })

  test('are the same as data, with secrets hidden', async () => {
    const document = settingsDocument(
      await settled({
        argv: ['--basic-auth', 'KEY:letmein', '--to', 'wss://K:letmein@h/', '--port', '7'],
      }),
    )

    expect(document).toMatchObject({port: 7, 'basic-auth': '***', to: '***', host: '0.0.0.0'})
    expect(document).not.toHaveProperty('bearer-token')
  })
})
