import {once} from 'node:events'
import {Worker} from 'node:worker_threads'

import {expect, test} from 'vitest'

import {OpenStreams} from '../../../../../src/simulate/load/crew/open-streams.js'

test('the most at once is what was open, not how many there were', () => {
  const streams = new OpenStreams()

  streams.opened()
  streams.opened()
  streams.closed()
  streams.opened()

  expect([streams.now, streams.most]).toEqual([2, 2])
})

test('the most is counted anew from where it begins, with what is still open', () => {
  const streams = new OpenStreams()
  streams.opened()
  streams.opened()
  streams.closed()

  streams.begin()

  expect(streams.most).toBe(1)
})

test('another thread counts in the same', async () => {
  const streams = new OpenStreams()
  streams.opened()
  const code = 'Atomics.add(new Int32Array(require("worker_threads").workerData), 0, 4)'

  await once(new Worker(code, {eval: true, workerData: streams.memory}), 'exit')
  streams.opened()

  expect(streams.most).toBe(6)
})
