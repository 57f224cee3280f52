import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

import {
  createStreamPaths,
  dialablePath,
  filledPath,
  HTTP_PATHS,
} from '../../../src/serve/stream-paths.js'

describe('the usual paths', () => {
  const paths = createStreamPaths()

  test('begin with the one that is answered where none was asked for', () => {
    expect(paths.patterns[0]).toBe('/media')
  })

  test.each([
    ['/', {}],
    ['/media', {}],
    ['/media/', {}],
    ['/medi%61', {}],
    ['/stream', {}],
    ['/ws', {}],
    ['/voicebot', {}],
    ['/v1/ingest', {}],
    ['/ws/voicebot/42', {sessionId: '42'}],
    ['/ws/voicebot/42/', {sessionId: '42'}],
    ['/ws/voicebot/a%20b%2Fc%2520', {sessionId: 'a b/c%20'}],
    ['/ws/voicebot/100%', {sessionId: '100%'}],
    ['/ws/voicebot/{CallSid}', {sessionId: '{CallSid}'}],
    ['/ws/voicebot/%7BCallSid%7D', {sessionId: '{CallSid}'}],
    ['/ws/voicebot/__proto__', {sessionId: '__proto__'}],
  ])('take a stream on %s', (path, pathParameters) => {
    expect(paths.match(path)).toEqual({pathParameters})
  })

  test.each([
    ...['', 'media', '//', '/media//', '/medai', '/MEDIA', '/media/x', '/media?x=1'],
    ...['/ws/voicebot/', '/ws/voicebot//', '/ws/voicebot/..', '/ws/voicebot/%2e%2e'],
    ...['/ws/voicebot/.', `/ws/voicebot/${'x'.repeat(1025)}`, '/ws/voicebot/a/b'],
    ...HTTP_PATHS,
  ])('take none on %s', (path) => {
    expect(paths.match(path)).toBeUndefined()
  })
})

describe('a path as it may be told', () => {
  const paths = createStreamPaths(['/ws/{token}', '/{apiKey}/calls/{id}', '/media'])

  test.each([
    ['/ws/s3cret', '/ws/***'],
    ['/ws/s3cret/', '/ws/***'],
    ['/k3y/calls/a%20b', '/***/calls/a%20b'],
    ['/media', '/media'],
    ['/elsewhere/s3cret', '/elsewhere/s3cret'],
  ])('is for %s %s', (path, shown) => {
    expect(paths.shown(path)).toBe(shown)
  })
})

describe('paths of the user', () => {
  test('replace the usual ones', () => {
    const paths = createStreamPaths(['/bot'])

    expect(paths.patterns).toEqual(['/bot'])
    expect(paths.match('/media')).toBeUndefined()
  })

  test('hand over every named segment', () => {
    const paths = createStreamPaths(['/{tenant}/calls/{call-sid}'])

    expect(paths.match('/acme/calls/7')).toEqual({
      pathParameters: {tenant: 'acme', 'call-sid': '7'},
    })
  })

  test('that are spelled out go before those that a name would take', () => {
    const paths = createStreamPaths(['/{any}', '/media'])

    expect(paths.match('/media')).toEqual({pathParameters: {}})
    expect(paths.match('/other')).toEqual({pathParameters: {any: 'other'}})
  })

  test('leave what is answered over HTTP alone, whatever their names take', () => {
    const paths = createStreamPaths(['/{any}'])

    expect(paths.match('/health')).toBeUndefined()
  })

  test('may be given twice, and with a slash at the end', () => {
    expect(createStreamPaths(['/a/', '/a']).patterns).toEqual(['/a'])
  })

  test.each([
    ['media', 'The path "media" does not begin with a slash.'],
    ['', 'The path "" does not begin with a slash.'],
    ['/media?x=1', 'The path "/media?x=1" has a query or a fragment; a path ends before them.'],
    ['/a b', 'The path "/a b" holds a space or a control character.'],
    ['/a\u0000', 'The path "/a\\u0000" holds a space or a control character.'],
    ['/a\ud800', 'The path "/a\\ud800" holds a space or a control character.'],
    ['/health', 'The path "/health" is answered over HTTP, and takes no streams.'],
    ['/passthru/', 'The path "/passthru" is answered over HTTP, and takes no streams.'],
    ['/a//b', 'The path "/a//b" has an empty segment.'],
    ['/a/../b', 'The path "/a/../b" has a dot segment.'],
    ['/a/{x}/{x}', 'The path "/a/{x}/{x}" has the name {x} twice.'],
    [
      '/a{x}',
      'The path "/a{x}" has braces around something else than the name of a whole segment, such as {sessionId}.',
    ],
    [
      '/{}',
      'The path "/{}" has braces around something else than the name of a whole segment, such as {sessionId}.',
    ],
    [`/${'x'.repeat(200)}`, `The path "/${'x'.repeat(199)}" is longer than 200 characters.`],
  ])('such as %j are refused', (pattern, message) => {
    expect(() => createStreamPaths([pattern])).toThrow(
      expect.objectContaining({code: 'EXO_USAGE', message}),
    )
  })

  test('with several mistakes are refused with all of them', () => {
    expect(() => createStreamPaths(['media', '/ok', '/health'])).toThrow(
      'The path "media" does not begin with a slash. The path "/health" is answered over HTTP, and takes no streams.',
    )
  })

  test('that differ in nothing but a name are refused', () => {
    expect(() => createStreamPaths(['/a/{x}', '/a/{y}'])).toThrow(
      'The paths "/a/{x}" and "/a/{y}" match the same.',
    )
  })

  test('are refused when they are more than fifty', () => {
    const many = Array.from({length: 51}, (_, index) => `/p${index}`)

    expect(() => createStreamPaths(many)).toThrow(/^There are 51 paths/)
  })
})

describe('a path in a URL', () => {
  test.each([
    ['/media', 'c1', '/media'],
    ['/', 'c1', '/'],
    ['/ws/voicebot/{sessionId}', 'c1', '/ws/voicebot/c1'],
    ['/ws/voicebot/%7BCallSid%7D', 'c1', '/ws/voicebot/c1'],
    ['/ws/voicebot/{sessionId}', 'a/b?"c', '/ws/voicebot/a%2Fb%3F%22c'],
    ['/ws/voicebot/{sessionId}', undefined, '/ws/voicebot/%7BsessionId%7D'],
    ['/ws/voicebot/a"b', 'c1', '/ws/voicebot/a%22b'],
    ['/ws/voicebot/a%2Fb', 'c1', '/ws/voicebot/a%2Fb'],
    ['/ws/voicebot/100%', 'c1', '/ws/voicebot/100%25'],
  ])('%s of the call %s is %s', (path, callSid, expected) => {
    expect(filledPath(path, callSid)).toBe(expected)
  })

  test('that takes a stream still takes it as it is written there', () => {
    const paths = createStreamPaths()
    fc.assert(
      fc.property(fc.string({unit: 'binary-ascii', minLength: 1}), (segment) => {
        const path = `/ws/voicebot/${segment}`
        const matched = paths.match(path)
        fc.pre(matched !== undefined)

        const {pathname} = new URL(`ws://host${filledPath(path, undefined)}`)

        expect(paths.match(pathname)).toEqual(matched)
      }),
    )
  })
})

test.each([
  [['/ws/{id}', '/bot'], '/bot'],
  [['/ws/{id}', '/{any}'], '/ws/{id}'],
])('of the paths %j the one to dial is %s', (patterns, expected) => {
  expect(dialablePath(patterns)).toBe(expected)
})
