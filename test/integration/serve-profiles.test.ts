import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, test} from 'vitest'

import {systemClock} from '../../src/clock.js'
import {type ProfileId, simulateCall} from '../../src/index.js'
import {silentLogger} from '../../src/log.js'
import type {Finding} from '../../src/protocol/events.js'
import {resolveBot} from '../../src/serve/bots/index.js'
import {type OpenStream, opensBot} from '../../src/serve/open-stream.js'
import {opensRelay} from '../../src/serve/relay/relay.js'
import {startServer, type StreamServer} from '../../src/serve/server.js'
import type {StreamEnded} from '../../src/stream/bot/stream-watch.js'

/** Those that a bot can answer in, alone and together. */
const VOICEBOT = [
  'docs-strings',
  'docs-numbers',
  '100ms',
  '16k',
  '24k',
  'connect-voice-ai',
  'camel-mulaw',
  'legacy-connected-version',
  'suppress-silence',
  'rough-network',
  '100ms+24k',
  'camel-mulaw+100ms+suppress-silence',
  'docs-numbers+legacy-connected-version+16k',
  'connect-voice-ai+24k+suppress-silence',
  '100ms+rough-network+suppress-silence',
]
/** Those in which it may only listen. */
const STREAM = [
  'stream-applet',
  'stream-applet+24k+100ms',
  'stream-applet+camel-mulaw',
  'stream-applet+suppress-silence+docs-numbers',
  'stream-applet+rough-network+legacy-connected-version',
]
/** Nothing is expected of a bot that may not speak. */
const LISTENING = `
version: 1
name: listening
steps:
  - say: ${join(import.meta.dirname, '../../fixtures/audio/hello.wav')}
  - digits: '1'
  - wait: {ms: 500}
  - hangUp: stop
`

type Kept = {
  readonly server: StreamServer
  endOf(callSid: string): StreamEnded | undefined
}

let folder = ''
const running = new Set<StreamServer>()
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-profiles-'))
})
afterAll(async () => {
  for (const server of running) await server.close()
  await rm(folder, {recursive: true})
})

/** A server that remembers how each of its streams ended, by CallSid. */
async function serve(open: OpenStream): Promise<Kept> {
  const ends = new Map<string, StreamEnded>()
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    open,
    botName: 'test',
    clock: systemClock,
    log: silentLogger,
    version: '0',
    watch: () => {
      let callSid = ''
      return (event) => {
        if (event.type === 'started') ({callSid} = event.identity)
        if (event.type === 'closed') ends.set(callSid, event.ended)
      }
    },
  })
  running.add(server)
  return {server, endOf: (callSid) => ends.get(callSid)}
}

const serveBot = async (name: string): Promise<Kept> =>
  serve(opensBot(await resolveBot(name), {clock: systemClock}))

type Calls = {
  readonly profiles: readonly string[]
  readonly scenario: string
}

/** One call in each profile, all at once: what each side found wrong with the other, by profile. */
async function callAll(
  [front, ...behind]: readonly [Kept, ...Kept[]],
  {profiles, scenario}: Calls,
) {
  const reports = await Promise.all(
    profiles.map(async (profile, index) => {
      const url = front.server.url('/media')
      // The cast is for the split, which forgets what the lists above are made of.
      const ids = profile.split('+') as ProfileId[]
      // Of the same seed would come the same CallSid.
      const seed = index + 1
      const report = await simulateCall({url, profiles: ids, scenario, seed})
      return [profile, report] as const
    }),
  )
  // A server that has closed has heard how each of its streams ended.
  for (const {server} of [front, ...behind]) await server.close()
  return Object.fromEntries(
    reports.map(([profile, {verdict, calls}]) => {
      const {callSid = '', findings = []} = calls[0] ?? {}
      const ends = [front, ...behind].map(({endOf}) => endOf(callSid))
      const isEnded = ends.every((end) => end !== undefined)
      const ofBot = [...findings, ...ends.flatMap((end) => end?.botFindings ?? [])]
      const ofCaller = ends.flatMap((end) => end?.findings ?? [])
      return [profile, {verdict, isEnded, bot: faults(ofBot), caller: faults(ofCaller)}]
    }),
  )
}

/** Errors and warnings. A hole in the speech of the bot also comes of a machine that is busy with other tests. */
function faults(findings: readonly Finding[]): string[] {
  const told = findings.filter(
    ({rule, severity}) => severity !== 'info' && rule !== 'underrun-in-utterance',
  )
  return [...new Set(told.map(({rule, severity}) => `${severity} ${rule}`))]
}

/** What has to come of it: only camelCase of the caller is a fault, and only the caller's. */
function expected(profiles: readonly string[]) {
  return Object.fromEntries(
    profiles.map((profile) => {
      const caller = profile.includes('camel') ? ['warning camel-case-keys'] : []
      return [profile, {verdict: 'pass', isEnded: true, bot: [], caller}]
    }),
  )
}

describe('neither side finds a fault with the other, in any profile', () => {
  test.concurrent.each(['echo', 'converse'])(
    '%s',
    async (name) => {
      const found = await callAll([await serveBot(name)], {profiles: VOICEBOT, scenario: 'basic'})

      expect(found).toEqual(expected(VOICEBOT))
    },
    60_000,
  )

  test.concurrent(
    'sink, on a Stream applet',
    async () => {
      const scenario = join(folder, 'listening.yaml')
      await writeFile(scenario, LISTENING)

      const found = await callAll([await serveBot('sink')], {profiles: STREAM, scenario})

      expect(found).toEqual(expected(STREAM))
    },
    60_000,
  )
})

describe('nor does a relay', () => {
  test('before playback', async () => {
    const bot = await serveBot('playback')
    const relay = await serve(opensRelay({to: bot.server.url('/media'), clock: systemClock}))

    const found = await callAll([relay, bot], {profiles: VOICEBOT, scenario: 'basic'})

    expect(found).toEqual(expected(VOICEBOT))
  }, 60_000)
})
