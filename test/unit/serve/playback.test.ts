import {afterEach, describe, expect, test} from 'vitest'

import {dtmfTone, tone} from '../../../src/audio/tone.js'
import {virtualClock} from '../../../src/clock.js'
import {silentLogger} from '../../../src/log.js'
import {playback} from '../../../src/serve/bots/playback.js'
import {loadTemplate} from '../../../src/serve/template.js'
import {BotEnd} from '../../../src/stream/bot/bot-end.js'
import {socketPair} from '../../rig/socket-pair.js'
import {type Caller, callBot, type CallerOptions} from './caller.js'
import {templateFolder, type TemplateFolder} from './template-folder.js'

const YAML = `
version: 1
name: tones
silenceMs: 400
bargeInMs: 60
start: [hello.wav, help.wav]
turns:
  - [one.wav]
  - [two.wav]
digits:
  '1': [key.wav]
  '42': [long.wav]
  other: [sorry.wav]
when:
  - parameter: language
    equals: hi
    start: [namaste.wav]
  - parameter: language
    equals: many
    start: [namaste.wav, namaste.wav, namaste.wav, namaste.wav, namaste.wav, namaste.wav]
end:
  afterTurns: 3
  onDigits: '9'
  play: [bye.wav]
`

const PROMPTS = {
  'hello.wav': 600,
  'help.wav': 400,
  'one.wav': 1000,
  'two.wav': 3000,
  'key.wav': 500,
  'long.wav': 800,
  'sorry.wav': 300,
  'namaste.wav': 200,
  'bye.wav': 500,
}

let folder: TemplateFolder | undefined

afterEach(async () => {
  await folder?.remove()
})

/** A call to the template above, in virtual time. */
async function call(
  script: (caller: Caller) => Promise<void>,
  options: CallerOptions = {},
): Promise<Caller> {
  folder = await templateFolder(YAML, PROMPTS)
  const template = await loadTemplate(folder.path)
  // Decoded before the call: reading a file takes real time, and virtual time would run on meanwhile.
  await template.voice(options.sampleRateHz ?? 8000)
  const clock = virtualClock()
  return clock.run(async () => {
    const caller = callBot(playback(template), {...options, clock})
    await script(caller)
    return caller
  })
}

const speech = (ms: number, sampleRateHz = 8000) => tone({hz: 300, ms, sampleRateHz})

const hasMark = (name: string) => (caller: Caller) => caller.marks().includes(name)

const isClosed = (caller: Caller) => caller.count('closed') > 0

describe('speaking', () => {
  test('the greeting is played in order, a mark behind each prompt', async () => {
    const caller = await call((caller) => caller.listen(1500))

    expect(caller.marks()).toEqual(['start-1', 'start-2'])
    expect(caller.heardAtMs).toHaveLength((600 + 400) / 20)
  })

  test('prompts follow each other without a hole', async () => {
    const caller = await call((caller) => caller.listen(1500))

    expect(caller.count('gap')).toBe(0)
  })

  test('however many prompts follow each other, little of them waits to be played', async () => {
    const caller = await call((caller) => caller.listenUntil(hasMark('start-6')), {
      customParameters: {language: 'many'},
    })

    const queuedMs = caller.events.flatMap((event) =>
      event.type === 'bot-audio' ? [event.queuedMs] : [],
    )
    expect(queuedMs).toHaveLength(6)
    expect(Math.max(...queuedMs)).toBeLessThanOrEqual(320)
  })

  test('a parameter of the stream URL chooses another greeting', async () => {
    const caller = await call((caller) => caller.listen(1000), {customParameters: {language: 'hi'}})

    expect(caller.marks()).toEqual(['start-1'])
    expect(caller.heardAtMs).toHaveLength(200 / 20)
  })
})

