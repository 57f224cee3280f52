import {describe, expect, test} from 'vitest'

import {
  createLogger,
  LOG_CATEGORIES,
  type LogLevel,
  type Logger,
  type LogSink,
  silentLogger,
} from '../../src/log.js'

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
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
      level: 'info',
      category: 'SYSTEM',
      connection: 'c1',
      message: 'stream closed',
      values: {code: 1000},
    })
  })

  test('for a person an event is one line: time, level, category, ids, sentence, values', () => {
    const text = logged(
      (log) => {
        const values = {category: 'WEBSOCKET', code: 1006, reason: 'no close frame'}
        log.child({connection: '3f2a-17'}).warn(values, 'stream closed')
      },
      {pretty: true},
    )

    expect(text).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]{12}Z warn {2}WEBSOCKET {5}3f2a-17 stream closed code=1006 reason="no close frame"\n$/,
    )
  })

  test('the call is named by eight characters to a person, and whole to a program', () => {
    const ids = {callSid: '5d9a66b5f8f2424fad3b21ab22a8193m', streamSid: '6f048d2e897a0d2d4029560f'}
    const say = (log: Logger) => {
      log.child({connection: 'c1'}).child(ids).info({}, 'stream started')
    }

    expect(logged(say, {pretty: true})).toMatch(/ SYSTEM {8}c1 5d9a66b5 stream started\n$/)
    expect(values(logged(say))).toMatchObject({connection: 'c1', ...ids})
  })

  test('of a stream that has no call the stream is named', () => {
    const text = logged(
      (log) => {
        log.child({callSid: '', streamSid: '6f048d2e897a0d2d'}).info({}, 'stream started')
      },
      {pretty: true},
    )

    expect(text).toMatch(/ SYSTEM {8}6f048d2e stream started\n$/)
  })

  test.each(['level', 'time', 'msg', 'values', 'timestamp', 'message'])(
    'a value named %s stays a value',
    (name) => {
      const text = logged((log) => {
        log.child({[name]: 'theirs'}).info({[name]: 'ours'}, 'x')
      })

      expect(values(text)).toMatchObject({level: 'info', message: 'x', values: {[name]: 'ours'}})
    },
  )

  test('a category that there is not stays a value', () => {
    const text = logged((log) => {
      log.info({category: 'sales'}, 'x')
    })

    expect(values(text)).toMatchObject({category: 'SYSTEM', values: {category: 'sales'}})
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

  test.each([
    ['the words alone', (log: Logger) => tell(log, 'who calls'), {}],
    ['the words first', (log: Logger) => tell(log, 'who calls', {id: 7}), {values: {id: 7}}],
    ['a number where the words should be', (log: Logger) => tell(log, {id: 7}, 42), {message: ''}],
  ])('%s are understood: a bot in JavaScript has no types to tell', (_, say, expected) => {
    expect(JSON.parse(logged(say, {pretty: false}))).toMatchObject({
      message: 'who calls',
      ...expected,
    })
  })

  test('neither a number nor a secret is in the words of a bot', () => {
    const text = logged((log) => log.info({}, 'from 09876543210, Bearer abc123'), {pretty: true})

    expect(text).toContain('from *******3210, Bearer [redacted]')
  })

  test('the silent one says nothing, and neither do its children', () => {
    expect(silentLogger.child({a: 1})).toBe(silentLogger)
  })
})

describe('several readers', () => {
  function sink(options: Partial<LogSink>): LogSink & {readonly lines: string[]} {
    const lines: string[] = []
    const write = (line: string) => lines.push(line)
    return {level: 'info', pretty: true, ...options, lines, destination: {write}}
  }

  test('each has its level', () => {
    const sinks = [sink({level: 'warn'}), sink({level: 'debug'}), sink({level: 'silent'})]
    const log = createLogger(...sinks)

    log.debug({}, 'a')
    log.error({}, 'b')

    expect(sinks.map(({lines}) => lines.length)).toEqual([1, 2, 0])
  })

  test('each has its form', () => {
    const [person, program] = [sink({}), sink({pretty: false})]

    createLogger(person, program).info({code: 1000}, 'stream closed')

    expect(person.lines[0]).toContain(' stream closed code=1000\n')
    expect(values(program.lines[0] ?? '')).toMatchObject({values: {code: 1000}})
  })

  test('one that wants some categories gets no other', () => {
    const one = sink({categories: ['DTMF', 'ERROR']})
    const log = createLogger(one)

    for (const category of LOG_CATEGORIES) log.info({category}, 'x')
    log.info({}, 'x')

    expect(one.lines.map((line) => line.split(' ')[3])).toEqual(['DTMF', 'ERROR'])
  })

  test('a category may be bound to a child, and a line may say another', () => {
    const one = sink({})
    const log = createLogger(one).child({category: 'MEDIA'})

    log.info({}, 'x')
    log.info({category: 'DTMF'}, 'x')

    expect(one.lines.map((line) => line.split(' ')[3])).toEqual(['MEDIA', 'DTMF'])
  })
})

