import {describe, expect, test} from 'vitest'

import {silentLogger} from '../../../../src/log.js'
import {playback} from '../../../../src/serve/bots/playback.js'
import {loadTemplate} from '../../../../src/serve/template.js'
import type {JournalFooter, JournalHeader} from '../../../../src/simulate/journal.js'
import {keepNothing} from '../../../../src/simulate/keep.js'
import {summarisePlan} from '../../../../src/simulate/plan.js'
import type {ConformanceResult} from '../../../../src/simulate/conformance/run-conformance.js'
import {BotEnd} from '../../../../src/stream/bot/bot-end.js'
import {conformancePlan, virtualConformance} from '../../../rig/conformance-run.js'
import {type BotProcess, soundProcess} from '../../../rig/bot-process.js'
import {acrossCallFaults} from '../../../rig/faulty-bots/across-calls.js'

const style = {answerMs: 300, hz: 260, speechMs: 1200}
const silentProcess: BotProcess = (socket) => {
  socket.listen({message: () => undefined, closed: () => undefined})
}

function deafAt20Ms(): BotProcess {
  const fault = acrossCallFaults.find(({cause}) => cause === 'deaf-at-20-ms')
  if (!fault) throw new Error('the fault is gone')
  return fault.start(style)
}

/** One run that several tests look at. */
const sound = virtualConformance({bot: soundProcess(style)})

function rowsOf({rules}: ConformanceResult, ...refs: readonly string[]) {
  return rules.filter(({ref}) => refs.includes(ref))
}

describe('the rows of a conformance run', () => {
  test('are one for each number of the catalogue, in its order', async () => {
    const {rules} = await sound

    expect(rules.map(({ref}) => ref)).toEqual(
      Array.from({length: 40}, (_, at) => `C${String(at + 1)}`),
    )
  })

  test('say of every rule how it was tried, or why it was not', async () => {
    const {rules} = await sound

    for (const {tried} of rules) expect(tried).toMatch(/^\S.+\.$/)
  })

  test('pass for what a sound bot was tried with', async () => {
    const result = await sound

    const statuses = rowsOf(result, 'C23', 'C27', 'C28', 'C29', 'C30', 'C31', 'C40').map(
      ({ref, status}) => `${ref} ${status}`,
    )
    expect(statuses).toEqual(
      ['C23', 'C27', 'C28', 'C29', 'C30', 'C31', 'C40'].map((ref) => `${ref} pass`),
    )
  })

  test('are not tried where there is no network', async () => {
    const result = await sound

    expect(rowsOf(result, 'C32', 'C37').map(({status}) => status)).toEqual([
      'not-tried',
      'not-tried',
    ])
  })

  test('fail at the first audio of a bot that says nothing, and leave the rest untried', async () => {
    const result = await virtualConformance({bot: silentProcess})

    expect(rowsOf(result, 'C25', 'C31')).toEqual([
      expect.objectContaining({rule: 'first-audio-late', status: 'fail'}),
      expect.objectContaining({status: 'not-tried', tried: 'The bot answered no call at all.'}),
    ])
    expect(result).toMatchObject({opened: true, isAnswered: false})
    expect(result.diagnosis).toBeUndefined()
  })

  test('are not tried any more once the run was interrupted', async () => {
    const {rules, diagnosis} = await virtualConformance({
      bot: soundProcess(style),
      abortAfterMs: 45_000,
    })

    const left = rules.filter(({tried}) => tried === 'The run was interrupted before.')
    expect(left.map(({ref}) => ref)).toEqual([
      ...['C27', 'C28', 'C29', 'C30', 'C31', 'C32', 'C35', 'C37', 'C39', 'C40'],
    ])
    expect(rules.filter(({status}) => status === 'fail')).toEqual([])
    expect(diagnosis).toBeUndefined()
  })

  test('try the other way round what the profile of the run turns round', async () => {
    const {rules} = await virtualConformance({
      bot: soundProcess(style),
      profiles: ['docs-numbers', '100ms'],
    })

    const tried = rules.filter(({ref}) => ref === 'C27' || ref === 'C28').map((row) => row.tried)
    expect(tried).toEqual([
      expect.stringContaining('counters as strings'),
      expect.stringContaining('20 ms of audio a message'),
    ])
  })

  test('try the rest in the one form that a bot answers', async () => {
    const {rules} = await virtualConformance({bot: deafAt20Ms()})

    const statuses = rules
      .filter(({ref}) => ['C23', 'C27', 'C28', 'C31'].includes(ref))
      .map(({ref, status}) => `${ref} ${status}`)
    expect(statuses).toEqual(['C23 pass', 'C27 pass', 'C28 fail', 'C31 pass'])
  })
})

