import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

import fc from 'fast-check'
import {expect, test} from 'vitest'

import {ExostreamError} from '../../../../src/errors.js'
import {readFlow} from '../../../../src/flow/format/flow-reader.js'
import {mutatedText} from '../../../rig/mutated-text.js'

const FLOWS = join(import.meta.dirname, '..', '..', '..', '..', 'fixtures', 'flows')
const TEXTS = ['good', 'older-guides'].flatMap((folder) =>
  readdirSync(join(FLOWS, folder)).map((file) => readFileSync(join(FLOWS, folder, file), 'utf8')),
)

const mutated = mutatedText(TEXTS)

/** What became of it: places in the file, or mistakes with theirs. */
function outcome(text: string): readonly string[] {
  try {
    const {flow, placeOf} = readFlow(text, 'flow.yaml')
    return flow.applets.map((applet) => {
      const {line = 0, column = 0} = placeOf(applet, 'url')
      return `flow.yaml:${String(line)}:${String(column)} read`
    })
  } catch (error) {
    if (error instanceof ExostreamError) return error.message.split('\n')
    throw error
  }
}

test('whatever became of a flow is read or told of, line by line, and never thrown', () => {
  fc.assert(
    fc.property(mutated, (text) => {
      const lines = outcome(text)

      expect(lines.length).toBeGreaterThan(0)
      for (const line of lines)
        expect(line).toMatch(/^flow\.yaml:[1-9]\d*:[1-9]\d* .|^and \d+ more$/)
    }),
    {numRuns: 150},
  )
})
