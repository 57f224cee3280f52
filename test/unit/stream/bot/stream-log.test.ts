import {describe, expect, test} from 'vitest'

import {tone} from '../../../../src/audio/tone.js'
import {actingBot, callerSays, keepingBot, keepingLogger, withBot} from './bot-rig.js'

const {start, media, dtmf, mark, stop} = callerSays

describe('the lines of a stream', () => {
  test('have the category of what they are about', async () => {
    const {log, lines} = keepingLogger()
    const bot = actingBot((call) => {
      call.play(new Int16Array(160))
      call.mark('m')
    })
    await withBot({bot, log}, async ({say, sleep, caller, end}) => {
      say({event: 'connected'}, start(), media(new Int16Array(160)), dtmf('1'), mark('m'), stop())
      await sleep(5)
      caller.close(1000)
      await end.done
    })

    expect(lines.map(({values, message}) => `${String(values['category'])} ${message}`)).toEqual([
      'WEBSOCKET connected received',
      'WEBSOCKET stream started',
      'BIDIRECTIONAL the bot sent its first audio',
      'BIDIRECTIONAL the bot returned before the end of the call, and answers no more',
      'MEDIA first media received',
      'DTMF digit received',
      'BIDIRECTIONAL mark came back',
      'WEBSOCKET stop received',
      'CONNECTION stream closed',
    ])
  })

  test('sum up the audio every 500 messages, with its seconds and its level', async () => {
    const {log, lines} = keepingLogger()
    const loud = tone({hz: 400, ms: 20, sampleRateHz: 8000, dbfs: -20})
    await withBot({bot: keepingBot().bot, log}, async ({say, sleep}) => {
      say(start(), ...new Array<object>(500).fill(media(loud)))
      say(...new Array<object>(600).fill(media(new Int16Array(160))))
      await sleep(5)
    })

    expect(
      lines.filter(({message}) => message === 'media received').map(({values}) => values),
    ).toMatchObject([
      {category: 'MEDIA', count: 500, seconds: 10, dbfs: -20},
      {category: 'MEDIA', count: 1000, seconds: 20, dbfs: -96},
    ])
  })

  test('show the values of custom parameters at debug only', async () => {
    const {log, lines} = keepingLogger()
    await withBot({bot: keepingBot().bot, log}, async ({say, sleep}) => {
      say(start({custom_parameters: {policy: 'LIC-777'}}))
      await sleep(5)
    })

    const withValue = lines.filter(({values}) => JSON.stringify(values).includes('LIC-777'))
    expect(withValue.map(({level}) => level)).toEqual(['debug'])
    expect(lines.map(({values}) => values['names'])).toContainEqual(['policy'])
  })

  test('name the members of a message that nobody knows, and never what they hold', async () => {
    const {log, lines} = keepingLogger()
    const message = {event: 'hello', n: 919_876_543_210, who: {phone: 919_876_543_211}}
    await withBot({bot: keepingBot().bot, log}, async ({say, sleep}) => {
      say(message, 'nonsense')
      await sleep(5)
    })

    expect(lines.filter((line) => line.message === 'message kept without an effect')).toMatchObject(
      [
        {level: 'debug', values: {event: 'unknown', name: 'hello', members: ['event', 'n', 'who']}},
        {level: 'debug', values: {event: 'invalid'}},
      ],
    )
    expect(JSON.stringify(lines)).not.toContain('9198765')
  })

  test('carry the sids of a start that came late', async () => {
    const {log, lines} = keepingLogger()
    const {bot, calls} = keepingBot()
    await withBot({bot, log}, async ({say, sleep}) => {
      say(media(new Int16Array(160)), start(), stop())
      await sleep(5)
    })

    const {callSid} = calls[0] ?? {}
    expect(lines.find(({message}) => message === 'stop received')?.values).toMatchObject({callSid})
  })
})
