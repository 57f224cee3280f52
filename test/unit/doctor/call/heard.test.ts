import {describe, expect, test} from 'vitest'

import {conformanceCheck} from '../../../../src/doctor/call/conformance.js'
import {firstAudioCheck} from '../../../../src/doctor/call/first-audio.js'
import {callReport, finding, run} from './call-reports.js'

describe('the first audio', () => {
  test('is counted from start, and from the first words when the bot waited for them', async () => {
    const early = callReport()
    const late = callReport({
      speech: {caller: [{startMs: 0, endMs: 1600}], bot: [{startMs: 2900, endMs: 5000}]},
    })

    expect(await run(firstAudioCheck, {known: {call: early}})).toMatchObject({
      status: 'pass',
      summary: 'the bot was first heard 0.5 s after start',
    })
    expect(await run(firstAudioCheck, {known: {call: late}})).toMatchObject({
      status: 'pass',
      summary: "the bot was first heard 2.9 s after start, 1.3 s after the caller's first words",
    })
  })

  test.for([
    {heardMs: 4000, wordsEndMs: 500, status: 'pass'},
    {heardMs: 4020, wordsEndMs: 1020, status: 'pass'},
    {heardMs: 4020, wordsEndMs: 1000, status: 'warn'},
  ])(
    'at $heardMs ms is a $status after words that ended at $wordsEndMs ms',
    async ({heardMs, wordsEndMs, status}) => {
      const call = callReport({
        speech: {
          caller: [{startMs: 0, endMs: wordsEndMs}],
          bot: [{startMs: heardMs, endMs: 5900}],
        },
      })

      expect((await run(firstAudioCheck, {known: {call}})).status).toBe(status)
    },
  )

  test('is late past 4 s where the caller said nothing', async () => {
    const call = callReport({speech: {caller: [], bot: [{startMs: 4020, endMs: 5900}]}})

    expect(await run(firstAudioCheck, {known: {call}})).toMatchObject({
      status: 'warn',
      summary: 'the bot was first heard 4.0 s after start: silence makes callers hang up',
    })
  })

  test('that cannot be heard is told from none at all', async () => {
    const speech = {caller: [], bot: []}
    const none = callReport({speech, metrics: {}})
    const silent = callReport({speech, metrics: {firstMediaMs: 300}})

    expect(await run(firstAudioCheck, {known: {call: none}})).toMatchObject({
      status: 'warn',
      summary: 'the bot sent no audio in the whole call, though it was spoken to',
    })
    expect(await run(firstAudioCheck, {known: {call: silent}})).toMatchObject({
      status: 'warn',
      summary: 'the bot sent audio, and all of it is silence',
    })
  })

  test('is not judged of a bot that reads nothing, which stop tells', async () => {
    const closing = {by: 'caller', code: 1006, reason: 'callended'} as const
    const known = {call: callReport({metrics: {}, speech: {caller: [], bot: []}, closing})}

    expect(await run(firstAudioCheck, {known})).toMatchObject({status: 'skip', mayGoOn: true})
  })

  test('that nobody called for is told from a Stream applet', async () => {
    expect(await run(firstAudioCheck, {})).toMatchObject({
      status: 'skip',
      summary: 'not checked: there was no call',
    })
  })

  test('is not asked for behind a Stream applet', async () => {
    const known = {call: callReport({metrics: {}})}

    expect(await run(firstAudioCheck, {known, target: {applet: 'stream'}})).toMatchObject({
      status: 'skip',
      mayGoOn: true,
    })
  })
})

