import {z} from 'zod'

import {ExostreamError} from '../errors.js'
import {failure, loadReport, sendLateness, thresholdResult} from './load-schema.js'
import type {RunReport} from './report.js'
import {printable} from './text/plain.js'

/**
 * What a report must have to be worked with. Fields that are not named here are kept as they are:
 * version 1 grows by optional fields, and a report of a later release is still a report.
 */

const ms = z.number()
const count = z.int().min(0)
const span = z.looseObject({startMs: ms, endMs: ms})
const diagnosis = z.looseObject({
  cause: z.string(),
  summary: z.string(),
  fix: z.string(),
  evidence: z.array(z.string()),
})
const finding = z.looseObject({
  rule: z.string(),
  ref: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  count,
  summary: z.string(),
  fix: z.string(),
  firstAtMs: ms,
})
const httpAnswer = z.looseObject({
  url: z.string(),
  status: z.int().optional(),
  tookMs: ms,
  problem: z.string().optional(),
})

const turn = z.looseObject({
  index: count,
  step: count,
  kind: z.string(),
  label: z.string(),
  startMs: ms,
  endMs: ms,
  uncertaintyMs: ms,
  uncertaintiesMs: z.record(z.string(), ms).optional(),
  expectation: z.string().optional(),
  met: z.boolean().optional(),
  why: z.string().optional(),
  ...Object.fromEntries(
    [
      ...['withinMs', 'responseMs', 'firstAudioMs', 'greetingMs', 'bargeInStopMs', 'clearMs'],
      ...['recoveryMs', 'unheardMs', 'talkOverMs', 'falseYield', 'spuriousResponse', 'answerMs'],
      'promptMs',
    ].map((name) => [name, z.number().optional()]),
  ),
})

const call = z.looseObject({
  callSid: z.string(),
  streamSid: z.string(),
  scenario: z.string(),
  outcome: z.enum(['completed', 'failed', 'dropped']),
  applet: z.string().optional(),
  url: z.string().optional(),
  failure: failure.optional(),
  firstFailure: failure.optional(),
  closing: z
    .looseObject({
      by: z.enum(['caller', 'bot', 'network']),
      code: z.int().optional(),
      reason: z.string().optional(),
    })
    .optional(),
  durationMs: ms,
  turns: z.array(turn),
  metrics: z.record(z.string(), z.number()),
  findings: z.array(finding),
  speech: z.looseObject({caller: z.array(span), bot: z.array(span)}),
  uncertaintyMs: ms.optional(),
  diagnosis: diagnosis.optional(),
  startedAt: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  profile: z.string().optional(),
  dynamicUrl: httpAnswer.optional(),
  passthru: z
    .array(httpAnswer.extend({form: z.string(), branch: z.string().optional()}))
    .optional(),
  artifacts: z.looseObject({recording: z.string().optional(), journal: z.string().optional()}),
  index: count.optional(),
  startLateMs: ms.min(0).optional(),
  sendLatenessP99Ms: ms.min(0).optional(),
  level: count.optional(),
})

const plan = z.looseObject({
  scenarios: z.array(z.string()),
  sources: z
    .array(
      z.looseObject({name: z.string(), sha256: z.string(), audioSha256: z.string().optional()}),
    )
    .optional(),
  say: z.array(z.string()).optional(),
  repeat: count.optional(),
  template: z.string().optional(),
  clock: z.string().optional(),
  headers: z.array(z.string()).optional(),
  profile: z.string(),
  sampleRateHz: count,
  frameMs: count,
  clear: z.string(),
  marksOnClear: z.string(),
  vad: z.looseObject({thresholdDbfs: z.number(), startMs: ms, stopMs: ms}),
})

const walk = z.looseObject({
  callSid: z.string(),
  scenario: z.string(),
  name: z.string(),
  outcome: z.enum(['completed', 'failed']),
  failure: failure.optional(),
  endedAt: z.string(),
  durationMs: ms,
  steps: z.array(
    z.looseObject({
      applet: z.string(),
      kind: z.string(),
      atMs: ms,
      durationMs: ms,
      summary: z.string(),
      url: z.string().optional(),
      problem: z.string().optional(),
      advice: z.string().optional(),
      next: z.string().optional(),
    }),
  ),
})

