import {describe, expect, test} from 'vitest'

import {BOT, findingsOf, HOST, withBot, withPassthru, withUrl} from '../../../rig/flow-findings.js'

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
    ['a placeholder', withUrl(`ws://${HOST}/media/{session}`)],
    ['more than fits', withUrl(`ws://${HOST}/${'a'.repeat(500)}`)],
  ])('is left out where the URL has %s', (_what, applets) => {
    expect(findingsOf(applets).find(({id}) => id === 'without-tls')?.fix).not.toContain('\n')
  })

  test('of a rate in a URL that cannot be copied is the pair of the query', () => {
    const found = findingsOf(withBot(`url: 'wss://${HOST}/ws/{CallSid}'`))

    expect(found.find(({id}) => id === 'rate-unset')?.fix).toMatch(/\n\?sample-rate=8000$/)
  })
})
