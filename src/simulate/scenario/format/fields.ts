import {z} from 'zod'

import {MOST_TEXT_CHARACTERS} from '../../../speech/speak-text.js'

/** What the fields of a scenario's steps are made of: bounds, and the words for what was expected. */

const LONGEST_MS = 10 * 60 * 1000
/** Softer is nothing, and louder would clip. */
const SOFTEST_DBFS = -90
const LOUDEST_DBFS = -10

export const ms = z
  .int({error: 'a whole number of milliseconds'})
  .min(0, {error: 'no less than 0 ms'})
  .max(LONGEST_MS, {error: 'no more than 600000 ms'})

export const dbfs = z
  .number({error: 'a level in dBFS, such as -35'})
  .min(SOFTEST_DBFS, {error: 'no less than -90 dBFS'})
  .max(LOUDEST_DBFS, {error: 'no more than -10 dBFS'})

const WAV = 'the path of a WAV file'
const wav = z
  .string({error: WAV})
  .min(1, {error: WAV})
  .describe('A WAV file, by its path from the folder of the scenario.')

const TEXT = 'what is to be said, in words'
/** Something beside spaces and ASCII punctuation; without a flag, for it is published. */
const WORDS = /[^\s!-/:-@[-`{-~]/
const spoken = z
  .strictObject({
    text: z
      .string({error: TEXT})
      .regex(WORDS, {error: TEXT})
      .max(MOST_TEXT_CHARACTERS, {error: `at most ${String(MOST_TEXT_CHARACTERS)} characters`})
      .describe('What is said; espeak-ng or flite speaks it.'),
    language: z
      .enum(['en', 'hi'])
      .optional()
      .describe('The language of the text; English unless said. Hindi needs espeak-ng.'),
  })
  .describe('Words that are spoken by espeak-ng or flite, once, and kept.')

/** A sound of the caller's: a recording, or words. */
export const sound = z.union([wav, spoken], {
  error: "the path of a WAV file, or {text: 'what is said'}",
})

export type SoundFile = z.output<typeof sound>

export const BUILT_IN_NOISES = ['street', 'white'] as const

export const noiseSound = z.union([z.enum(BUILT_IN_NOISES), wav], {
  error: 'street, white or the path of a WAV file',
})

export const label = z
  .string()
  .max(200, {error: 'at most 200 characters'})
  .describe('What a person reads in the report: the words, or what happens.')

export const expect = z
  .enum(['respond', 'ignore'])
  .describe('respond: the bot has to answer. ignore: it has to say nothing.')

export const withinMs = ms.describe(
  'How soon, in milliseconds from the end of what the caller did.',
)

export const afterMs = ms.describe('How long after the bot is first heard, in milliseconds.')

export const markName = z
  .string({error: 'the name of a mark'})
  .min(1, {error: 'the name of a mark'})
  .max(256, {error: 'at most 256 characters'})

const NUMBER = 'a telephone number in quotes: 3 to 15 digits, with or without a + before them'
const PHONE_NUMBER = /^\+?[0-9]{3,15}$/
export const phoneNumber = z.string({error: NUMBER}).regex(PHONE_NUMBER, {error: NUMBER})

/** What was expected of a telephone number in a table, where one is in no quotes and a spreadsheet may have rounded it. */
export function mistakeInNumber(cell: string): string | undefined {
  if (PHONE_NUMBER.test(cell)) return undefined
  return /^\d(\.\d+)?E\+\d+$/i.test(cell)
    ? 'expected a telephone number, and a spreadsheet has rounded this one: let it take the column as text'
    : 'expected a telephone number: 3 to 15 digits, with or without a + before them'
}

/** Exotel passes on at most three pairs, 256 characters in all (support.exotel.com 3000108630). */
export const MOST_PARAMETERS = 3
const MOST_PARAMETER_CHARACTERS = 256

export const parameters = z
  .record(z.string().min(1, {error: 'a name'}), z.string({error: 'a text in quotes'}), {
    error: 'names with texts, such as {plan: gold}',
  })
  .check(({value, issues}) => {
    const problem = tooMuch(value)
    if (problem !== undefined) {
      issues.push({code: 'custom', input: value, message: problem, continue: true})
    }
  })
  .describe('Custom parameters of this call, added to the query of the stream URL: at most three.')

/** What Exotel would not pass on of such parameters; undefined when it passes all. */
export function tooMuch(pairs: Readonly<Record<string, string>>): string | undefined {
  if (Object.keys(pairs).length > MOST_PARAMETERS) {
    return `at most ${String(MOST_PARAMETERS)} parameters, as Exotel passes on`
  }
  return new URLSearchParams(pairs).toString().length > MOST_PARAMETER_CHARACTERS
    ? `at most ${String(MOST_PARAMETER_CHARACTERS)} characters in all, as Exotel passes on`
    : undefined
}

export const background = z
  .strictObject(
    {
      noise: noiseSound.describe('street, white, or the path of a WAV file; it is looped.'),
      dbfs: dbfs.default(-35).describe('Its level (RMS) in dBFS; -35 unless said.'),
    },
    {error: '{noise: street}'},
  )
  .describe('A sound that loops under everything the caller sends.')
