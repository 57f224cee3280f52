import {describe, expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import {createStreamPaths} from '../../../../src/serve/stream-paths.js'
import {asks, form, jsonBody, multipart, rig} from './asking.js'

const CALL = {
  CallSid: 'c8961ab2fa675ddac2d7b8974c25201m',
  CallFrom: '09999999991',
  From: '+919999999991',
  To: '+918888888881',
  Direction: 'incoming',
}
const {CallSid} = CALL
const query = (fields: Record<string, string>) => new URLSearchParams(fields).toString()

describe('the URL of a stream', () => {
  test.each([
    ['GET', '/media', 'ws://127.0.0.1:5000/media?sample-rate=8000'],
    ['HEAD', '/media', 'ws://127.0.0.1:5000/media?sample-rate=8000'],
    ['POST', '/', 'ws://127.0.0.1:5000/?sample-rate=8000'],
    ['GET', '/stream/?sample-rate=16000', 'ws://127.0.0.1:5000/stream?sample-rate=16000'],
    ['GET', '/ws/voicebot/42', 'ws://127.0.0.1:5000/ws/voicebot/42?sample-rate=8000'],
    [
      'GET',
      '/ws/voicebot/{CallSid}?CallSid=c1',
      'ws://127.0.0.1:5000/ws/voicebot/c1?sample-rate=8000&CallSid=c1',
    ],
    ['GET', '/voicebot-url', 'ws://127.0.0.1:5000/media?sample-rate=8000'],
  ])('is answered to %s %s', async (method, target, url) => {
    const answer = await rig(virtualClock()).ask(method, target)

    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('application/json')
    expect(JSON.parse(answer.body)).toEqual({url, local: true})
  })

  test('has its parts beside it on /websocket-url, and the call in the first path', async () => {
    const {ask} = rig(virtualClock(), {
      paths: createStreamPaths(['/bots/{id}', '/media']),
      publicUrl: () => ({base: 'wss://bot.example/eu', source: 'option', isLocal: false}),
    })

    const answer = await ask('GET', '/websocket-url?CallSid=c1')

    expect(JSON.parse(answer.body)).toEqual({
      url: 'wss://bot.example/eu/bots/c1?sample-rate=8000&CallSid=c1',
      protocol: 'wss',
      path: '/eu/bots/c1',
    })
  })

  test.each([
    ['a form', form],
    ['JSON', jsonBody],
    ['multipart', multipart],
  ])('has the parameters of %s', async (_, body) => {
    const answer = await rig(virtualClock()).ask('POST', '/media', {
      body: body({...CALL, plan: 'gold'}),
    })

    expect(JSON.parse(answer.body)).toMatchObject({
      url: `ws://127.0.0.1:5000/media?sample-rate=8000&CallSid=${CallSid}&plan=gold`,
    })
  })

  test('says once what Exotel would not take', async () => {
    const {ask, lines} = rig(virtualClock())

    await ask('GET', '/media?a=1&b=2&c=3&d=4')
    await ask('GET', '/media?a=1&b=2&c=3&e=5')

    expect(lines.filter(({level}) => level === 'warn')).toEqual([
      expect.objectContaining({category: 'CONNECTION', parameters: ['d']}),
    ])
  })

  test('says once that its host is what the client called, unless that is this machine', async () => {
    const {ask, lines} = rig(virtualClock())
    const peer = {host: 'bot.example'}

    await ask('GET', '/media')
    await ask('GET', '/media', {peer})
    await ask('GET', '/media', {peer})

    expect(lines.filter(({level}) => level === 'warn')).toEqual([
      expect.objectContaining({base: 'ws://bot.example'}),
    ])
  })

  test('is not what a WebSocket client gets whose upgrade was lost on the way', async () => {
    const headers = {'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ=='}

    const answer = await rig(virtualClock()).ask('GET', '/media', {headers})

    expect(answer).toMatchObject({status: 426, headers: {upgrade: 'websocket'}})
  })

  test('shows no secret of the path in the log', async () => {
    const {ask, lines} = rig(virtualClock(), {paths: createStreamPaths(['/ws/{token}'])})

    const answer = await ask('GET', '/ws/hush')

    expect(answer.body).toContain('/ws/hush?')
    expect(lines).toEqual([expect.objectContaining({path: '/ws/***'})])
  })
})

describe('a Passthru', () => {
  const stream = {'Stream[StreamSID]': 's1', 'Stream[Status]': 'completed'}

  test.each([
    ['GET', `/passthru?${query({...CALL, ...stream})}`, undefined],
    ['GET', '/passthru', undefined],
    ['HEAD', '/passthru', undefined],
    ['GET', '/passthru/', undefined],
    [
      'GET',
      `/passthru-handler?${query({...CALL, Stream: JSON.stringify({Status: 'x'})})}`,
      undefined,
    ],
    ['POST', '/passthru', form({...CALL, ...stream})],
    ['POST', '/passthru-handler', jsonBody({...CALL, Stream: {Status: 'completed'}})],
    ['POST', '/passthru', multipart({...CALL, ...stream})],
  ])('is answered 200 and OK: %s %s', async (method, target, body) => {
    const answer = await rig(virtualClock()).ask(method, target, body ? {body} : {})

    expect(answer).toMatchObject({status: 200, body: 'OK'})
  })

  test.each([
    {when: {digits: '1'}, fields: {digits: '"1"'}},
    {when: {'Stream[Status]': 'failed'}, fields: {Stream: '{"Status":"failed"}'}},
    {when: {plan: 'gold'}, fields: {plan: 'gold'}},
    {when: {plan: 'gold'}, fields: {CustomField: '{"plan":"gold"}'}},
    {when: {CustomField: 'gold'}, fields: {CustomField: 'gold'}},
  ] as const)('is answered 302 by the rule $when', async ({when, fields}) => {
    const {ask} = rig(virtualClock(), {passthruRules: [{when, answer: 302}]})

    const answer = await ask('GET', `/passthru?${query({...CALL, ...fields})}`)

    expect(answer).toMatchObject({status: 302, body: 'OK'})
    expect(answer.headers).not.toHaveProperty('location')
    expect((await ask('GET', '/passthru')).status).toBe(200)
  })

  test('is one line of the log, without a secret', async () => {
    const {ask, lines} = rig(virtualClock())
    const secrets = {
      ...stream,
      'Stream[StreamUrl]': 'wss://key:hush@bot.example/media?token=hush',
      password: 'hush',
    }

    await ask('GET', `/passthru?${query({...CALL, ...secrets})}`)

    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        category: 'CONNECTION',
        method: 'GET',
        path: '/passthru',
        status: 200,
        callSid: CallSid,
        streamSid: 's1',
        streamStatus: 'completed',
        streamUrl: 'wss://bot.example/media?token=***',
      }),
    ])
    expect(JSON.stringify(lines)).not.toMatch(/hush|9999999991/)
  })
})

