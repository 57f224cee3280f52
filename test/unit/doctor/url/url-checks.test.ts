import {describe, expect, test} from 'vitest'

import type {DoctorReport} from '../../../../src/doctor/doctor-report.js'
import type {DoctorTarget} from '../../../../src/doctor/target.js'
import {classOf} from '../../../../src/stream/written-url/address-class.js'
import {urlChecks} from '../../../../src/doctor/url/index.js'
import {examine} from '../../../rig/doctor/examine.js'

const PREFIX = '3009 failed to establish ws conn '

function look(url: string, target: Partial<DoctorTarget> = {}): Promise<DoctorReport> {
  return examine(url, {target, world: {classOf}, only: urlChecks.map(({id}) => id)})
}

function failuresOf({checks}: DoctorReport): readonly string[] {
  return checks.filter(({status}) => status === 'fail').map(({id}) => id)
}

function notedOf({checks}: DoctorReport): readonly string[] {
  return checks
    .filter(({status}) => status === 'fail' || status === 'warn')
    .map(({id, status}) => `${id} ${status}`)
}

type Fault = {
  readonly name: string
  readonly url: string
  readonly target?: Partial<DoctorTarget>
  readonly rootCause: string
  readonly summary: RegExp
  /** Absent where Exotel's own text is not published. */
  readonly exotelError?: string
}

const noSuchHost = (host: string) =>
  `${PREFIX}dial tcp: lookup ${host} on 10.1.0.2:53: no such host`
const badUrl = `${PREFIX}malformed ws or wss URL`
const status = (code: number) =>
  `${PREFIX}expected handshake response status code 101 but got ${code}`

