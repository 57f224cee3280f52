import {describe, expect, test} from 'vitest'

import {ExostreamError} from '../../../src/errors.js'
import type {Step} from '../../../src/simulate/scenario/scenario.js'
import type {StreamSocket} from '../../../src/stream/socket.js'
import {deafBot, hastyBot, politeBot, silentBot} from '../../rig/bots.js'
import {clip, type VirtualCall, virtualCall} from '../../rig/virtual-call.js'

const hangUp: Step = {hangUp: 'stop'}
const respond = {expect: 'respond', withinMs: 1000} as const
const oneLine: readonly Step[] = [{say: clip(1200), ...respond}, hangUp]

/** Does something to the socket at a moment of the call. */
function after(ms: number, act: (socket: StreamSocket) => void): Pick<VirtualCall, 'raw'> {
  return {
    raw(socket, sleep) {
      socket.listen({message: () => undefined, closed: () => undefined})
      void sleep(ms).then(() => {
        act(socket)
      })
    },
  }
}

const closingWith = (code: number) =>
  after(1000, (socket) => {
    socket.close(code)
  })

describe('the stream ends before the scenario', () => {
  test('because the bot closes it: the call has failed, and it is said how far it came', async () => {
    const {report, opened} = await virtualCall({
      ...after(2000, (socket) => {
        socket.close(1000, 'bye')
      }),
      steps: [{greet: {withinMs: 300}}, ...oneLine],
    })

    expect(opened).toBe(true)
    expect(report).toMatchObject({
      outcome: 'failed',
      failure: {
        code: 'EXO_BOT_CLOSED',
        message: 'The bot closed the stream with 1000 at 2.0 s; 2 of 3 steps were left.',
      },
      closing: {by: 'bot', code: 1000, reason: 'bye'},
    })
    expect(report.failure?.hint).not.toBe('')
  })

  test('because the connection is lost', async () => {
    const {report} = await virtualCall({
      ...after(1000, (socket) => {
        socket.terminate()
      }),
      steps: oneLine,
    })

    expect(report).toMatchObject({
      outcome: 'failed',
      failure: {
        code: 'EXO_CONNECTION_LOST',
        message: 'The connection broke at 1.0 s without a close frame; 1 of 2 steps were left.',
      },
      closing: {by: 'network', code: 1006},
    })
  })

  test('because the connection is lost when all had been done: it still was not closed', async () => {
    const {report} = await virtualCall({
      ...after(1000, (socket) => {
        socket.terminate()
      }),
      steps: [{wait: {ms: 5000}}, hangUp],
    })

    expect(report.failure?.message).toBe(
      'The connection broke at 1.0 s without a close frame; no step was left.',
    )
  })

  test('because a session may not last longer: what was left has shown nothing', async () => {
    const {report} = await virtualCall({
      bot: silentBot,
      maxSessionMs: 3000,
      steps: [{wait: {ms: 10_000}}, ...oneLine],
    })

    expect(report).toMatchObject({
      outcome: 'failed',
      failure: {
        code: 'EXO_SESSION_LIMIT',
        message: 'The longest session was over at 3.0 s; 1 of 3 steps were left.',
      },
      closing: {by: 'caller', reason: 'stopped'},
    })
  })

  test('because the run is interrupted: the caller hangs up with stop', async () => {
    const {report, events} = await virtualCall({
      bot: politeBot(),
      abortAfterMs: 1500,
      steps: oneLine,
    })

    const sent = events.flatMap((event) => (event.type === 'sent' ? [event.text] : []))
    expect(sent.at(-1)).toContain('"stop"')
    expect(report).toMatchObject({
      outcome: 'failed',
      failure: {code: 'EXO_INTERRUPTED'},
      closing: {by: 'caller', code: 1000, reason: 'callended'},
    })
    expect(report.durationMs).toBeLessThan(1600)
  })

  test.each([
    ['an interruption', {abortAfterMs: 2500}],
    ['the longest session', {maxSessionMs: 2500}],
  ])('what %s kept from being told is not held against the bot', async (_, cut) => {
    const {report} = await virtualCall({
      bot: deafBot([{afterMs: 100, ms: 600}]),
      ...cut,
      steps: [{greet: {withinMs: 500}}, ...oneLine],
    })

    expect(report.turns.map(({kind, met, why}) => ({kind, met, why}))).toEqual([
      {kind: 'greeting', met: true, why: undefined},
      {kind: 'say', met: undefined, why: 'The call was ended before this could be told.'},
    ])
  })

  test('before it began, because the run had been interrupted already', async () => {
    const {report} = await virtualCall({bot: politeBot(), abortAfterMs: 0, steps: oneLine})

    expect(report).toMatchObject({failure: {code: 'EXO_INTERRUPTED'}, turns: []})
  })

  test('and the turn it cut short is judged by what was heard until then', async () => {
    const {report} = await virtualCall({
      ...after(1500, (socket) => {
        socket.close(1000)
      }),
      steps: oneLine,
    })

    expect(report.turns).toMatchObject([{kind: 'say', met: false, endMs: report.durationMs}])
    expect(report.speech.caller).toEqual([{startMs: 740, endMs: report.durationMs}])
  })
})

