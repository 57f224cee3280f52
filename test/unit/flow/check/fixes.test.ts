import {describe, expect, test} from 'vitest'

import {
  BOT,
  faultsOf,
  findingsOf,
  HOST,
  idsOf,
  withBot,
  withPassthru,
  withUrl,
} from '../../../rig/flow-findings.js'

const ASYNC = `passthru: {url: 'https://${HOST}/passthru', async: true}`

describe('advice', () => {
  const adviceOf = (applets: readonly string[]) =>
    findingsOf(applets)
      .filter(({severity}) => severity === 'info')
      .map(({id}) => id)

  test('to greet is given where nothing is said before the bot', () => {
    expect(adviceOf([BOT, ASYNC])).toEqual(['no-greeting'])
    expect(adviceOf(['gather: {say: Press one.}', BOT, ASYNC])).toEqual([])
  })

  test('to ask is given where nothing asks behind the bot', () => {
    expect(adviceOf(['greeting: {say: Hello.}', BOT])).toEqual(['nothing-after-bot'])
  })

  test('not to wait is given of a Passthru behind the bot whose answer decides nothing', () => {
    const waits = `passthru: {url: 'https://${HOST}/p'}`

    expect(adviceOf(['greeting: {say: Hello.}', BOT, waits])).toEqual(['async-would-do'])
    expect(adviceOf(['greeting: {say: Hello.}', waits, BOT, ASYNC])).toEqual([])
  })

  test('not to wait is not given where only 200 goes on, because 302 ends the call', () => {
    const decides = `passthru: {url: 'https://${HOST}/p', on200: people}`

    expect(
      adviceOf(['greeting: {say: Hello.}', BOT, decides, 'id: people\nconnect: {to: [Sales]}']),
    ).toEqual([])
  })

  test('is not given beside the fault of the ways that it would follow from', () => {
    expect(idsOf([`passthru: {url: 'https://${HOST}/p'}`])).toEqual(['no-stream-after-passthru'])
    expect(idsOf([`passthru: {url: 'https://${HOST}/p'}`, 'hangup'])).toEqual([
      'no-stream-after-passthru',
    ])
    expect(idsOf([`${BOT}\nnext: end`, ASYNC])).toEqual(['unreachable-applet'])
    expect(idsOf([`id: voicebot\nstream: {url: 'wss://${HOST}/media', sampleRate: 8000}`])).toEqual(
      ['stream-cannot-talk'],
    )
  })

  test('tells of a free tunnel that its name changes, once', () => {
    const host = 'polite-lion-sings.trycloudflare.com'
    const found = findingsOf([
      'greeting: {say: Hello.}',
      `voicebot: {url: 'wss://${host}/media', sampleRate: 8000}`,
      `passthru: {url: 'https://${host}/passthru', async: true}`,
    ])

    expect(found.map(({id, severity}) => [id, severity])).toEqual([['passing-host', 'info']])
    expect(found[0]?.summary).toContain('whose name changes at each start')
  })

  test('tells of a rate in a URL that is asked that it sets none', () => {
    expect(adviceOf([`voicebot: {url: 'https://${HOST}/u?sample-rate=16000'}`])).toContain(
      'rate-in-asked-url',
    )
    expect(adviceOf([`voicebot: {url: 'https://${HOST}/u?plan=gold'}`])).not.toContain(
      'rate-in-asked-url',
    )
  })
})

