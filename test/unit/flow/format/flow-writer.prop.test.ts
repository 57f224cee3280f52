import fc from 'fast-check'
import {expect, test} from 'vitest'

import type {Applet, Auth, Flow} from '../../../../src/flow/flow.js'
import {readFlow} from '../../../../src/flow/format/flow-reader.js'
import {flowDocument, writeFlow} from '../../../../src/flow/format/flow-writer.js'

const id = fc.oneof(
  fc.constantFrom('bot', 'passthru', 'passthru-2', 'stream-2', 'voicebot', 'hangup', '7'),
  fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,9}$/).filter((word) => word !== 'end'),
)

/** Any text but NUL, which no text file has. */
const text = fc.string({unit: 'binary', maxLength: 40}).map((given) => given.replaceAll('\0', ' '))
const words = text.filter((given) => /\S/.test(given))
/** Objects keep one name for themselves. */
const key = words.filter((given) => given !== '__proto__')

const auth: fc.Arbitrary<Auth> = fc.oneof(
  fc.constantFrom<Auth>({kind: 'none'}, {kind: 'ip-allow-list'}),
  fc.record({
    kind: fc.constant('basic' as const),
    keyVariable: fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,9}$/),
    tokenVariable: fc.constant('BOT_TOKEN'),
  }),
)

const SETTINGS = {
  url: text,
  sampleRateHz: fc.constantFrom(8000 as const, 16_000 as const, 24_000 as const),
  parameters: fc.dictionary(key, text, {maxKeys: 4, noNullPrototype: true}),
  auth,
  record: fc.boolean(),
  foreign: fc.dictionary(
    key,
    fc
      .jsonValue({maxDepth: 2})
      .filter((value) => !JSON.stringify(value).includes('__proto__'))
      // JSON has one zero.
      .map((value) => JSON.parse(JSON.stringify(value)) as unknown),
    {maxKeys: 4, noNullPrototype: true},
  ),
}

const NEEDED = ['parameters', 'auth', 'record', 'foreign'] as const

/** An applet of a flow, before it has an id and knows what follows. */
const applet = fc.oneof(
  fc.record({kind: fc.constant('greeting' as const), say: words}),
  fc.record({kind: fc.constant('greeting' as const), audioUrl: text}),
  fc.record(
    {kind: fc.constant('passthru' as const), url: text, isAsync: fc.boolean()},
    {requiredKeys: ['kind', 'isAsync']},
  ),
  fc.record(
    {kind: fc.constant('voicebot' as const), ...SETTINGS, encryptDtmf: fc.boolean()},
    {requiredKeys: ['kind', 'encryptDtmf', ...NEEDED]},
  ),
  fc.record(
    {kind: fc.constant('stream' as const), ...SETTINGS},
    {requiredKeys: ['kind', ...NEEDED]},
  ),
  fc.constant({kind: 'stream-stop' as const}),
  fc.record(
    {
      kind: fc.constant('gather' as const),
      say: words,
      maxDigits: fc.integer({min: 1, max: 255}),
      finishOnKey: fc.constantFrom('', '#', '*', '0'),
      timeoutSeconds: fc.integer({min: 1, max: 600}),
    },
    {requiredKeys: ['kind']},
  ),
  fc.record(
    {
      kind: fc.constant('connect' as const),
      to: fc.array(words, {minLength: 1, maxLength: 3}),
      record: fc.boolean(),
    },
    {requiredKeys: ['kind', 'record']},
  ),
  fc.record({kind: fc.constant('connect' as const), url: text, record: fc.boolean()}),
  fc.constant({kind: 'hangup' as const}),
)

const directCall: fc.Arbitrary<Applet> = fc.record(
  {
    id,
    kind: fc.constant('connect-voice-ai' as const),
    ...SETTINGS,
    statusCallback: text,
    timeLimitSeconds: fc.integer({min: 1, max: 14_400}),
  },
  {requiredKeys: ['id', 'kind', ...NEEDED]},
)

/** Each applet may lead to any, itself included, to the next one or to the end. */
const applets: fc.Arbitrary<readonly Applet[]> = fc
  .uniqueArray(id, {minLength: 1, maxLength: 8})
  .chain((ids) =>
    fc.tuple(
      ...ids.map((own, index) => {
        const to = fc.constantFrom(...ids, 'end', ids[index + 1] ?? 'end')
        return fc.tuple(applet, to, fc.option(to, {nil: undefined})).map(([made, next, on302]) => {
          if (made.kind === 'hangup') return {id: own, ...made}
          if (made.kind !== 'passthru') return {id: own, ...made, next}
          return {id: own, ...made, on200: next, ...(on302 === undefined ? {} : {on302})}
        })
      }),
    ),
  )

const flow: fc.Arbitrary<Flow> = fc.record({
  name: words,
  applets: fc.oneof(
    {weight: 5, arbitrary: applets},
    directCall.map((call) => [call]),
  ),
})

test('whatever flow is written is the same when it is read again', () => {
  fc.assert(
    fc.property(flow, (given) => {
      expect(readFlow(writeFlow(given), 'flow.yaml').flow).toEqual(given)
    }),
    {numRuns: 150},
  )
})

test('as JSON, too, alone or within what is printed', () => {
  fc.assert(
    fc.property(flow, (given) => {
      const document = flowDocument(given)

      expect(readFlow(JSON.stringify(document), 'flow.json').flow).toEqual(given)
      expect(readFlow(JSON.stringify({flow: document}, undefined, 2), 'flow.json').flow).toEqual(
        given,
      )
    }),
    {numRuns: 50},
  )
})
