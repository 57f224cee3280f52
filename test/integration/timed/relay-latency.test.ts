import {expect, onTestFinished, test} from 'vitest'

import {percentile} from '../../../src/report/summary.js'
import {callers, echoBot, type Window} from '../relay-load.js'
import {relayTo} from '../relay-rig.js'

const CALLS = 100
const WINDOW_MS = 2000
/** Both ways take turns, so that what else the machine does meets both alike. */
const WINDOWS = 4
const MOST_ADDED_MS = 2
/** Callers that are later than this in sending, or in hearing a bot next door, measure themselves. */
const MOST_LATE_MS = 5
/** A machine of others delays us as well: then the experiment is made again. */
const MOST_ATTEMPTS = 5

type Measured = {
  readonly directP99Ms: number
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
    let events = 0
    const rig = await relayTo(bot.url, {watch: () => (events += 1)})
    const relayed = rig.server.url('/media')
    const calling = await callers([bot.url, relayed], CALLS)
    onTestFinished(() => void calling.close())
    // The first window is for the compilers.
    await calling.speak(relayed, WINDOW_MS)

    const attempts: Measured[] = []
    while (attempts.length < MOST_ATTEMPTS && !attempts.some(isGood)) {
      attempts.push(await measure((url) => calling.speak(url, WINDOW_MS), bot.url, relayed))
    }

    for (const one of attempts) console.log(shown(one))
    expect(events).toBeGreaterThan(0)
    const reliable = attempts.filter(isReliable)
    if (reliable.length === 0) skip('the machine was never quiet enough to measure 2 ms')
    expect(reliable.map(({unanswered}) => unanswered)).toContain(0)
    const addedMs = reliable.map(({directP99Ms, relayP99Ms}) => relayP99Ms - directP99Ms)
    expect(Math.min(...addedMs)).toBeLessThanOrEqual(MOST_ADDED_MS)
  },
)

async function measure(
  speak: (url: string) => Promise<Window>,
  direct: string,
  relayed: string,
): Promise<Measured> {
  const windows: {direct: Window[]; relay: Window[]} = {direct: [], relay: []}
  for (let index = 0; index < WINDOWS; index += 1) {
    windows.direct.push(await speak(direct))
    windows.relay.push(await speak(relayed))
  }
  const all = [...windows.direct, ...windows.relay]
  return {
    directP99Ms: p99(windows.direct),
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

function isReliable({lateP99Ms, directP99Ms}: Measured): boolean {
  return lateP99Ms <= MOST_LATE_MS && directP99Ms <= MOST_LATE_MS
}

function shown({directP99Ms, relayP99Ms, lateP99Ms, unanswered}: Measured): string {
  const p99s = `direct ${directP99Ms.toFixed(2)} ms, through the relay ${relayP99Ms.toFixed(2)} ms`
  return `p99 ${p99s}; callers late by ${lateP99Ms.toFixed(2)} ms; ${unanswered} unanswered`
}

function isGood(measured: Measured): boolean {
  return isReliable(measured) && measured.relayP99Ms - measured.directP99Ms <= MOST_ADDED_MS
}
