import {describe, expect, test} from 'vitest'

import {type VirtualClock, virtualClock} from '../../../../../src/clock.js'
import {ExostreamError} from '../../../../../src/errors.js'
import {silentLogger} from '../../../../../src/log.js'
import type {
  CallEnded,
  CallOrder,
  Crew,
  CrewPulse,
} from '../../../../../src/simulate/load/crew/crew.js'
import {openLane} from '../../../../../src/simulate/load/crew/lane.js'
import type {LoadPlan} from '../../../../../src/simulate/load/plan/load-plan.js'
import type {CallWorld} from '../../../../../src/simulate/placed.js'
import type {Bot} from '../../../../../src/stream/bot/bot.js'
import {BotEnd} from '../../../../../src/stream/bot/bot-end.js'
import {OpenStreams} from '../../../../../src/simulate/load/crew/open-streams.js'
import {loadPlan} from '../../../../rig/load-call.js'
import {socketPair} from '../../../../rig/socket-pair.js'

type Dial = NonNullable<CallWorld['dial']>

type Lane = {
  readonly clock: VirtualClock
  readonly lane: Crew
  readonly ended: CallEnded[]
  readonly pulses: CrewPulse[]
  readonly streams: OpenStreams
  /** When all of these have ended. */
  readonly all: (orders: readonly CallOrder[]) => Promise<void>
}

const listens: Bot = async ({events}) => {
  for await (const event of events) if (event.type === 'stop') return
}

/** A lane in virtual time, whose bot is in memory. */
async function inLane(
  plan: LoadPlan,
  work: (lane: Lane) => Promise<void>,
  {bot = listens, dial}: {readonly bot?: Bot; readonly dial?: Dial} = {},
): Promise<Pick<Lane, 'ended' | 'pulses' | 'streams'>> {
  const clock = virtualClock()
  const ended: CallEnded[] = []
  const pulses: CrewPulse[] = []
  const streams = new OpenStreams()
  let onEnded = () => {}
  const inMemory: Dial = async () => {
    const [exotel, other] = socketPair(clock)
    new BotEnd(other, {bot, clock, log: silentLogger})
    return {socket: exotel, handshakeMs: 12, attempts: 1}
  }
  await clock.run(async () => {
    const lane = openLane(plan, {
      clock,
      streams,
      dial: dial ?? inMemory,
      audience: {
        onEnded: (call) => {
          ended.push(call)
          onEnded()
        },
        onPulse: (pulse) => pulses.push(pulse),
        onFailed: (error) => {
          throw error
        },
      },
    })
    const all = (orders: readonly CallOrder[]) =>
      new Promise<void>((resolve) => {
        onEnded = () => {
          if (ended.length === orders.length) resolve()
        }
        for (const order of orders) lane.begin(order)
      })
    await work({clock, lane, ended, pulses, streams, all})
    await lane.close()
  })
  return {ended, pulses, streams}
}

function order(index: number, startAt = 0): CallOrder {
  return {index, scenario: 'test', startAt}
}

describe('a call of a lane', () => {
  test('says where it stands in the plan, and how late it began', async () => {
    const {ended} = await inLane(loadPlan(), async ({clock, all}) => {
      await clock.sleepUntil(50)
      await all([{...order(7, 20), level: 3}])
    })

    expect(ended[0]).toMatchObject({
      opened: true,
      problems: [],
      report: {index: 7, level: 3, outcome: 'completed', startLateMs: 30, sendLatenessP99Ms: 0},
    })
  })

  test('waits for the time it is meant to begin at', async () => {
    const {ended} = await inLane(loadPlan(), ({all}) => all([order(0, 400)]))

    expect(ended[0]?.report).toMatchObject({startLateMs: 0, startedAt: '2026-01-01T00:00:00.400Z'})
  })

  test('has the names that its place in the plan gives it, whichever others are made', async () => {
    const alone = await inLane(loadPlan(), ({all}) => all([order(5)]))
    const among = await inLane(loadPlan(), ({all}) => all([4, 5, 6].map((index) => order(index))))

    const names = ({report: {callSid, streamSid, from}}: CallEnded) => [callSid, streamSid, from]
    const same = among.ended.find((call) => call.order.index === 5)
    expect(alone.ended.map(names)).toEqual(same && [names(same)])
    expect(new Set(among.ended.map(({report}) => report.callSid)).size).toBe(3)
  })

  test('has the numbers and parameters of its caller, who call in turn', async () => {
    const heard: unknown[] = []
    const bot: Bot = async ({from, customParameters, events}) => {
      heard.push([from, customParameters])
      for await (const event of events) if (event.type === 'stop') return
    }
    const callers = [
      {from: '+911111111111', parameters: {customer: 'a'}},
      {from: '+912222222222', parameters: {customer: 'b'}},
    ]

    await inLane(loadPlan({callers}), ({all}) => all([1, 2].map((i) => order(i))), {
      bot,
    })

    expect(heard).toEqual([
      ['+912222222222', {plan: 'gold', customer: 'b'}],
      ['+911111111111', {plan: 'gold', customer: 'a'}],
    ])
  })
})