describe('what a Passthru says of the customer', () => {
  const started = {callSid: CallSid, connection: 'c1'}

  test('is given to the stream of that call, and to no other', async () => {
    const {ask, routes} = rig(virtualClock())
    const custom = {CustomField: '{"plan":"gold","visits":3}', lang: 'hi', digits: '"42"'}

    await ask('GET', `/passthru?${query({...CALL, ...custom})}`)

    expect(routes.customerOf({...started, callSid: 'other'})).toEqual({})
    expect(routes.customerOf(started)).toEqual({
      digits: '42',
      plan: 'gold',
      visits: '3',
      lang: 'hi',
    })
  })

  test('stays for a second stream of the call, with what came in between', async () => {
    const {ask, routes} = rig(virtualClock())
    await ask('GET', `/passthru?${query({...CALL, lang: 'hi', plan: 'gold'})}`)
    routes.customerOf(started)

    await ask('POST', '/passthru', {body: jsonBody({...CALL, lang: 'en', 'Stream[Status]': 'x'})})

    expect(routes.customerOf(started)).toEqual({lang: 'en', plan: 'gold'})
  })

  test('has twenty fields at most, of 256 characters at most', async () => {
    const {ask, routes} = rig(virtualClock())
    const fields = Object.fromEntries(Array.from({length: 30}, (_, index) => [`f${index}`, '1']))

    await ask('POST', '/passthru', {
      body: form({...CALL, long: 'x'.repeat(257), fits: 'x'.repeat(256), ...fields}),
    })

    const customer = routes.customerOf(started)
    expect(Object.keys(customer)).toHaveLength(20)
    expect(customer).toHaveProperty('fits')
    expect(customer).not.toHaveProperty('long')
  })

  test('is forgotten after an hour', async () => {
    const clock = virtualClock()
    const {ask, routes} = rig(clock)
    await ask('GET', `/passthru?${query({...CALL, lang: 'hi'})}`)

    await clock.run(() => clock.sleepUntil(60 * 60 * 1000))

    expect(routes.customerOf(started)).toEqual({})
    routes.close()
  })

  test('is kept of the newest ten thousand calls', async () => {
    const {ask, routes} = rig(virtualClock())

    for (let call = 0; call <= 10_000; call += 1) await ask('GET', `/passthru?CallSid=c${call}&a=1`)

    expect(routes.customerOf({...started, callSid: 'c0'})).toEqual({})
    expect(routes.customerOf({...started, callSid: 'c1'})).toEqual({a: '1'})
    routes.close()
  })

  test('shows in the log by its names alone', async () => {
    const {ask, lines, routes} = rig(virtualClock())

    await ask('GET', `/passthru?${query({...CALL, lang: 'hush', digits: '"778899"'})}`)
    routes.customerOf(started)

    expect(lines.at(-1)).toMatchObject({
      level: 'debug',
      connection: 'c1',
      fields: ['digits', 'lang'],
    })
    expect(JSON.stringify(lines)).not.toMatch(/hush|778899/)
    routes.close()
  })

  test('is told in the log once a call, however often the bot looks at it', async () => {
    const {ask, lines, routes} = rig(virtualClock())
    await ask('GET', `/passthru?${query({...CALL, lang: 'hi'})}`)

    routes.streamStarted(CallSid)
    const before = lines.length
    for (let reads = 0; reads < 3; reads += 1) routes.customerOf(started)

    expect(lines.slice(before).map(({msg}) => msg)).toEqual([
      'what a Passthru said of the customer was given to the bot',
    ])
    expect(lines.slice(0, before).map(({msg}) => msg)).toEqual([
      'a Passthru came before any stream',
    ])
    routes.close()
  })

  test('is not kept of a HEAD', async () => {
    const {ask, routes} = rig(virtualClock())

    await ask('HEAD', `/passthru?${query({...CALL, lang: 'hi'})}`)

    expect(routes.customerOf(started)).toEqual({})
  })

  test.each(['', '..', 'x'.repeat(200), 'a b'])('is nothing for the call %j', async (callSid) => {
    const {ask, routes} = rig(virtualClock())

    await ask('GET', `/passthru?${query({CallSid: callSid, lang: 'hi'})}`)

    expect(routes.customerOf({callSid, connection: 'c1'})).toEqual({})
  })
})

