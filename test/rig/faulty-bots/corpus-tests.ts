import {describe, expect, test} from 'vitest'

import {byName, tally} from './confusion.js'
import {type Fault, HELD_OUT_VOICE, TUNING_VOICES} from './corpus.js'

/** Under load of other work a call of 20 virtual seconds takes a few hundred milliseconds. */
const TIMEOUT_MS = 60_000

/** The corpus for faults of one kind; each kind is a file of tests, so that they run side by side. */
export function testFaults(faults: readonly Fault[]): void {
  describe.each(faults)('$cause: $name', (fault) => {
    test(
      'is named with every voice and seed it was tuned with',
      {timeout: TIMEOUT_MS},
      async () => {
        const {wrong} = await tally(byName([fault]), {voices: TUNING_VOICES, seeds: [1, 2, 3]})

        expect(wrong).toEqual([])
      },
    )

    test(
      'is named with a voice and seeds it was not tuned with',
      {timeout: TIMEOUT_MS},
      async () => {
        const {wrong} = await tally(byName([fault]), {voices: [HELD_OUT_VOICE], seeds: [11, 12]})

        expect(wrong).toEqual([])
      },
    )
  })
}
