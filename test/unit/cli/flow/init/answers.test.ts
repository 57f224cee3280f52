import {expect, test} from 'vitest'

import {
  type Answers,
  flagsThatSay,
  initCommand,
  rateIn,
  wishFrom,
} from '../../../../../src/cli/flow/init/answers.js'

const URL = 'wss://bot.acme.in/media'

test('nothing answered is the plainest flow', () => {
  expect(wishFrom({})).toEqual({
    use: 'voicebot',
    sampleRateHz: 8000,
    parameters: {},
    auth: {kind: 'none'},
    record: false,
    afterwards: 'hangup',
  })
})

test('an empty answer is the same as none', () => {
  const empty: Answers = {
    ...{url: '', param: [], greeting: '', passthru: '', name: ''},
    ...{'connect-to': [], 'status-callback': ''},
  }

  expect(wishFrom(empty)).toEqual(wishFrom({}))
})

test('each answer is in the wish', () => {
  const all: Answers = {
    ...{use: 'stream', url: URL, name: 'sales calls', 'sample-rate': '16000', record: true},
    ...{param: ['campaign=emi'], auth: 'basic:A_KEY:A_TOKEN', greeting: 'Welcome'},
    ...{passthru: 'https://bot.acme.in/ask', 'passthru-at': 'after'},
    ...{afterwards: 'connect', 'connect-to': ['Sales', 'Support']},
    'status-callback': 'https://bot.acme.in/ended',
  }

  expect(wishFrom(all)).toEqual({
    ...{use: 'stream', url: URL, name: 'sales calls', sampleRateHz: 16_000, record: true},
    parameters: {campaign: 'emi'},
    auth: {kind: 'basic', keyVariable: 'A_KEY', tokenVariable: 'A_TOKEN'},
    ...{greeting: 'Welcome', passthru: {after: {url: 'https://bot.acme.in/ask'}}},
    ...{afterwards: 'connect', connectTo: ['Sales', 'Support']},
    statusCallback: 'https://bot.acme.in/ended',
  })
})

test.each<readonly [string, Answers, object | undefined]>([
  ['none is none, whatever its URL', {'passthru-at': 'none', passthru: URL}, undefined],
  ['a URL alone is asked at both places', {passthru: URL}, {before: {url: URL}, after: {url: URL}}],
  ['a place alone has a URL that is not known yet', {'passthru-at': 'before'}, {before: {}}],
])('of a Passthru: %s', (_, answers, passthru) => {
  expect(wishFrom(answers).passthru).toEqual(passthru)
})

test('the rate that the URL names is taken, unless another is said', () => {
  const url = `${URL}?sample-rate=24000`

  expect(wishFrom({url}).sampleRateHz).toBe(24_000)
  expect(wishFrom({url, 'sample-rate': '8000'}).sampleRateHz).toBe(8000)
})

test.each([
  [`${URL}?a=1&sample-rate=16000`, '16000'],
  [`${URL}?sample-rate=11025`, undefined],
  [`${URL}?rate=16000`, undefined],
  [URL, undefined],
])('the rate in %s is %s', (url, rate) => {
  expect(rateIn(url)).toBe(rate)
})

test('the command line says what is answered, in the order of the questions, and what is none', () => {
  const said = initCommand({
    greeting: "Welcome to Acme's line",
    ...{use: 'voicebot', record: false, param: ['a=1', 'b=2'], 'connect-to': []},
  })

  expect(said).toBe(
    "exostream flow init --use voicebot --param a=1 --param b=2 --no-record --greeting 'Welcome to Acme'\\''s line' --connect-to ''",
  )
  expect(initCommand({})).toBe('exostream flow init')
})

test('what looks like a secret is not in the command line', () => {
  expect(flagsThatSay({use: 'voicebot', param: ['api_key=s3cret', 'a=1']})).toBe(
    '--use voicebot --param a=1',
  )
  expect(flagsThatSay({url: 'wss://key:s3cret@bot.acme.in/media'})).toBe('')
})

test('no control character is in the command line', () => {
  expect(initCommand({greeting: 'a\u001b[2Jb'})).toBe("exostream flow init --greeting 'a[2Jb'")
})

test('the command line names the file where it is not the usual one', () => {
  expect(initCommand({use: 'stream'}, 'sales calls.yaml')).toBe(
    "exostream flow init --use stream --out 'sales calls.yaml'",
  )
})

test.each<readonly [Answers, string]>([
  [{'connect-to': ['Sales']}, 'connect'],
  [{'connect-to': []}, 'hangup'],
  [{'connect-to': ['Sales'], afterwards: 'hangup'}, 'hangup'],
])(
  'whom to connect to says that people take over, unless it is said: %j is %s',
  (answers, what) => {
    expect(wishFrom(answers).afterwards).toBe(what)
  },
)
