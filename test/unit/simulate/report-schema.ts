import {z} from 'zod'

/** The report, schema v1, as it was promised: what is not named here is a break of the contract. */

const count = z.int().min(0)
const ms = z.number()
const text = z.string().min(1)
const severity = z.enum(['error', 'warning', 'info'])
const span = z.strictObject({startMs: ms, endMs: ms})

const finding = z.strictObject({
  rule: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  ref: text,
  severity,
  count: count.min(1),
  summary: text,
  fix: text,
  firstAtMs: ms,
})

const turn = z.strictObject({
  index: count,
  step: count,
  kind: z.enum([
    'greeting',
    'say',
    'interrupt',
    'digits',
    'backchannel',
    'noise',
    'silence',
    'send',
    'closing',
  ]),
  label: z.string(),
  startMs: ms,
  endMs: ms,
  uncertaintyMs: ms.min(0),
  uncertaintiesMs: z.record(z.string().endsWith('Ms'), ms.min(0)).optional(),
  expectation: z.enum(['respond', 'stop', 'ignore']).optional(),
  withinMs: ms.min(0).optional(),
  answerWithinMs: ms.min(0).optional(),
  met: z.boolean().optional(),
  why: text.optional(),
  responseMs: ms.optional(),
  firstAudioMs: ms.optional(),
  greetingMs: ms.min(0).optional(),
  bargeInStopMs: ms.min(0).optional(),
  clearMs: ms.min(0).optional(),
  recoveryMs: ms.positive().optional(),
  unheardMs: ms.min(0).optional(),
  talkOverMs: ms.min(0).optional(),
  falseYield: z.union([z.literal(0), z.literal(1)]).optional(),
  spuriousResponse: z.union([z.literal(0), z.literal(1)]).optional(),
  answerMs: ms.min(0).optional(),
  promptMs: ms.min(0).optional(),
})

const diagnosis = z.strictObject({
  cause: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  summary: text,
  fix: text,
  evidence: z.array(text).min(1),
})

const httpAnswer = z.strictObject({
  url: text,
  status: z.int().optional(),
  tookMs: ms.min(0),
  problem: text.optional(),
})

const passthruAnswer = httpAnswer.extend({
  form: z.enum(['flat', 'json']),
  branch: z.enum(['A', 'B']).optional(),
})

const ruleResult = z.strictObject({
  rule: text,
  ref: z.string().regex(/^C\d+$/),
  status: z.enum(['pass', 'warn', 'fail', 'not-tried']),
  tried: text,
  detail: text.optional(),
})

const call = z.strictObject({
  callSid: z.string().regex(/^[0-9a-z]{32}$/),
  streamSid: z.string().regex(/^[0-9a-z]{32}$/),
  scenario: text,
  outcome: z.enum(['completed', 'failed', 'dropped']),
  failure: z
    .strictObject({code: text, message: text, hint: text, exotelError: text.optional()})
    .optional(),
  closing: z
    .strictObject({
      by: z.enum(['caller', 'bot', 'network']),
      code: z.int().optional(),
      reason: text.optional(),
    })
    .optional(),
  durationMs: ms.min(0),
  turns: z.array(turn),
  metrics: z.record(z.string(), z.number()),
  findings: z.array(finding),
  speech: z.strictObject({caller: z.array(span), bot: z.array(span)}),
  uncertaintyMs: ms.min(0).optional(),
  attempts: z.int().min(2).optional(),
  firstFailure: z
    .strictObject({code: text, message: text, hint: text, exotelError: text.optional()})
    .optional(),
  artifacts: z.strictObject({recording: text.optional(), journal: text.optional()}),
  startedAt: z.iso.datetime().optional(),
  from: z
    .string()
    .regex(/^[+*\d]+$/)
    .optional(),
  to: z
    .string()
    .regex(/^[+*\d]+$/)
    .optional(),
  profile: text.optional(),
  applet: text.optional(),
  url: text.optional(),
  diagnosis: diagnosis.optional(),
  dynamicUrl: httpAnswer.optional(),
  passthru: z.array(passthruAnswer).optional(),
})

export const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({name: z.literal('exostream'), version: text}),
  startedAt: z.iso.datetime(),
  seed: count,
  plan: z.strictObject({
    scenarios: z.array(text),
    sources: z
      .array(
        z.strictObject({
          name: text,
          path: text.optional(),
          sha256: z.string().regex(/^[0-9a-f]{64}$/),
          audioSha256: z
            .string()
            .regex(/^[0-9a-f]{64}$/)
            .optional(),
        }),
      )
      .optional(),
    say: z.array(text).optional(),
    template: text.optional(),
    repeat: z.int().min(2).optional(),
    headers: z.array(text).optional(),
    clock: z.literal('virtual').optional(),
    profile: text,
    sampleRateHz: z.union([z.literal(8000), z.literal(16_000), z.literal(24_000)]),
    frameMs: count,
    clear: z.enum(['packet', 'message']),
    marksOnClear: z.enum(['drop', 'echo']),
    vad: z.strictObject({thresholdDbfs: z.number(), startMs: ms, stopMs: ms}),
  }),
  machine: z.strictObject({platform: text, arch: text, cpus: count.min(1), node: text}),
  target: z.strictObject({
    kind: z.enum(['url', 'serve', 'bot']),
    url: text.optional(),
    bot: text.optional(),
  }),
  interrupted: z.boolean(),
  verdict: z.enum(['pass', 'fail']),
  rig: z.strictObject({
    verdict: z.enum(['reliable', 'upper-bound', 'void']),
    reason: text.optional(),
    sendLatenessMs: z.strictObject({p50: ms, p99: ms, max: ms}),
    sendLateness: z
      .strictObject({
        unitMs: z.literal(0.01),
        counts: z.string().regex(/^(\d+:\d+( \d+:\d+)*)?$/),
      })
      .optional(),
    eventLoopLagMs: z.strictObject({p99: ms.min(0)}),
    rigCpu: ms.min(0).optional(),
    cores: ms.positive().optional(),
  }),
  calls: z.array(call),
  summary: z.strictObject({
    calls: count,
    passed: count,
    failed: count,
    dropped: count,
    metrics: z.record(
      z.string(),
      z.strictObject({
        n: count.min(1),
        p50: z.number(),
        p95: z.number().optional(),
        max: z.number(),
      }),
    ),
    findings: z.array(finding),
  }),
  thresholds: z.array(
    z.strictObject({
      expression: text,
      scenario: text.optional(),
      value: z.number().optional(),
      status: z.enum(['pass', 'fail', 'not-measured']),
    }),
  ),
  diagnosis: diagnosis.optional(),
  conformance: z.array(ruleResult).optional(),
})
