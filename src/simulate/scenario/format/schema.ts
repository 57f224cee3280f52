import {z} from 'zod'

import {mistakeInThreshold} from '../../thresholds.js'
import {background, parameters, phoneNumber} from './fields.js'
import {stepSchema} from './verbs.js'

/** A scenario file, `version: 1`: what the caller does, and what is expected of the bot. */

export const MOST_STEPS = 1000
export const MOST_CALLS = 100

const NAME = 'a name of small letters, digits and -'
const name = z.string({error: NAME}).regex(/^[a-z0-9][a-z0-9-]{0,63}$/, {error: NAME})

const steps = z
  .array(stepSchema)
  .min(1, {error: 'at least one step'})
  .max(MOST_STEPS, {error: `at most ${String(MOST_STEPS)} steps`})
  .describe('What the caller does, in order.')

const thresholds = z
  .array(
    z
      .string()
      .check(({value, issues}) => {
        const message = mistakeInThreshold(value)
        if (message === undefined) return
        issues.push({code: 'custom', input: value, message, continue: true})
      })
      .describe('Such as p50(responseMs) < 1500.'),
  )
  .describe('What the numbers of the run have to be, call by call.')

/** What the file says for all its calls, and each call for itself. */
const circumstances = {
  parameters: parameters.optional(),
  from: phoneNumber.optional().describe('The caller’s number in start.'),
  to: phoneNumber.optional().describe('The number that was called, in start.'),
  background: background.optional(),
}

const call = z
  .strictObject({
    name: name.describe('The name of this call; it is run as FILE/CALL.'),
    description: z.string().optional().describe('What the call is about, in a sentence.'),
    ...circumstances,
    steps,
    thresholds: thresholds.optional(),
  })
  .describe('One of several calls of a file.')

export const scenarioSchema = z
  .strictObject({
    version: z.literal(1).describe('The version of this format.'),
    name: name.describe('The name of the scenario, in reports.'),
    description: z.string().optional().describe('What the scenario is about, in a sentence.'),
    ...circumstances,
    steps: steps.optional(),
    calls: z
      .array(call)
      .min(1, {error: 'at least one call'})
      .max(MOST_CALLS, {error: `at most ${String(MOST_CALLS)} calls`})
      .optional()
      .describe('Several calls, instead of steps.'),
    thresholds: thresholds.default([]),
  })
  .meta({
    title: 'exostream scenario',
    description: 'What a simulated caller does, and what is expected of the bot.',
    oneOf: ['steps', 'calls'].map((key) => ({
      type: 'object',
      properties: {[key]: {}},
      required: [key],
    })),
  })

/** A scenario as written. */
export type ScenarioFile = z.output<typeof scenarioSchema>
export type CallFile = z.output<typeof call>
