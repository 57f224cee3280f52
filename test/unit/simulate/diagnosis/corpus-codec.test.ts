import {describe, expect, test} from 'vitest'

import {byName, tally} from '../../../rig/faulty-bots/confusion.js'
import {HELD_OUT_VOICE, TUNING_VOICES} from '../../../rig/faulty-bots/corpus.js'
import {codecFaults} from '../../../rig/faulty-bots/codec-faults.js'

/** Under load of other work a call of 20 virtual seconds takes a few hundred milliseconds. */
const TIMEOUT_MS = 60_000

describe.each(codecFaults)('$cause: $name', (fault) => {
  test('is named with every voice and seed it was tuned with', {timeout: TIMEOUT_MS}, async () => {
    const {wrong} = await tally(byName([fault]), {voices: TUNING_VOICES, seeds: [1, 2, 3]})

    expect(wrong).toEqual([])
  })

  test('is named with a voice and seeds it was not tuned with', {timeout: TIMEOUT_MS}, async () => {
    const {wrong} = await tally(byName([fault]), {voices: [HELD_OUT_VOICE], seeds: [11, 12]})

    expect(wrong).toEqual([])
  })
})