const FAULTS: readonly Fault[] = [
  {
    name: 'the words of a guide in the place of the address',
    url: 'ws://your-ip:5000/media?sample-rate=8000',
    rootCause: 'placeholder',
    summary: /^the URL still holds the placeholder "your-ip"$/,
    exotelError: noSuchHost('your-ip'),
  },
  {
    name: 'a host in angle brackets',
    url: 'wss://<host>/media?sample-rate=8000',
    rootCause: 'placeholder',
    summary: /"<host>"/,
    exotelError: noSuchHost('<host>'),
  },
  {
    name: 'a template that nobody filled in',
    url: 'wss://{host}/media?sample-rate=8000',
    rootCause: 'placeholder',
    summary: /"\{host\}"/,
    exotelError: badUrl,
  },
  {
    name: 'example.com',
    url: 'wss://example.com/media?sample-rate=8000',
    rootCause: 'placeholder',
    summary: /"example.com"/,
    exotelError: status(404),
  },
  {
    name: 'the tunnel of a guide',
    url: 'wss://abcd1234.ngrok.io/media?sample-rate=8000',
    rootCause: 'placeholder',
    summary: /"abcd1234.ngrok.io"/,
    exotelError: status(404),
  },
  {
    name: 'a session id that nobody filled in',
    url: 'wss://bot.exmple.org/ws/{session_id}?sample-rate=8000',
    rootCause: 'placeholder',
    summary: /"\{session_id\}"/,
    exotelError: status(404),
  },
  {
    name: 'the credentials of a guide',
    url: 'wss://KEY:TOKEN@bot.exmple.org/media?sample-rate=8000',
    rootCause: 'placeholder',
    summary: /"KEY:TOKEN@"/,
    exotelError: status(401),
  },
  {
    name: '{CallSid} in a static URL',
    url: 'wss://bot.exmple.org/media/{CallSid}?sample-rate=8000',
    rootCause: 'call-sid-in-url',
    summary: /^the URL holds \{CallSid\}, and nothing says that Exotel fills it in$/,
    exotelError: status(404),
  },
  ...(
    [
      ['nothing', '', /^the URL is empty, as of a variable that is not set$/],
      ['spaces', '  ', /is empty/],
      ['no scheme', 'bot.exmple.org:5000/media', /has no scheme/],
      ['no colon', 'wss//bot.exmple.org/media', /lacks the colon/],
      ['one slash', 'wss:/bot.exmple.org/media', /two slashes/],
      ['three slashes', 'wss:///media', /not exactly two slashes/],
      ['two schemes', 'wss://https://bot.exmple.org/media', /two schemes/],
      ['another scheme', 'ftp://bot.exmple.org/media', /the scheme ftp, where wss or ws belongs/],
      ['a space behind it', 'wss://bot.exmple.org/media ', /a space before or behind/],
      ['a space inside', 'wss://bot.exmple.org/my media', /a space inside/],
      ['a line break', 'wss://bot.exmple.org/media\n', /U\+000A/],
      ['a zero-width space', 'wss://bot.exmple.org\u200b/media', /U\+200B/],
      ['smart quotes', '“wss://bot.exmple.org/media”', /quotation marks/],
      ['backslashes', 'wss:\\\\bot.exmple.org\\media', /backslash/],
      ['no host', 'wss://:5000/media', /has no host/],
      ['port 0', 'wss://bot.exmple.org:0/media', /names port 0; ports are 1 to 65535/],
      ['a port that is too high', 'wss://bot.exmple.org:70000/media', /names port 70000/],
      ['a port of letters', 'wss://bot.exmple.org:https/media', /port that is no number/],
      ['IPv6 without brackets', 'wss://2606:4700::1111:x/media', /IPv6 address needs brackets/],
      ['brackets without IPv6', 'wss://[1.2.3.4]:80/media', /no IPv6 address between its brackets/],
      ['two dots in a row', 'wss://bot..exmple.org/media', /two dots in a row/],
      ['a label too long', `wss://${'b'.repeat(64)}.exmple.org/media`, /longer than 63/],
      ['a name too long', `wss://${'bot.'.repeat(64)}org/media`, /longer than 253/],
      ['a bad escape', 'wss://bot.exmple.org/50%/media', /write %25/],
      [
        'a host of odd characters',
        'wss://bot,exmple^org/media',
        /^the URL has "," in its host, which is of no host name$/,
      ],
      ['a command in the host', 'wss://a;reboot;.evil.in/media', /has ";" in its host/],
      ['another one', 'wss://a$(reboot).evil.in/media', /has "\$" in its host/],
      ['a backtick in the host', 'wss://a`reboot`.evil.in/media', /has "`" in its host/],
      ['a single quote in the host', "wss://a'b.evil.in/media", /has "'" in its host/],
      ['an option as host', 'wss://-f.evil.in/media', /a hyphen at the beginning of its host/],
      ['an escape in the host', 'wss://bot%2eexmple.org/media', /a percent escape in its host/],
      ['an address that is none', 'wss://1.2.3.999/media', /neither a name nor an address/],
      [
        'an address in shorthand',
        'ws://127.1:5000/media',
        /only browsers read as the address 127.0.0.1/,
      ],
      ['a slash in the token', 'wss://key:to/ken@bot.exmple.org/media', /breaks it in two/],
    ] as const
  ).map(([name, url, summary]) => ({
    name,
    url,
    rootCause: 'url',
    summary,
    exotelError: badUrl,
  })),
  {
    name: 'a character that Go does not take before the @',
    url: 'wss://key:to{ken@bot.exmple.org/media?sample-rate=8000',
    rootCause: 'userinfo',
    summary: /has to be percent-encoded/,
    exotelError: badUrl,
  },
  {
    name: 'a URL too long for Connect Voice AI',
    url: `wss://bot.exmple.org/${'a'.repeat(590)}?sample-rate=8000`,
    target: {applet: 'none'},
    rootCause: 'length',
    summary: /has 628 characters; Connect Voice AI takes fewer than 600/,
  },
  {
    name: 'a rate that Exotel has not',
    url: 'wss://bot.exmple.org/media?sample-rate=44100',
    rootCause: 'sample-rate',
    summary: /"44100"; Exotel has 8000, 16000, 24000, and the nearest is 24000/,
  },
  {
    name: 'a rate in kilohertz',
    url: 'wss://bot.exmple.org/media?sample-rate=16k',
    rootCause: 'sample-rate',
    summary: /the nearest is 16000/,
  },
  {
    name: 'two rates',
    url: 'wss://bot.exmple.org/media?sample-rate=8000&sample_rate=16000',
    rootCause: 'sample-rate',
    summary: /two sample rates, "8000" and "16000"/,
  },
  ...(
    [
      [
        'localhost',
        'ws://localhost:5000/media',
        /^localhost names Exotel's own machine when Exotel dials it$/,
        'dial tcp 127.0.0.1:5000: connect: connection refused',
      ],
      [
        'loopback',
        'ws://127.0.0.1:5000/media',
        /loopback/,
        'dial tcp 127.0.0.1:5000: connect: connection refused',
      ],
      [
        'IPv6 loopback',
        'ws://[::1]:5000/media',
        /loopback/,
        'dial tcp [::1]:5000: connect: connection refused',
      ],
      [
        'the address to listen on',
        'ws://0.0.0.0:5000/media',
        /nobody dials/,
        'dial tcp 0.0.0.0:5000: connect: connection refused',
      ],
      [
        'a private address',
        'wss://192.168.1.4/media',
        /^192.168.1.4 is a private address \(RFC 1918\), so Exotel cannot reach it$/,
        'dial tcp 192.168.1.4:443: i/o timeout',
      ],
      [
        'an address behind NAT',
        'ws://100.64.0.9/media',
        /RFC 6598/,
        'dial tcp 100.64.0.9:80: i/o timeout',
      ],
      [
        'a link-local address',
        'ws://169.254.3.4:5000/media',
        /link-local/,
        'dial tcp 169.254.3.4:5000: i/o timeout',
      ],
      [
        'a unique local address',
        'wss://[fd00::4]/media',
        /unique local/,
        'dial tcp [fd00::4]:443: i/o timeout',
      ],
      [
        'an address from documentation',
        'wss://203.0.113.7/media',
        /documentation/,
        'dial tcp 203.0.113.7:443: i/o timeout',
      ],
      [
        'a multicast address',
        'ws://239.1.2.3:5000/media',
        /multicast/,
        'dial tcp 239.1.2.3:5000: connect: network is unreachable',
      ],
      [
        'a name without a dot',
        'ws://nas:5000/media',
        /without a dot/,
        'dial tcp: lookup nas on 10.1.0.2:53: no such host',
      ],
      [
        'a name of mDNS',
        'ws://nas.local:5000/media',
        /ends in .local/,
        'dial tcp: lookup nas.local on 10.1.0.2:53: no such host',
      ],
      [
        'a name of Docker',
        'ws://host.docker.internal:5000/media',
        /ends in .internal/,
        'dial tcp: lookup host.docker.internal on 10.1.0.2:53: no such host',
      ],
    ] as const
  ).map(([name, url, summary, cause]) => ({
    name,
    url: `${url}?sample-rate=8000`,
    rootCause: 'host',
    summary,
    exotelError: PREFIX + cause,
  })),
]

