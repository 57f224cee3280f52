import {once} from 'node:events'

import {describe, expect, test} from 'vitest'

import {systemClock} from '../../../../../src/clock.js'
import type {CallEnded, CallOrder, Crew} from '../../../../../src/simulate/load/crew/crew.js'
import {OpenStreams} from '../../../../../src/simulate/load/crew/open-streams.js'
import {openThreads} from '../../../../../src/simulate/load/crew/threads.js'
import {loadPlan} from '../../../../rig/load-call.js'

/** A thread whose calls end as their scenario says. */
const THREAD = `
import {parentPort, workerData} from 'node:worker_threads'
const lateness = {unitMs: 0.01, counts: '0:1'}
parentPort.on('message', ({type, order, wanted}) => {
  if (type === 'close') parentPort.postMessage({type: 'closed'})
  if (type === 'keep') {
    const kept = wanted.map(({index}) => index).filter((index) => index % 2 === workerData.thread)
    parentPort.postMessage({type: 'kept', recordings: {kept, problems: []}})
  }
  if (type === 'hang-up') Atomics.add(new Int32Array(workerData.streams), 0, 3)
  if (type === 'hang-up') parentPort.postMessage({type: 'pulse', pulse: {open: 3, lateness, lagP99Ms: 0}})
  if (type !== 'begin') return
  if (order.scenario === 'throws') throw new Error('out of memory')
  if (order.scenario === 'exits') process.exit(7)
  if (order.scenario === 'test') {
    const report = {index: order.index, streamSid: String(workerData.thread), url: workerData.plan.run.url.dialled}
    parentPort.postMessage({type: 'ended', ended: {order, report, lateness, opened: true, endedAt: 0, problems: []}})
  }
})
parentPort.postMessage({type: 'ready'})
`

type Heard = {
  readonly crew: Crew
  readonly ended: CallEnded[]
  readonly failures: unknown[]
  readonly open: number[]
  readonly streams: OpenStreams
  /** Resolves with the next of anything. */
  readonly something: () => Promise<unknown>
}

async function withThreads(
  work: (heard: Heard) => Promise<void>,
  {workers = 2, code = THREAD} = {},
): Promise<Heard> {
  const target = new EventTarget()
  const ring = () => target.dispatchEvent(new Event('something'))
  const heard = {ended: [] as CallEnded[], failures: [] as unknown[], open: [] as number[]}
  const streams = new OpenStreams()
  const crew = await openThreads(loadPlan({workers}), {
    clock: systemClock,
    streams,
    file: new URL(`data:text/javascript,${encodeURIComponent(code)}`),
    audience: {
      onEnded: (call) => {
        heard.ended.push(call)
        ring()
      },
      onPulse: ({open}) => {
        heard.open.push(open)
        ring()
      },
      onFailed: (error) => {
        heard.failures.push(error)
        ring()
      },
    },
  })
  const all = {crew, streams, ...heard, something: () => once(target, 'something')}
  try {
    await work(all)
  } finally {
    await crew.close()
  }
  return all
}

function order(index: number, scenario = 'test'): CallOrder {
  return {index, scenario, startAt: 0}
}

async function until(isMet: () => boolean, {something}: Heard): Promise<void> {
  while (!isMet()) await something()
}

describe('threads', () => {
  test('share the calls out, the next to whoever has the fewest', async () => {
    const {ended} = await withThreads(async (heard) => {
      for (const index of [0, 1, 2, 3]) heard.crew.begin(order(index))
      await until(() => heard.ended.length === 4, heard)
    })

    expect(ended.map(({report}) => report.streamSid).sort()).toEqual(['0', '0', '1', '1'])
    expect(ended[0]?.lateness.frames).toBe(1)
  })

  test('are given the URL, which a copy of a plan would lose', async () => {
    const {ended} = await withThreads(async (heard) => {
      heard.crew.begin(order(0))
      await until(() => heard.ended.length === 1, heard)
    })

    expect(ended[0]?.report.url).toBe('ws://127.0.0.1/media?plan=gold')
  })

  test('tell together how many calls are open', async () => {
    const {open, streams} = await withThreads(async (heard) => {
      heard.crew.hangUp()
      await until(() => heard.open.length === 2, heard)
    })

    expect(open).toEqual([3, 6])
    expect(streams.now).toBe(6)
  })

  test('keep each the recordings that it has', async () => {
    await withThreads(async ({crew}) => {
      const wanted = [0, 1, 2].map((index) => ({index, path: `${String(index)}.wav`}))

      expect(await crew.keep(wanted)).toEqual({kept: [0, 2, 1], problems: []})
    })
  })
})

describe('a thread that dies', () => {
  test.each([
    ['throws', 'A thread that made calls died: out of memory.'],
    ['exits', 'A thread that made calls died: it ended before its calls did.'],
  ])(
    'because it %s fails its calls, and says so once; those of the others go on',
    async (how, message) => {
      const {ended, failures} = await withThreads(async (heard) => {
        heard.crew.begin(order(0, 'waits'))
        heard.crew.begin(order(1, 'waits'))
        heard.crew.begin(order(2, how))
        await until(() => heard.ended.length === 2 && heard.failures.length === 1, heard)

        heard.crew.begin(order(3))
        await until(() => heard.ended.length === 3, heard)
      })

      expect(failures).toMatchObject([{code: 'EXO_THREAD_DIED', message}])
      expect(ended.map(({report}) => report.failure?.code)).toEqual([
        'EXO_THREAD_DIED',
        'EXO_THREAD_DIED',
        undefined,
      ])
    },
  )

  test('as the last one fails every call that is begun after it', async () => {
    const {ended} = await withThreads(
      async (heard) => {
        heard.crew.begin(order(0, 'throws'))
        await until(() => heard.ended.length === 1, heard)

        heard.crew.begin(order(1))
        await until(() => heard.ended.length === 2, heard)

        expect(await heard.crew.keep([{index: 0, path: 'a.wav'}])).toEqual({kept: [], problems: []})
      },
      {workers: 1},
    )

    expect(ended.map(({opened}) => opened)).toEqual([false, false])
  })

  test('before it was ready ends the run before it began', async () => {
    const opening = withThreads(async () => {}, {code: 'throw new Error("no such module")'})

    await expect(opening).rejects.toThrow('no such module')
  })
})