describe('a call that could not be started', () => {
  test('within a second of its time is dropped, and says so', async () => {
    const {ended} = await inLane(loadPlan(), async ({clock, all}) => {
      await clock.sleepUntil(1001)
      await all([order(0)])
    })

    expect(ended[0]).toMatchObject({
      opened: false,
      report: {
        index: 0,
        outcome: 'dropped',
        startLateMs: 1001,
        failure: {
          code: 'EXO_CALL_DROPPED',
          message: 'The call was not started: this machine was more than 1 s behind.',
        },
      },
    })
  })

  test('because this machine has no more sockets is dropped, and is no fault of the bot', async () => {
    const cause = Object.assign(new Error('connect EMFILE'), {code: 'EMFILE'})
    const dial = () =>
      Promise.reject(new ExostreamError('EXO_DIAL_FAILED', 'could not be reached', {cause}))

    const {ended} = await inLane(loadPlan(), ({all}) => all([order(0)]), {dial})

    // It keeps its place for a second: the next would find no socket either.
    expect(ended[0]?.endedAt).toBe(1000)
    expect(ended[0]?.report).toMatchObject({
      outcome: 'dropped',
      failure: {code: 'EXO_CALL_DROPPED', message: expect.stringContaining('ulimit -n') as string},
    })
  })

  test('because the bot refuses has failed', async () => {
    const dial = () => Promise.reject(new ExostreamError('EXO_UPGRADE_REFUSED', 'It answered 503.'))

    const {ended} = await inLane(loadPlan(), ({all}) => all([order(0)]), {dial})

    expect(ended[0]).toMatchObject({
      opened: false,
      report: {outcome: 'failed', failure: {code: 'EXO_UPGRADE_REFUSED'}},
    })
  })

  test('through a mistake of ours ends all the same, and tells of it', async () => {
    const dial = () => Promise.reject(new TypeError('x is not a function'))

    const {ended} = await inLane(loadPlan(), ({all}) => all([order(0), order(1)]), {dial})

    expect(ended.map(({report}) => report.failure?.code)).toEqual(['EXO_BUG', 'EXO_BUG'])
    expect(ended[0]?.problems[0]).toMatch(/^exostream failed in call 0: TypeError: x is not a/)
  })
})

describe('hanging up', () => {
  test('ends the calls that are under way, and those that have not begun', async () => {
    const plan = loadPlan({steps: [{wait: {ms: 60_000}}]})

    const {ended} = await inLane(plan, async ({clock, lane, all}) => {
      void clock.sleepUntil(500).then(() => {
        lane.hangUp()
      })
      await all([order(0), order(1, 10_000)])
      expect(clock.now()).toBeLessThan(2000)
    })

    expect(ended.map(({report}) => report.failure?.code)).toEqual(Array(2).fill('EXO_INTERRUPTED'))
  })
})

test('a stream is open until it is closed, and counted no longer than that', async () => {
  const {streams} = await inLane(loadPlan(), async ({all, streams: counted}) => {
    await all([order(0), order(1), order(2, 5000)])
    expect(counted.now).toBe(0)
  })

  expect(streams.most).toBe(2)
})

test('twice a second it tells how many calls are open and how late their frames were', async () => {
  const plan = loadPlan({steps: [{wait: {ms: 1200}}, {hangUp: 'stop'}]})

  const {pulses} = await inLane(plan, async ({clock, all}) => {
    await all([order(0), order(1)])
    await clock.sleepUntil(3000)
  })

  expect(pulses.map(({open}) => open)).toEqual([2, 2, 0, 0, 0, 0].slice(0, pulses.length))
  expect(pulses[1]?.lateness.frames).toBe(50)
})
