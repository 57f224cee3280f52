import {afterEach, describe, expect, test} from 'vitest'

import {noise, tone} from '../../../src/audio/tone.js'
import {virtualClock} from '../../../src/clock.js'
import {seededRandom} from '../../../src/random.js'
import {playback} from '../../../src/serve/bots/playback.js'
import {loadTemplate} from '../../../src/serve/template.js'
import {type Caller, callBot, type CallerOptions} from './caller.js'
import {templateFolder, type TemplateFolder} from './template-folder.js'

const YAML = `
version: 1
name: patient
silenceMs: 400
bargeInMs: 200
start: [hello.wav]
turns:
  - [one.wav]
  - [two.wav]
digits:
  '1': [key.wav]
silence:
  afterMs: 2000
  play: [there.wav]
end:
  afterTurns: 4
  onDigits: '9'
  play: [bye.wav]
when:
  - {parameter: use, equals: emi, template: emi}
`

const PROMPTS = {
  'hello.wav': 3000,
  'one.wav': 1000,
  'two.wav': 1000,
  'key.wav': 500,
  'there.wav': 400,
  'bye.wav': 500,
}

let folder: TemplateFolder | undefined

afterEach(async () => {
  await folder?.remove()
})

async function call(
  script: (caller: Caller) => Promise<void>,
  options: CallerOptions = {},
): Promise<Caller> {
  folder = await templateFolder(YAML, PROMPTS)
  const template = await loadTemplate(folder.path)
  const clock = virtualClock()
  return clock.run(async () => {
    const caller = callBot(playback(template), {...options, clock})
    await script(caller)
    return caller
  })
}

const speech = (ms: number, dbfs = -20) => tone({hz: 300, ms, sampleRateHz: 8000, dbfs})

function hiss(ms: number, dbfs = -20): Int16Array {
  const random = seededRandom(5)
  return noise({samples: ms * 8, dbfs, random: () => random.next()})
}

const hasMark = (name: string) => (caller: Caller) => caller.marks().includes(name)

describe('while the bot speaks', () => {
  test.each([
    ['a short hum', speech(160)],
    ['a longer, soft one', speech(400, -40)],
    ['a cough, however loud', hiss(800)],
  ])('%s stops nothing, and is no turn', async (_, sound) => {
    const caller = await call(async (caller) => {
      await caller.listen(1000)
      await caller.say(sound)
      await caller.listenUntil(hasMark('start-1'))
      await caller.listen(1500)
    })

    expect(caller.marks()).toEqual(['start-1'])
    expect(caller.count('cleared')).toBe(0)
  })

  test('so much speech as the template says stops it', async () => {
    const caller = await call(async (caller) => {
      await caller.listen(1000)
      await caller.say(speech(260))
      await caller.listenUntil(hasMark('turn-1-1'))
    })

    expect(caller.count('cleared')).toBe(1)
    expect(caller.marks()).toEqual(['turn-1-1'])
  })

  test('a short word just before its end is a turn, as it may be an answer', async () => {
    const caller = await call(async (caller) => {
      await caller.listen(2800)
      await caller.say(speech(160))
      await caller.listenUntil(hasMark('turn-1-1'))
    })

    expect(caller.marks()).toEqual(['start-1', 'turn-1-1'])
  })
})

describe('in a pause', () => {
  test('a loud noise without a voice is not answered', async () => {
    const caller = await call(async (caller) => {
      await caller.listenUntil(hasMark('start-1'))
      await caller.say(hiss(1000))
      await caller.listen(900)
    })

    expect(caller.marks()).toEqual(['start-1'])
  })
})

describe('a caller who says nothing', () => {
  test('is asked again, twice and no more', async () => {
    const caller = await call(async (caller) => {
      await caller.listenUntil(hasMark('start-1'))
      await caller.listen(12_000)
    })

    expect(caller.marks()).toEqual(['start-1', 'silence-1-1', 'silence-2-1'])
  })

  test('is asked after so much time since the last word of the bot was heard', async () => {
    let wordMs = 0
    const caller = await call(async (caller) => {
      await caller.listenUntil(hasMark('start-1'))
      wordMs = caller.heardAtMs.at(-1) ?? 0
      await caller.listenUntil(hasMark('silence-1-1'))
    })

    const askedMs = caller.heardAtMs.find((atMs) => atMs > wordMs) ?? 0
    expect(askedMs - wordMs).toBeGreaterThanOrEqual(2000)
    expect(askedMs - wordMs).toBeLessThan(2200)
  })

  test('is not asked while speaking, for however long', async () => {
    const caller = await call(async (caller) => {
      await caller.listenUntil(hasMark('start-1'))
      await caller.listen(1800)
      await caller.say(speech(3000))
      await caller.listenUntil(hasMark('turn-1-1'))
    })

    expect(caller.marks()).toEqual(['start-1', 'turn-1-1'])
  })

  test('is not asked while speaking on from the last word of the bot', async () => {
    const caller = await call(async (caller) => {
      await caller.listen(2900)
      await caller.say(speech(4000))
      await caller.listenUntil(hasMark('turn-1-1'))
    })

    expect(caller.marks()).not.toContain('silence-1-1')
  })

  test('is not asked while pressing keys', async () => {
    const caller = await call(async (caller) => {
      await caller.listenUntil(hasMark('start-1'))
      await caller.listen(1800)
      caller.exotel.sendDigit('1')
      await caller.listenUntil(hasMark('digits-1-1'))
    })

    expect(caller.marks()).toEqual(['start-1', 'digits-1-1'])
  })

  test('is heard afterwards, though softer than before', async () => {
    const caller = await call(async (caller) => {
      await caller.listenUntil(hasMark('start-1'))
      await caller.say(speech(500))
      await caller.listenUntil(hasMark('silence-1-1'))
      await caller.say(speech(500, -38))
      await caller.listenUntil(hasMark('turn-2-1'))
    })

    expect(caller.marks()).toEqual(['start-1', 'turn-1-1', 'silence-1-1', 'turn-2-1'])
  })

  test('is not asked once the bot has said goodbye', async () => {
    const caller = await call(async (caller) => {
      caller.exotel.sendDigit('9')
      await caller.listenUntil((caller) => caller.count('closed') > 0)
    })

    expect(caller.marks()).toEqual(['end-1'])
  })
})

describe('digits', () => {
  test('that come before the greeting take its place', async () => {
    const caller = await call(async (caller) => {
      caller.exotel.sendDigit('1')
      await caller.listenUntil(hasMark('digits-1-1'))
    })

    expect(caller.marks()).toEqual(['digits-1-1'])
  })
})

test('a parameter of the stream URL chooses another template', async () => {
  const caller = await call((caller) => caller.listen(7000), {customParameters: {use: 'emi'}})

  expect(caller.marks()).toEqual(['start-1'])
  // The greeting of the template emi is 4.9 s long, the one of this template 3 s.
  expect(caller.heardAtMs.at(-1)).toBeGreaterThan(4500)
})
