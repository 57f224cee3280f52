import {z} from 'zod'

import {listed} from '../../../yaml-document.js'
import {afterMs, dbfs, expect, label, markName, ms, noiseSound, sound, withinMs} from './fields.js'

/** The steps of a scenario as they are written: one verb each. */

const greet = z
  .strictObject({
    greet: z
      .strictObject(
        {
          withinMs: ms.describe('How soon the bot has to be heard, from the start of the stream.'),
          optional: z.boolean().optional().describe('true: a bot that says nothing is fine too.'),
        },
        {error: '{withinMs: N}'},
      )
      .describe('How soon the bot speaks, unasked.'),
  })
  .describe('The bot speaks first; only as the first step.')

const include = z
  .strictObject({
    include: z
      .string({error: 'a scenario by name or path'})
      .min(1, {error: 'a scenario by name or path'})
      .describe('A built-in scenario by its name, or a file by its path.'),
  })
  .describe('The steps of another scenario, in this place, without its greeting and hang-up.')

const say = z
  .strictObject({
    say: sound,
    label: label.optional(),
    expect: expect.optional(),
    withinMs: withinMs.optional(),
    talkOver: z
      .literal('allow')
      .optional()
      .describe('allow: an answer may begin before the caller has finished.'),
  })
  .describe('The caller waits for the bot to finish, then speaks.')

const interrupt = z
  .strictObject({
    interrupt: sound,
    label: label.optional(),
    afterMs: afterMs.default(1000),
    expect: z.literal('stop').optional().describe('stop: the bot has to fall silent.'),
    withinMs: withinMs.optional().describe('How soon the bot has to be silent, as heard.'),
    answerWithinMs: ms
      .optional()
      .describe('How soon the bot has to be heard again after the caller’s last word.'),
  })
  .describe('The caller speaks over the bot.')

const overBot = {
  label: label.optional(),
  afterMs: afterMs.default(1000),
  expect: z.literal('ignore').default('ignore').describe('ignore: the bot has to speak on.'),
}

const backchannel = z
  .strictObject({backchannel: sound, ...overBot})
  .describe('The caller says "mm-hmm" while the bot speaks.')

const cough = z
  .strictObject({cough: sound, ...overBot})
  .describe('The caller coughs while the bot speaks.')

const sideTalk = z
  .strictObject({sideTalk: sound, ...overBot})
  .describe('The caller speaks to somebody else while the bot speaks.')

const noise = z
  .strictObject({
    noise: noiseSound,
    label: label.optional(),
    ms: ms
      .min(20, {error: 'no less than 20 ms'})
      .optional()
      .describe('How long; a WAV file is looped or cut. 3000 for street and white unless said.'),
    dbfs: dbfs
      .optional()
      .describe(
        'Its level (RMS) in dBFS; -35 for street and white unless said, a WAV file as it is.',
      ),
    afterMs: afterMs
      .optional()
      .describe('While the bot speaks, so long after it began; in quiet unless said.'),
    expect: z.literal('ignore').default('ignore').describe('ignore: the bot takes no notice.'),
  })
  .describe('A sound without a voice.')

const silence = z
  .strictObject({
    silence: z
      .strictObject({ms: ms.describe('For how long, in milliseconds.')}, {error: '{ms: N}'})
      .describe('How long the caller says nothing.'),
    expect: expect.optional(),
    withinMs: withinMs
      .optional()
      .describe('How soon the bot has to speak, in milliseconds of silence.'),
  })
  .describe('The bot has finished, and the caller says nothing.')

const timeoutMs = ms
  .optional()
  .describe('After this the call goes on without it; 60 s unless said.')

const wait = z
  .strictObject({
    wait: z.union(
      [
        z.strictObject({ms: ms.describe('A time.')}),
        z.strictObject({
          quietMs: ms.describe('Until the bot has not been heard for so long.'),
          timeoutMs,
        }),
        z.strictObject({
          mark: markName.describe(
            "Until the bot has sent a mark of this name since the caller last spoke; '*' is any.",
          ),
          timeoutMs,
        }),
      ],
      {error: '{ms: N}, {quietMs: N} or {mark: NAME}'},
    ),
  })
  .describe('The caller waits; nothing is expected.')

const KEYS = "1 to 32 of 0-9, * and # in quotes, such as '1'"