describe('a status callback', () => {
  const ended = {...CALL, Status: 'completed', EventType: 'terminal'}

  test.each([
    ['multipart', 'POST', '/status-callback', multipart(ended)],
    ['a form', 'POST', '/status-callback', form(ended)],
    ['JSON', 'POST', '/status-callback', jsonBody({...ended, Legs: [{Status: 'completed'}]})],
    ['a query', 'GET', `/status-callback?${query(ended)}`, undefined],
  ])('as %s is answered 200 and logged', async (_, method, target, body) => {
    const {ask, lines} = rig(virtualClock())

    const answer = await ask(method, target, body ? {body} : {})

    expect(answer).toMatchObject({status: 200, body: 'OK'})
    expect(lines).toEqual([
      expect.objectContaining({
        category: 'CONNECTION',
        callSid: CallSid,
        callStatus: 'completed',
        eventType: 'terminal',
      }),
    ])
  })
})

describe('what is not as it should be', () => {
  test.each([
    ['PUT', '/media', 405, 'GET, HEAD, POST'],
    ['DELETE', '/passthru', 405, 'GET, HEAD, POST'],
    ['POST', '/health', 405, 'GET, HEAD'],
  ])('%s %s is answered %i with what is allowed', async (method, target, status, allow) => {
    const answer = await rig(virtualClock()).ask(method, target)

    expect(answer).toMatchObject({status, headers: {allow}})
  })

  test.each(['/nothing', '//', '', '*', '/healthy', '/ws/voicebot/..', '/__proto__'])(
    'nothing is on %s',
    async (target) => {
      expect(await rig(virtualClock()).routes.answer(asks('GET', target))).toBeUndefined()
    },
  )

  test('a broken body is answered 400, with the reason in the log', async () => {
    const {ask, lines} = rig(virtualClock())

    const answer = await ask('POST', '/passthru', {
      body: {type: 'application/json', content: '{'},
    })

    expect(answer.status).toBe(400)
    expect(lines).toEqual([
      expect.objectContaining({status: 400, reason: 'The body is not a JSON object.'}),
    ])
  })

  test('a body that is too long is answered 413', async () => {
    const answer = await rig(virtualClock()).ask('POST', '/status-callback', {
      body: {content: undefined},
    })

    expect(answer.status).toBe(413)
  })
})

test('health is one JSON object that names the program', async () => {
  const answer = await rig(virtualClock()).ask('GET', '/health')

  expect(answer).toMatchObject({status: 200, headers: {'content-type': 'application/json'}})
  expect(JSON.parse(answer.body)).toEqual({
    status: 'ok',
    name: 'exostream',
    version: '1.2.3',
    nonce: 'n',
    streams: 2,
    uptimeSeconds: 9,
  })
})
