import {z} from 'zod'

import {VARIABLE_NAME} from './variable-name.js'

/** What the settings of applets are made of: bounds, and the words for what was expected. */

const MOST_URL_CHARACTERS = 2000
const MOST_WORDS_CHARACTERS = 1000
const MOST_NAME_CHARACTERS = 100
const MOST_PEOPLE = 20
/** Exotel takes three, which is for the checks to say. */
const MOST_PARAMETERS = 50
const MOST_FOREIGN_CHARACTERS = 4000

function text(what: string, mostCharacters: number): z.ZodString {
  return z
    .string({error: what})
    .max(mostCharacters, {error: `at most ${String(mostCharacters)} characters`})
}

function filled(what: string, mostCharacters: number): z.ZodString {
  return text(what, mostCharacters).regex(/\S/, {error: what})
}

const ID = 'small letters, digits and -, at most 64, and not the word end'
export const id = z
  .string({error: ID})
  .regex(/^(?!end$)[a-z0-9][a-z0-9-]{0,63}$/, {error: ID})
  .describe('What other applets call this one; the kind and a number unless said.')

/** Whether there is an applet of that id is told of the flow as a whole. */
export const reference = text('the id of an applet, or end', 64)

export const name = filled('a name', MOST_NAME_CHARACTERS).describe('The name of the flow.')

/** Whether it is a URL, and a good one, is for the checks. */
export const url = text('a URL', MOST_URL_CHARACTERS)

export const say = filled('what is to be said, in words', MOST_WORDS_CHARACTERS)

/** A switch of the dashboard, which is off. */
export const off = z.boolean().optional().meta({default: false})

export const sampleRate = z
  .literal([8000, 16_000, 24_000])
  .optional()
  .describe('The rate of the stream in Hz; it goes into the URL as ?sample-rate=.')

export const parameters = z
  .record(filled('a name', MOST_NAME_CHARACTERS), text('a text in quotes', MOST_URL_CHARACTERS), {
    error: 'names with texts, such as {campaign: emi}',
  })
  .refine((pairs) => Object.keys(pairs).length <= MOST_PARAMETERS, {
    error: `at most ${String(MOST_PARAMETERS)} parameters`,
  })
  .optional()
  .describe('Custom parameters, which go into the query of the URL; Exotel passes on three.')

const VARIABLE =
  'the name of an environment variable in capitals, such as BOT_KEY, and never the secret itself: put that into the variable'
const variable = z.string({error: VARIABLE}).regex(VARIABLE_NAME, {error: VARIABLE})

export const auth = z
  .union(
    [
      z.enum(['none', 'ip-allow-list']),
      z.strictObject({
        key: variable.describe('The environment variable that holds the key.'),
        token: variable.describe('The environment variable that holds the token.'),
      }),
    ],
    {
      error:
        'none, ip-allow-list, or a mapping of key and token, each the name of an environment variable in capitals',
    },
  )
  .optional()
  .describe(
    'How the bot knows that it is Exotel who calls: none, ip-allow-list, or Basic with the names of two environment variables.',
  )

export const to = z
  .array(filled('a number, user or group in quotes', MOST_NAME_CHARACTERS), {
    error: 'a list of numbers, users or groups, such as [Sales]',
  })
  .min(1, {error: 'at least one to connect to'})
  .max(MOST_PEOPLE, {error: `at most ${String(MOST_PEOPLE)} to connect to`})
  .optional()
  .describe('Numbers, users or a group; chosen in the dashboard where it is left out.')

const KEY = "one of 0-9, * and # in quotes, such as '#'; '' for none"
export const finishOnKey = z
  .string({error: KEY})
  .regex(/^[0-9*#]?$/, {error: KEY})
  .optional()
  .describe("The key that ends the input, in quotes; '' for none.")

/** A whole number of something from 1 to a bound. */
export function upTo(most: number, what: string) {
  const bound = `1 to ${String(most)} ${what}`
  return z.int({error: bound}).min(1, {error: bound}).max(most, {error: bound}).optional()
}

const foreignValue = z.unknown().refine(isShort, {
  error: `at most ${String(MOST_FOREIGN_CHARACTERS)} characters as JSON`,
})

function isShort(value: unknown): boolean {
  try {
    // Undefined is what JSON has no word for, which the type does not say.
    const json = JSON.stringify(value) as string | undefined
    return json === undefined || json.length <= MOST_FOREIGN_CHARACTERS
  } catch {
    // A value that holds itself: YAML can say it.
    return false
  }
}

export const foreign = z
  .record(z.string().max(MOST_NAME_CHARACTERS, {error: 'a shorter name'}), foreignValue)
  .refine((fields) => Object.keys(fields).length <= MOST_PARAMETERS, {
    error: `at most ${String(MOST_PARAMETERS)} fields`,
  })

export const older = foreignValue
  .optional()
  .describe('Of older guides; the dashboard has no such field, and "flow check" says what to do.')

/** What may stand among the settings of a stream, as older guides have it. */
export const olderFields = {
  encoding: older,
  protocol: older,
  events: older,
  audio_format: older,
  media_format: older,
  enable_bidirectional: older,
}
