import {describe, expect, test} from 'vitest'

import type {Step} from '../../../../src/simulate/scenario/scenario.js'
import type {Bot} from '../../../../src/stream/bot/bot.js'
import {echoBot} from '../../../rig/bots.js'
import {clip, virtualCall} from '../../../rig/virtual-call.js'

const greet: Step = {greet: {withinMs: 2000}}
const hangUp: Step = {hangUp: 'stop'}
const say: Step = {say: clip(600), expect: 'respond', withinMs: 2000}

/** Sends nothing but zeros, as a bot does whose track is muted. */
const mutedBot: Bot = async (call) => {
  await call.speak(new Int16Array(call.sampleRateHz * 20))
}

const causeOf = async (bot: Bot, ...steps: readonly Step[]) =>
  (await virtualCall({bot, steps})).report.diagnosis?.cause

describe('audio that nobody can hear', () => {
  test.each<[string, readonly Step[]]>([
    ['that is not a greeting', [greet, hangUp]],
    ['that is no answer to a key', [{digits: '1', gapMs: 250, expect: 'respond', withinMs: 2000}]],
    ['that is no answer to a message', [{send: {clear: true}, answer: 'clear', withinMs: 300}]],
  ])('is an echo of the quiet line %s', async (_, steps) => {
    expect(await causeOf(echoBot, ...steps, hangUp)).toBeUndefined()
  })

  test.each<[string, readonly Step[]]>([
    ['no greeting', [greet, hangUp]],
    ['no answer', [say, hangUp]],
  ])('is that of a muted bot where it is silent, and %s', async (_, steps) => {
    expect(await causeOf(mutedBot, ...steps)).toBe('digital-silence')
  })

  test('is no fault where only a key had no answer', async () => {
    const digits: Step = {digits: '1', gapMs: 250, expect: 'respond', withinMs: 2000}

    expect(await causeOf(mutedBot, digits, hangUp)).toBeUndefined()
  })
})

describe('a bot that closes with a code of its own', () => {
  const closesWith =
    (code: number, afterMs = 2000): Bot =>
    async (call) => {
      await call.sleep(afterMs)
      call.close(code)
    }
  const steps: readonly Step[] = [{wait: {ms: 500}}, {botHangsUp: {withinMs: 3000, code: 4000}}]

  test('that was asked for has done nothing wrong', async () => {
    const {report} = await virtualCall({bot: closesWith(4000), steps})

    expect(report).toMatchObject({outcome: 'completed', turns: [{met: true}]})
    expect(report.diagnosis).toBeUndefined()
    expect(report.findings).toEqual([])
  })

  test.each<[string, Bot]>([
    ['with another than was asked for', closesWith(4001)],
    ['before it was asked for', closesWith(4000, 300)],
  ])('%s is told so', async (_, bot) => {
    const {report} = await virtualCall({bot, steps})

    expect(report.diagnosis?.cause).toBe('closes-abnormally')
    expect(report.findings.map(({rule}) => rule)).toEqual(['close-not-1000'])
  })
})
