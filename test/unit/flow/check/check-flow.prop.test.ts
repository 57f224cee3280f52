import fc from 'fast-check'
import {expect, test} from 'vitest'

import {checkFlow} from '../../../../src/flow/check/check-flow.js'
import type {Applet, Flow, StreamSettings} from '../../../../src/flow/flow.js'

const IDS = ['one', 'two', 'three', 'end', 'after-stream', 'voicebot']
const SECRET = 'p4ss-of-acme'

const id = fc.constantFrom(...IDS)

/** Whatever somebody may paste into a field, credentials in it more often than not. */
const url = fc.oneof(
  fc.string({unit: 'binary', maxLength: 60}),
  fc
    .tuple(
      fc.constantFrom('wss://', 'ws://', 'http://', 'https://', 'wss:', 'wss//', 'ftp://', ''),
      fc.constantFrom('', `key:${SECRET}@`, `${SECRET}@`, `key:a/${SECRET}@`, `key:#${SECRET}@`),
      fc.constantFrom('bot.acme.in', '10.0.0.1', '[::1]', 'your-ip', 'localhost', 'a b', '%', ''),
      fc.constantFrom('', ':80', ':99999', ':{port}'),
      fc.constantFrom(
        '/media',
        '/{CallSid}',
        '/{session_id}',
        '/%CallSid%/{{ call.sid }}',
        '/%zz',
        '',
      ),
      fc.constantFrom(
        '',
        '?sample-rate=8000',
        '?sample_rate=16k',
        '?a=1&a=2',
        `?token=${SECRET}`,
        '?codec=pcmu#{CallSid}',
      ),
    )
    .map((parts) => parts.join('')),
)

const settings: fc.Arbitrary<StreamSettings> = fc.record(
  {
    url,
    sampleRateHz: fc.constantFrom(8000, 16_000, 24_000),
    parameters: fc.dictionary(fc.string({maxLength: 9}), fc.string({maxLength: 300}), {maxKeys: 5}),
    auth: fc.constantFrom(
      {kind: 'none' as const},
      {kind: 'ip-allow-list' as const},
      {kind: 'basic' as const, keyVariable: SECRET, tokenVariable: SECRET},
    ),
    record: fc.boolean(),
    foreign: fc.dictionary(
      fc.constantFrom('encoding', 'events', 'enable_bidirectional', 'sample_rate', '__proto__'),
      fc.oneof(fc.jsonValue(), fc.constantFrom('mulaw', true, 16_000)),
    ),
  },
  {requiredKeys: ['parameters', 'auth', 'record', 'foreign']},
)

const applet: fc.Arbitrary<Applet> = fc.oneof(
  fc.record({id, kind: fc.constant('greeting' as const), audioUrl: url, next: id}),
  fc.record(
    {id, kind: fc.constant('passthru' as const), url, isAsync: fc.boolean(), on200: id, on302: id},
    {requiredKeys: ['id', 'kind', 'isAsync', 'on200']},
  ),
  fc.record({id, next: id, settings}).map(({settings: own, ...rest}) => ({
    ...rest,
    ...own,
    kind: 'voicebot' as const,
    encryptDtmf: false,
  })),
  fc.record({id, next: id, settings}).map(({settings: own, ...rest}) => ({
    ...rest,
    ...own,
    kind: 'stream' as const,
  })),
  fc.record({id, next: id, kind: fc.constant('stream-stop' as const)}),
  fc.record({id, next: id, kind: fc.constant('gather' as const)}),
  fc.record({id, next: id, kind: fc.constant('connect' as const), url, record: fc.boolean()}),
  fc.record({id, kind: fc.constant('hangup' as const)}),
  fc.record({id, settings, statusCallback: url}).map(({settings: own, ...rest}) => ({
    ...rest,
    ...own,
    kind: 'connect-voice-ai' as const,
  })),
)

const flow: fc.Arbitrary<Flow> = fc.record({
  name: fc.string(),
  applets: fc.array(applet, {maxLength: 8}),
})

const findingsOf = (of: Flow, isLocal: boolean) =>
  checkFlow({flow: of, placeOf: () => ({path: ''})}, {isLocal})

test('any flow is judged, never thrown at', () => {
  fc.assert(
    fc.property(flow, fc.boolean(), (any, isLocal) => {
      for (const {id: rule, summary, fix} of findingsOf(any, isLocal)) {
        expect({rule, summary, fix}).toEqual({
          rule,
          summary: expect.stringMatching(/^[^\n]+\.$/s) as string,
          fix: expect.stringMatching(/\S/) as string,
        })
      }
    }),
    {numRuns: 500},
  )
})

test('no finding repeats a key or a token of a URL, or what stands under auth', () => {
  fc.assert(
    fc.property(flow, fc.boolean(), (any, isLocal) => {
      expect(JSON.stringify(findingsOf(any, isLocal))).not.toContain(SECRET)
    }),
    {numRuns: 1000},
  )
})

test('the same flow has the same findings, whoever asks', () => {
  fc.assert(
    fc.property(flow, (any) => {
      expect(findingsOf(any, false)).toEqual(findingsOf(structuredClone(any), false))
    }),
    {numRuns: 100},
  )
})
