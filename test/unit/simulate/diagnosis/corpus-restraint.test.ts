import {describe, expect, test} from 'vitest'

import {type Grid, paired, tally, unnamed} from '../../../rig/faulty-bots/confusion.js'
import {codecFaults} from '../../../rig/faulty-bots/codec-faults.js'
import {corpusCall, HELD_OUT_VOICE, TUNING_VOICES} from '../../../rig/faulty-bots/corpus.js'
import {faults} from '../../../rig/faulty-bots/faults.js'
import {healthyBots} from '../../../rig/faulty-bots/healthy-bots.js'
import {talkingFaults} from '../../../rig/faulty-bots/talking-faults.js'
import {unknownFaults} from '../../../rig/faulty-bots/unknown-faults.js'
import {wireFaults} from '../../../rig/faulty-bots/wire-faults.js'

const TIMEOUT_MS = 60_000
const grid: Grid = {voices: [...TUNING_VOICES, HELD_OUT_VOICE], seeds: [1, 2]}

test('the corpus has at least 45 faults, and ten each of unknown and healthy bots', () => {
  expect(faults.length).toBeGreaterThanOrEqual(45)
  expect(unknownFaults.length).toBeGreaterThanOrEqual(10)
  expect(healthyBots.length).toBeGreaterThanOrEqual(10)
})

describe.each(unknownFaults)('a fault without a name: $name', (bot) => {
  test('has no diagnosis rather than a wrong one', {timeout: TIMEOUT_MS}, async () => {
    const {wrong} = await tally(unnamed([bot]), grid)

    expect(wrong).toEqual([])
  })
})

describe.each(healthyBots)('a healthy bot: $name', (bot) => {
  test('has no diagnosis', {timeout: TIMEOUT_MS}, async () => {
    const {wrong} = await tally(unnamed([bot]), grid)

    expect(wrong).toEqual([])
  })

  test('meets what is expected, with no error found', {timeout: TIMEOUT_MS}, async () => {
    const {turns, findings} = await corpusCall({bots: [bot], voice: 'susan', seed: 4})

    expect(findings.filter(({severity}) => severity === 'error')).toEqual([])
    expect(turns.flatMap(({met, why}) => (met === true ? [] : [why]))).toEqual([])
  })
})

/** Every third wire fault with a talking fault, and every third codec fault with another. */
const pairs = talkingFaults.flatMap((talking, index) => {
  const wire = wireFaults[(index * 3) % wireFaults.length]
  const codec = codecFaults[(index * 3) % codecFaults.length]
  return [wire, codec].flatMap((other) => (other ? [paired(talking, other)] : []))
})

describe.each(pairs)('two faults at once: $name', (pair) => {
  test('one of the two is named', {timeout: TIMEOUT_MS}, async () => {
    const {wrong} = await tally([pair], {voices: ['david'], seeds: [5]})

    expect(wrong).toEqual([])
  })
})