describe('the stream ends with the scenario', () => {
  test('when the bot closes it after the last expectation: nothing is missing', async () => {
    const {report} = await virtualCall({
      bot: async (call) => {
        await deafBot([{afterMs: 100, ms: 600}])(call)
        await call.sleep(1000)
        call.close()
      },
      steps: [{greet: {withinMs: 500}}, {wait: {quietMs: 10_000}}, hangUp],
    })

    expect(report).toMatchObject({outcome: 'completed', closing: {by: 'bot', code: 1000}})
    expect(report).not.toHaveProperty('failure')
  })

  test.each([1000, 1001, 1005])(
    'when the bot closes it with %i while only the hang-up is left',
    async (code) => {
      const {report} = await virtualCall({
        ...closingWith(code),
        steps: [{wait: {ms: 5000}}, hangUp],
      })

      expect(report).toMatchObject({outcome: 'completed', closing: {by: 'bot', code}})
    },
  )

  test.each([1002, 1011, 4000])(
    'but with %i the bot says that it broke, and the call has failed',
    async (code) => {
      const {report} = await virtualCall({
        ...closingWith(code),
        steps: [{wait: {ms: 5000}}, hangUp],
      })

      expect(report).toMatchObject({
        outcome: 'failed',
        failure: {
          code: 'EXO_BOT_CLOSED',
          message: `The bot closed the stream with ${code} at 1.0 s; no step was left.`,
        },
      })
    },
  )

  test.each([
    ['stop', {by: 'caller', code: 1000, reason: 'callended'}],
    ['close', {by: 'caller', code: 1000}],
    ['abort', {by: 'caller', code: 1006}],
  ] as const)('when the caller hangs up by %s', async (how, closing) => {
    const {report, events} = await virtualCall({bot: politeBot(), steps: [{hangUp: how}]})

    const sent = events.flatMap((event) => (event.type === 'sent' ? [event.text] : []))
    expect(report.closing).toEqual(closing)
    expect(sent.filter((text) => text.includes('"event":"stop"'))).toHaveLength(
      how === 'stop' ? 1 : 0,
    )
    expect(report.outcome).toBe('completed')
  })

  test('the caller lets the bot finish before hanging up', async () => {
    const {report} = await virtualCall({
      bot: politeBot(),
      steps: [{greet: {withinMs: 500}}, hangUp],
    })

    expect(report.speech.bot).toEqual([{startMs: 20, endMs: 1020}])
    expect(report.durationMs).toBeGreaterThanOrEqual(1020 + 680)
  })

  test('or does not, when hanging up now: what was queued is nobody’s loss', async () => {
    const {report, events} = await virtualCall({
      bot: hastyBot(5000),
      steps: [{greet: {withinMs: 500}}, {hangUp: 'stop', now: true}],
    })

    expect(report.durationMs).toBeLessThan(100)
    expect(events.find((event) => event.type === 'closed')?.unheardMs).toBeGreaterThan(4800)
    expect(report.metrics).not.toHaveProperty('unheardMs')
  })

  test('the bot itself may cut off what it had sent: that is unheard', async () => {
    const {report} = await virtualCall({
      bot: async (call) => {
        await hastyBot(5000)(call)
        await call.sleep(200)
        call.close()
      },
      steps: [{greet: {withinMs: 500}}, hangUp],
    })

    expect(report.outcome).toBe('completed')
    expect(report.metrics['unheardMs']).toBeGreaterThan(4700)
    expect(report.metrics['unheardMs']).toBeLessThanOrEqual(4800)
  })

  test('without a step that hangs up, by hanging up', async () => {
    const {report} = await virtualCall({bot: silentBot, steps: [{wait: {ms: 500}}]})

    expect(report).toMatchObject({outcome: 'completed', closing: {by: 'caller', code: 1000}})
  })

  test('a bot end that never answers the close is dropped after 2 s', async () => {
    const {report} = await virtualCall({
      raw: () => undefined,
      steps: [{wait: {ms: 500}}, hangUp],
    })

    expect(report.outcome).toBe('completed')
    expect(report.durationMs).toBeLessThan(3000)
  })
})

describe('a call that could not be opened', () => {
  test('has failed with the reason of the dial, and has no stream to tell of', async () => {
    const refused = new ExostreamError('EXO_DIAL_REFUSED', 'Nothing listens there.', {
      exotelError: '1006',
    })
    const {report, opened, events} = await virtualCall({
      dial: () => Promise.reject(refused),
      steps: oneLine,
    })

    expect(opened).toBe(false)
    expect(events).toEqual([])
    expect(report).toMatchObject({
      outcome: 'failed',
      failure: {
        code: 'EXO_DIAL_REFUSED',
        message: 'Nothing listens there.',
        hint: refused.hint,
        exotelError: '1006',
      },
      turns: [],
      metrics: {},
      durationMs: 0,
    })
    expect(report).not.toHaveProperty('closing')
  })

  test('is not blamed on the bot when we ourselves are broken', async () => {
    const broken = virtualCall({
      dial: () => Promise.reject(new TypeError('a bug')),
      steps: oneLine,
    })

    await expect(broken).rejects.toThrow('a bug')
  })
})