describe('turns', () => {
  test("each of the caller's turns gets its answer after the silence that ends it", async () => {
    const caller = await call(async (caller) => {
      await caller.listenUntil(hasMark('start-2'))
      await caller.say(speech(500))
      await caller.listenUntil(hasMark('turn-1-1'))
    })

    expect(caller.marks()).toEqual(['start-1', 'start-2', 'turn-1-1'])
  })

  test('a pause shorter than the silence of the template does not end a turn', async () => {
    const caller = await call(async (caller) => {
      await caller.listenUntil(hasMark('start-2'))
      await caller.say(speech(500))
      await caller.listen(300)
      await caller.say(speech(500))
      await caller.listen(3000)
    })

    expect(caller.marks()).toEqual(['start-1', 'start-2', 'turn-1-1'])
  })

  test.each([8000, 16_000, 24_000] as const)('a turn is heard at %i Hz', async (sampleRateHz) => {
    const caller = await call(
      async (caller) => {
        await caller.listenUntil(hasMark('start-2'))
        await caller.say(speech(500, sampleRateHz))
        await caller.listenUntil(hasMark('turn-1-1'))
      },
      {sampleRateHz},
    )

    expect(caller.marks()).toContain('turn-1-1')
  })

  test('steady noise at -40 dBFS is no caller, and a caller above it is heard', async () => {
    const caller = await call(
      async (caller) => {
        await caller.listenUntil(hasMark('start-2'))
        await caller.listen(3000)
        await caller.say(speech(500))
        await caller.listenUntil(hasMark('turn-1-1'))
      },
      {lineDbfs: -40},
    )

    expect(caller.marks()).toEqual(['start-1', 'start-2', 'turn-1-1'])
    expect(caller.count('cleared')).toBe(0)
  })

  test('a line that sends nothing in silence ends a turn too', async () => {
    const caller = await call(async (caller) => {
      await caller.listenUntil(hasMark('start-2'))
      await caller.say(speech(500))
      await caller.sendNothing(2500)
    })

    expect(caller.marks()).toContain('turn-1-1')
  })
})

describe('barge-in', () => {
  test.each([
    ['docs-strings', 250],
    // The caller's audio itself comes up to 100 ms late here.
    ['100ms', 330],
  ] as const)(
    'in profile %s the bot is not heard any more %i ms after the caller began',
    async (profile, limitMs) => {
      let beganMs = 0
      const caller = await call(
        async (caller) => {
          await caller.listen(700)
          beganMs = caller.atMs
          await caller.say(speech(800))
        },
        {profile},
      )

      expect(caller.heardAtMs.filter((atMs) => atMs > beganMs + limitMs)).toEqual([])
      expect(caller.heardAtMs.at(-1)).toBeGreaterThan(beganMs)
      expect(caller.count('cleared')).toBe(1)
    },
  )

  test('audio that is sent and not yet played is dropped too', async () => {
    const caller = await call(async (caller) => {
      // At 660 ms the last chunk of the greeting has left, and 340 ms of it wait to be played.
      await caller.listen(720)
      await caller.say(speech(600))
    })

    expect(caller.count('cleared')).toBe(1)
    expect(caller.marks()).not.toContain('start-2')
  })

  test('an interruption is a turn of the caller, answered when it ends', async () => {
    const caller = await call(async (caller) => {
      await caller.listen(300)
      await caller.say(speech(600))
      await caller.listenUntil(hasMark('turn-1-1'))
    })

    expect(caller.marks()).toEqual(['turn-1-1'])
  })

  test('the noise of a quiet line and a click stop nothing', async () => {
    const caller = await call(async (caller) => {
      await caller.listen(300)
      await caller.say(speech(40))
      await caller.listen(2000)
    })

    expect(caller.count('cleared')).toBe(0)
    expect(caller.marks()).toEqual(['start-1', 'start-2'])
  })

  test('nothing is cleared when the bot has been heard to its end', async () => {
    const caller = await call(async (caller) => {
      await caller.listenUntil(hasMark('start-2'))
      await caller.say(speech(500))
    })

    expect(caller.count('cleared')).toBe(0)
  })
})

