import {background, parameters} from './format/fields.js'
import {type CallFile, MOST_CALLS, MOST_STEPS, type ScenarioFile} from './format/schema.js'
import {type StepFile, stepSchema, verbsOf} from './format/verbs.js'

/** A scenario file part by part, so that one mistake does not hide those of the other parts. */

/** A step as it stands in its file; when it has mistakes, `step` is what is right of it, if any. */
export type WrittenStep = {readonly raw: unknown; readonly step?: StepFile}

/** What the file says for all its calls, and each call for itself. */
export type CallParts = Pick<
  ScenarioFile,
  'description' | 'parameters' | 'from' | 'to' | 'background'
> & {
  /** Empty when it has mistakes. */
  readonly name: string
  readonly steps?: readonly WrittenStep[]
  /** One that is no text is undefined. */
  readonly thresholds: readonly (string | undefined)[]
}

export type FileParts = CallParts & {readonly calls: readonly CallParts[]}

/** Of a file without mistakes: all of it. */
export function partsOf({calls = [], ...file}: ScenarioFile): FileParts {
  return {...callOf(file), calls: calls.map(callOf)}
}

function callOf({
  steps,
  thresholds = [],
  ...rest
}: CallFile | Omit<ScenarioFile, 'calls'>): CallParts {
  const written = steps?.map((step) => ({raw: step, step}))
  return {...rest, thresholds, ...(written ? {steps: written} : {})}
}

/** Of a file with mistakes: what has none, as far as more mistakes can be found there. */
export function soundPartsOf(file: unknown): FileParts {
  const calls = listOf(memberOf(file, 'calls')).slice(0, MOST_CALLS)
  return {...soundCallOf(file), calls: calls.map(soundCallOf)}
}

function soundCallOf(call: unknown): CallParts {
  const name = textOf(memberOf(call, 'name')) ?? ''
  const own = parameters.safeParse(memberOf(call, 'parameters'))
  const loop = background.safeParse(memberOf(call, 'background'))
  const steps = listOf(memberOf(call, 'steps')).slice(0, MOST_STEPS)
  return {
    name,
    thresholds: listOf(memberOf(call, 'thresholds')).map(textOf),
    ...(own.success ? {parameters: own.data} : {}),
    ...(loop.success ? {background: loop.data} : {}),
    ...(steps.length > 0 ? {steps: steps.map(soundStepOf)} : {}),
  }
}

/** The verb alone may be right where another key of the step is not. */
function soundStepOf(raw: unknown): WrittenStep {
  const [verb, another] = verbsOf(raw)
  const whole = stepSchema.safeParse(raw)
  if (whole.success) return {raw, step: whole.data}
  if (verb === undefined || another !== undefined) return {raw}
  const bare = stepSchema.safeParse({[verb]: memberOf(raw, verb)})
  return bare.success ? {raw, step: bare.data} : {raw}
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