describe('custom parameters', () => {
  const given = {customParameters: {plan: 'gold-card', mood: 'angry'}, CustomField: 'gold-card'}

  test.each(['info', 'warn', 'error'] as const)('at %s are told by name only', (level) => {
    const text = logged((log) => {
      log[level]({message: {raw: given}, ...given}, 'stream started')
      log.child({customer: given.customParameters})[level]({}, 'x')
    })

    expect(text).not.toMatch(/gold-card|angry/)
    expect(text.match(/"plan","mood"/g)).toHaveLength(3)
  })

  test('at debug are told whole', () => {
    const text = logged((log) => {
      log.debug(given, 'stream started')
    })

    expect(values(text)['values']).toEqual(given)
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
    ['an access token', {access_token: 's3cr3t', authToken: 's3cr3t'}, 's3cr3t'],
    ['an API key', {headers: {'X-Api-Key': 's3cr3t'}}, 's3cr3t'],
    ['a token in a query', {path: '/media?a=1&token=s3cr3t&b=2'}, 's3cr3t'],
    ['a password in a sentence', {reason: 'login with password: s3cr3t'}, 's3cr3t'],
    ['a cookie in a sentence', {reason: 'Set-Cookie: a=1; sid=s3cr3t'}, 's3cr3t'],
    ['a secret in a key', {raw: {'token=s3cr3t': 1}}, 's3cr3t'],
    ['userinfo where a number is expected', {to: 'wss://KEY:s3cr3t@bot.example/'}, 's3cr3t'],
    [
      'userinfo where a long text is cut',
      {reason: `${'x y '.repeat(247)}wss://KEY:s3cr3t@b`},
      's3cr3t',
    ],
    ['a number with spaces', {reason: 'no such line +91 98765 43210'}, '98765 4'],
    ['a number at the end of a sentence', {reason: 'no such line 9876543210.'}, '987654'],
    ['a number in a query', {path: '/media?from=%2B919876543210'}, '987654'],
    ['a number of a customer', {customer_: {mobile: '9876543210'}}, '987654'],
    ['a number in a key', {raw: {'+919876543210': 1}}, '987654'],
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

    expect(values(text)).toMatchObject({values: {from: '+********3210', to: '4321'}})
  })

  test('an id of as many digits as a phone number is no phone number, unless it is one', () => {
    const ids = {callSid: '1700000000123', streamSid: '1700000000124', accountSid: '1700000000125'}
    const text = logged((log) => {
      log.info(ids, 'stream started')
      log.info({callSid: '+919876543210'}, 'stream started')
    })

    for (const sid of Object.values(ids)) expect(text).toContain(sid)
    expect(text).not.toContain('9198765')
  })

  test('ids, times and rates stay as they are', () => {
    const kept = {
      peer: '127.0.0.1:53124',
      nonce: '550e8400-e29b-41d4-a716-446655440000',
      firstToken: 120,
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
    ).toMatchObject({values: kept})
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

    expect(values(text)).toMatchObject({values: {reason: escapes}})
  })

  test('cannot make a line of its own, nor a value that is not its own', () => {
    const forged = '\n2026-01-31T10:15:02.123Z info  SYSTEM all is well'
    const text = logged(
      (log) => {
        log.child({callSid: 'a b="c"'}).info({reason: forged, 'a=1 b': 2}, 'x')
      },
      {pretty: true},
    )

    expect(text.match(/\n/g)).toHaveLength(1)
    expect(text).toContain(String.raw` SYSTEM        "a b=\"c\"" x `)
    expect(text).toContain(' "a=1 b"=2')
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
    ['a long key', () => ({['k'.repeat(100_000)]: 1})],
    ['a long number', () => ({from: '9'.repeat(100_000)})],
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

/** As JavaScript may call it. */
function tell(log: Logger, ...said: readonly unknown[]): void {
  // The cast is what a caller without types does.
  const info = log.info as (...said: readonly unknown[]) => void
  info(...said)
}