describe('digits', () => {
  test.each([
    ['one key', ['1'], 500],
    ['a burst that is an entry as a whole', ['4', '2'], 800],
    ['a burst whose last key is an entry', ['5', '1'], 500],
    ['any other burst', ['2', '*', '#'], 300],
  ])('%s is answered a second after its last key', async (_, keys, answerMs) => {
    const caller = await call(async (caller) => {
      await caller.listenUntil(hasMark('start-2'))
      for (const key of keys) {
        caller.exotel.sendDigit(key)
        await caller.listen(500)
      }
      await caller.listenUntil(hasMark('digits-1-1'))
    })

    expect(caller.heardAtMs.length * 20).toBe(600 + 400 + answerMs)
  })

  test('a key stops the prompt that is being played', async () => {
    const caller = await call(async (caller) => {
      await caller.listen(300)
      caller.exotel.sendDigit('1')
      await caller.listenUntil(hasMark('digits-1-1'))
    })

    expect(caller.count('cleared')).toBe(1)
    expect(caller.marks()).toEqual(['digits-1-1'])
  })

  test('the tone of a key on the line is not a turn of the caller', async () => {
    const caller = await call(async (caller) => {
      await caller.listenUntil(hasMark('start-2'))
      caller.exotel.sendDigit('1')
      await caller.say(dtmfTone('1', {ms: 200, sampleRateHz: 8000}))
      await caller.listenUntil(hasMark('digits-1-1'))
      await caller.listen(1000)
    })

    expect(caller.marks()).toEqual(['start-1', 'start-2', 'digits-1-1'])
    expect(caller.count('cleared')).toBe(0)
  })
})

describe('the end', () => {
  test('after its last turn the bot says goodbye, waits for the mark and closes with 1000', async () => {
    const caller = await call(async (caller) => {
      for (const mark of ['start-2', 'turn-1-1', 'turn-2-1']) {
        await caller.listenUntil(hasMark(mark))
        await caller.say(speech(300))
      }
      await caller.listenUntil(isClosed)
    })

    expect(caller.marks().at(-1)).toBe('end-1')
    expect(await caller.exotel.closed).toMatchObject({by: 'bot', code: 1000})
  })

  test('what the caller says over the goodbye does not stop it', async () => {
    const caller = await call(async (caller) => {
      await caller.listenUntil(hasMark('start-2'))
      caller.exotel.sendDigit('9')
      await caller.listenUntil(({heardAtMs}) => heardAtMs.length > (600 + 400 + 100) / 20)
      await caller.say(speech(300))
      await caller.listenUntil(isClosed)
    })

    expect(caller.marks().at(-1)).toBe('end-1')
    expect(caller.count('cleared')).toBe(0)
  })

  test('a mark that never comes back holds the end up by two seconds, not for ever', async () => {
    const caller = await call(
      async (caller) => {
        await caller.listen(1000)
        caller.exotel.sendDigit('9')
        await caller.listen(1000)
        await caller.listenUntil(isClosed, 500 + 2000 + 200)
      },
      {playsNothing: true},
    )

    expect(await caller.exotel.closed).toMatchObject({by: 'bot', code: 1000})
  })

  test('after stop nothing more is sent, though the socket stays open', async () => {
    folder = await templateFolder(YAML, PROMPTS)
    const template = await loadTemplate(folder.path)
    const clock = virtualClock()
    let sentAfterStop = 0

    await clock.run(async () => {
      const [exotelSide, botSide] = socketPair(clock)
      new BotEnd(botSide, {bot: playback(template), clock, log: silentLogger})
      exotelSide.send('{"event":"start","stream_sid":"s1","start":{"stream_sid":"s1"}}')
      await clock.sleepUntil(300)
      exotelSide.send('{"event":"stop","stream_sid":"s1","stop":{"reason":"callended"}}')
      await clock.sleepUntil(310)
      exotelSide.listen({
        message: () => (sentAfterStop += 1),
        closed: () => undefined,
      })
      // What was sent in the first 310 ms is handed over first.
      const early = sentAfterStop
      await clock.sleepUntil(1900)
      sentAfterStop -= early
    })

    expect(sentAfterStop).toBe(0)
  })
})