const report = z.looseObject({
  tool: z.looseObject({name: z.literal('exostream'), version: z.string()}),
  startedAt: z.string(),
  seed: count,
  plan,
  target: z.looseObject({
    kind: z.enum(['url', 'serve', 'bot']),
    url: z.string().optional(),
    bot: z.string().optional(),
  }),
  machine: z.looseObject({
    platform: z.string(),
    arch: z.string(),
    cpus: count,
    node: z.string(),
  }),
  interrupted: z.boolean(),
  verdict: z.enum(['pass', 'fail']),
  rig: z.looseObject({
    verdict: z.enum(['reliable', 'upper-bound', 'void']),
    reason: z.string().optional(),
    sendLatenessMs: z.looseObject({p50: ms, p99: ms, max: ms}),
    sendLateness: sendLateness.optional(),
    eventLoopLagMs: z.looseObject({p99: ms}),
    rigCpu: ms.min(0).optional(),
    cores: z.number().positive().optional(),
    voidParts: z
      .array(z.looseObject({part: z.string(), reason: z.string()}))
      .min(1)
      .optional(),
  }),
  calls: z.array(call),
  summary: z.looseObject({findings: z.array(finding)}),
  thresholds: z.array(thresholdResult),
  diagnosis: diagnosis.optional(),
  load: loadReport.optional(),
  flows: z.array(walk).optional(),
  conformance: z
    .array(
      z.looseObject({
        rule: z.string(),
        ref: z.string(),
        status: z.enum(['pass', 'warn', 'fail', 'not-tried']),
        tried: z.string(),
        detail: z.string().optional(),
      }),
    )
    .optional(),
})

const MOST_MISTAKES = 5

/**
 * The report in the text of a `report.json`; `name` is what an error calls it.
 * @throws ExostreamError EXO_REPORT_INVALID, with each place that is not as it should be
 */
export function readReport(text: string, name: string): RunReport {
  const value = parse(text, name)
  refuseOtherVersions(value, name)
  const result = report.safeParse(value)
  // Its own text, not the parsed copy; the schema holds every field that is used of it.
  if (result.success) return value as RunReport
  const mistakes = result.error.issues.map(({path, message}) =>
    printable(`${path.map(String).join('.') || 'the whole'}: ${message}`),
  )
  const left = mistakes.length - MOST_MISTAKES
  const more = left > 0 ? `; and ${String(left)} more` : ''
  throw invalid(name, `is not a run report: ${mistakes.slice(0, MOST_MISTAKES).join('; ')}${more}`)
}

function parse(text: string, name: string): unknown {
  try {
    // A byte order mark is what some editors leave behind.
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown
  } catch (cause) {
    throw invalid(name, `is not JSON${whereIn((cause as Error).message)}`)
  }
}

/** Not in the parser's words, which quote the file. */
function whereIn(words: string): string {
  if (words.startsWith('Unexpected end')) return ': it ends too early'
  const [, at] = /at position (\d+)/.exec(words) ?? []
  return at === undefined ? '' : `: it goes wrong at character ${String(Number(at) + 1)}`
}

function refuseOtherVersions(value: unknown, name: string): void {
  const version: unknown =
    typeof value === 'object' && value !== null && 'schemaVersion' in value
      ? value.schemaVersion
      : undefined
  if (version === 1) return
  if (typeof version === 'number' && version > 1) {
    throw invalid(
      name,
      `has schema version ${String(version)}, and this exostream knows version 1; a newer exostream reads it`,
    )
  }
  throw invalid(name, 'is not a run report: schemaVersion is not 1')
}

function invalid(name: string, problem: string): ExostreamError {
  return new ExostreamError('EXO_REPORT_INVALID', `${name} ${printable(problem)}.`)
}
