import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {catchThrows} from '../../../src/cli/stray-throws.js'

const heard: unknown[] = []
const fatal: unknown[] = []
const before = process.listeners('uncaughtException')
const end = (error: Error) => {
  fatal.push(error)
}
let throws = catchThrows()

// In the place of vitest's own, which would fail the test.
beforeEach(() => {
  process.removeAllListeners('uncaughtException').on('uncaughtException', end)
  throws = catchThrows()
  throws.watch((thrown) => {
    heard.push(thrown)
  })
})

afterEach(() => {
  process.removeAllListeners('uncaughtException')
  for (const listener of before) process.on('uncaughtException', listener)
  heard.length = 0
  fatal.length = 0
})

/** As Node does for what nobody caught. */
function raise(thrown: unknown): void {
  // Anything can be thrown, whatever the type of the event says.
  process.emit('uncaughtException', thrown as Error)
}

const at = (...places: readonly string[]) =>
  Object.assign(new Error('no model'), {
    stack: ['Error: no model', ...places.map((place) => `    at ${place}`)].join('\n'),
  })

const OURS = fileURLToPath(new URL('../../../src/stream/bot/voice.ts', import.meta.url))
const TIMERS = 'listOnTimeout (node:internal/timers:588:17)'

describe('what nobody awaits', () => {
  test.each([
    ['in a timer of the bot', at('Timeout._onTimeout (file:///home/me/bot.js:3:9)', TIMERS)],
    ['in a bot that is no ES module', at('/home/me/my bots/bot.cjs:3:9', TIMERS)],
    ['in a function of the bot that was not awaited', at('async say (file:///home/me/bot.js:3:9)')],
    ['by us, whom the bot called wrongly', at(`play (${OURS}:3:9)`, 'file:///home/me/bot.js:3:9')],
    ['by a package of the bot', at('get (/home/me/node_modules/llm/index.js:3:9)', TIMERS)],
    ['that is no error', 'no model'],
    ['that is nothing', undefined],
    ['an error with a stack of its own making', Object.assign(new Error('x'), {stack: 42})],
  ])("is the bot's: thrown %s", (_, thrown) => {
    raise(thrown)

    expect({heard, fatal}).toEqual({heard: [thrown], fatal: []})
  })

  test.each([
    ['by us', at(`#receive (${OURS}:3:9)`, TIMERS)],
    [
      'by a package that we called',
      at('send (/a/node_modules/ws/lib/sender.js:1:1)', `${OURS}:3:9`),
    ],
  ])('still ends the process when it is thrown %s', (_, thrown) => {
    raise(thrown)

    expect({heard, fatal}).toEqual({heard: [], fatal: [thrown]})
  })

  test("is nobody's when it is a wait that the end of a call cut short", () => {
    const ended = Object.assign(at(`#closed (${OURS}:3:9)`), {name: 'AbortError'})

    raise(ended)

    expect({heard, fatal}).toEqual({heard: [], fatal: []})
  })

  test('goes to whoever heard it before, once it is given back', () => {
    const thrown = at('file:///home/me/bot.js:3:9')
    throws.dispose()

    raise(thrown)

    expect({heard, fatal}).toEqual({heard: [], fatal: [thrown]})
    expect(process.listeners('uncaughtException')).toEqual([end])
  })
})

test('without a module to watch nothing is caught', () => {
  throws.dispose()

  const unused = catchThrows()

  expect(process.listeners('uncaughtException')).toEqual([end])
  unused.dispose()
  expect(process.listeners('uncaughtException')).toEqual([end])
})

test('a real error of a file outside is known by its real stack', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'exostream-stray-'))
  const path = join(folder, 'bot.mjs')
  await writeFile(path, 'export const fail = () => new Error("no model")\n')
  const {fail} = (await import(path)) as {fail: () => Error}

  const thrown = fail()
  raise(thrown)

  expect({heard, fatal}).toEqual({heard: [thrown], fatal: []})
  await rm(folder, {recursive: true})
})
