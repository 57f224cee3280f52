import {z} from 'zod'

/** A template file, `version: 1`: what the playback bot plays, and when. */
export type TemplateFile = z.output<ReturnType<typeof templateSchema>>

const MOST_TURNS = 1000
const DIGITS_EXPECTED = "digits of 0-9, * and # in quotes, such as '1'"
const MS_EXPECTED = 'a whole number of milliseconds'
const TEMPLATE_EXPECTED = 'the name of a template: small letters, digits and -'

const OVERRIDES = ['start', 'turns', 'digits', 'silence', 'end']

const digitKeys = z.string().regex(/^[0-9*#]{1,64}$/, {error: DIGITS_EXPECTED})

/** @param problemOf what is wrong with a recording; asked for each that the file names */
export function templateSchema(problemOf: (name: string) => string | undefined) {
  const prompt = z.string().superRefine((name, context) => {
    const problem = problemOf(name)
    if (problem !== undefined) {
      context.addIssue({code: 'custom', message: `a WAV file that can be played, but ${problem}`})
    }
  })
  const {start, turns, digits, silence, end} = partsOf(z.array(prompt))
  return z.strictObject({
    version: z.literal(1),
    name: z.string().min(1, {error: 'a name'}),
    description: z.string().optional(),
    silenceMs: ms(100, 10_000).default(600),
    bargeInMs: ms(20, 10_000).default(200),
    start: start.default([]),
    turns: turns.default([]),
    loop: z.boolean().default(false),
    digits: digits.default({}),
    silence: silence.optional(),
    when: z
      .array(
        z
          .strictObject({
            parameter: z.string(),
            equals: z.string(),
            template: z
              .string()
              .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, {error: TEMPLATE_EXPECTED})
              .optional(),
            start: start.optional(),
            turns: turns.optional(),
            digits: digits.optional(),
            silence: silence.optional(),
            end: end.optional(),
          })
          .refine((when) => when.template === undefined || isAlone(when), {
            error: 'template alone: it takes the place of all the rest',
          }),
      )
      .default([]),
    end: end.optional(),
  })
}

function partsOf(prompts: z.ZodArray<z.ZodString>) {
  return {
    start: prompts,
    turns: z.array(prompts).max(MOST_TURNS, {error: 'at most 1000 turns'}),
    digits: z.record(
      z.string().regex(/^([0-9*#]{1,64}|other)$/, {error: DIGITS_EXPECTED}),
      prompts,
      {error: DIGITS_EXPECTED},
    ),
    silence: z.strictObject({
      afterMs: ms(500, 600_000),
      play: prompts,
      times: z.int({error: 'a whole number'}).min(1, {error: 'at least 1'}).default(2),
    }),
    end: z
      .strictObject({
        afterTurns: z.int({error: 'a whole number'}).min(1, {error: 'at least 1'}).optional(),
        onDigits: digitKeys.optional(),
        play: prompts.default([]),
      })
      .refine((end) => end.afterTurns !== undefined || end.onDigits !== undefined, {
        error: 'afterTurns or onDigits, to say when the end has come',
      }),
  }
}

function ms(least: number, most: number) {
  return z
    .int({error: MS_EXPECTED})
    .min(least, {error: `at least ${String(least)} ms`})
    .max(most, {error: `at most ${String(most)} ms`})
}

function isAlone(when: Readonly<Record<string, unknown>>): boolean {
  return OVERRIDES.every((part) => when[part] === undefined)
}