test.each(FAULTS)('$name: one root cause, $rootCause', async (fault) => {
  const report = await look(fault.url, fault.target)

  expect(failuresOf(report)).toEqual([fault.rootCause])
  expect(report.rootCause).toBe(fault.rootCause)
  expect(report.checks.find(({id}) => id === fault.rootCause)?.summary).toMatch(fault.summary)
  expect(report.exotelError).toBe(fault.exotelError)
  expect(report.fix).toBeTruthy()
})

test.each([
  'wss://bot.exmple.org/media?sample-rate=8000',
  'wss://bot.exmple.org./media?sample-rate=16000',
  'wss://key:t%40k@bot.exmple.org:8443/media?sample-rate=24000&a=1&b=2&c=3',
  'wss://bücher.exmple.org/media?sample-rate=8000',
  'wss://polite-lion.ngrok-free.app/?sample-rate=8000',
])('nothing is said against %s', async (url) => {
  expect(notedOf(await look(url))).toEqual([])
})

test.each([
  'ws://127.0.0.1:45123/media?sample-rate=8000',
  'ws://localhost:5000/media?sample-rate=24000',
  'ws://[::1]:5000/media',
  'ws://192.168.1.4:5000/media?sample-rate=16000',
  'ws://my_bot:5000/media',
  'ws://bot.test/media',
  'ws://key:token1@127.0.0.1:5000/media?sample-rate=8000',
  'ws://user:pass@127.0.0.1:5000/media?sample-rate=8000',
])('under --local nothing is said against %s', async (url) => {
  const report = await look(url, {isLocal: true})

  expect(notedOf(report)).toEqual([])
  expect(report.checks.filter(({status: its}) => its === 'skip').map(({id}) => id)).toEqual([
    'scheme',
    'host',
  ])
})

test('under --local a template in the credentials is one all the same', async () => {
  const report = await look('ws://<key>:<token>@127.0.0.1:5000/media', {isLocal: true})

  expect(report.rootCause).toBe('placeholder')
})

