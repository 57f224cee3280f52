import {z} from 'zod'

import {scenarioSchema} from './format/schema.js'

/**
 * The JSON Schema (draft 2020-12) of a scenario file, for editors: what can be said without looking
 * at other files, at the order of steps or into a threshold.
 */
export function scenarioJsonSchema(): object {
  const {$schema, ...schema} = z.toJSONSchema(scenarioSchema, {
    target: 'draft-2020-12',
    io: 'input',
  })
  return {$schema, $id: 'urn:exostream:scenario:1', ...schema}
}
