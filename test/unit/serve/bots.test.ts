import {expect, test} from 'vitest'

import {virtualClock} from '../../../src/clock.js'
import {resolveBot} from '../../../src/serve/bots/index.js'
import {callBot} from './caller.js'

test.each([
  ['a name that is none of ours', 'plaback', {}, 'EXO_BOT_INVALID', 'There is no bot plaback'],
  ['a module that is not there', './no-such.js', {}, 'EXO_BOT_INVALID', 'cannot be found'],
  ['a template for another bot', 'echo', {template: 'sales'}, 'EXO_USAGE', 'playback bot'],
  ['a template that is not there', 'playback', {template: 'x'}, 'EXO_TEMPLATE_NOT_FOUND', '"x"'],
])('%s is told in one sentence', async (_, name, options, code, words) => {
  await expect(resolveBot(name, options)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(words) as unknown,
  })
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
