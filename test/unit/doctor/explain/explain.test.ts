import {describe, expect, test} from 'vitest'

import {errorCatalogue} from '../../../../src/errors.js'
import {CHECKS} from '../../../../src/doctor/checks.js'
import {explain} from '../../../../src/doctor/explain/explain.js'
import {rules} from '../../../../src/protocol/rules.js'

const KNOWN =
  '3009 failed to establish ws conn dial tcp: lookup your-ip on 10.1.0.2:53: no such host'
const P = '3009 failed to establish ws conn '

const idsOf = (text: string) => explain(text).explanations.map(({id}) => id)
const first = (text: string) => explain(text).explanations[0]

describe('the one text in the public record', () => {
  test('its first sentence names the placeholder that is still in the URL, and what to put there', () => {
    const [sentence = ''] = (first(KNOWN)?.meaning ?? '').split(/(?<=[.])\s/)

    expect(sentence).toMatch(/^The URL in the applet still holds the placeholder your-ip: put /)
    expect(sentence).toContain('wss://NAME-OF-THE-TUNNEL/media?sample-rate=8000')
  })

  test('it is explained with causes, a fix with its command, the check that proves it, and its source', () => {
    expect(explain(KNOWN).explanations).toEqual([
      {
        ...{id: 'placeholder-host', kind: 'exotel-error', isInferred: false},
        text: 'lookup your-ip on 10.1.0.2:53: no such host',
        meaning: expect.any(String) as string,
        causes: [expect.stringContaining('copied'), expect.any(String)] as string[],
        fix: expect.stringMatching(/\nexostream serve --tunnel cloudflared$/) as string,
        check: {id: 'placeholder', command: 'exostream doctor URL'},
        source: expect.stringContaining('public record') as string,
      },
    ])
  })

  test.each([
    ['in capitals', KNOWN.toUpperCase()],
    ['in quotes', `'${KNOWN}'`],
    ['with its key', `"Error":"${KNOWN}"`],
    ['as a member of JSON in a string', JSON.stringify({Stream: JSON.stringify({Error: KNOWN})})],
    ['behind the prefix of a log', `Nov 21 10:00:01 web-1 app[312]: ERROR stream: ${KNOWN}`],
    ['broken over lines', KNOWN.replaceAll(' ', '\r\n   ')],
    ['percent-encoded', encodeURIComponent(KNOWN)],
    ['encoded twice', encodeURIComponent(encodeURIComponent(KNOWN))],
    ['with pluses', KNOWN.replaceAll(' ', '+')],
    ['coloured', `\u001b[31m${KNOWN}\u001b[0m`],
    ['without its number', KNOWN.slice(5)],
    ['without its prefix', KNOWN.slice(P.length)],
    ['from a web page', `&quot;${KNOWN}&quot;`],
  ])('%s it is the same', (_, text) => {
    expect(idsOf(text)).toContain('placeholder-host')
  })
})

test('the address in the text is told in the words', () => {
  expect(first(`${P}dial tcp 192.168.1.5:5000: i/o timeout`)?.meaning).toContain('192.168.1.5')
  expect(first(`${P}dial tcp 93.184.216.34:8443: i/o timeout`)?.meaning).toContain(
    '93.184.216.34:8443',
  )
  expect(first(`${P}dial tcp 127.0.0.1:5000: connect: connection refused`)?.meaning).toContain(
    'localhost',
  )
})

test('the host of the text is in the command that is to be copied', () => {
  expect(first('dial tcp: lookup bot.acme-voce.in: no such host')?.fix).toMatch(
    /\ndig \+short bot\.acme-voce\.in @8\.8\.8\.8$/,
  )
  expect(first(`${P}dial tcp 93.184.216.34:8443: i/o timeout`)?.fix).toMatch(
    /\nnc -vz 93\.184\.216\.34 8443$/,
  )
})

test.each(['a;reboot', 'a<b', '-x', '$(reboot)', 'a|b'])(
  'a host such as %s never gets into a command',
  (host) => {
    expect(first(`dial tcp: lookup ${host} on 10.1.0.2:53: no such host`)?.fix).not.toContain(host)
  },
)

test('a hostile host is not told in the words', () => {
  const {meaning, fix} = first('dial tcp: lookup $(reboot);x on 10.1.0.2:53: no such host') ?? {}

  expect(meaning).toMatch(/^The host in the URL does not exist/)
  expect(fix).not.toContain('reboot')
})

test.each([
  ['3001', ['unknown-number', 'close-3xxx']],
  ['1006, 401', ['http-401', 'close-1006']],
  ['3010 failed to dial: connection refused', ['connection-refused', 'unknown-number']],
  ['Stream[Status]=failed&Stream[DetailedStatus]=Streaming_call_throttled', ['stream-throttled']],
  ['Stream[Status]=failed&Stream[Error]=the+moon+is+in+the+way', ['stream-error-unknown']],
  [
    'Stream[Status]=completed&Stream[DisconnectedBy]=bot&Stream[Duration]=4',
    ['duration-four-seconds', 'disconnected-by-bot', 'stream-completed'],
  ],
])('all that %s says is told, the most telling first', (text, ids) => {
  expect(idsOf(text)).toEqual(ids)
})

test.each([
  ['close 1006', 'idle', 'exostream doctor URL --idle 120'],
  ['HTTP 403', 'upgrade', 'exostream doctor URL'],
])('%s is proved by the check %s with %s', (text, id, command) => {
  expect(first(text)?.check).toEqual({id, command})
})

test('of the limit of the account no check of doctor can tell', () => {
  expect(first('Streaming_call_throttled')).not.toHaveProperty('check')
})

test('two failed streams in one text are told each for itself', () => {
  const text = `${P}dial tcp: lookup your-ip: no such host; ${P}dial tcp 127.0.0.1:1: connect: connection refused`

  expect(idsOf(text)).toEqual(['placeholder-host', 'loopback-address'])
})

test('an error, a status and a close code in one text are all told', () => {
  expect(idsOf(`${P}EOF then HTTP 502 and close code 1006`)).toEqual([
    'eof',
    'http-502',
    'close-1006',
  ])
})

test.each(['hello', 'the bot is deaf', 'port 8080', '10.1.0.2', '2026-11-21', '12345', '{}'])(
  'of %j nothing is known',
  (text) => {
    expect(explain(text).explanations).toEqual([])
  },
)

test.each(Array.from({length: 16}, (_, at) => String(1000 + at)))(
  'close code %s has an explanation of its own',
  (code) => {
    expect(idsOf(`closed with code ${code}`)).toEqual([`close-${code}`])
  },
)

test('every error code of exostream and every rule is known', () => {
  const words = [...Object.keys(errorCatalogue), ...Object.keys(rules)]

  expect(words.filter((word) => idsOf(word)[0] !== word)).toEqual([])
})

test('every check that is named is one of doctor', async () => {
  const catalogue = await Promise.all(
    [
      ...['dns', 'tls', 'handshake', 'connection'],
      ...['http-statuses', 'close-codes', 'passthru', 'symptoms'],
    ].map(
      (name) =>
        import(`../../../../src/doctor/explain/catalogue/${name}.ts`) as Promise<
          Record<string, readonly {readonly check?: string}[]>
        >,
    ),
  )
  const named = catalogue
    .flatMap((file) => Object.values(file).flat())
    .map(({check}) => check)
    .filter((check) => check !== undefined)
  const known = new Set(CHECKS.map(({id}) => id))

  expect(named.length).toBeGreaterThan(60)
  expect([...new Set(named)].filter((check) => !known.has(check))).toEqual([])
})
