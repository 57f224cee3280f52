import {z} from 'zod'

import {SendLateness} from './send-lateness.js'

/** What a report of a load run must have to be worked with; the rest of a report is in `report-reader.ts`. */

const ms = z.number().min(0)
const count = z.int().min(0)
const atLeastOne = z.int().min(1)

export const thresholdResult = z.looseObject({
  expression: z.string(),
  scenario: z.string().optional(),
  value: z.number().optional(),
  status: z.enum(['pass', 'fail', 'not-measured']),
})

export const sendLateness = z
  .looseObject({unitMs: z.literal(0.01), counts: z.string()})
  .superRefine(({unitMs, counts}, context) => {
    try {
      SendLateness.from({unitMs, counts})
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: `no counts of lateness: ${(error as Error).message}`,
      })
    }
  })

export const failure = z.looseObject({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  exotelError: z.string().optional(),
})

const spread = {rampMs: ms, durationMs: ms.optional()}
const arrivals = z.discriminatedUnion('model', [
  z.looseObject({model: z.literal('concurrency'), concurrency: atLeastOne, ...spread}),
  z.looseObject({model: z.literal('rate'), ratePerS: z.number().positive(), ...spread}),
])

const shard = z
  .looseObject({part: atLeastOne, of: atLeastOne})
  .refine(({part, of}) => part <= of, 'a part that is beyond the last one')

const calibration = z.looseObject({
  outcome: z.enum(['completed', 'failed', 'dropped']),
  durationMs: ms,
  handshakeMs: z.number().optional(),
  greetingMs: z.number().optional(),
  responseMs: z.number().optional(),
  sendLatenessP99Ms: ms,
  problem: z.string().optional(),
  failure: failure.optional(),
  diagnosis: z.looseObject({cause: z.string(), summary: z.string(), fix: z.string()}).optional(),
})

const bot = z.looseObject({
  pid: count,
  cpu: ms.optional(),
  rssStartBytes: ms.optional(),
  rssPeakBytes: ms.optional(),
})

const level = z.looseObject({
  phase: z.enum(['up', 'search', 'hold', 'step-back', 'overload', 'after']),
  concurrency: count,
  calls: count,
  failed: count,
  durationMs: ms,
  verdict: z.enum(['held', 'broken', 'void']),
  reason: z.string().optional(),
  thresholds: z.array(thresholdResult),
  sendLatenessP99Ms: ms,
  rigCpu: ms.optional(),
  botCpu: ms.optional(),
  botRssBytes: ms.optional(),
})

const knee = z.looseObject({
  thresholds: z.array(z.string()),
  unmeasured: z.array(z.string()).optional(),
  levels: z.array(level),
  calls: count.optional(),
  heldTwice: z.boolean().optional(),
  bound: z.enum(['exact', 'at-least', 'none']),
  callMs: ms,
  broken: z
    .looseObject({
      concurrency: count,
      threshold: z.string(),
      value: z.number().optional(),
      fault: z.enum(['bot', 'rig']),
      atAnyLoad: z.literal(true).optional(),
      why: z.string(),
    })
    .optional(),
  overload: z
    .looseObject({
      concurrency: count.optional(),
      verdict: z.enum(['sheds', 'degrades', 'collapses', 'holds', 'not-measured']),
      refused: count.optional(),
      passedPerS: ms.optional(),
      passedPerSAtKnee: ms.optional(),
      why: z.string(),
    })
    .optional(),
  leak: z
    .looseObject({
      verdict: z.enum(['clean', 'leaks', 'gone', 'not-measured']),
      evidence: z.array(z.string()),
    })
    .optional(),
  searchMs: ms,
})

export const loadReport = z.looseObject({
  arrivals,
  mix: z.array(z.looseObject({scenario: z.string(), weight: atLeastOne})),
  planned: count.optional(),
  callers: count.optional(),
  workers: count,
  shards: z.array(shard).min(1).optional(),
  missing: z.array(atLeastOne).min(1).optional(),
  peak: count,
  atPace: count,
  opened: count,
  durationMs: ms,
  calibration: calibration.optional(),
  bot: bot.optional(),
  worst: z.array(z.string()),
  knee: knee.optional(),
})
