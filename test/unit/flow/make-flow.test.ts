import {describe, expect, test} from 'vitest'

import {checkFlow} from '../../../src/flow/check/check-flow.js'
import type {Auth} from '../../../src/flow/flow.js'
import {reachable} from '../../../src/flow/graph.js'
import {makeFlow, type Wish} from '../../../src/flow/make-flow.js'
import {plainWish} from '../../rig/flow-prints.js'

const asked = {url: 'https://bot.acme.in/passthru'}

/** Each with each: of every setting that changes which applets there are, all that it can be. */
const wishes = (['voicebot', 'stream', 'connect-voice-ai'] as const).flatMap((use) =>
  (['hangup', 'connect'] as const).flatMap((afterwards) =>
    [{}, {before: asked}, {after: asked}, {before: asked, after: asked}].flatMap((passthru) =>
      [{}, {greeting: 'Welcome to Acme.'}].map((greeting): Wish => ({
        ...plainWish,
        use,
        afterwards,
        passthru,
        ...greeting,
      })),
    ),
  ),
)

const nameOf = ({use, afterwards, passthru = {}, greeting}: Wish) =>
  [use, afterwards, ...Object.keys(passthru), greeting === undefined ? '' : 'greeting'].join(' ')

const idsOf = (wish: Wish) => makeFlow(wish).applets.map(({id}) => id)
const badIn = (wish: Wish) =>
  checkFlow(
    {
      flow: makeFlow(wish),
      placeOf: (applet, field) => ({path: `${applet?.id ?? ''} ${field ?? ''}`}),
    },
    {isLocal: false},
  ).filter(({severity}) => severity !== 'info')

describe('a flow that is wished', () => {
  test.each(wishes.map((wish) => [nameOf(wish), wish] as const))(
    'has no applet that no call comes to: %s',
    (_, wish) => {
      const flow = makeFlow(wish)

      expect(flow.applets.filter((applet) => !reachable(flow).has(applet))).toEqual([])
    },
  )

  test.each(wishes.map((wish) => [nameOf(wish), wish] as const))(
    'is good to the check: %s',
    (_, wish) => {
      expect(badIn(wish)).toEqual([])
    },
  )

  test.each<readonly [string, Partial<Wish>]>([
    ['16 kHz', {sampleRateHz: 16_000}],
    ['24 kHz', {sampleRateHz: 24_000}],
    ['three parameters', {parameters: {campaign: 'emi', lang: 'hi', tier: 'gold'}}],
    ['an allow-list', {auth: {kind: 'ip-allow-list'}}],
    ['a key and a token', {auth: basic()}],
    ['a recording', {record: true}],
    ['a dynamic URL', {url: 'https://bot.acme.in/stream-url'}],
    ['people to connect to', {afterwards: 'connect', connectTo: ['Sales']}],
  ])('is good to the check with %s', (_, wished) => {
    expect(badIn({...plainWish, ...wished})).toEqual([])
  })

  test('is Passthru, Voicebot, Passthru, and then Hangup or Connect, where all is wished', () => {
    const all: Wish = {...plainWish, afterwards: 'connect', passthru: {before: asked, after: asked}}

    expect(idsOf({...all, greeting: 'Welcome.'})).toEqual([
      ...['greeting', 'before', 'bot', 'after', 'hangup', 'connect'],
    ])
  })

  test('asks behind the bot for the branch only where there is one to choose', () => {
    const after = (afterwards: Wish['afterwards']) =>
      makeFlow({...plainWish, afterwards, passthru: {after: asked}}).applets.find(
        ({id}) => id === 'after',
      )

    expect(after('connect')).toMatchObject({isAsync: false, on200: 'hangup', on302: 'connect'})
    expect(after('hangup')).toMatchObject({isAsync: true, on200: 'hangup'})
  })

  test('goes on to people while a program listens, whatever is to follow', () => {
    expect(idsOf({...plainWish, use: 'stream'})).toEqual(['bot', 'connect', 'hangup'])
  })

  test('is one applet where the API places the call', () => {
    const [call, ...others] = makeFlow({
      ...plainWish,
      use: 'connect-voice-ai',
      statusCallback: 'https://bot.acme.in/ended',
    }).applets

    expect(call).toMatchObject({
      kind: 'connect-voice-ai',
      url: 'wss://bot.acme.in/media',
      statusCallback: 'https://bot.acme.in/ended',
    })
    expect(others).toEqual([])
  })

  test('has no URL where none is known yet', () => {
    const {url: _, ...unknown} = plainWish
    const flow = makeFlow({...unknown, passthru: {before: {}}})

    expect(flow.applets.filter((applet) => 'url' in applet)).toEqual([])
    expect(flow.applets.map(({id}) => id)).toEqual(['before', 'bot', 'hangup'])
  })

  test('is named after its use, unless it is given a name', () => {
    expect(makeFlow(plainWish).name).toBe('voicebot flow')
    expect(makeFlow({...plainWish, name: 'sales calls'}).name).toBe('sales calls')
  })
})

function basic(): Auth {
  return {kind: 'basic', keyVariable: 'BOT_KEY', tokenVariable: 'BOT_TOKEN'}
}
