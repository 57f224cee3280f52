import {describe, expect, test} from 'vitest'

import type {Applet, Flow} from '../../../../src/flow/flow.js'
import {renderAs} from '../../../../src/flow/print/render.js'
import {plainPaint} from '../../../../src/report/text/look.js'
import {plainBot as bot, PRINTED_FORMATS} from '../../../rig/flow-prints.js'

const CONTROLS = /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069\ufeff]/u

const hangup: Applet = {id: 'hangup', kind: 'hangup'}

function printed(format: (typeof PRINTED_FORMATS)[number], flow: Partial<Flow>): string {
  return renderAs(format, {
    flow: {name: 'sales', applets: [bot, hangup], ...flow},
    look: {width: 80, paint: plainPaint, ascii: false},
    lang: 'js',
    upstreams: [],
  })
}

const TEXTS = [
  'red \u001b[31mtext\u0007',
  'a\nsecond line\r\n# and a title',
  '| a | cell |',
  '`code` ``more``',
  '<script>alert(1)</script>',
  `"double" and 'single' $(touch /tmp/x)`,
  'marks \u202eof reordering',
  'x'.repeat(2000),
]

describe.each(PRINTED_FORMATS)('in %s', (format) => {
  test.each(TEXTS)('a name, words and a parameter of %j cannot act', (text) => {
    const greeting: Applet = {id: 'greeting', kind: 'greeting', say: text, next: 'bot'}
    const applets = [greeting, {...bot, parameters: {campaign: text}}, hangup]

    const page = printed(format, {name: text, applets})

    expect(page).not.toMatch(CONTROLS)
    if (format !== 'json' && format !== 'yaml') expect(page).not.toMatch(/^# and a title/m)
    if (format === 'markdown') expect(brokenRows(page)).toEqual([])
  })

  test.each([
    ['wss://bot.acme.in/me dia\u001b[2J', /a character that nobody sees \(U\+001B\)/],
    ['wss://bot.acme.in/<script>', /the placeholder "<script>"/],
    [
      'wss://bot.acme.in/{CallSid}/media',
      /Exotel does not fill in|nothing says that Exotel fills it in/,
    ],
    ['wss://bot.acme.in/{{tenant}}/media', /the placeholder "\{\{tenant\}\}"/],
    ['wss://192.168.0.4/media', /(?:names|has the host) 192\.168\.0\.4/],
    ['wss://your-ip/media', /the placeholder "your-ip"/],
    ['not a url', /space/],
  ])('the URL %j is not printed, and why is said', (url, why) => {
    const page = printed(format, {applets: [{...bot, url}, hangup]})

    expect(page).not.toMatch(CONTROLS)
    expect(page).not.toContain(url)
    expect(plain(page)).toMatch(why)
  })

  test('no credential of a URL and no secret of a parameter is printed', () => {
    const url = 'wss://user-k:S3CR%40T@bot.acme.in/media?api_key=K3Y&plan=gold#T0KEN'
    const applets = [{...bot, url, parameters: {token: 'T0K3N'}}, hangup]

    const page = printed(format, {applets})

    expect(page).not.toMatch(/user-k|S3CR|K3Y|T0K3N|T0KEN/)
    expect(page).toContain('plan=gold')
    if (format !== 'yaml') expect(plain(page)).toContain('in the place of KEY and TOKEN')
    expect(plain(page)).toMatch(/in the place of \*\*\*/)
  })

  test('the secrets of the other URLs are not printed', () => {
    const url = 'https://u:S3CR@bot.acme.in/p?token=T0K3N'
    const applets: readonly Applet[] = [
      {id: 'before', kind: 'passthru', url, isAsync: false, on200: 'bot'},
      {...bot, next: 'connect'},
      {id: 'connect', kind: 'connect', url, record: false, next: 'end'},
    ]

    expect(printed(format, {applets})).not.toMatch(/S3CR|T0K3N/)
  })
})

test('what older guides name is told by its name, and shown without secrets and controls', () => {
  const foreign = {encoding: 'mu\u009b31mlaw', media_format: {token: 'T0K3N'}}
  const applets = [{...bot, foreign}, hangup]

  for (const format of PRINTED_FORMATS) {
    expect(printed(format, {applets})).not.toMatch(CONTROLS)
    expect(printed(format, {applets})).not.toContain('T0K3N')
  }
  expect(printed('text', {applets})).toContain('In your file: encoding.')
})

test('a URL of 2000 characters is printed whole, because it is to be copied', () => {
  const url = `wss://bot.acme.in/${'ab'.repeat(1000)}`

  expect(printed('text', {applets: [{...bot, url}, hangup]})).toContain(`${url}?sample-rate=8000`)
})

/** In one line, as its words are said, whatever they are wrapped or escaped by. */
function plain(page: string): string {
  return page
    .replace(/\\(?=[^\w\s])/g, '')
    .replace(/\n#? */g, ' ')
    .replace(/\s+/g, ' ')
}

/** Rows of a table that have another number of cells than its head. */
function brokenRows(page: string): readonly string[] {
  return page
    .trimEnd()
    .split('\n\n')
    .flatMap((block) => {
      const rows = block.split('\n')
      const cells = (row: string) => row.split(/(?<!\\)\|/).length
      if (!(rows[1] ?? '').startsWith('| --- ')) return []
      return rows.filter((row) => cells(row) !== cells(rows[0] ?? ''))
    })
}
