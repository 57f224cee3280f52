import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

import fc from 'fast-check'
import {expect, test} from 'vitest'

import {scenarioSchema} from '../../../../src/simulate/scenario/format/schema.js'
import {misplaced} from '../../../../src/simulate/scenario/format/order.js'
import {readYaml} from '../../../../src/yaml-document.js'

const SCENARIOS = join(import.meta.dirname, '..', '..', '..', '..', 'fixtures', 'scenarios')
const TEXTS = readdirSync(SCENARIOS)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readFileSync(join(SCENARIOS, file), 'utf8'))

/** One of the built-in scenarios with pieces cut out, doubled or replaced. */
const mutated = fc
  .tuple(
    fc.constantFrom(...TEXTS),
    fc.array(
      fc.record({
        at: fc.double({min: 0, max: 1, noNaN: true}),
        cut: fc.nat(20),
        put: fc.oneof(
          fc.constantFrom('\n', '- ', ': ', '{', '}', '[', ']', '&a ', '*a', '!!', '\t', '0', '~'),
          fc.string({maxLength: 5}),
        ),
      }),
      {minLength: 1, maxLength: 5},
    ),
  )
  .map(([text, changes]) =>
    changes.reduce((changed, {at, cut, put}) => {
      const from = Math.floor(at * changed.length)
      return changed.slice(0, from) + put + changed.slice(from + cut)
    }, text),
  )

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
