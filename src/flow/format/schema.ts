import {z} from 'zod'

import {maskSecrets} from '../../mask.js'
import {listed} from '../../yaml-document.js'
import {END} from '../flow.js'
import {
  auth,
  finishOnKey,
  foreign,
  id,
  name,
  off,
  older,
  olderFields,
  parameters,
  reference,
  sampleRate,
  say,
  to,
  upTo,
  url,
} from './fields.js'
import {isMapping, KIND_KEYS, kindKeysOf, nearestKind} from './kinds.js'

/** A flow file: the applets of a call flow, one key each. */

const MOST_APPLETS = 100
const MOST_URL_SHOWN = 100
/** Of a whole call through the API (developer.exotel.com, connect-voice-ai). */
const LONGEST_CALL_SECONDS = 14_400

/** What every applet has that another may follow. */
const followed = {
  id: id.optional(),
  next: reference
    .optional()
    .describe('The id of the applet that follows, or end; the one written behind unless said.'),
}

/** An applet without a next. */
function unfollowed(why: string) {
  const next = z
    .unknown()
    .refine((value) => value === undefined, {error: `no next here: ${why}`})
    .optional()
    .meta({not: {}, description: `There is none: ${why}.`})
  return {id: id.optional(), next}
}

/** A key with nothing behind it is an applet with nothing set. */
function settings<T extends z.ZodRawShape>(shape: T, description: string) {
  return z
    .strictObject(shape, {error: ({input}) => ('url' in shape ? urlAlone(input) : undefined)})
    .nullable()
    .transform((given) => given ?? undefined)
    .describe(description)
}

/** What to write where a URL stands alone in the place of settings. */
function urlAlone(input: unknown): string | undefined {
  if (typeof input !== 'string' || !/^\w+:\/\//.test(input)) return undefined
  return `a mapping, {url: ${maskSecrets(input).slice(0, MOST_URL_SHOWN)}}`
}

const streaming = {
  url: url
    .optional()
    .describe(
      'ws:// or wss://, or the http(s):// URL that Exotel asks for one once a call; left out while it is not known.',
    ),
  sampleRate,
  parameters,
  auth,
  record: off.describe('Exotel records the stream.'),
  ...olderFields,
  foreign: foreign.optional().describe('More that older guides name and the dashboard has not.'),
}

const greeting = z.strictObject({
  greeting: z
    .strictObject({
      say: say.optional().describe('The words.'),
      audioUrl: url.optional().describe('The URL of a sound, instead of words.'),
    })
    .describe('What is said or played: say or audioUrl.')
    .meta({oneOf: [{required: ['say']}, {required: ['audioUrl']}]}),
  ...followed,
})

const passthru = z.strictObject({
  passthru: settings(
    {
      url: url.optional().describe('What is asked, by GET with the details of the call.'),
      async: off.describe('"Make Passthru Async": the flow waits for no answer.'),
      on200: reference
        .optional()
        .describe('What follows the answer 200; the applet written behind unless said.'),
      on302: reference
        .optional()
        .describe('What follows the answer 302; the call ends there unless said.'),
    },
    'Asks a URL of yours; its answer chooses what follows.',
  ),
  ...unfollowed('on200 and on302 say what follows a Passthru'),
})

const voicebot = z.strictObject({
  voicebot: settings(
    {...streaming, encryptDtmf: off.describe('Digits are encrypted on their way.')},
    'A stream both ways; the flow waits for its end.',
  ),
  ...followed,
})

const stream = z.strictObject({
  stream: settings(
    {
      action: z
        .enum(['start', 'stop'])
        .optional()
        .meta({default: 'start'})
        .describe('start: a stream begins here. stop: it ends, and nothing else is set.'),
      ...streaming,
      encryptDtmf: older,
    },
    'A stream of what the caller says; nothing comes back, and the flow goes on at once.',
  ),
  ...followed,
})

const gather = z.strictObject({
  gather: settings(
    {
      say: say.optional().describe('What the caller hears before.'),
      maxDigits: upTo(255, 'digits').describe('How many digits end the input.'),
      finishOnKey,
      timeoutSeconds: upTo(600, 'seconds').describe('How long a digit is waited for.'),
    },
    'Collects digits; a Passthru behind it is told of them.',
  ),
  ...followed,
})

const connect = z.strictObject({
  connect: settings(
    {
      to,
      url: url.optional().describe('What is asked whom to connect to, instead.'),
      record: off.describe('Exotel records the conversation.'),
    },
    'Connects the caller to people.',
  ).meta({not: {type: 'object', required: ['to', 'url']}}),
  ...followed,
})

const hangup = z.strictObject({
  hangup: settings({}, 'Ends the call; nothing is set.'),
  ...unfollowed('nothing follows a Hangup'),
})

const connectVoiceAi = z.strictObject({
  connectVoiceAi: settings(
    {
      ...streaming,
      statusCallback: url.optional().describe('What is told of the end of the call.'),
      timeLimitSeconds: upTo(LONGEST_CALL_SECONDS, 'seconds').describe(
        'How long the whole call may last.',
      ),
    },
    'No flow: the API places the call and opens the stream. It stands alone.',
  ),
  ...unfollowed('the API places the call, and no flow runs'),
})

const applet = z
  .union(
    [
      z.literal('hangup'),
      greeting,
      passthru,
      voicebot,
      stream,
      gather,
      connect,
      hangup,
      connectVoiceAi,
    ],
    {error: ({input}) => mistakeInKinds(input)},
  )
  .meta({id: 'applet', description: 'One applet: its kind with its settings.'})

const FLOW = 'a flow: a mapping with name and applets'

export const flowSchema = z
  .strictObject(
    {
      name,
      applets: z
        .array(applet, {error: 'a list of applets'})
        .min(1, {error: 'at least one applet'})
        .max(MOST_APPLETS, {error: `at most ${String(MOST_APPLETS)} applets`})
        .describe('The applets; a call begins at the first.'),
    },
    {error: ({code}) => (code === 'invalid_type' ? FLOW : undefined)},
  )
  .meta({title: 'exostream flow', description: 'A call flow of Exotel, applet by applet.'})

/** What `flow print --as json` writes holds the flow among more. */
export const printedSchema = z.looseObject({flow: flowSchema})

/** A flow as written. */
export type FlowFile = z.output<typeof flowSchema>
export type AppletFile = FlowFile['applets'][number]

const KINDS = `hangup, or a mapping with one of ${listed(KIND_KEYS, 'or')}`

function mistakeInKinds(input: unknown): string {
  const keys = kindKeysOf(input)
  if (keys.length > 1) return `one kind an applet: ${listed(keys, 'and')} are applets of their own`
  const [word] = isMapping(input)
    ? Object.keys(input).filter((key) => key !== 'id' && key !== 'next')
    : [input]
  if (typeof word !== 'string') return `an applet: ${KINDS}`
  const read = `an applet, not ${JSON.stringify(word.slice(0, 64))}`
  if (word === END) return `${read}: a flow ends by itself behind its last applet, or with hangup`
  const meant = nearestKind(word)
  if (meant === undefined) return `${read}: ${KINDS}`
  const isEnough = meant === 'hangup' || isMapping(input)
  return `${read}; did you mean ${isEnough ? meant : `"${meant}:"`}?`
}
