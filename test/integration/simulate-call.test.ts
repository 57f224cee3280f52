import {once} from 'node:events'
import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, test} from 'vitest'

import {
  type Bot,
  describeReport,
  readWav,
  simulateCall,
  type SimulateCallOptions,
} from '../../src/index.js'
import {namedFrom} from '../../src/report/kept-paths.js'
import {prepare} from '../../src/simulation.js'

const AUDIO = join(import.meta.dirname, '..', '..', 'fixtures', 'audio')

let folder = ''
let short = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-library-'))
  short = join(folder, 'short.yaml')
  await writeFile(short, 'version: 1\nname: short\nsteps:\n  - wait: {ms: 100}\n  - hangUp: stop\n')
})
afterAll(() => rm(folder, {recursive: true}))

const listening: Bot = async (call) => {
  for await (const event of call.events) if (event.type === 'stop') return
}

describe('a bot that throws in its call', () => {
  const throwing: Bot = () => Promise.reject(new Error('no model'))

  test('is why the call failed, with its words and its place', async () => {
    const out = join(folder, 'threw')

    const report = await simulateCall({bot: throwing, scenario: short, out})

    expect(report).toMatchObject({
      verdict: 'fail',
      calls: [
        {
          outcome: 'failed',
          failure: {
            code: 'EXO_BOT_THREW',
            message: expect.stringMatching(
              /^The bot threw Error: no model \(at .*simulate-call\.test\.ts:\d+:\d+\)?\)\.$/,
            ) as string,
          },
          closing: {by: 'bot', code: 1011},
        },
      ],
    })
    const written = namedFrom(out, report)
    expect(JSON.parse(await readFile(join(out, 'report.json'), 'utf8'))).toEqual(written)
  })
})

describe('what is kept of a call', () => {
  test('that could not be opened is the report alone', async () => {
    const out = join(folder, 'unopened')

    const report = await simulateCall({url: await closedUrl(), scenario: short, out})

    expect(report.calls[0]).toMatchObject({failure: {code: 'EXO_DIAL_REFUSED'}, artifacts: {}})
    expect(await readdir(out)).toEqual(['report.json'])
  })

  test('is no less when the report cannot be written, nor is the answer', async () => {
    const out = join(folder, 'unwritable')
    await mkdir(join(out, 'report.json'), {recursive: true})

    const {signal} = new AbortController()
    const request = {bot: listening, scenarios: [short], out, isCi: true, signal}
    const {report, problems} = await (await prepare(request)).run({})

    expect(report.verdict).toBe('pass')
    expect(problems).toEqual([`The report could not be written to ${join(out, 'report.json')}.`])
    expect(await readdir(out)).toEqual(expect.arrayContaining(['call.wav', 'journal.ndjson']))
  })
})

test('describeReport is the report as a person reads it, down to the verdict', async () => {
  const report = await simulateCall({bot: listening, scenario: short})

  const text = describeReport(report)

  expect(text).toMatch(/^Called the bot listening, scenario short, 0\.\d s\n/)
  expect(text).toMatch(/\npass\n$/)
})

test('readWav reads a WAV for a bot, at the rate of its call', async () => {
  const path = join(AUDIO, 'hello.wav')

  const slow = await readWav(path, {sampleRateHz: 8000})
  const fast = await readWav(path, {sampleRateHz: 16_000})

  expect(slow).toBeInstanceOf(Int16Array)
  expect(fast).toHaveLength(2 * slow.length)
})

/** Of a port that was free a moment ago. */
async function closedUrl(): Promise<string> {
  const server = createServer()
  server.listen({host: '127.0.0.1', port: 0})
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return `ws://127.0.0.1:${typeof address === 'object' && address ? String(address.port) : ''}/`
}

test.each([
  [{sceanrio: 'basic'}, 'simulateCall has no option "sceanrio".'],
  [{clock: 'virtuel'}, 'The clock is either "real" or "virtual".'],
  [
    {seed: 'x', repeat: 0},
    'The seed is a whole number from 0 on. A repeat is a whole number from 1 on.',
  ],
])('%j is refused in words', async (mistake, message) => {
  const options = {bot: listening, ...mistake} as SimulateCallOptions

  await expect(simulateCall(options)).rejects.toMatchObject({code: 'EXO_USAGE', message})
})