describe('a fix that is followed word for word leaves nothing above advice, where it', () => {
  const fixOf = (applets: readonly string[]) => findingsOf(applets)[0]?.fix

  test('moves a Passthru behind the bot', () => {
    const PEOPLE = 'id: people\nconnect: {to: [Sales]}'
    const fix = fixOf([
      'greeting: {say: Hello.}',
      `id: after-bot\npassthru: {url: 'https://${HOST}/p', on200: bot, on302: people}`,
      `id: bot\n${BOT}\nnext: end`,
      PEOPLE,
    ])

    expect(fix).toBe(
      'Move it right behind "bot" in the file; let what led to it lead to "bot"; give "bot" the line "next: after-bot", and the Passthru "on200: end".',
    )
    expect(
      faultsOf([
        'greeting: {say: Hello.}\nnext: bot',
        `id: bot\n${BOT}\nnext: after-bot`,
        `id: after-bot\npassthru: {url: 'https://${HOST}/p', on200: end, on302: people}`,
        PEOPLE,
      ]),
    ).toEqual([])
  })

  test('moves one behind the conversation that a Stream listens to', () => {
    const fix = fixOf([
      `id: outcome\npassthru: {url: 'https://${HOST}/p', on302: boss}`,
      `stream: {url: 'wss://${HOST}/l', sampleRate: 8000}`,
      'id: people\nconnect: {to: [Sales]}\nnext: end',
      'id: boss\nconnect: {to: [Boss]}',
    ])

    expect(fix).toContain('Move it right behind "people" in the file')
    expect(fix).toContain('lead to "stream"; give "people" the line "next: outcome"')
  })

  test('leads out of a circle that ends with a Passthru', () => {
    const circle = (on200: string) => [
      'greeting: {say: Hello.}',
      `id: bot\n${BOT}`,
      `passthru: {url: 'https://${HOST}/p', async: true, on200: ${on200}}`,
    ]

    expect(fixOf(circle('bot'))).toMatch(/such as the Passthru "passthru":\non200: end$/)
    expect(faultsOf(circle('end'))).toEqual([])
  })

  test('leads out of a circle to what is written behind it', () => {
    const circle = (next: string) => [`greeting: {say: Hello.}\nnext: ${next}`, `id: bot\n${BOT}`]

    expect(fixOf(circle('greeting'))).toMatch(/\nnext: bot$/)
    expect(faultsOf(circle('bot'))).toEqual([])
  })

  test('makes a Voicebot of a Stream, whose action is taken out', () => {
    const stream = `id: voicebot\nstream: {action: start, url: 'wss://${HOST}/m', sampleRate: 8000}`

    expect(fixOf([stream])).toContain('take out "action" where it stands')
    expect(faultsOf([stream.replace('stream: {action: start,', 'voicebot: {')])).toEqual([])
  })

  test.each([
    `ws://k:p4ss@${HOST}/ws/{CallSid}?sample_rate=16000`,
    `ws://${HOST}/{session_id}/[CallSid]?codec=pcmu&plan=gold`,
    `wss://${HOST}/ws?call=#{CallSid}&sample-rate=24000`,
    `wss://${HOST}/ws/%CallSid%?x=1`,
    `wss://${HOST}/ws/{{ call.sid }}`,
    `wss://API_KEY:API_TOKEN@${HOST}/media`,
    `https://${HOST}/dyn/{CallSid}`,
    `http://u:p4ss@${HOST}/dyn`,
    `${HOST}/media/CALL_SID`,
    `wss://${HOST}/ws?sample-rate=44100&sample-rate=8000`,
  ])('writes the whole URL in the place of %s, the same in each finding', (url) => {
    const found = findingsOf(withBot(`url: '${url}'`)).filter(({path}) => path.endsWith('url'))
    const faults = found.filter(({severity}) => severity !== 'info')
    const lines = new Set(faults.map(({fix}) => fix.split('\n')[1] ?? 'none'))

    expect([...lines]).toHaveLength(1)
    expect(faultsOf(withBot(`url: '${[...lines][0]}'`))).toEqual([])
  })

  test('keeps one rate of two, the one beside the URL', () => {
    const [found] = findingsOf(
      withBot(`url: 'wss://${HOST}/media?sample-rate=16000', sampleRate: 8000`),
    )

    expect(found?.fix).toMatch(/with 8000 the URL is:\nwss:\/\/[^\n]*\?sample-rate=8000$/)
  })
})

describe('what to copy', () => {
  const lineOf = (applets: readonly string[]) => findingsOf(applets)[0]?.fix.split('\n')[1]

  test.each([
    [
      'a rate',
      withBot(`url: 'wss://${HOST}/media?lang=hi'`),
      `wss://${HOST}/media?lang=hi&sample-rate=8000`,
    ],
    ['TLS', withUrl(`ws://${HOST}/media`), `wss://${HOST}/media`],
    ['a scheme', withUrl(`${HOST}/media`), `wss://${HOST}/media`],
    ['one scheme of two', withUrl(`wss://https://${HOST}/media`), `wss://${HOST}/media`],
    [
      'the scheme of a Passthru',
      withPassthru(`url: 'wss://${HOST}/p', async: true`),
      `https://${HOST}/p`,
    ],
    [
      'the URL without the call',
      withUrl(`wss://${HOST}/ws/{CallSid}?lang=hi`),
      `wss://${HOST}/ws?lang=hi`,
    ],
    ['the URL without credentials', withUrl(`wss://k:p4ss@${HOST}/media`), `wss://${HOST}/media`],
  ])('is the URL with %s put right', (_what, applets, line) => {
    expect(lineOf(applets)).toBe(line)
  })

  test.each([
    ['a secret', withUrl(`ws://${HOST}/media?access-token=abc`)],
    ['more than fits', withUrl(`ws://${HOST}/${'a'.repeat(500)}`)],
  ])('is left out where the URL has %s', (_what, applets) => {
    expect(findingsOf(applets).find(({id}) => id === 'without-tls')?.fix).not.toContain('\n')
  })

  test('of a rate in a URL that cannot be copied is the pair of the query', () => {
    const found = findingsOf(withBot(`url: 'wss://${HOST}/ws?pin_token=7'`))

    expect(found.find(({id}) => id === 'rate-unset')?.fix).toMatch(/\n\?sample-rate=8000$/)
  })
})
