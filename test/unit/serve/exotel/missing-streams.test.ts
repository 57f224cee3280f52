import {describe, expect, test} from 'vitest'

import {type VirtualClock, virtualClock} from '../../../../src/clock.js'
import {rig, type Rig} from './asking.js'

const MISSING =
  'no stream came within 15 s after a Passthru: the Voicebot or Stream applet is missing after it, or its URL cannot be reached'

const said = ({lines}: Rig) => lines.filter(({msg}) => msg === MISSING)

const pass = (clock: VirtualClock, ms: number) => clock.sleepUntil(clock.now() + ms)

describe('a Passthru of a call without a stream', () => {
  test('is told after 15 s, with its call', async () => {
    const clock = virtualClock()
    const called = rig(clock)

    await clock.run(async () => {
      await called.ask('GET', '/passthru?CallSid=c1')
      await pass(clock, 14_999)
      expect(said(called)).toEqual([])
      await pass(clock, 2)
    })

    expect(said(called)).toEqual([
      expect.objectContaining({level: 'warn', category: 'CONNECTION', callSid: 'c1'}),
    ])
  })

  test('is told once, however often the call asks', async () => {
    const clock = virtualClock()
    const called = rig(clock)

    await clock.run(async () => {
      await called.ask('GET', '/passthru?CallSid=c1')
      await called.ask('GET', '/passthru?CallSid=c1')
      await pass(clock, 20_000)
      await called.ask('GET', '/passthru?CallSid=c1')
      await pass(clock, 20_000)
    })

    expect(said(called)).toHaveLength(1)
  })

  test('is watched for a bounded number of calls', async () => {
    const clock = virtualClock()
    const called = rig(clock)

    await clock.run(async () => {
      for (let call = 0; call < 1100; call += 1)
        await called.ask('GET', `/passthru?CallSid=c${call}`)
      await pass(clock, 20_000)
    })

    expect(said(called)).toHaveLength(1000)
  })
})

describe('nothing is told of a call', () => {
  test.each<{
    readonly name: string
    readonly during: (called: Rig) => Promise<unknown>
    readonly after?: (called: Rig) => Promise<unknown>
  }>([
    {
      name: 'whose stream comes in time',
      during: (called) => called.ask('GET', '/passthru?CallSid=c1'),
      after: async (called) => called.routes.streamStarted('c1'),
    },
    {
      name: 'whose stream was there before',
      during: (called) => {
        called.routes.streamStarted('c1')
        return called.ask('GET', '/passthru?CallSid=c1')
      },
    },
    {
      name: 'whose stream another server had, as a later Passthru tells',
      during: (called) => called.ask('GET', '/passthru?CallSid=c1'),
      after: (called) => called.ask('GET', '/passthru?CallSid=c1&Stream[Status]=failed'),
    },
    {
      name: 'that a rule sends down the second branch',
      during: (called) => called.ask('GET', '/passthru?CallSid=c1&digits=9'),
    },
    {
      name: 'that has no CallSid',
      during: (called) => called.ask('GET', '/passthru?From=1'),
    },
    {
      name: 'after the close',
      during: (called) => called.ask('GET', '/passthru?CallSid=c1'),
      after: async (called) => {
        called.routes.close()
      },
    },
    {
      name: 'that asks after the close',
      during: (called) => {
        called.routes.close()
        return called.ask('GET', '/passthru?CallSid=c1')
      },
    },
  ])('$name', async ({during, after}) => {
    const clock = virtualClock()
    const called = rig(clock, {passthruRules: [{when: {digits: '9'}, answer: 302}]})

    await clock.run(async () => {
      await during(called)
      await pass(clock, 10_000)
      await after?.(called)
      await pass(clock, 20_000)
    })

    expect(said(called)).toEqual([])
  })
})
