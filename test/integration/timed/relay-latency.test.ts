import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Worker} from 'node:worker_threads'

import {expect, onTestFinished, test} from 'vitest'

import {percentile} from '../../../src/report/summary.js'
import type {Relays} from '../../rig/relay-thread/relay-thread.js'
import {compileInto} from '../../rig/storm/compiled.js'
import {callers, echoBot, type Window} from '../relay-load.js'

const CALLS = 100
/**
 * As Exotel's pages have it. At 20 ms the callers, the relay and the bot are three busy threads, and on a
 * machine of two cores it is their scheduler that is measured.
 */
const FRAME_MS = 100
const WINDOW_MS = 2000
/** All ways take turns, so that what else the machine does meets all alike. */
const WINDOWS = 2
const MOST_ADDED_MS = 2
/** Callers that are later than this in sending, or in hearing a bot next door, measure themselves. */
const MOST_LATE_MS = 5
/** What counts is the median of so many attempts at which the machine was quiet. */
const ATTEMPTS = 3
/** A machine of others delays us as well: such an attempt is made again. */
const MOST_ATTEMPTS = 4
/** When sockets that only pass on take longer than this, it is not the relay that is measured. */
const MOST_PLAIN_MS = 1

type Measured = {
  readonly directP99Ms: number
  readonly plainP99Ms: number
  readonly relayP99Ms: number
  readonly lateP99Ms: number
  readonly unanswered: number
}

test(
  'a relay adds at most 2 ms to the p99 round trip of a hundred calls',
  {timeout: MOST_ATTEMPTS * 60_000},
  async ({skip}) => {
    const bot = await echoBot()
    onTestFinished(() => void bot.close())
    const {relay, plain} = await relaysBefore(bot.url)
    const urls = {direct: bot.url, plain, relay}
    const calling = await callers(Object.values(urls), {calls: CALLS, frameMs: FRAME_MS})
    onTestFinished(() => void calling.close())
    // The first window is for the compilers.
    await calling.speak(relay, WINDOW_MS)

    const attempts: Measured[] = []
    while (canStillBeMeasured(attempts)) {
      attempts.push(await measure((url) => calling.speak(url, WINDOW_MS), urls))
    }

    for (const one of attempts) console.log(shown(one))
    // However busy the machine was, every message comes back.
    expect(attempts.map(({unanswered}) => unanswered)).toEqual(attempts.map(() => 0))
    const reliable = attempts.filter(isReliable)
    if (reliable.length < ATTEMPTS) skip('the machine was not quiet enough to measure 2 ms')
    const addedMs = reliable.map(({directP99Ms, relayP99Ms}) => relayP99Ms - directP99Ms)
    expect(
      percentile(
        addedMs.toSorted((one, other) => one - other),
        50,
      ),
    ).toBeLessThanOrEqual(MOST_ADDED_MS)
  },
)

/** In a thread of their own, as the callers and the bot are: this one has the test runner in it. */
async function relaysBefore(to: string): Promise<Relays> {
  const dir = mkdtempSync(join(tmpdir(), 'exostream-relay-'))
  await compileInto(dir, ['src', 'test/rig/relay-thread'])
  const thread = new Worker(join(dir, 'test/rig/relay-thread/relay-thread.js'), {argv: [to]})
  onTestFinished(async () => {
    await thread.terminate()
    rmSync(dir, {recursive: true})
  })
  // It sends one message.
  const [relays] = (await once(thread, 'message')) as [Relays]
  return relays
}

type Way = 'direct' | 'plain' | 'relay'

async function measure(
  speak: (url: string) => Promise<Window>,
  urls: Readonly<Record<Way, string>>,
): Promise<Measured> {
  const windows: Record<Way, Window[]> = {direct: [], plain: [], relay: []}
  for (let index = 0; index < WINDOWS; index += 1) {
    for (const way of ['direct', 'plain', 'relay'] as const) {
      windows[way].push(await speak(urls[way]))
    }
  }
  const all = Object.values(windows).flat()
  return {
    directP99Ms: p99(windows.direct),
    plainP99Ms: p99(windows.plain),
    relayP99Ms: p99(windows.relay),
    lateP99Ms: Math.max(...all.map(({lateP99Ms}) => lateP99Ms)),
    unanswered: all.reduce((sum, {unanswered}) => sum + unanswered, 0),
  }
}

function p99(windows: readonly Window[]): number {
  const trips = windows.flatMap(({roundTripMs}) => roundTripMs)
  return percentile(
    trips.toSorted((one, other) => one - other),
    99,
  )
}

function isReliable({lateP99Ms, directP99Ms, plainP99Ms}: Measured): boolean {
  const isQuiet = lateP99Ms <= MOST_LATE_MS && directP99Ms <= MOST_LATE_MS
  return isQuiet && plainP99Ms - directP99Ms <= MOST_PLAIN_MS
}

/** Neither enough attempts were reliable yet, nor too many unreliable. */
function canStillBeMeasured(attempts: readonly Measured[]): boolean {
  const reliable = attempts.filter(isReliable).length
  return reliable < ATTEMPTS && attempts.length - reliable <= MOST_ATTEMPTS - ATTEMPTS
}

function shown({directP99Ms, plainP99Ms, relayP99Ms, lateP99Ms, unanswered}: Measured): string {
  const [direct, plain, relay] = [directP99Ms, plainP99Ms, relayP99Ms].map((ms) => ms.toFixed(2))
  const p99s = `direct ${direct} ms, plainly passed on ${plain} ms, through the relay ${relay} ms`
  return `p99 ${p99s}; callers late by ${lateP99Ms.toFixed(2)} ms; ${unanswered} unanswered`
}
