import {z} from 'zod'

import {flowSchema} from './schema.js'

/**
 * The JSON Schema (draft 2020-12) of a flow file, for editors: what can be said without looking at how
 * applets name each other.
 */
export function flowJsonSchema(): object {
  const {$schema, ...schema} = z.toJSONSchema(flowSchema, {target: 'draft-2020-12', io: 'input'})
  return {$schema, $id: 'urn:exostream:flow:1', ...schema}
}
