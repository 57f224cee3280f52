import {describe, expect, test} from 'vitest'

import type {Step} from '../../../../src/simulate/scenario/scenario.js'
import type {StreamSocket} from '../../../../src/stream/socket.js'
import {deafBot, silentBot} from '../../../rig/bots.js'
import {clip, virtualCall} from '../../../rig/virtual-call.js'

describe('the bot hangs up', () => {
  const closer =
    (afterMs: number, code = 1000) =>
    (socket: StreamSocket, sleep: (ms: number) => Promise<void>) => {
      socket.listen({message: () => undefined, closed: () => undefined})
      void sleep(afterMs).then(() => {
        socket.close(code)
      })
    }
  const steps = (withinMs: number, code?: number): readonly Step[] => [
    {wait: {ms: 500}},
    {botHangsUp: {withinMs, ...(code === undefined ? {} : {code})}},
  ]

  test('in time, and the call has done all that it should', async () => {
    const {report} = await virtualCall({raw: closer(2000), steps: steps(3000)})

    expect(report).toMatchObject({outcome: 'completed', closing: {by: 'bot', code: 1000}})
    expect(report.turns).toMatchObject([{kind: 'closing', met: true}])
  })

  test('too late, and it is said how late', async () => {
    const {report} = await virtualCall({raw: closer(5000), steps: steps(3000)})

    expect(report.turns).toMatchObject([{kind: 'closing', met: false}])
    expect(report.turns[0]?.why).toContain('over the limit of 3000 ms')
  })

  test('with another code than the one that is wanted', async () => {
    const {report} = await virtualCall({raw: closer(2000, 1001), steps: steps(3000, 1000)})

    expect(report.turns).toMatchObject([{kind: 'closing', met: false}])
    expect(report.turns[0]?.why).toContain('1001')
  })

  test('never, and is hung up on', async () => {
    const {report} = await virtualCall({bot: silentBot, steps: steps(1000)})

    expect(report.closing).toMatchObject({by: 'caller', reason: 'callended'})
    expect(report.turns).toMatchObject([
      {kind: 'closing', met: false, why: 'The bot did not close the stream.'},
    ])
  })
})

describe('the caller hangs up', () => {
  test.each([
    ['is speaking', 0, 1220],
    ['speaks next', 2000, 3020],
  ])('a second into what the bot says, when it %s', async (_, afterMs, atMs) => {
    const {report} = await virtualCall({
      bot: deafBot([{afterMs, ms: 6000}]),
      steps: [{wait: {ms: 200}}, {hangUp: 'mid-speech'}],
    })

    expect(report.closing).toMatchObject({by: 'caller', reason: 'callended'})
    expect(report.durationMs).toBeGreaterThanOrEqual(atMs - 220)
    expect(report.durationMs).toBeLessThanOrEqual(atMs + 40)
  })

  test('a second into nothing, of a bot that never speaks', async () => {
    const {report} = await virtualCall({bot: silentBot, steps: [{hangUp: 'mid-speech'}]})

    expect(report.outcome).toBe('completed')
    expect(report.durationMs).toBeLessThan(10_000)
  })

  test('during set-up: the bot hears connected, and nothing else', async () => {
    const heard: string[] = []
    const {report} = await virtualCall({
      raw(socket) {
        socket.listen({
          message(data) {
            heard.push(String(data))
          },
          closed: () => heard.push('closed'),
        })
      },
      steps: [{hangUp: 'set-up'}],
    })

    expect(heard).toEqual([expect.stringContaining('"connected"'), 'closed'])
    expect(report.outcome).toBe('completed')
  })

  test('half-open: nothing more is sent, and the connection is dropped after 5 s', async () => {
    const {events, report} = await virtualCall({
      bot: silentBot,
      steps: [{say: clip(300)}, {hangUp: 'half-open', now: true}],
    })

    const lastFrame = events.findLast(({type}) => type === 'frame')
    const closed = events.findLast(({type}) => type === 'closed')
    expect((closed?.atMs ?? 0) - (lastFrame?.atMs ?? 0)).toBeGreaterThanOrEqual(5000)
    expect(events.some((event) => event.type === 'sent' && event.text.includes('"stop"'))).toBe(
      false,
    )
    expect(report.closing).toMatchObject({by: 'caller'})
  })
})
