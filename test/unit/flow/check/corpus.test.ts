import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {describe, expect, test} from 'vitest'

import {checkFlow, flowReport} from '../../../../src/flow/check/check-flow.js'
import {RULES} from '../../../../src/flow/check/rules.js'
import type {Finding} from '../../../../src/flow/finding.js'
import {readFlowFile} from '../../../../src/flow/format/flow-reader.js'
import {makeFlow, type Wish} from '../../../../src/flow/make-flow.js'

const flows = fileURLToPath(new URL('../../../../fixtures/flows/', import.meta.url))

const filesIn = (folder: string) => readdirSync(join(flows, folder))

async function findingsIn(path: string): Promise<readonly Finding[]> {
  return checkFlow(await readFlowFile(join(flows, path)), {isLocal: false})
}

const idsOf = (findings: readonly Finding[]) => findings.map(({id}) => id)

/** A faulty flow is called by the id of its fault; behind two hyphens it says which of its kind. */
const faultOf = (file: string) => file.replace(/(?:--.*)?\.yaml$/, '')

describe('a faulty flow', () => {
  test.each(filesIn('faulty'))('%s has its fault, and no other finding', async (file) => {
    const findings = await findingsIn(`faulty/${file}`)

    expect(idsOf(findings)).toEqual([faultOf(file)])
    expect(flowReport(findings).verdict).toBe('broken')
  })

  test.each(filesIn('faulty'))('%s is told with its line', async (file) => {
    const [finding] = await findingsIn(`faulty/${file}`)

    expect(finding?.line).toBeGreaterThan(1)
  })

  test('is in the corpus for every rule above advice, and there are at least 25', () => {
    const faults = new Set(filesIn('faulty').map(faultOf))
    const rules = RULES.filter(({severity}) => severity !== 'info').map(({id}) => id)

    expect([...faults].toSorted()).toEqual(rules.toSorted())
    expect(filesIn('faulty').length).toBeGreaterThanOrEqual(25)
  })
})

const GOOD: Readonly<Record<string, readonly string[]>> = {
  'basic-auth.yaml': ['no-greeting'],
  'connect-voice-ai.yaml': [],
  'digits-first.yaml': ['nothing-after-bot'],
  'dynamic-url.yaml': ['nothing-after-bot', 'no-greeting'],
  'greeting-first.yaml': ['nothing-after-bot'],
  'listen-to-agents.yaml': [],
  'passthru-after.yaml': ['no-greeting'],
  'passthru-stream-end.yaml': ['ends-with-stream'],
  'passthru-voicebot-end.yaml': ['nothing-after-bot', 'no-greeting'],
  'voicebot-alone.yaml': ['nothing-after-bot', 'no-greeting'],
}

describe('a good flow', () => {
  test.each(Object.entries(GOOD))('%s is ok, with advice: %j', async (file, advice) => {
    const findings = await findingsIn(`good/${file}`)

    expect(idsOf(findings)).toEqual(advice)
    expect(findings.filter(({severity}) => severity !== 'info')).toEqual([])
    expect(flowReport(findings).verdict).toBe('ok')
  })

  test('is in the table, if it is in the folder', () => {
    expect(filesIn('good').toSorted()).toEqual(Object.keys(GOOD).toSorted())
  })
})

const OLDER: Readonly<Record<string, readonly string[]>> = {
  'bidirectional-mulaw.json': ['call-detail-in-static-url', 'rate-unset', 'mulaw-claimed'],
  'media-format-events.json': ['rate-unset'],
  'protocol-encoding.json': ['rate-unset'],
  'session-in-path.json': ['placeholder', 'rate-unset', 'mulaw-claimed'],
  'two-applets.json': ['rate-unset', 'rate-unset'],
}

describe('the settings of an older guide', () => {
  test.each(Object.entries(OLDER))('%s have the faults %j', async (file, faults) => {
    const findings = await findingsIn(`older-guides/${file}`)

    expect(idsOf(findings.filter(({severity}) => severity !== 'info'))).toEqual(faults)
  })

  test('name the fields that no applet has, each with what replaces it', async () => {
    const findings = await findingsIn('older-guides/media-format-events.json')

    const found = findings.find(({id}) => id === 'field-not-in-dashboard')
    expect(found).toMatchObject({severity: 'info', path: 'protocol', line: 4})
    expect(found?.summary).toContain('protocol, media_format, events;')
    expect(found?.fix).toContain('?sample-rate=8000')
    expect(found?.fix).toContain('All events come by themselves.')
  })
})

const WISH: Wish = {
  use: 'voicebot',
  url: 'wss://bot.acme.in/media',
  passthru: {
    before: {url: 'https://bot.acme.in/passthru'},
    after: {url: 'https://bot.acme.in/passthru'},
  },
  sampleRateHz: 8000,
  parameters: {campaign: 'emi'},
  auth: {kind: 'basic', keyVariable: 'BOT_KEY', tokenVariable: 'BOT_TOKEN'},
  record: true,
  afterwards: 'connect',
}
const USES = ['voicebot', 'stream', 'connect-voice-ai'] as const
const WISHES = USES.flatMap((use) =>
  (['hangup', 'connect'] as const).map((afterwards) => ({...WISH, use, afterwards})),
)

describe('a flow that exostream makes itself', () => {
  test.each(WISHES)('for $use, then $afterwards, has no fault', (wish) => {
    const flow = makeFlow(wish)
    const findings = checkFlow({flow, placeOf: () => ({path: ''})}, {isLocal: false})

    expect(findings.filter(({severity}) => severity !== 'info')).toEqual([])
  })

  test('without a public host lacks its URLs, and nothing else', () => {
    const {url: _unknown, ...wish} = {...WISH, passthru: {before: {}, after: {}}}
    const findings = checkFlow(
      {flow: makeFlow(wish), placeOf: () => ({path: ''})},
      {isLocal: false},
    )

    expect(idsOf(findings.filter(({severity}) => severity !== 'info'))).toEqual([
      'url-missing',
      'url-missing',
      'url-missing',
    ])
  })
})
