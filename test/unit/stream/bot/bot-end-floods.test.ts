import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'

import {describe, expect, test} from 'vitest'

import {actingBot, callerSays, keepingBot, keepingLogger, withBot} from './bot-rig.js'

const {start, dtmf} = callerSays
const connected = {event: 'connected'}
const clear = {event: 'clear'}
const media = (payload: string) => ({event: 'media', media: {payload}})

// The tests are run without --expose-gc; the flag can be set later, for contexts made after it.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heapMegabytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}

describe('the log of a stream', () => {
  test.each([
    ['connected', connected, 'connected received', 'info'],
    ['clear', clear, 'clear received', 'info'],
    ['dtmf', dtmf('1'), 'digit received', 'info'],
  ])('tells the first %s, and the rest only to who debugs', async (_, message, line, level) => {
    const {log, lines} = keepingLogger()
    await withBot({bot: keepingBot().bot, log}, async ({say, sleep}) => {
      say(message, message, message)
      await sleep(5)

      expect(lines.filter((one) => one.message === line).map((one) => one.level)).toEqual([
        level,
        'debug',
        'debug',
      ])
    })
  })

  test('warns of the second start once', async () => {
    const {log, lines} = keepingLogger()
    await withBot({bot: keepingBot().bot, log}, async ({say, sleep}) => {
      say(connected, start(), start(), start(), start())
      await sleep(5)

      expect(
        lines.filter(({values}) => values['rule'] === 'start-repeated').map(({level}) => level),
      ).toEqual(['warn'])
    })
  })

  test('says at the end how often each event came', async () => {
    const {log, lines} = keepingLogger()
    await withBot({bot: keepingBot().bot, log}, async ({say, sleep, caller, end}) => {
      say(connected, start(), start(), dtmf('1'), dtmf('2'), clear, clear, clear)
      await sleep(5)
      caller.close(1000)
      await end.done

      expect(lines.at(-1)).toMatchObject({
        message: 'stream closed',
        values: {
          connectedReceived: 1,
          startReceived: 2,
          mediaReceived: 0,
          dtmfReceived: 2,
          clearReceived: 3,
        },
      })
    })
  })
})

describe('payloads that are no audio', () => {
  test('are weighed by their text: of 100 MB for a busy bot little is kept', async () => {
    const busyBot = actingBot((call) => call.sleep(60_000))
    const {log, lines} = keepingLogger()
    await withBot({bot: busyBot, log}, async ({say, sleep, caller, end}) => {
      const text = JSON.stringify(media('!'.repeat(2 ** 20)))
      say(start())
      await sleep(5)
      const before = heapMegabytes()
      for (let sent = 0; sent < 100; sent += 1) {
        say(text)
        await sleep(2)
      }

      expect(heapMegabytes() - before).toBeLessThan(10)
      caller.close(1000)
      await end.done
      expect(lines.at(-1)?.values).toMatchObject({mediaReceived: 100, audioDropped: 99})
    })
  })

  test.each([
    ['an odd number of bytes', Buffer.alloc(23, 1).toString('base64')],
    ['no base64', '!!! no audio !!!'],
    ['a megabyte of none', '!'.repeat(2 ** 20)],
    ['one character', 'A'],
  ])('are heard as they came: %s', async (_, payload) => {
    const {bot, events} = keepingBot()
    await withBot({bot}, async ({say, sleep}) => {
      say(start(), media(payload))
      await sleep(5)

      expect(events).toMatchObject([{type: 'audio', payload}])
    })
  })

  test('weigh as 20 ms when they are short, so that none is dropped early', async () => {
    const heard: string[] = []
    await withBot(
      {
        async bot(call) {
          await call.sleep(60_000)
          for await (const event of call.events)
            if (event.type === 'audio') heard.push(event.payload)
        },
      },
      async ({say, sleep}) => {
        say(start())
        for (let sent = 0; sent < 1500; sent += 1) say(media(`!${String(sent)}`))
        await sleep(60_010)

        expect(heard).toHaveLength(1500)
      },
    )
  })
})