describe('conformance', () => {
  const odd = finding('payload-odd-length', 'error', 'A payload is odd. It had 321 bytes.')
  const camel = finding('camel-case-keys', 'warning', 'A message uses camelCase keys.')

  test('fails for an error in the words of its rule, of which Exotel shows nothing', async () => {
    const result = await run(conformanceCheck, {
      known: {call: callReport({findings: [odd, camel]})},
    })

    expect(result).toMatchObject({
      status: 'fail',
      summary: 'a payload is odd',
      detail:
        'It had 321 bytes.\nerror C0 payload-odd-length, 3 times\nwarning C0 camel-case-keys, 3 times',
      fix: 'Mend payload-odd-length.',
    })
    expect(result).not.toHaveProperty('exotelError')
  })

  test('lets the diagnosis speak where there is one', async () => {
    const diagnosis = {
      cause: 'chunk-odd',
      summary: 'Chunks of 321 bytes are odd.',
      fix: 'Send 320.',
      evidence: ['Most have 321.'],
    }

    const call = callReport({findings: [odd], diagnosis})
    expect(await run(conformanceCheck, {known: {call}})).toMatchObject({
      status: 'fail',
      summary: 'chunks of 321 bytes are odd',
      fix: 'Send 320.',
    })
  })

  test('warns for a warning', async () => {
    const call = callReport({findings: [camel]})

    expect((await run(conformanceCheck, {known: {call}})).status).toBe('warn')
  })

  test.for([
    finding('turn-without-mark', 'info', 'A turn has no mark.'),
    finding('handshake-slow', 'warning', 'It was slow.'),
    finding('audio-after-clear', 'error', 'Audio came after clear.'),
  ])('gives no weight to $rule, which other checks see or this call cannot show', async (one) => {
    const diagnosis = {cause: 'sends-after-clear', summary: 'It did.', fix: 'Do not.', evidence: []}
    const call = callReport({findings: [one], diagnosis})

    expect(await run(conformanceCheck, {known: {call}})).toMatchObject({
      status: 'pass',
      detail: `of no weight here: ${one.rule}`,
    })
  })

  test.for([
    {uncertaintyMs: 4, status: 'fail'},
    {uncertaintyMs: 80, status: 'skip'},
  ])('a wrong rate is a $status where this machine was $uncertaintyMs ms late', async (given) => {
    const {uncertaintyMs, status} = given
    const diagnosis = {
      cause: 'sample-rate-too-high',
      summary: 'The audio is at 22,050 Hz on a stream of 16,000 Hz.',
      fix: 'Resample it.',
      evidence: [],
    }
    const wrong = finding('payload-not-pcm16', 'error', 'It does not look like PCM.')
    const call = callReport({findings: [wrong], diagnosis, uncertaintyMs})

    expect(await run(conformanceCheck, {known: {call}})).toMatchObject({status})
  })

  const slow = finding('underrun-in-utterance', 'warning', 'The audio ran dry.')
  test.for([
    {underruns: 2, uncertaintyMs: 1, status: 'pass'},
    {underruns: 3, uncertaintyMs: 1, status: 'warn'},
    {underruns: 2, uncertaintyMs: 80, status: 'pass'},
    {underruns: 9, uncertaintyMs: 80, status: 'skip'},
  ])(
    '$underruns holes give a $status where this machine was $uncertaintyMs ms late',
    async ({underruns, uncertaintyMs, status}) => {
      const call = callReport({findings: [slow], metrics: {underruns}, uncertaintyMs})

      expect((await run(conformanceCheck, {known: {call}})).status).toBe(status)
    },
  )

  test('says of holes that may be its own how late this machine was', async () => {
    const call = callReport({findings: [slow], metrics: {underruns: 9}, uncertaintyMs: 80.4})

    expect(await run(conformanceCheck, {known: {call}})).toMatchObject({
      summary:
        'not judged whether it sounds choppy: this machine was 80 ms late itself; run it again on a quiet machine',
      detail: '9 holes in what the bot said; else it is legal',
      mayGoOn: true,
    })
  })

  test('names another fault of a bot whose holes cannot be judged', async () => {
    const call = callReport({findings: [slow, camel], metrics: {underruns: 9}, uncertaintyMs: 80})

    expect(await run(conformanceCheck, {known: {call}})).toMatchObject({
      status: 'warn',
      summary: 'a message uses camelCase keys',
    })
  })

  test.for([
    {deliveryRatio: 0.8, uncertaintyMs: 150, status: 'warn'},
    {deliveryRatio: 0.8, uncertaintyMs: 400, status: 'skip'},
    {deliveryRatio: 0.95, uncertaintyMs: 150, status: 'skip'},
  ])(
    'a pace of $deliveryRatio is a $status where this machine was $uncertaintyMs ms late',
    async ({deliveryRatio, uncertaintyMs, status}) => {
      const call = callReport({
        findings: [slow],
        metrics: {underruns: 29, deliveryRatio},
        speech: {caller: [], bot: [{startMs: 100, endMs: 5900}]},
        uncertaintyMs,
        diagnosis: {
          cause: 'slower-than-real-time',
          summary: 'The bot sends a second of audio in 1.3 s.',
          fix: 'Send 160 ms every 160 ms.',
          evidence: [],
        },
      })

      expect((await run(conformanceCheck, {known: {call}})).status).toBe(status)
    },
  )

  test('shows what the bot sent without control characters', async () => {
    const call = callReport({
      findings: [finding('unknown-event', 'warning', 'An event is unknown. It was \u001b[2J.')],
    })

    expect((await run(conformanceCheck, {known: {call}})).detail).toBe(
      'It was [2J.\nwarning C0 unknown-event, 3 times',
    )
  })
})