describe('the calls of a conformance run', () => {
  test('are the same for the same seed', async () => {
    const first = await virtualConformance({bot: soundProcess(style), seed: 7})
    const second = await virtualConformance({bot: soundProcess(style), seed: 7})

    expect(second).toEqual(first)
  })

  test('are numbered on from those before them, and stand in the order of their dials', async () => {
    const indices: number[] = []
    const {calls} = await virtualConformance({
      bot: soundProcess(style),
      world: {firstIndex: 5, onCall: (_call, {index}) => indices.push(index)},
    })

    expect(Math.min(...indices)).toBe(5)
    expect(new Set(indices).size).toBe(calls.length)
    const parallel = calls.filter(({scenario}) => scenario.includes('parallel'))
    expect(parallel.map(({scenario}) => scenario.replace('conformance-parallel-', ''))).toEqual([
      ...['first', 'silent', 'later'],
    ])
  })

  test('are as many as was said beforehand, within a few', async () => {
    const {calls} = await sound

    expect(calls.length).toBeGreaterThan(22)
    expect(calls.length).toBeLessThan(32)
  })
})

test.each(['sales', 'emi'])('the built-in playback bot with %s breaks no rule', async (name) => {
  const bot = playback(await loadTemplate(name))
  const result = await virtualConformance({
    bot: (socket, clock) => {
      new BotEnd(socket, {bot, clock, log: silentLogger})
    },
  })

  const broken = result.rules.filter(({status}) => status === 'fail' || status === 'warn')
  expect(broken).toEqual([])
  expect(result.diagnosis).toBeUndefined()
})

test('the journal of a call tells what went over the wire, not what was meant to', async () => {
  const journals = new Map<string, string[]>()
  await virtualConformance({
    bot: soundProcess(style),
    world: {
      keep: ({scenario}) => {
        const texts: string[] = []
        journals.set(scenario.name, texts)
        return Promise.resolve({
          ...keepNothing,
          event: (event) => {
            if (event.type === 'sent') texts.push(event.text)
          },
        })
      },
    },
  })

  const altered = journals.get('conformance-extra-fields-and-4-more') ?? []
  expect(altered.join('')).toContain('"event": "heartbeat"')
  expect(altered.join('')).not.toContain('"event":"start"')
  expect(journals.get('conformance-first')?.join('')).toContain('"event":"start"')
})

test('each journal begins with its run and its place in it, and ends with how the call came out', async () => {
  const headers: JournalHeader[] = []
  const footers: JournalFooter[] = []
  const {calls} = await virtualConformance({
    bot: soundProcess(style),
    world: {
      run: {
        tool: {name: 'exostream', version: '1.2.3'},
        startedAt: '2026-01-01T00:00:00.000Z',
        seed: 1,
        plan: summarisePlan(conformancePlan('ws://127.0.0.1/media')),
        machine: {platform: 'linux', arch: 'x64', cpus: 2, node: '22.0.0'},
        target: {kind: 'url'},
      },
      keep: () =>
        Promise.resolve({
          ...keepNothing,
          header: (header) => headers.push(header),
          footer: (footer) => footers.push(footer),
        }),
    },
  })

  expect(headers.map(({call}) => call.index).toSorted((one, other) => one - other)).toEqual(
    calls.map((_, at) => at),
  )
  expect(headers.filter(({call}) => call.marks !== undefined)).toHaveLength(3)
  expect(new Set(footers.map(({call}) => call.callSid))).toEqual(
    new Set(calls.map(({callSid}) => callSid)),
  )
})
