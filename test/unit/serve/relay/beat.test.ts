import {expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import {Beat} from '../../../../src/serve/relay/beat.js'
import {manualClock} from './manual-clock.js'

test('a stream is called every 20 ms until it leaves', async () => {
  const clock = virtualClock()
  const beat = new Beat(clock)
  const beats: number[] = []

  await clock.run(async () => {
    const leave = beat.join(() => beats.push(clock.now()))
    await clock.sleepUntil(70)
    leave()
    await clock.sleepUntil(200)
  })

  expect(beats).toEqual([20, 40, 60])
})

test('beats again for a stream that comes when the last has left', async () => {
  const clock = virtualClock()
  const beat = new Beat(clock)
  const beats: number[] = []

  await clock.run(async () => {
    beat.join(() => undefined)()
    await clock.sleepUntil(105)
    const leave = beat.join(() => beats.push(clock.now()))
    await clock.sleepUntil(150)
    leave()
  })

  expect(beats).toEqual([125, 145])
})

test('tells by how much it is late, and does not make up for the beats it missed', async () => {
  const clock = manualClock()
  const beat = new Beat(clock)
  const late: number[] = []
  beat.join(() => late.push(beat.lateMs))

  await clock.wakeAt(20)
  await clock.wakeAt(115)
  const between = beat.lateMs
  await clock.wakeAt(120)

  expect(late).toEqual([0, 75, 0])
  expect(between).toBe(0)
})
