import {expect, test} from 'vitest'

import {virtualClock} from '../../../src/clock.js'
import {type BotOptions, resolveBot} from '../../../src/serve/bots/index.js'
import {keepingLogger} from '../stream/bot/bot-rig.js'
import {callBot} from './caller.js'

test.each<[string, string, BotOptions, string, string]>([
  ['a name that is none of ours', 'plaback', {}, 'EXO_BOT_INVALID', 'There is no bot plaback'],
  [
    'a name, beside all there are',
    'x',
    {},
    'EXO_BOT_INVALID',
    'built in are playback, echo, converse, sink, relay.',
  ],
  ['a relay, which is no function of a call', 'relay', {}, 'EXO_BOT_INVALID', '--to URL'],
  ['a module that is not there', './no-such.js', {}, 'EXO_BOT_INVALID', 'cannot be found'],
  ['a template for another bot', 'echo', {template: 'sales'}, 'EXO_USAGE', 'playback bot'],
  ['a template for a module', './my-bot.js', {template: 'sales'}, 'EXO_USAGE', './my-bot.js.'],
  ['acknowledging for another bot', 'sink', {ack: 'always'}, 'EXO_USAGE', 'echo bot'],
  ['a silence for another bot', 'echo', {silenceMs: 500}, 'EXO_USAGE', 'converse bot'],
  ['a delay for another bot', 'playback', {responseDelayMs: 0}, 'EXO_USAGE', 'converse bot'],
  ['reloading a built-in bot', 'echo', {reload: true}, 'EXO_USAGE', 'module of its own'],
  ['a template that is not there', 'playback', {template: 'x'}, 'EXO_TEMPLATE_NOT_FOUND', '"x"'],
])('%s is told in one sentence', async (_, name, options, code, words) => {
  await expect(resolveBot(name, options)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(words) as unknown,
  })
})

test.each([
  ['echo', {ack: 'never'}],
  ['converse', {silenceMs: 500, responseDelayMs: 0}],
  ['sink', {reload: false}],
  ['sink', {template: undefined, ack: undefined}],
] as const)('%s takes %j', async (name, options) => {
  expect(await resolveBot(name, options)).toBeTypeOf('function')
})

test('playback without a template plays the built-in one', async () => {
  expect(await resolveBot('playback')).toBeTypeOf('function')
})

test('sink sends nothing, whatever comes', async () => {
  const clock = virtualClock()
  const sink = await resolveBot('sink')

  const caller = await clock.run(async () => {
    const caller = callBot(sink, {clock})
    await caller.listen(500)
    caller.exotel.sendDigit('1')
    await caller.listen(500)
    return caller
  })

  expect(caller.count('received')).toBe(0)
  expect(caller.count('closed')).toBe(0)
})

test('sink logs how much it heard', async () => {
  const clock = virtualClock()
  const {log, lines} = keepingLogger()
  const sink = await resolveBot('sink')

  await clock.run(async () => {
    const caller = callBot(sink, {clock, log})
    await caller.listen(500)
    caller.exotel.hangUp('stop')
    await caller.sendNothing(100)
  })

  expect(lines).toContainEqual({
    level: 'info',
    values: expect.objectContaining({heardMs: 500}) as unknown,
    message: 'sink heard it all',
  })
})
