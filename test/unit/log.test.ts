import {describe, expect, test} from 'vitest'

import {createLogger, type LogLevel, type Logger, silentLogger} from '../../src/log.js'

function logged(
  say: (log: Logger) => void,
  {pretty = false, level = 'debug'}: {pretty?: boolean; level?: LogLevel} = {},
): string {
  let text = ''
  const destination = {
    write(line: string) {
      text += line
    },
  }
  say(createLogger({level, pretty, destination}))
  return text
}

const values = (text: string): Record<string, unknown> =>
  JSON.parse(text) as Record<string, unknown>

describe('lines', () => {
  test('for a program an event is one JSON object', () => {
    const text = logged((log) => {
      log.child({connection: 'c1'}).info({code: 1000}, 'stream closed')
    })

    expect(text.endsWith('\n')).toBe(true)
    expect(values(text)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
      connection: 'c1',
      code: 1000,
      msg: 'stream closed',
    })
  })

  test('for a person an event is one line: time, level, sentence, values', () => {
    const text = logged(
      (log) => {
        log.child({connection: 'c1'}).warn({code: 1006, reason: 'no close frame'}, 'stream closed')
      },
      {pretty: true},
    )

    expect(text).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]{12}Z warn {2}stream closed connection=c1 code=1006 reason="no close frame"\n$/,
    )
  })

  test('an error is told with its place, in one line for a person', () => {
    const text = logged(
      (log) => {
        log.error({err: new TypeError('no\nsuch thing')}, 'the bot threw')
      },
      {pretty: true},
    )

    expect(text).toMatch(/the bot threw err="TypeError: no\\nsuch thing" at=.*log\.test\.ts/)
    expect(text.match(/\n/g)).toHaveLength(1)
  })

  test.each([
    ['debug', 4],
    ['info', 3],
    ['warn', 2],
    ['error', 1],
    ['silent', 0],
  ] as const)('at level %s, %i of the four are written', (level, count) => {
    const text = logged(
      (log) => {
        log.debug({}, 'a')
        log.info({}, 'b')
        log.warn({}, 'c')
        log.error({}, 'd')
      },
      {level},
    )

    expect(text.split('\n').length - 1).toBe(count)
  })

  test('the silent one says nothing, and neither do its children', () => {
    expect(silentLogger.child({a: 1})).toBe(silentLogger)
  })
})

describe('what must not be logged', () => {
  const base64 = 'QUJD'.repeat(100)

  test.each([
    ['Authorization', {headers: {Authorization: 'Basic c2VjcmV0'}}, 'c2VjcmV0'],
    ['authorization in a child', {authorization: 'Bearer s3cr3t'}, 's3cr3t'],
    ['credentials in a sentence', {reason: 'sent Basic c2VjcmV0 here'}, 'c2VjcmV0'],
    ['a cookie', {headers: {'set-cookie': 'id=s3cr3t'}}, 's3cr3t'],
    ['the userinfo of a URL', {url: 'wss://KEY:s3cr3t@bot.example/media'}, 's3cr3t'],
    ['the userinfo of a URL object', {url: new URL('wss://KEY:s3cr3t@bot.example/')}, 's3cr3t'],
    ['userinfo in an error', {err: new Error('dial wss://a:s3cr3t@b failed')}, 's3cr3t'],
    ['a number in from', {from: '+919876543210'}, '987654'],
    ['a number in to, deep down', {message: {raw: {start: {to: '09876543210'}}}}, '987654'],
    ['a number that is a JSON number', {from: 919876543210}, '987654'],
    ['a number in a sentence', {reason: 'no such line +919876543210'}, '987654'],
    ['a payload', {message: {raw: {media: {payload: base64}}}}, 'QUJD'],
    ['a payload in a sentence', {reason: `not JSON: ${base64}`}, 'QUJDQUJD'],
    ['samples', {frame: new Int16Array([12_345, 12_345])}, '12345'],
  ])('%s', (_, given, secret) => {
    for (const pretty of [true, false]) {
      const text = logged(
        (log) => {
          log.info(given, 'x')
          log.child(given).info({}, 'x')
        },
        {pretty},
      )

      expect(text).not.toContain(secret)
      expect(text.split('\n')).toHaveLength(3)
    }
  })

  test('userinfo is masked as in a report', () => {
    const text = logged((log) => {
      log.info({url: 'wss://KEY:s3cr3t@bot.example/media'}, 'dialled')
    })

    expect(text).toContain('wss://***@bot.example/media')
  })

  test('the last four digits of a number stay, to tell calls apart', () => {
    const text = logged((log) => {
      log.info({from: '+919876543210', to: '4321'}, 'stream started')
    })

    expect(values(text)).toMatchObject({from: '+********3210', to: '4321'})
  })

  test('ids, times and rates stay as they are', () => {
    const kept = {
      streamSid: '6f048d2e897a0d2d4029560f3f541947',
      startedAt: '2026-01-31T10:15:02.123Z',
      sampleRateHz: 8000,
      isOpen: true,
      nothing: null,
    }

    expect(
      values(
        logged((log) => {
          log.info(kept, 'x')
        }),
      ),
    ).toMatchObject(kept)
  })
})

describe('what came from the network', () => {
  const escapes = '\u001b]0;owned\u0007\u001b[2J\r\n\u009b31m\u202etxt'

  test.each([true, false])('has no control characters left (pretty: %s)', (pretty) => {
    const text = logged(
      (log) => {
        log.warn({reason: escapes, raw: {[escapes]: 1}, [escapes]: 2}, 'upgrade refused')
      },
      {pretty},
    )

    expect(text.slice(0, -1)).not.toMatch(/[\p{Cc}\u202e]/u)
    expect(text.endsWith('\n')).toBe(true)
  })

  test('is still the same text for a program', () => {
    const text = logged((log) => {
      log.warn({reason: escapes}, 'upgrade refused')
    })

    expect(values(text)['reason']).toBe(escapes)
  })

  test('keeps the joiners of Indian scripts', () => {
    const text = logged(
      (log) => {
        log.info({label: 'क्\u200dष'}, 'x')
      },
      {pretty: true},
    )

    expect(text).toContain('label=क्\u200dष')
  })

  test.each([
    ['a circle', () => circle()],
    ['a long text', () => 'x y '.repeat(100_000)],
    [
      'a wide object',
      () => Object.fromEntries(Array.from({length: 10_000}, (_, i) => [`k${i}`, i])),
    ],
    ['a key named __proto__', () => JSON.parse('{"__proto__": {"polluted": true}}') as object],
  ])('%s makes one line of bounded length', (_, make) => {
    const text = logged((log) => {
      log.debug({message: make()}, 'message kept without an effect')
    })

    expect(text.split('\n')).toHaveLength(2)
    expect(text.length).toBeLessThan(5000)
  })
})

function circle(): object {
  const self: Record<string, unknown> = {}
  self['self'] = self
  return self
}
