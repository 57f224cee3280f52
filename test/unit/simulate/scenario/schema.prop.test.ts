import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

import fc from 'fast-check'
import {expect, test} from 'vitest'

import {scenarioSchema} from '../../../../src/simulate/scenario/format/schema.js'
import {misplaced} from '../../../../src/simulate/scenario/format/order.js'
import {readYaml} from '../../../../src/yaml-document.js'
import {mutatedText} from '../../../rig/mutated-text.js'

const SCENARIOS = join(import.meta.dirname, '..', '..', '..', '..', 'fixtures', 'scenarios')
const TEXTS = readdirSync(SCENARIOS)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readFileSync(join(SCENARIOS, file), 'utf8'))

const mutated = mutatedText(TEXTS)

test('whatever became of a scenario is read or told of, line by line, and never thrown', () => {
  fc.assert(
    fc.property(mutated, (text) => {
      const parsed = readYaml(text, scenarioSchema)

      if ('value' in parsed) return
      expect(parsed.mistakes.length).toBeGreaterThan(0)
      const lines = text.split(/\r\n|[\r\n]/).length
      for (const {line, column, problem} of parsed.mistakes) {
        expect(line).toBeGreaterThanOrEqual(1)
        expect(line).toBeLessThanOrEqual(lines + 1)
        expect(column).toBeGreaterThanOrEqual(1)
        expect(problem).not.toBe('')
      }
    }),
    {numRuns: 300},
  )
})

test('the order of anything at all can be looked at', () => {
  fc.assert(
    fc.property(fc.array(fc.anything()), (steps) => {
      for (const {index} of misplaced(steps)) expect(index).toBeLessThan(steps.length)
    }),
  )
})