test('under --local a placeholder is a root cause all the same, and the fix leads to this machine', async () => {
  const report = await look('ws://your-ip:5001/media', {isLocal: true})

  expect(report.rootCause).toBe('placeholder')
  expect(report.fix).toBe('Try this URL:\nws://127.0.0.1:5001/media?sample-rate=8000')
})

test.each([
  ['ws://bot.exmple.org/media?sample-rate=8000', 'scheme warn'],
  ['ws://key:token1@bot.exmple.org/media?sample-rate=8000', 'scheme warn, userinfo warn'],
  ['wss://key@bot.exmple.org/media?sample-rate=8000', 'userinfo warn'],
  ['wss://key:a@b@bot.exmple.org/media?sample-rate=8000', 'userinfo warn'],
  ['wss://key:a:b@bot.exmple.org/media?sample-rate=8000', 'userinfo warn'],
  ['wss://bot.exmple.org:80/media?sample-rate=8000', 'port warn'],
  ['ws://bot.exmple.org:443/media?sample-rate=8000', 'scheme warn, port warn'],
  [`wss://bot.exmple.org/${'a'.repeat(2000)}?sample-rate=8000`, 'length warn'],
  ['wss://bot.exmple.org/media?sample-rate=8000&a=1&a=2', 'parameters warn'],
  ['wss://bot.exmple.org/media?sample-rate=8000&a=1&b=2&c=3&d=4', 'parameters warn'],
  [`wss://bot.exmple.org/media?sample-rate=8000&a=${'b'.repeat(256)}`, 'parameters warn'],
  ['wss://bot.exmple.org/media', 'sample-rate warn'],
  ['wss://bot.exmple.org/media?samplerate=8000', 'sample-rate warn'],
  ['wss://bot.exmple.org/media?sampleRate=8000', 'sample-rate warn'],
  ['wss://bot.exmple.org/media?sample_rate=8000', 'sample-rate warn'],
  ['wss://bot.exmple.org/media?rate=16000', 'sample-rate warn'],
  ['wss://bot.exmple.org/media?sample-rate=8000&sample-rate=8000', 'sample-rate warn'],
  ['wss://bot.exmple.org/media?sample-rate=8000#top', 'url warn'],
  ['wss://my_bot.exmple.org/media?sample-rate=8000', 'url warn'],
  ['wss://bot.exmple.org/media?sample-rate=8000&a=50%', 'url warn'],
  ['wss://8.8.8.8/media?sample-rate=8000', 'host warn'],
  ['ws://[2606:4700::1111]/media?sample-rate=8000', 'scheme warn, host warn'],
])('%s: %s', async (url, noted) => {
  expect(notedOf(await look(url)).join(', ')).toBe(noted)
})

describe('the other URLs on the way', () => {
  test('a dynamic URL may be https, and is asked about its call in the query', async () => {
    const {checks} = await look('https://bot.exmple.org/media?CallSid={CallSid}')

    const noted = checks.filter(({status: its}) => its !== 'pass').map(({id}) => id)
    expect(noted.filter((id) => id.startsWith('dynamic-'))).toEqual(['dynamic-call-sid-in-url'])
  })

  test('http is a warning for them, too', async () => {
    const {checks} = await look('wss://bot.exmple.org/media?sample-rate=8000', {
      passthru: 'http://bot.exmple.org/passthru',
    })

    expect(checks.find(({id}) => id === 'passthru-scheme')?.status).toBe('warn')
  })

  test('a wss URL is none for the Passthru applet', async () => {
    const report = await look('wss://bot.exmple.org/media?sample-rate=8000', {
      passthru: 'wss://bot.exmple.org/passthru',
    })

    expect(report.rootCause).toBe('passthru-url')
    expect(report.exotelError).toBeUndefined()
    expect(report.fix).toContain('\nhttps://bot.exmple.org/passthru')
  })
})

test.each([
  ['https://10.0.0.4/media', 'dynamic-host'],
  ['https://nas.local/media', 'dynamic-host'],
  ['https://your-ip/media', 'dynamic-placeholder'],
  ['https://key:to{ken@bot.exmple.org/media', 'dynamic-userinfo'],
  ['https://bot..exmple.org/media', 'dynamic-url'],
])('for the dynamic URL %s Exotel has no text of a stream to show', async (url, rootCause) => {
  const report = await look(url)

  expect(report.rootCause).toBe(rootCause)
  expect(report.exotelError).toBeUndefined()
})

function fixOf({checks}: DoctorReport, wanted: string): string | undefined {
  return checks.find(({id}) => id === wanted)?.fix
}