const digits = z
  .strictObject({
    digits: z
      .string({error: KEYS})
      .regex(/^[0-9*#]{1,32}$/, {error: KEYS})
      .describe('The keys, in quotes.'),
    gapMs: ms.default(250).describe('From one key to the next, in milliseconds.'),
    during: z.literal('speech').optional().describe('speech: pressed while the bot speaks.'),
    now: z.boolean().optional().describe('true: at once, whatever the bot does.'),
    expect: expect.optional(),
    withinMs: withinMs.optional(),
  })
  .describe('The caller presses keys, once the bot has finished unless said.')

const mute = z
  .strictObject({
    mute: z
      .strictObject({ms: ms.describe('For how long, in milliseconds.')}, {error: '{ms: N}'})
      .describe('How long the line is muted.'),
  })
  .describe('The line carries digital silence, not even noise: the caller pressed mute.')

const RAW = 'the text of a message'
const MOST_RAW_CHARACTERS = 10_000

const send = z
  .strictObject({
    send: z.union(
      [
        z.strictObject({clear: z.literal(true, {error: 'true'}).describe('A clear message.')}),
        z.strictObject({mark: markName.describe('A mark of this name.')}),
        z.strictObject({
          raw: z
            .string({error: RAW})
            .min(1, {error: RAW})
            .max(MOST_RAW_CHARACTERS, {error: `at most ${String(MOST_RAW_CHARACTERS)} characters`})
            .describe('A message, as it is.'),
        }),
      ],
      {error: '{clear: true}, {mark: NAME} or {raw: TEXT}'},
    ),
    answer: z
      .enum(['clear', 'mark', 'dtmf', 'media'])
      .optional()
      .describe('The event that the bot has to send back.'),
    label: label.optional(),
    withinMs: withinMs.optional().describe('How soon it has to come, in milliseconds.'),
  })
  .describe('A message that Exotel does not document: no call of Exotel’s is known to send it.')

const botHangsUp = z
  .strictObject({
    botHangsUp: z
      .strictObject(
        {
          withinMs: ms.describe('How soon the bot has to close the stream.'),
          code: z
            .int({error: 'a close code'})
            .min(1000, {error: 'a close code from 1000 to 4999'})
            .max(4999, {error: 'a close code from 1000 to 4999'})
            .optional()
            .describe('With which close code; any that is in order unless said.'),
        },
        {error: '{withinMs: N}'},
      )
      .describe('How the bot ends the call.'),
  })
  .describe('The bot closes the stream, so that the flow goes on; only as the last step.')

const HANG_UPS = ['stop', 'close', 'abort', 'half-open', 'mid-speech', 'set-up'] as const

const hangUp = z
  .strictObject({
    hangUp: z
      .enum(HANG_UPS)
      .describe(
        'stop: stop and close 1000. close: close 1000 alone. abort: no close frame. half-open: the line falls silent, and is dropped after 5 s. mid-speech: stop, 1 s into what the bot says. set-up: dropped after connected, before start.',
      ),
    now: z.boolean().optional().describe('true: without waiting for the bot to finish.'),
  })
  .describe('The caller hangs up; only as the last step.')

export const VERBS = [
  'greet',
  'include',
  'say',
  'interrupt',
  'backchannel',
  'cough',
  'sideTalk',
  'noise',
  'silence',
  'wait',
  'digits',
  'mute',
  'send',
  'botHangsUp',
  'hangUp',
] as const
export type Verb = (typeof VERBS)[number]

export const stepSchema = z
  .union(
    [
      greet,
      include,
      say,
      interrupt,
      backchannel,
      cough,
      sideTalk,
      noise,
      silence,
      wait,
      digits,
      mute,
      send,
      botHangsUp,
      hangUp,
    ],
    {error: ({input}) => mistakeInVerbs(input)},
  )
  .meta({id: 'step', description: 'One thing that the caller does.'})

/** A step as written: audio by path or by its words. */
export type StepFile = z.output<typeof stepSchema>

/** Of a step that is none of these, or several at once. */
function mistakeInVerbs(input: unknown): string {
  const verbs = verbsOf(input)
  if (verbs.length > 1) return `one verb a step: ${listed(verbs, 'and')} are steps of their own`
  const keys = typeof input === 'object' && input !== null ? Object.keys(input) : []
  const [only] = keys
  const found = only === undefined || Array.isArray(input) ? '' : `; "${only}" is none of them`
  return `a step that begins with ${listed(VERBS, 'or')}${found}`
}

/** The verbs in something that may be a step: one in a step that is right. */
export function verbsOf(input: unknown): readonly Verb[] {
  if (typeof input !== 'object' || input === null) return []
  return VERBS.filter((verb) => Object.hasOwn(input, verb))
}
