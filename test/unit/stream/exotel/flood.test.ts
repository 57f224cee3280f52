import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'

import {describe, expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import {silentLogger} from '../../../../src/log.js'
import type {Bot} from '../../../../src/stream/bot/bot.js'
import {BotEnd} from '../../../../src/stream/bot/bot-end.js'
import {actingBot, callerSays, withBot} from '../bot/bot-rig.js'
import {botMessage, createRig, eventsOf, speech, withExotel} from './exotel-rig.js'

const {media, payload, mark, clear} = botMessage

// The tests are run without --expose-gc; the flag can be set later, for contexts made after it.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heapMegabytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}

function bufferMegabytes(): number {
  // What one collection finds, the next one has swept.
  for (let times = 0; times < 3; times += 1) collectGarbage()
  return process.memoryUsage().arrayBuffers / 2 ** 20
}

describe('a bot that floods', () => {
  test('with 100,000 messages of every kind: the call goes on, and what waits is bounded', async () => {
    const kinds = [media(320), mark('m'), 'not JSON', '{"event":"x"}', '{"type":"x"}', media(21)]
    await withExotel({}, async ({exotel, receive, ticks, bot}) => {
      for (let sent = 0; sent < 100_000; sent += 1) receive(kinds[sent % kinds.length] ?? '')
      expect(exotel.queuedMs).toBe(33_333 * 20)

      bot.send(clear())
      await ticks(3)
      expect(exotel.queuedMs).toBe(0)
      expect(exotel.isOpen()).toBe(true)
    })
  })

  test('with 1 MB payloads: half an hour waits, and no more', async () => {
    const chunk = payload(speech(1_000_000))
    await withExotel({}, async ({exotel, receive, events}) => {
      const before = bufferMegabytes()
      for (let sent = 0; sent < 100; sent += 1) {
        receive(chunk)
        // What is recorded is the keeper's to bound.
        events.length = 0
      }

      // 62.5 s each: 28 are 29 minutes.
      expect(exotel.queuedMs).toBe(28 * 62_500)
      // 28 MB of samples; without a bound they would be 100.
      expect(bufferMegabytes() - before).toBeLessThan(50)
      await Promise.resolve()
    })
  })

  test('with 300,000 marks: 100,000 come back, and the call goes on', async () => {
    await withExotel({}, async ({exotel, receive, events, ticks}) => {
      receive(media(320))
      for (let sent = 0; sent < 300_000; sent += 1) receive(mark(String(sent)))
      events.length = 0
      await ticks(3)

      expect(eventsOf(events, 'mark-echoed')).toHaveLength(99_999)
      expect(exotel.isOpen()).toBe(true)
    })
  })
})

describe('a caller that floods', () => {
  const busyBot = actingBot((call) => call.sleep(60_000))

  test('with 1 MB payloads at a bot that is busy: 30 s wait, and no more', async () => {
    const chunk = callerSays.media(new Int16Array(500_000))
    const text = JSON.stringify(chunk)
    await withBot({bot: busyBot}, async ({say, sleep}) => {
      say(callerSays.start())
      await sleep(5)
      const before = bufferMegabytes()
      for (let sent = 0; sent < 100; sent += 1) {
        say(text)
        await sleep(2)
      }

      // 1 MB of samples; without a bound they would be 100.
      expect(bufferMegabytes() - before).toBeLessThan(25)
    })
  })

  test('with 100,000 stops, starts and digits: the bot runs once and ends once', async () => {
    const runs: string[] = []
    const bot = actingBot((call) => {
      runs.push(call.callSid)
    })
    const flood = [callerSays.start(), callerSays.dtmf('1'), callerSays.stop(), '{}', '']
    await withBot({bot}, async ({say, sleep, closed}) => {
      for (let sent = 0; sent < 100_000; sent += 1) say(flood[sent % flood.length] ?? '')
      await sleep(3000)

      expect(runs).toHaveLength(1)
      expect(closed).toMatchObject([{atMs: 2002, code: 1000}])
    })
  })
})

test('memory does not grow over 10,000 messages each way through both ends', async () => {
  const clock = virtualClock()
  const {exotel, bot: socket, events, ticks} = createRig(clock)
  const heard = {audio: 0, marks: 0}
  const bot: Bot = async (call) => {
    for await (const event of call.events) {
      if (event.type === 'mark') heard.marks += 1
      if (event.type !== 'audio') continue
      heard.audio += 1
      call.play(event.pcm)
      call.mark('heard')
    }
  }

  const grownMegabytes = await clock.run(async () => {
    new BotEnd(socket, {bot, clock, log: silentLogger})
    exotel.start()
    const talk = async () => {
      for (let round = 0; round < 50; round += 1) {
        await ticks(100)
        events.length = 0
      }
    }
    await talk()
    const before = heapMegabytes()
    await talk()
    await talk()
    return heapMegabytes() - before
  })

  expect(heard.audio).toBeGreaterThan(14_990)
  expect(heard.marks).toBeGreaterThan(14_980)
  expect(exotel.queuedMs).toBeLessThan(100)
  expect(grownMegabytes).toBeLessThan(1)
})
