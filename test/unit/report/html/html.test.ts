import {createHash} from 'node:crypto'

import {expect, test} from 'vitest'

import {type ReportMedia, renderHtml} from '../../../../src/report/html/html.js'
import type {CallReport} from '../../../../src/report/report.js'
import {aReport, aTurn, failing, failingCall, good, many, salesCall, unopened} from '../reports.js'

/** What a browser shows: without tags, styles and scripts, in single spaces. */
const wordsOf = (page: string): string =>
  page
    .replace(/<(style|script|template)\b[^]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')

/** As loud as speech, and without a pattern that a compressor could use. */
const noise = (samples: number): Int16Array =>
  Int16Array.from({length: samples}, (_, at) => ((at * 2_654_435_761) % 16_001) - 8000)

const audioOf = (seconds: number, sampleRateHz = 8000) => ({
  caller: noise(seconds * sampleRateHz),
  heard: noise(seconds * sampleRateHz),
  sampleRateHz,
})

const ofCall = (call: CallReport, media: ReportMedia['calls'][number] = {}) =>
  renderHtml(aReport({calls: [call]}), {calls: [media]})

const diagnosis = {
  cause: 'never-clears',
  summary: 'The bot sent no clear in 2 interruptions.',
  fix: 'Send clear as soon as the caller speaks.',
  evidence: ['0 clear messages in 2 interruptions', 'The bot was heard 2.1 s longer.'],
}

test('a policy allows the style and the script of the page, and nothing else', () => {
  const page = renderHtml(good, {calls: [{audio: audioOf(2)}]})
  const [, style = ''] = /<style>([^]*?)<\/style>/.exec(page) ?? []
  const [, script = ''] = /<script>([^]*?)<\/script>/.exec(page) ?? []
  const hash = (text: string) => createHash('sha256').update(text).digest('base64')

  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? []

  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `style-src 'sha256-${hash(style)}'`,
    `script-src 'sha256-${hash(script)}'`,
    'media-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ])
})

test.for([
  ['a good call', good],
  ['a failing call', failing],
  ['several calls', many],
  ['a call that was never opened', unopened],
] as const)(
  '%s: the page asks for nothing, and has no style or handler that its policy forbids',
  ([, report]) => {
    const page = renderHtml(report, {calls: [{audio: audioOf(1)}]})
    const tags = page.match(/<[a-z][^>]*>/g) ?? []

    expect(tags.filter((tag) => /\s(src|srcset|style|on\w+)=/.test(tag))).toEqual([])
    expect(tags.filter((tag) => /\shref="(?!#)/.test(tag))).toEqual([])
    expect(page).not.toMatch(/@import|url\(/)
  },
)

test('every element that is opened is closed again, in order', () => {
  const page = renderHtml({...many, conformance: []}, {calls: [{audio: audioOf(1)}]})
  const body = page.replace(/<(style|script)\b[^]*?<\/\1>/g, '').replace(/^<!doctype html>/, '')
  const open: string[] = []

  for (const [, slash, name = '', end] of body.matchAll(/<(\/?)([a-z0-9]+)[^>]*?(\/?)>/g)) {
    if (slash) expect(open.pop()).toBe(name)
    else if (!end && !['br', 'hr'].includes(name)) open.push(name)
  }

  expect(open).toEqual([])
})

test('every link leads to a place on the page, and no place has a name twice', () => {
  const page = renderHtml(many)
  const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
  const links = [...page.matchAll(/\shref="#([^"]*)"/g)].map(([, id]) => id)

  expect(new Set(ids).size).toBe(ids.length)
  expect(links.filter((link) => !ids.includes(link))).toEqual([])
  expect(links.length).toBeGreaterThan(5)
})

test('the verdict comes first, then the cause with its fix and what was seen', () => {
  const words = wordsOf(renderHtml({...failing, calls: [{...failingCall, diagnosis}]}))

  const places = [
    'fail sales against wss://***@bot.example.com/media',
    '2 expectations not met',
    'Most likely cause: never-clears',
    diagnosis.summary,
    `Fix: ${diagnosis.fix}`,
    diagnosis.evidence[0] ?? '',
    'Thresholds',
    'Turns',
    'Findings',
    'For support',
  ].map((text) => words.indexOf(text))

  expect(places).toEqual(places.toSorted((one, other) => one - other))
  expect(places).not.toContain(-1)
})

test.for([
  ['a turn that was met', 'respond within 2000 ms 3120 ms fail'],
  ['why a turn was not met', 'it sent no clear, and 4100 ms of its audio lay in the playout.'],
  ['a time the rig has blurred', '990 ±41 ms not measured'],
  ['a finding with its fix', 'error C7 chunk-not-multiple-of-320 148 times, first at 0.4 s'],
  ['a threshold', 'greetingMs.max &lt; 2000 3120 fail'],
  ['a number with what is usual', 'Greeting greetingMs 1 3120 ms 3120 ms poor'],
  ['how far the rig can be trusted', 'upper bound Some times above hold lateness'],
  ['how to run it again', 'Seed 42'],
] as const)('the page tells %s', ([, text]) => {
  expect(wordsOf(renderHtml(failing))).toContain(text)
})

test('the block for support has what finds the call in a log, and no whole number', () => {
  const call = {
    ...failingCall,
    diagnosis,
    startedAt: '2026-11-20T09:00:01.000Z',
    from: '+********3210',
    to: '+********0044',
    failure: {code: 'EXO_BOT_CLOSED', message: 'It closed.', hint: 'Look.', exotelError: '3009 no'},
  }

  const [, block = ''] = /<pre id="call-1-support">([^]*?)<\/pre>/.exec(ofCall(call)) ?? []

  expect(block.trim().split('\n')).toEqual([
    'CallSid:           5d0c1f6a9b3e4f70a1b2c3d4e5f60718',
    'StreamSid:         9a8b7c6d5e4f30211203f4e5d6c7b8a9',
    'Started (UTC):     2026-11-20T09:00:01.000Z',
    'From:              +********3210',
    'To:                +********0044',
    'Target:            ws://127.0.0.1:5000/media',
    'Scenario:          sales',
    'Profile:           exotel, 8000 Hz',
    'Duration:          48.2 s',
    'Ended by:          network',
    'Close code:        1006',
    'Error:             EXO_BOT_CLOSED: It closed.',
    'Exotel would show: 3009 no',
    'Cause:             never-clears: The bot sent no clear in 2 interruptions.',
    'Tool:              exostream 0.1.0, a simulated call',
    'Finding:           warning C2 unknown-event, 1 time, first 12.0 s after start, about 2026-11-20T09:00:13.078Z',
    'Finding:           error C7 chunk-not-multiple-of-320, 148 times, first 0.4 s after start, about 2026-11-20T09:00:01.450Z',
  ])
})

test('a number that is not excellent has its advice beside it', () => {
  expect(wordsOf(ofCall({...salesCall, metrics: {firstMediaMs: 900}}))).toContain(
    'poor (excellent to 200 ms, good to 500 ms). Have the greeting as audio',
  )
})

test.for([
  [313.3, '313.30 sent at once, not paced'],
  [1.42, '1.42'],
] as const)('a pace of %f is shown as %j', ([deliveryRatio, words]) => {
  const page = wordsOf(ofCall({...salesCall, turns: [], metrics: {deliveryRatio}}))

  expect(page).toContain(`deliveryRatio ${words} `)
  expect(page.includes('sent at once')).toBe(words.includes('sent at once'))
})

test('what was asked over HTTP stands with its answer', () => {
  const words = wordsOf(
    ofCall({
      ...salesCall,
      dynamicUrl: {url: 'https://bot.example.com/route', status: 200, tookMs: 41},
      passthru: [
        {url: 'https://bot.example.com/p', form: 'flat', status: 302, branch: 'B', tookMs: 12},
        {url: 'https://bot.example.com/p', form: 'json', tookMs: 5000, problem: 'No answer came.'},
      ],
    }),
  )

  expect(words).toContain('Dynamic URL: 200, in 41 ms https://bot.example.com/route')
  expect(words).toContain('Passthru GET flat: 302, branch B, in 12 ms')
  expect(words).toContain('Passthru GET json: no answer, in 5000 ms')
  expect(words).toContain('No answer came.')
})

test('a call of three minutes with its audio and a full timeline stays under 6 MB', () => {
  const turns = Array.from({length: 60}, (_, index) =>
    aTurn({index, startMs: index * 3000, responseMs: 800, expectation: 'respond', met: true}),
  )
  const events = Array.from({length: 2000}, (_, at) => ({
    type: 'mark-echoed' as const,
    atMs: at * 90,
    name: `mark-${String(at)}`,
    roundTripMs: 300,
  }))

  const page = ofCall({...salesCall, durationMs: 180_000, turns}, {audio: audioOf(180), events})

  expect(Buffer.byteLength(page)).toBeLessThan(6_000_000)
  expect(page).toContain('<template id="call-1-audio">')
  expect(page).toContain('1601 more markers are not drawn')
  expect(page.match(/class="spot mark" tabindex/g)).toHaveLength(400)
})

test('of a rate above that of a telephone it says that the audio was brought down', () => {
  expect(wordsOf(ofCall(salesCall, {audio: audioOf(1, 16_000)}))).toContain(
    'It was brought down from 16000 Hz to 8000 Hz.',
  )
})

test('of calls that do not all fit, those that failed keep their audio, and the others say so', () => {
  const calls = [salesCall, failingCall, salesCall]
  const audio = audioOf(150)

  const page = renderHtml(aReport({calls, verdict: 'fail'}), {calls: calls.map(() => ({audio}))})

  expect([...page.matchAll(/<template id="([^"]*)"/g)].map(([, id]) => id)).toEqual([
    'call-2-audio',
  ])
  expect(wordsOf(page).match(/The audio of this call is not in the page/g)).toHaveLength(2)
  expect(Buffer.byteLength(page)).toBeLessThan(6_000_000)
})

test('of many calls those that did not pass are shown in full, and the table has all', () => {
  const calls = Array.from({length: 40}, (_, at) => (at === 39 ? failingCall : salesCall))

  const page = renderHtml(aReport({calls, verdict: 'fail'}))

  expect(page.match(/<section class="call"/g)).toHaveLength(12)
  expect(page).toContain('id="call-40"')
  expect(wordsOf(page)).toContain('12 of them are shown in full below')
})

test('without its audio a call is drawn from its speech', () => {
  const page = ofCall(salesCall)

  expect(page.match(/class="span caller solid"/g)).toHaveLength(salesCall.speech.caller.length)
  expect(page).not.toContain('<audio')
})

test('with its audio each lane is a waveform beside its peak', () => {
  const {caller} = audioOf(2)
  const page = ofCall(salesCall, {
    audio: {caller, heard: new Int16Array(16_000), sampleRateHz: 8000},
  })

  expect(page.match(/class="wave (caller|bot)"/g)).toEqual([
    'class="wave caller"',
    'class="wave bot"',
  ])
  expect(wordsOf(page)).toMatch(/caller -12 dBFS .* bot silent/)
})

test('a call that was never opened has no timeline, and says what to do', () => {
  const words = wordsOf(renderHtml(unopened))

  expect(words).toContain('Not completed Nothing accepts connections at 127.0.0.1:5999.')
  expect(words).toContain('Exotel would show 3009 failed to establish ws conn')
  expect(renderHtml(unopened)).not.toContain('class="row"')
})

test('nothing that came from outside becomes markup, and no secret or whole number is shown', () => {
  const hostile = '"><img src=x onerror=alert(1)></pre></template><script>x</script>\u202e'
  const secret = `${hostile} wss://key:secret@h +919876543210`
  const call: CallReport = {
    ...salesCall,
    callSid: secret,
    streamSid: secret,
    scenario: secret,
    failure: {code: secret, message: secret, hint: secret, exotelError: secret},
    closing: {by: 'bot', reason: secret},
    turns: [aTurn({label: secret, expectation: 'stop', met: false, why: secret})],
    findings: failing.summary.findings.map((finding) => ({
      ...finding,
      summary: secret,
      fix: secret,
    })),
    artifacts: {recording: hostile, journal: hostile},
    from: secret,
    diagnosis: {cause: secret, summary: secret, fix: secret, evidence: [secret]},
    dynamicUrl: {url: secret, tookMs: 1, problem: secret},
    metrics: {[secret]: 1},
  }
  const report = aReport({
    calls: [call, call],
    target: {kind: 'url', url: secret},
    startedAt: secret,
    plan: {...good.plan, scenarios: [secret], headers: [secret], say: [secret]},
    thresholds: [{expression: secret, status: 'fail'}],
    conformance: [{rule: secret, ref: secret, status: 'fail', tried: secret, detail: secret}],
    rig: {...good.rig, reason: secret},
  })
  const events = [{type: 'mark-echoed' as const, atMs: 5, name: secret, roundTripMs: 1}]

  const page = renderHtml(report, {calls: [{events}, {events}]})

  expect(page).not.toMatch(/<img|<script>x|secret|9876543210|\u202e/)
})
