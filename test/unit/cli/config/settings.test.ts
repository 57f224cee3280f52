import {mkdtempSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

import {describe, expect, test} from 'vitest'

import {settled, useConfigFolder} from './settled.js'
import {readConfigFile} from '../../../../src/cli/config/config-file.js'

const folder = useConfigFolder()

describe('which one counts', () => {
  const file = 'serve:\n  port: 3\n'

  test.for([
    ['a flag', {argv: ['--port', '1'], env: {EXOSTREAM_PORT: '2', PORT: '4'}, file}, 1],
    ['a variable', {env: {EXOSTREAM_PORT: '2', PORT: '4'}, file}, 2],
    ['PORT', {env: {PORT: '4'}, file}, 4],
    ['the file', {file}, 3],
    ['the default', {}, 5000],
    ['the default, where PORT is empty,', {env: {PORT: ''}}, 5000],
  ] as const)('%s is taken when nothing stronger is set', async ([, asked, port]) => {
    const {settings} = await settled(asked)

    expect(settings.port).toBe(port)
  })

  test('a flag with the value of the default is stronger than the file', async () => {
    const {settings} = await settled({argv: ['--port', '5000'], file})

    expect(settings.port).toBe(5000)
  })

  test('what was set is told apart from what is a default', async () => {
    const {given} = await settled({
      argv: ['--host', '127.0.0.1'],
      env: {EXOSTREAM_KEEP_DAYS: '1', PORT: '80'},
      file: 'serve:\n  record: true\n  passthru-rules: []\n',
    })

    expect([...given].sort()).toEqual(['host', 'keep-days', 'passthru-rules', 'port', 'record'])
  })

  test.for(['x', '70000', '-1', '1.5', ' 80'])(
    'a PORT of "%s" is refused by name',
    async (PORT) => {
      await expect(settled({env: {PORT}})).rejects.toMatchObject({
        code: 'EXO_USAGE',
        message: `PORT must be a whole number from 0 to 65535, not "${PORT}"`,
      })
    },
  )

  test('a PORT that nobody reads is not judged', async () => {
    const {settings} = await settled({env: {PORT: 'x', EXOSTREAM_PORT: '2'}})

    expect(settings.port).toBe(2)
  })
})

describe('what may be repeated', () => {
  test.for([
    ['repeated flags', {argv: ['--path', '/a,b', '--path', '/c']}, ['/a,b', '/c']],
    ['a variable with commas', {env: {EXOSTREAM_PATH: '/a, /b,'}}, ['/a', '/b']],
    ['a list in the file', {file: 'serve:\n  path: [/a, /b]\n'}, ['/a', '/b']],
    ['one text in the file', {file: 'serve:\n  path: /a\n'}, ['/a']],
    ['a variable of commas alone', {env: {EXOSTREAM_PATH: ','}}, undefined],
  ] as const)('%s is a list', async ([, asked, path]) => {
    const {settings} = await settled(asked)

    expect(settings.path).toEqual(path)
  })

  test('the categories of a variable are taken apart too, and one that is none is named', async () => {
    const {settings} = await settled({env: {EXOSTREAM_LOG_CATEGORY: 'DTMF, ERROR'}})

    expect(settings['log-category']).toEqual(['DTMF', 'ERROR'])
    await expect(settled({env: {EXOSTREAM_LOG_CATEGORY: 'DTMF,Media'}})).rejects.toThrow(
      /must be one of CONNECTION, .*, not "Media"/,
    )
  })
})

describe('a variable for a secret that is set and empty', () => {
  test('is refused, because what it was to keep out would come in', async () => {
    await expect(settled({env: {EXOSTREAM_BASIC_AUTH: ''}})).rejects.toMatchObject({
      code: 'EXO_USAGE',
      message: 'EXOSTREAM_BASIC_AUTH is set, and empty: give it a value, or unset it.',
    })
    await expect(settled({env: {EXOSTREAM_BEARER_TOKEN: ''}, file: 'serve: {}'})).rejects.toThrow(
      'EXOSTREAM_BEARER_TOKEN is set, and empty',
    )
    await expect(
      settled({env: {EXOSTREAM_BASIC_AUTH: '', EXOSTREAM_BEARER_TOKEN: ''}}),
    ).rejects.toThrow(/BASIC_AUTH is .*\n.*BEARER_TOKEN is /)
  })

  test('is not read where the flag is given', async () => {
    const {settings} = await settled({
      argv: ['--basic-auth', 'KEY:TOKEN'],
      env: {EXOSTREAM_BASIC_AUTH: ''},
    })

    expect(settings['basic-auth']).toBe('KEY:TOKEN')
  })
})

describe('a configuration file', () => {
  test('tells all its mistakes at once, each with its place', async () => {
    const file = [
      'serve:',
      '  prot: 80',
      '  max_calls: 5',
      '  max-calls: 0',
      '  keep-days: seven',
      '  record: yes please',
      '  tunnel: ssh',
      '  allow: [10.0.0.0/8, 7]',
      '  template:',
      '  passthru-rules:',
      '    - {when: {digits: 1}, answer: 301}',
      '    - {when: {}, answer: 200, otherwise: 302}',
      'simulate: {}',
    ].join('\n')

    const error: unknown = await settled({file}).catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({code: 'EXO_CONFIG_INVALID'})
    expect(linesOf(error)).toEqual([
      '2:3 serve.prot: no key of this name is known here; did you mean port?',
      '3:3 serve.max_calls: no key of this name is known here; did you mean max-calls?',
      '4:14 serve.max-calls: expected a whole number from 1 to 100000, not 0',
      '5:14 serve.keep-days: expected a whole number from 1 to 3650, not "seven"',
      '6:11 serve.record: expected true or false, not "yes please"',
      '7:11 serve.tunnel: expected ngrok, cloudflared or localtunnel, not "ssh"',
      '8:10 serve.allow: expected a list of texts, not ["10.0.0.0/8",7]',
      '9:12 serve.template: expected a text, but there is nothing',
      '11:23 serve.passthru-rules[0].when.digits: expected a text, not 1',
      '11:35 serve.passthru-rules[0].answer: expected 200 or 302, not 301',
      '12:14 serve.passthru-rules[1].when: expected at least one field',
      '12:31 serve.passthru-rules[1].otherwise: no key of this name is known here',
      '13:1 simulate: no key of this name is known here',
    ])
  })

  test('may name a setting once only', async () => {
    const error: unknown = await settled({file: 'serve:\n  port: 1\n  port: 2\n'}).catch(
      (thrown: unknown) => thrown,
    )

    expect(linesOf(error)).toEqual(['3:3 expected valid YAML: map keys must be unique'])
  })

  test('does not have a secret shown when it is not written as one', async () => {
    const error: unknown = await settled({file: 'serve:\n  basic-auth: 1234567\n'}).catch(
      (thrown: unknown) => thrown,
    )

    expect(linesOf(error)).toEqual(['2:15 serve.basic-auth: expected a text'])
  })

  test.for(['', '# nothing\n', 'serve:\n', 'serve:\n  # port: 1\n', '{}'])(
    'that sets nothing is none: %j',
    async (file) => {
      const {settings, given} = await settled({file})

      expect([settings.port, given.size]).toEqual([5000, 0])
    },
  )

  test.for(['true', 'false'])('takes a bare %s as the word for trust-proxy', async (word) => {
    const {settings} = await settled({file: `serve:\n  trust-proxy: ${word}\n`})

    expect(settings['trust-proxy']).toBe(word)
  })

  test('hands on the rules for Passthru, which no flag has', async () => {
    const file =
      'serve:\n  passthru-rules:\n    - {when: {"Stream[Status]": failed}, answer: 302}\n'

    const {settings} = await settled({file})

    expect(settings['passthru-rules']).toEqual([{when: {'Stream[Status]': 'failed'}, answer: 302}])
  })
})

describe('where it is looked for', () => {
  test('a named one that is not there is a mistake, one that nobody named is not', async () => {
    const path = join(folder, 'gone.yaml')

    await expect(settled({argv: ['--config', path]})).rejects.toMatchObject({
      code: 'EXO_CONFIG_NOT_FOUND',
      message: `${path} could not be read.`,
    })
    await expect(readConfigFile(undefined, folder)).resolves.toBeUndefined()
  })

  test('the one in the folder is read under either ending, but not under both', async () => {
    const own = mkdtempSync(join(folder, 'own-'))

    writeFileSync(join(own, 'exostream.config.yml'), 'serve:\n  port: 7\n')
    const read = await readConfigFile(undefined, own)
    writeFileSync(join(own, 'exostream.config.yaml'), 'serve:\n  port: 8\n')

    expect(read).toMatchObject({path: join(own, 'exostream.config.yml'), values: {port: 7}})
    await expect(readConfigFile(undefined, own)).rejects.toMatchObject({
      code: 'EXO_CONFIG_INVALID',
    })
  })

  test.skipIf(process.platform === 'win32')(
    'one that holds a secret and that others can read is noted, without the secret',
    async () => {
      const open = join(folder, 'open.yaml')
      const closed = join(folder, 'closed.yaml')
      const text = 'serve:\n  basic-auth: KEY:letmein\n'
      writeFileSync(open, text, {mode: 0o644})
      writeFileSync(closed, text, {mode: 0o600})

      const [noted, quiet] = await Promise.all([
        readConfigFile(open, folder),
        readConfigFile(closed, folder),
      ])

      expect(noted?.notes).toEqual([
        `${open} holds basic-auth, and other users can read it: run "chmod 600 ${open}".`,
      ])
      expect(quiet?.notes).toEqual([])
    },
  )
})

/** What is said, without the name of the file. */
function linesOf(error: unknown): readonly string[] {
  const message = error instanceof Error ? error.message : ''
  return message.split('\n').map((line) => line.replace(/^.*?\.yaml:/, ''))
}