test.each([
  ['127.0.0.1:7260/media', {isLocal: true}, 'ws://127.0.0.1:7260/media?sample-rate=8000'],
  ['nas:7260/media', {isLocal: true}, 'ws://nas:7260/media?sample-rate=8000'],
  ['bot.exmple.org/media', {}, 'wss://bot.exmple.org/media?sample-rate=8000'],
])('without a scheme, %s is meant as its place has it', async (url, target, meant) => {
  const report = await look(url, target)

  expect(fixOf(report, 'url')).toMatch(/^(?:Try|Put) [^\n]*:\n[^\n]*$/)
  expect(fixOf(report, 'url')?.split('\n')[1]).toBe(meant)
})

test('without a scheme, a bot of this machine is shown how to be tried, and what Exotel needs', async () => {
  const lines = fixOf(await look('127.0.0.1:7260/media'), 'url')?.split('\n') ?? []

  expect(lines.slice(0, 2)).toEqual(['Try this URL:', 'ws://127.0.0.1:7260/media?sample-rate=8000'])
  expect(lines[2]).toMatch(/^With --local it is tried from this machine alone; for Exotel: /)
  expect(lines.at(-1)).toBe('wss://NAME-OF-THE-TUNNEL/media?sample-rate=8000')
})

test('without a scheme, a Passthru on loopback is http', async () => {
  const passthru = '127.0.0.1:7260/passthru'

  const report = await look('ws://127.0.0.1:7260/media', {passthru, isLocal: true})

  expect(fixOf(report, 'passthru-url')).toContain('\nhttp://127.0.0.1:7260/passthru')
})

test.each(['ws://127.0.0.1:99999/media', 'wss://bot.exmple.org:x/media'])(
  'no port is guessed for %s',
  async (url) => {
    const report = await look(url, {isLocal: true})

    expect(fixOf(report, 'url')).toMatch(/^Write the real port/)
    expect(fixOf(report, 'url')).not.toContain('://')
  },
)

test('of a URL with several faults each fix has the whole URL, but for the name of a tunnel', async () => {
  const report = await look('ws://192.168.1.20:5000/voice?sample_rate=16000')

  expect(report.rootCause).toBe('host')
  for (const id of ['host', 'sample-rate']) {
    expect(fixOf(report, id)).toMatch(
      /in the place of NAME-OF-THE-TUNNEL:\nwss:\/\/NAME-OF-THE-TUNNEL\/voice\?sample-rate=16000$/,
    )
  }
})

test('an empty URL has a name in the report', async () => {
  const report = await look('')

  expect(report.target).toBe('(empty)')
  expect(report.fix).toMatch(/^Look whether the variable/)
})

test('of four parameters the first three are offered in a sentence', async () => {
  const report = await look('wss://bot.exmple.org/media?sample-rate=8000&a=1&b=2&c=3&d=4')

  expect(fixOf(report, 'parameters')).toMatch(
    /Below only the first 3 are kept\. Put this URL into the applet:\nwss:\S+&a=1&b=2&c=3$/,
  )
})

test('no secret of a URL is in the report', async () => {
  const secrets = ['hunter2secret', 'hunter3secret']
  const urls = [
    'wss://key:hunter2secret@bot.exmple.org/media?token=hunter3secret',
    'wss://key:hunter2secret@bot.exmple.org/media ?token=hunter3secret',
    'wss//key:hunter2secret@bot.exmple.org/media?token=hunter3secret',
    'wss://key:hunter/2secret@bot.exmple.org/media?token=hunter3secret',
    'wss://key:hunter2secret@localhost/media?token=hunter3secret&sample-rate=9',
    'wss://key:hunter2secret{@bot.exmple.org/media?token=hunter3secret',
    'ws://key:hunter2secret@your-ip/media?token=hunter3secret',
    'wss://my_key:{hunter2secret}@bot.exmple.org/media',
    'wss://<hunter2secret>:token1@bot.exmple.org/media',
    'wss://bot.exmple.org/media?token={hunter3secret}',
    'wss://bot.exmple.org/media?sample-rate=8000#token=hunter3secret',
    'wss://bot.exmple.org/my media#hunter3secret',
    'wss://your-ip/media#hunter3secret',
  ]

  const reports = await Promise.all(urls.map((url) => look(url)))

  const text = JSON.stringify(reports)
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
  expect(text).not.toContain('2secret')
})
