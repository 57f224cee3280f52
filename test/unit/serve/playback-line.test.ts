import {afterEach, expect, test} from 'vitest'

import {tone} from '../../../src/audio/tone.js'
import {virtualClock} from '../../../src/clock.js'
import {playback} from '../../../src/serve/bots/playback.js'
import {loadTemplate} from '../../../src/serve/template.js'
import type {Bot} from '../../../src/stream/bot/bot.js'
import {type Caller, callBot} from './caller.js'
import {templateFolder, type TemplateFolder} from './template-folder.js'

const YAML = `
version: 1
name: quiet
silenceMs: 400
start: [hello.wav]
turns:
  - [yes.wav]
`

let folder: TemplateFolder | undefined

afterEach(async () => {
  await folder?.remove()
})

/** How many waits of the bot ran at once, at most, in a call. */
async function mostWaits(script: (caller: Caller) => Promise<void>): Promise<number> {
  folder = await templateFolder(YAML, {'hello.wav': 100, 'yes.wav': 20})
  const template = await loadTemplate(folder.path)
  await template.voice(8000)
  let waits = 0
  let most = 0
  const watched: Bot = (call) =>
    playback(template)({
      ...call,
      async sleep(ms, signal) {
        waits += 1
        most = Math.max(most, waits)
        await call.sleep(ms, signal).finally(() => (waits -= 1))
      },
    })
  const clock = virtualClock()
  await clock.run(() => script(callBot(watched, {clock})))
  return most
}

test('however often the caller begins anew, the line is watched once', async () => {
  const words = tone({hz: 300, ms: 100, sampleRateHz: 8000})

  const most = await mostWaits(async (caller) => {
    await caller.listen(1000)
    for (let turn = 0; turn < 20; turn += 1) {
      await caller.say(words)
      await caller.listen(400)
    }
  })

  // The other one is for the mark behind what the bot says.
  expect(most).toBeLessThanOrEqual(2)
})

test('a line that falls silent after that still ends the turn', async () => {
  folder = await templateFolder(YAML, {'hello.wav': 100, 'yes.wav': 20})
  const template = await loadTemplate(folder.path)
  await template.voice(8000)
  const clock = virtualClock()

  const marks = await clock.run(async () => {
    const caller = callBot(playback(template), {clock})
    await caller.listen(1000)
    for (let turn = 0; turn < 3; turn += 1) {
      await caller.say(tone({hz: 300, ms: 100, sampleRateHz: 8000}))
      await caller.sendNothing(1000)
    }
    return caller.marks()
  })

  expect(marks).toEqual(['start-1', 'turn-1-1', 'turn-2-1', 'turn-3-1'])
})
