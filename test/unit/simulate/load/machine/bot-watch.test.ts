import {expect, test} from 'vitest'

import {virtualClock} from '../../../../../src/clock.js'
import {BotWatch} from '../../../../../src/simulate/load/machine/bot-watch.js'
import type {BotUsage} from '../../../../../src/simulate/load/traffic/level.js'

async function watched(
  usage: (now: number) => BotUsage | undefined,
  forMs: number,
): Promise<BotWatch> {
  const clock = virtualClock()
  const over = new AbortController()
  const watch = new BotWatch({
    pid: 77,
    clock,
    usage: async () => usage(clock.now()),
    signal: over.signal,
  })
  await clock.run(async () => {
    const running = watch.run()
    await clock.sleepUntil(forMs)
    over.abort()
    await running
  })
  return watch
}

test('the CPU of the bot is that of the whole run, its memory as it began and at its most', async () => {
  const rssBytes = (now: number) => (now === 2000 ? 900 : 500 + now / 100)

  const watch = await watched((now) => ({cpuMs: 50 + now * 0.8, rssBytes: rssBytes(now)}), 10_000)

  expect(watch.report()).toEqual({pid: 77, cpu: 0.8, rssStartBytes: 500, rssPeakBytes: 900})
})

test('what is shown meanwhile is of the last seconds', async () => {
  const watch = await watched(
    (now) => ({cpuMs: now < 10_000 ? 0 : now - 10_000, rssBytes: 1}),
    20_000,
  )

  expect(watch.cpu).toBe(1)
  expect(watch.report().cpu).toBe(0.5)
})

test('of a process that cannot be read nothing is said', async () => {
  const watch = await watched(() => undefined, 3000)

  expect(watch.cpu).toBeUndefined()
  expect(watch.report()).toEqual({pid: 77})
})
